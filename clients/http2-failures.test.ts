/** What our clients make of HTTP/2 that breaks off or is broken: one sentence, and another try where one may help. */
import { createServer as createHttp } from 'node:http';
import { constants } from 'node:http2';
import { describe, expect, it } from 'vitest';
import { foreverIframe } from './forever-iframe.ts';
import { headerProfile } from './headers.ts';
import {
  ask,
  frame,
  frameServer,
  http2Server,
  JSON_TYPE,
  listen,
  receives,
  sentence,
  state,
  STREAM_TYPE,
  type Asked,
} from './http2.fixture.ts';
import { longPolling } from './long-polling.ts';
import { quote } from './protocol-error.ts';
import { until } from './raw-server.fixture.ts';
import { shortPolling } from './short-polling.ts';
import { sse } from './sse.ts';
import { websocket } from './websocket.ts';

const OK = '88';
const SETTINGS = frame(4, 0, 0);
/** SETTINGS, and an answer on the first stream that has no body yet. */
const answered = (more: Buffer): Buffer =>
  Buffer.concat([
    SETTINGS,
    frame(1, 4, 1, `${OK}0f10${'11'}${Buffer.from('text/event-stream').toString('hex')}`),
    more,
  ]);

/** Tells one message in each answer, the next one when asked again, and breaks off in between as `end` says. */
function breaking(end: (asked: Asked) => void) {
  return ({ stream, headers, ...rest }: Asked, number: number): void => {
    const first = number === 0;
    stream.respond(STREAM_TYPE);
    stream.write(first ? 'id: 0\n\nid: 1\ndata: one\n\n' : `id: ${headers['last-event-id']}\n\nid: 2\ndata: two\n\n`);
    if (first) setTimeout(() => end({ stream, headers, ...rest }), 20);
  };
}

describe('a connection that breaks off', () => {
  it.each<[what: string, end: (asked: Asked) => void, reason: RegExp]>([
    ['GOAWAY', ({ session }) => session.goaway(), /^the server sent GOAWAY \(NO_ERROR\)$/],
    [
      'GOAWAY with a code',
      ({ session }) => session.goaway(constants.NGHTTP2_ENHANCE_YOUR_CALM),
      /^the server sent GOAWAY \(ENHANCE_YOUR_CALM\)$/,
    ],
    ['RST_STREAM without an error', ({ stream }) => stream.close(constants.NGHTTP2_NO_ERROR), /^the stream ended$/],
    ['the end of its socket', ({ session }) => session.destroy(), /GOAWAY|closed/],
  ])('by %s is said in one sentence, made anew and resumed', async (_what, end, reason) => {
    const server = await http2Server(breaking(end));
    const observed = ask(server, sse);
    await receives(observed, ['one', 'two']);
    expect(observed.disconnects).toHaveLength(1);
    expect(observed.disconnects[0]).toMatch(reason);
    expect(observed.ledger.difference()).toEqual({ up: 0, down: 0 });
  });

  it('by RST_STREAM alone is said with its code, and the next try is a stream of the same connection', async () => {
    const reset = frame(3, 0, 1, '00000002');
    const observed = ask(await frameServer(answered(reset)), sse);
    await until(
      () => observed.ledger.requests === 2,
      () => state(observed),
    );
    expect(observed.disconnects).toEqual(['the server reset the stream (INTERNAL_ERROR)']);
    expect(observed.ledger.connections).toBe(1);
    expect(observed.ledger.difference()).toEqual({ up: 0, down: 0 });
  });

  it('settles a message on its way up, which nobody can know the fate of', async () => {
    const server = await http2Server(({ stream, session, headers }) => {
      if (headers[':method'] === 'POST') return void setTimeout(() => session.destroy(), 20);
      stream.respond(STREAM_TYPE);
      stream.write('id: 0\n\n');
    });
    const observed = ask(server, sse);
    await until(
      () => observed.readies === 1,
      () => state(observed),
    );
    await expect(observed.client.send('hello')).rejects.toThrow(/^the connection was lost before/);
  });

  it('settles a message on its way up also when the client’s own side is cut, and sends the next', async () => {
    let posts = 0;
    const server = await http2Server(({ stream, headers }) => {
      if (headers[':method'] === 'POST') {
        if (posts++ > 0) stream.respond({ ':status': 204 }, { endStream: true });
        return;
      }
      stream.respond(STREAM_TYPE);
      stream.write('id: 0\n\n');
    });
    const observed = ask(server, sse);
    await until(
      () => observed.readies === 1,
      () => state(observed),
    );
    const [first, second] = [observed.client.send('one'), observed.client.send('two')];
    const settled = Promise.allSettled([first, second]);
    await until(
      () => posts === 1,
      () => `${posts} posts`,
    );
    observed.client.cut();
    expect((await settled).map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
  });

  it.each([
    ['at once', 0],
    ['a tick later', 1],
    ['some ticks later', 5],
  ])('leaves nothing when it is closed %s', async (_when, ticks) => {
    const server = await http2Server(({ stream }) => stream.respond(STREAM_TYPE));
    for (const transport of [shortPolling, longPolling, foreverIframe, sse, websocket]) {
      const observed = ask(server, transport);
      for (let tick = 0; tick < ticks; tick++) await Promise.resolve();
      observed.client.close();
      await until(
        () => observed.ledger.open === 0,
        () => `${observed.ledger.open} sockets are open`,
      );
      expect([observed.failures, observed.disconnects]).toEqual([[], []]);
      expect(observed.ledger.difference()).toEqual({ up: 0, down: 0 });
    }
  });

  it('refuses messages on their way up when the client is closed', async () => {
    const server = await http2Server(({ stream, headers }) => {
      if (headers[':method'] === 'POST') return;
      stream.respond(STREAM_TYPE);
      stream.write('id: 0\n\n');
    });
    const observed = ask(server, sse);
    const sends = Promise.allSettled([observed.client.send('one'), observed.client.send('two')]);
    observed.client.close();
    expect((await sends).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await until(
      () => observed.ledger.open === 0,
      () => `${observed.ledger.open} sockets are open`,
    );
  });
});

describe('a server that is not what it should be', () => {
  it.each([
    ['short-polling', shortPolling],
    ['long-polling', longPolling],
    ['forever-iframe', foreverIframe],
    ['sse', sse],
    ['websocket', websocket],
  ])('but speaks HTTP/1.1 alone is told of by %s', async (_name, transport) => {
    const at = await listen(createHttp());
    expect(await sentence(ask(at, transport))).toMatch(
      /^the server answered in HTTP\/1\.1 where HTTP\/2 was due: "HTTP\/1\.1 400 /,
    );
  });

  it('but takes no WebSockets over HTTP/2 is told of by websocket', async () => {
    const server = await http2Server(() => {}, { enableConnectProtocol: false });
    expect(await sentence(ask(server, websocket))).toBe('the server does not take WebSockets over HTTP/2 (RFC 8441)');
    expect(server.asked).toEqual([]);
  });

  it.each([
    ['bytes that are no frames', Buffer.from('hello, this is a server of something else\n')],
    ['zeros', Buffer.alloc(100)],
    ['no SETTINGS first', frame(1, 4, 1, OK)],
    ['a frame larger than agreed', answered(frame(0, 0, 1, '00'.repeat(20_000)))],
    ['SETTINGS of no whole settings', answered(frame(4, 0, 0, '0001'))],
    ['HPACK that is none', Buffer.concat([SETTINGS, frame(1, 4, 1, 'ffffffffff')])],
    ['DATA on no stream', answered(frame(0, 0, 0, '00'))],
    ['DATA on a stream that was never opened', answered(frame(0, 0, 7, '00'))],
    ['DATA before HEADERS', Buffer.concat([SETTINGS, frame(0, 0, 1, '00')])],
    ['a WINDOW_UPDATE of 0', answered(frame(8, 0, 0, '00000000'))],
    ['a WINDOW_UPDATE of 0 for a stream', answered(frame(8, 0, 1, '00000000'))],
    ['a PING of seven bytes', answered(frame(6, 0, 0, '00000000000000'))],
    ['an answer without a status', Buffer.concat([SETTINGS, frame(1, 4, 1, '0f0d0130')])],
    ['a body shorter than it said', Buffer.concat([SETTINGS, frame(1, 4, 1, `${OK}0f0d0135`), frame(0, 1, 1, '61')])],
  ])('but sends %s is told of in one sentence, and not asked again', async (_what, bytes) => {
    for (const transport of [shortPolling, sse]) {
      const observed = ask(await frameServer(bytes), transport);
      const said = await sentence(observed);
      const broken = /^the server broke HTTP\/2 \(.+\), in what began with "(.+)"$/;
      expect(said).toMatch(new RegExp(`${broken.source}|^a (poll|stream) was answered with "`));
      if (broken.test(said)) expect(said.endsWith(`began with ${quote(bytes)}`)).toBe(true);
      expect(observed.disconnects).toEqual([]);
    }
  });

  it('but answers a WebSocket with another protocol, an extension or none is told of', async () => {
    for (const [fields, said] of [
      [{}, /^not the subprotocol: "none"$/],
      [{ 'sec-websocket-protocol': 'chat' }, /^not the subprotocol: "chat"$/],
      [
        { 'sec-websocket-protocol': 'pushbench.v1', 'sec-websocket-extensions': 'x-mux' },
        /^an extension that was not offered: "x-mux"$/,
      ],
    ] as const) {
      const server = await http2Server(({ stream }) => stream.respond({ ':status': 200, ...fields }));
      expect(await sentence(ask(server, websocket))).toMatch(said);
    }
  });

  it.each([400, 403, 404, 426, 501])(
    'but answers a WebSocket with %i is told of, and not asked again',
    async (status) => {
      const server = await http2Server(({ stream }) => stream.respond({ ':status': status }, { endStream: true }));
      expect(await sentence(ask(server, websocket))).toBe(`the server answered ${status} where 200 was due`);
    },
  );

  it('but is overloaded is asked again on the same connection', async () => {
    const server = await http2Server(({ stream }, number) => {
      if (number < 3) return stream.respond({ ':status': 503 }, { endStream: true });
      stream.respond(JSON_TYPE);
      stream.end('{"cursor":0,"messages":[]}');
    });
    const observed = ask(server, shortPolling, { headers: headerProfile('chrome') });
    await until(
      () => observed.readies === 1,
      () => state(observed),
    );
    expect(observed.disconnects).toEqual(['status 503', 'status 503', 'status 503']);
    expect(observed.ledger.connections).toBe(1);
    expect(observed.ledger.difference()).toEqual({ up: 0, down: 0 });
  });
});
