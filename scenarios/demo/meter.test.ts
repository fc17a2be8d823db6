/** The server's accounting of what a page costs, against those that its clients keep: the suite's own ledger, and bare sockets. */
import { connect, type Socket } from 'node:net';
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { LAYERS, type LayerBytes } from '../../clients/ledger.ts';
import { DEMO_LAYERS, type DemoBytes, type TransportCounters } from '../../results/demo.ts';
import { subscribe } from '../subscriber.ts';
import { CHOICES, type TransportName } from '../transports.ts';
import { demoFor, until } from './demo.fixture.ts';
import type { Demo } from './demo.ts';

/** What makes the suite's client of a transport ask in the name of a page. */
const endpointOf = (name: TransportName, view: number) =>
  ({
    path: `/${name}?view=${view}`,
    query: { cursor: 'cursor', client: 'client', hold: 'hold', callback: 'callback' },
    protocol: 'pushbench',
  }) as const;

const sum = (bytes: DemoBytes): number => DEMO_LAYERS.reduce((total, layer) => total + bytes[layer], 0);
const layers = (bytes: LayerBytes | DemoBytes) =>
  Object.fromEntries([...LAYERS, 'partial' as const].map((layer) => [layer, bytes[layer]]));

/** Sockets that say what they are told to; what passed them, counted at their end. */
function rawSockets({ host, port }: Demo) {
  const sockets: Socket[] = [];
  const totals = { sent: 0, received: 0 };
  const open = async (text: string, until: string): Promise<Socket> => {
    const socket = connect({ host, port, noDelay: true });
    sockets.push(socket);
    onTestFinished(() => void socket.destroy());
    await say(socket, text, until);
    return socket;
  };
  /** Sends a text and waits for another in what comes back. */
  const say = async (socket: Socket, text: string, expected: string): Promise<void> => {
    let heard = '';
    const hear = (bytes: Buffer): void => void (heard += bytes.toString('latin1'));
    const error = (): void => {};
    socket.on('data', hear).on('error', error);
    totals.sent += Buffer.byteLength(text);
    socket.write(text);
    await until(() => heard.includes(expected), `${JSON.stringify(expected)} in ${JSON.stringify(heard)}`);
    socket.off('data', hear);
  };
  return {
    open,
    say,
    received: () => sockets.reduce((total, socket) => total + socket.bytesRead, 0),
    sent: () => totals.sent,
    async close() {
      for (const socket of sockets) socket.destroy();
      await until(() => sockets.every((socket) => socket.closed), 'all sockets closed');
    },
  };
}

describe('the meter', () => {
  it.each(CHOICES)(
    'counts over %s what the client counts, layer by layer, and what the sockets count',
    async (name) => {
      const demo = await demoFor();
      const view = demo.meter.open();
      const { client, ledger, ready, received } = subscribe(demo, name, {
        endpoint: endpointOf(name, view),
        pollIntervalMs: 100,
        holdMs: 25_000,
      });
      onTestFinished(() => client.close());
      await ready;
      const log = demo.hub.channel('main')!;
      const sent = ['plain', 'two\nlines', '</script> "quoted" \\ é 😀', 'x'.repeat(300), 'y'.repeat(70_000)];
      for (const message of sent) {
        log.append(message);
        await until(() => received.at(-1) === message, 'the message');
      }
      let counters: TransportCounters | undefined;
      // A poll may be on its way at any moment: at the next both sides agree again.
      await until(
        () => {
          counters = demo.meter.counters(view)[name];
          const { up, down, requests, emptyPolls } = ledger.snapshot();
          const theirs = [layers(up), layers(down), requests, emptyPolls];
          return (
            counters !== undefined &&
            isDeepStrictEqual(
              [layers(counters.up), layers(counters.down), counters.requests, counters.emptyPolls],
              theirs,
            )
          );
        },
        `the server’s layers to be the client’s: ${JSON.stringify([counters, ledger.snapshot()])}`,
      );
      expect(counters!.down.payload).toBe(sent.reduce((total, message) => total + Buffer.byteLength(message), 0));
      expect(counters!.counted).toEqual({ up: sum(counters!.up), down: sum(counters!.down) });
      expect(demo.meter.others.counted).toEqual({ up: 0, down: 0 });
    },
  );

  it('tells transports apart that take turns on one connection', async () => {
    const demo = await demoFor();
    const view = demo.meter.open();
    const raw = rawSockets(demo);
    const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`;
    const requests = {
      'short-polling': get(`/short-polling?view=${view}&cursor=0`),
      'long-polling': get(`/long-polling?view=${view}`),
      other: get('/health'),
    };
    const socket = await raw.open(requests['short-polling'], 'HTTP/1.1 204');
    await raw.say(socket, requests['long-polling'], '"messages":[]}');
    await raw.say(socket, requests.other, '{"status":"ok"}');
    await raw.say(socket, requests['short-polling'], 'HTTP/1.1 204');
    await until(() => demo.meter.counters(view)['short-polling']!.emptyPolls === 2, 'two empty polls');
    const counters = demo.meter.counters(view);
    expect(counters['short-polling']!.up).toMatchObject({
      handshake: requests['short-polling'].length,
      control: requests['short-polling'].length,
    });
    expect(counters['long-polling']!.up.handshake).toBe(requests['long-polling'].length);
    const { others } = demo.meter;
    const counted = [...Object.values(counters).map((each) => each.counted), others.counted];
    expect(counted.reduce((total, { up }) => total + up, 0)).toBe(raw.sent());
    expect(counted.reduce((total, { down }) => total + down, 0)).toBe(raw.received());
    for (const { up, down, counted: each } of Object.values(counters))
      expect(each).toEqual({ up: sum(up), down: sum(down) });
  });

  it('counts a request once that asks for an unknown upgrade, and what follows on its connection for itself', async () => {
    const demo = await demoFor();
    const view = demo.meter.open();
    const raw = rawSockets(demo);
    const asks = `GET /short-polling?view=${view} HTTP/1.1\r\nHost: x\r\n`;
    const socket = await raw.open(`${asks}Connection: Upgrade\r\nUpgrade: h2c\r\n\r\n`, '"messages":[]}');
    const next = `GET /long-polling?view=${view} HTTP/1.1\r\nHost: x\r\n\r\n`;
    await raw.say(socket, next, '"messages":[]}');
    await until(() => 'long-polling' in demo.meter.counters(view), 'the second request');
    const { 'short-polling': first, 'long-polling': second } = demo.meter.counters(view);
    expect([first!.requests, second!.requests, second!.counted.up]).toEqual([1, 1, next.length]);
  });

  it.each([
    ['HTTP/1.0, whose stream has no chunks', 'GET /sse?view=1 HTTP/1.0\r\n\r\n', 'retry:'],
    ['a HEAD', 'HEAD /short-polling?view=1 HTTP/1.1\r\nHost: x\r\n\r\n', '\r\n\r\n'],
    ['a request that is refused', 'GET /sse?view=1&cursor=x HTTP/1.1\r\nHost: x\r\n\r\n', 'digits\n'],
    [
      'an upgrade without its fields',
      'GET /websocket?view=1 HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
      'version 13',
    ],
    [
      'an upgrade that nobody knows',
      'GET /short-polling?view=1 HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n',
      '[]}',
    ],
    ['an expectation', 'GET /short-polling?view=1 HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n\r\n', '[]}'],
    [
      'two requests at once',
      'GET /short-polling?view=1 HTTP/1.1\r\nHost: x\r\n\r\nGET /long-polling?view=1 HTTP/1.1\r\nHost: x\r\n\r\n',
      '[]}HTTP/1.1 200',
    ],
    ['another page', 'GET /short-polling?view=2 HTTP/1.1\r\nHost: x\r\n\r\n', '[]}'],
    ['what is no HTTP', 'hello\r\n\r\n', '400'],
  ])('loses no byte over %s', async (_what, text, expected) => {
    const demo = await demoFor();
    const view = demo.meter.open();
    const raw = rawSockets(demo);
    await raw.open(text, expected);
    await raw.close();
    await until(() => demo.hub.subscribers === 0, 'the server to notice');
    const { others } = demo.meter;
    const accounts = () => [
      ...Object.values(demo.meter.counters(view)),
      { counted: others.counted, up: others.ledger.up, down: others.ledger.down },
    ];
    await until(
      () => accounts().reduce((total, { counted }) => total + counted.up, 0) === raw.sent(),
      `all ${raw.sent()} bytes to be counted`,
    );
    for (const { counted, up, down } of accounts()) expect(counted).toEqual({ up: sum(up), down: sum(down) });
  });

  it('forgets a page that has left', async () => {
    const demo = await demoFor();
    const view = demo.meter.open();
    const raw = rawSockets(demo);
    await raw.open(`GET /short-polling?view=${view} HTTP/1.1\r\nHost: x\r\n\r\n`, '[]}');
    expect(Object.keys(demo.meter.counters(view))).toEqual(['short-polling']);
    demo.meter.close(view);
    expect(demo.meter.counters(view)).toEqual({});
    expect(demo.meter.open()).not.toBe(view);
  });
});
