import { EventSource } from 'eventsource';
import { createParser, type EventSourceMessage } from 'eventsource-parser';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { ask, AWKWARD, raw, serve, stream, subscribers, until, type Server } from './server.fixture.ts';
import { encodeEvent } from './sse.ts';

const text = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom('a', '\n', '\r', ':', ' ') }),
);
const offset = fc.integer({ min: 1, max: 999_999_999_999_999 });

/** What an independent parser makes of a stream. */
function parsed(bytes: string): EventSourceMessage[] {
  const events: EventSourceMessage[] = [];
  createParser({ onEvent: (event) => events.push(event) }).feed(bytes);
  return events;
}

describe('the bytes of an event', () => {
  it.each([
    ['hello', 'id: 7\ndata: hello\n\n'],
    ['', 'id: 7\ndata: \n\n'],
    [' x', 'id: 7\ndata:  x\n\n'],
    ['a\nb', 'id: 7\ndata: a\ndata: b\n\n'],
    ['\n', 'id: 7\ndata: \ndata: \n\n'],
    ['a\rb', 'event: json\nid: 7\ndata: "a\\rb"\n\n'],
    ['a\r\nb', 'event: json\nid: 7\ndata: "a\\r\\nb"\n\n'],
  ])('for %j are exactly %j', (payload, bytes) => {
    expect(encodeEvent(7, payload)).toBe(bytes);
  });

  it('are the payload’s, 6k + 2 for its k lines and 5 and the digits for its id', () => {
    fc.assert(
      fc.property(text, offset, (any, id) => {
        const payload = any.replaceAll('\r', '');
        const overhead = Buffer.byteLength(encodeEvent(id, payload)) - Buffer.byteLength(payload);
        expect(overhead).toBe(6 * payload.split('\n').length + 2 + 5 + String(id).length);
      }),
    );
  });

  it('give the payload and the id back to an independent parser, whatever the payload', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(text, offset)), (messages) => {
        const events = parsed(messages.map(([payload, id]) => encodeEvent(id, payload)).join(''));
        expect(events.map(({ id }) => id)).toEqual(messages.map(([, id]) => String(id)));
        const payloads = events.map(({ event, data }) => (event === 'json' ? (JSON.parse(data) as string) : data));
        expect(payloads).toEqual(messages.map(([payload]) => payload));
      }),
    );
  });
});

describe('the stream', () => {
  it('begins with its headers, the retry time and the cursor before there is any event', async () => {
    const server = await serve({ options: { retryMs: 1_234 } });
    server.log.append('before');
    const client = await stream(server, '/sse');
    await client.has('\n\n');
    expect(client.body()).toBe('retry: 1234\nid: 1\n\n');
    expect(client.ended).toBe(false);
  });

  it('has headers that no proxy may buffer, compress or cache it by', async () => {
    const server = await serve();
    const client = raw(server, 'GET /sse HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip, br\r\n\r\n');
    await client.has('id: 0');
    const head = client.text.split('\r\n\r\n')[0]!.toLowerCase();
    expect(head).toContain('\r\ncontent-type: text/event-stream\r\n');
    expect(head).toContain('\r\ncache-control: no-cache, no-transform\r\n');
    expect(head).toContain('\r\nx-accel-buffering: no\r\n');
    expect(head).toContain('\r\ntransfer-encoding: chunked');
    expect(head).not.toContain('content-encoding');
    expect(head).not.toContain('content-length');
  });

  it('is until-close without a transfer coding for an HTTP/1.0 client', async () => {
    const server = await serve();
    const client = await stream(server, '/sse?cursor=0');
    server.log.append('hello');
    await client.has('hello');
    expect(client.body()).toBe('retry: 1000\nid: 0\n\nid: 1\ndata: hello\n\n');
    expect(client.text.toLowerCase()).not.toContain('transfer-encoding');
  });

  it('starts at the cursor, or after Last-Event-ID, which wins', async () => {
    const server = await serve();
    for (let i = 1; i <= 4; i++) server.log.append(`m${i}`);
    const received = async (path: string, headers = ''): Promise<string[]> => {
      const client = await stream(server, path, headers);
      await client.has('data: m4');
      return parsed(client.body()).map(({ data }) => data);
    };
    expect(await received('/sse?cursor=2')).toEqual(['m3', 'm4']);
    expect(await received('/sse', 'Last-Event-ID: 1\r\n')).toEqual(['m2', 'm3', 'm4']);
    expect(await received('/sse?cursor=0', 'Last-Event-ID: 3\r\n')).toEqual(['m4']);
  });

  it('tells of a gap before it goes on', async () => {
    const server = await serve({ limits: { retainMessages: 2 } });
    for (let i = 1; i <= 9; i++) server.log.append(`m${i}`);
    const client = await stream(server, '/sse?cursor=3');
    await client.has('data: m9');
    expect(client.body()).toBe(
      'retry: 1000\nid: 3\n\nevent: gap\nid: 7\ndata: 4\n\nid: 8\ndata: m8\n\nid: 9\ndata: m9\n\n',
    );
  });

  it.each(['x', '-1', '1.5', '9'.repeat(16)])('is refused for the Last-Event-ID %j', async (id) => {
    const server = await serve();
    const { status, body } = await ask(server, '/sse', { headers: { 'last-event-id': id } });
    expect([status, body]).toEqual([400, 'Last-Event-ID must be a whole number of at most 15 digits\n']);
    expect(server.hub.subscribers).toBe(0);
  });

  it('answers HEAD without a stream that never ends', async () => {
    const server = await serve();
    const client = raw(server, 'HEAD /sse HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    await client.closed();
    expect(client.text).toMatch(/^HTTP\/1\.1 200 [^]*text\/event-stream[^]*\r\n\r\n$/);
    expect(server.hub.subscribers).toBe(0);
  });

  it('leaves no subscriber when its client goes away', async () => {
    const server = await serve();
    const clients = await Promise.all(Array.from({ length: 5 }, () => stream(server, '/sse')));
    await subscribers(server, 5);
    for (const { socket } of clients) socket.resetAndDestroy();
    await subscribers(server, 0);
  });

  it('says a comment when it was silent for a whole period, and none while messages flow', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    onTestFinished(() => void vi.useRealTimers());
    const server = await serve({ options: { heartbeatMs: 6_400 } });
    const client = await stream(server, '/sse');
    const comments = (): number => client.body().match(/^:$/gm)?.length ?? 0;
    await client.has('id: 0\n\n');
    vi.advanceTimersByTime(6_400);
    await client.has('\n\n:\n\n');
    for (let i = 1; i <= 5; i++) {
      server.log.append(`m${i}`);
      await client.has(`data: m${i}\n\n`);
      vi.advanceTimersByTime(5_600);
    }
    server.log.append('last');
    await client.has('data: last\n\n');
    expect(comments()).toBe(1);
    vi.advanceTimersByTime(6_400);
    await client.has('data: last\n\n:\n\n');
    vi.advanceTimersByTime(6_400);
    await client.has('\n:\n\n:\n\n');
    expect(comments()).toBe(3);
  });
});

describe('an independent EventSource', () => {
  function listen(server: Server, path: string): { source: EventSource; data: string[]; ids: string[] } {
    const source = new EventSource(server.url + path);
    onTestFinished(() => source.close());
    const data: string[] = [];
    const ids: string[] = [];
    const take = (event: MessageEvent, payload: string): void => {
      data.push(payload);
      ids.push(event.lastEventId);
    };
    source.addEventListener('message', (event) => take(event, event.data as string));
    source.addEventListener('json', (event) => take(event, JSON.parse(event.data as string) as string));
    return { source, data, ids };
  }

  it('receives awkward payloads byte for byte, each with its id', async () => {
    const server = await serve();
    const { data, ids } = listen(server, '/sse');
    await subscribers(server, 1);
    for (const payload of AWKWARD) server.log.append(payload);
    await until(
      () => data.length === AWKWARD.length,
      () => `${data.length} of ${AWKWARD.length}`,
    );
    expect(data).toEqual(AWKWARD);
    expect(ids).toEqual(AWKWARD.map((_, i) => String(i + 1)));
  });

  it('comes back after its connection was cut and misses nothing', async () => {
    const server = await serve({ options: { retryMs: 10 } });
    const { data } = listen(server, '/sse');
    await subscribers(server, 1);
    const sent: string[] = [];
    for (let round = 0; round < 5; round++) {
      server.log.append((sent.push(`connected ${round}`), sent.at(-1)!));
      await until(
        () => data.length === sent.length,
        () => `${data.length} of ${sent.length} in round ${round}`,
      );
      for (const socket of server.sockets) socket.destroy();
      await subscribers(server, 0);
      server.log.append((sent.push(`away ${round}`), sent.at(-1)!));
      await subscribers(server, 1);
    }
    await until(
      () => data.length >= sent.length,
      () => `${data.length} of ${sent.length}`,
    );
    expect(data).toEqual(sent);
  });
});
