/** Clients of servers that are not this project's own: what they ask for, what they read, and what they refuse. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { callOf, filled, requestTarget, unwrapped, type Endpoint } from './endpoint.ts';
import { clients } from './index.ts';
import { failure, observe, rawServer, until, type Observed, type Peer } from './raw-server.fixture.ts';

const PLAIN: Endpoint = { path: '/events/{channel}', query: {}, protocol: 'plain' };

describe('a request target', () => {
  it.each([
    [undefined, '/long-polling?client=a&hold=5&channel=main&cursor=7'],
    [{ ...PLAIN, path: '/x' }, '/x'],
    [{ ...PLAIN, path: '/rooms/{channel}/x', query: { cursor: 'after' } }, '/rooms/main/x?after=7'],
    [{ ...PLAIN, path: '/x?v=1', query: { hold: 'wait', cursor: 'from' } }, '/x?v=1&wait=5&from=7'],
  ])('of the endpoint %j is %s', (endpoint, target) => {
    expect(requestTarget('/long-polling?client=a&hold=5', 'main', 7, endpoint)).toBe(target);
  });

  it('leaves out a cursor that there is not, and escapes what a channel may hold', () => {
    const endpoint = { ...PLAIN, path: '/{channel}', query: { cursor: 'after' } };
    expect(requestTarget('/sse', 'a/b?c', undefined, endpoint)).toBe('/a%2Fb%3Fc');
  });
});

describe('a template', () => {
  it('is filled in one pass, and what is no placeholder stays', () => {
    const blanks = { channel: 'c', payload: '{json}{channel}', json: '"j"' };
    expect(filled('{payload} {json} {channel} {other} {"a":1}', blanks)).toBe('{json}{channel} "j" c {other} {"a":1}');
  });

  it('makes a call of a message that needs escaping', () => {
    const call = { method: 'POST', path: '/say/{channel}', contentType: 'application/json', body: '{"text":{json}}' };
    const { path, body } = callOf(call, 'a b', 'say "{channel}"\n');
    expect(path).toBe('/say/a%20b');
    expect(JSON.parse(body)).toEqual({ text: 'say "{channel}"\n' });
  });
});

describe('a message that wraps what was published', () => {
  it.each([
    ['{"text":"a"}', '/text', 'a'],
    ['{"a":{"b/c":["x","y"]}}', '/a/b~1c/1', 'y'],
    ['{"~":"tilde"}', '/~0', 'tilde'],
    ['{"":"empty"}', '/', 'empty'],
  ])('%s has it at %s', (message, pointer, payload) => {
    expect(unwrapped(message, pointer)).toBe(payload);
  });

  it.each([
    ['no JSON', '/text', 'a message that is not JSON: "no JSON"'],
    ['{"text":1}', '/text', 'a message without a string at "/text"'],
    ['{"text":"a"}', '/text/length', 'a message without a string'],
    ['{}', '/constructor/name', 'a message without a string'],
    ['null', '/text', 'a message without a string'],
  ])('%s is refused where it is looked for at %s', (message, pointer, why) => {
    expect(() => unwrapped(message, pointer)).toThrow(why);
  });
});

const chunk = (text: string): string => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
const SSE = 'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n';

const receives = (observed: Observed, count: number): Promise<void> =>
  until(
    () => observed.received.length >= count || observed.failures.length > 0,
    () => `${observed.received.length} of ${count}`,
  );

describe('an event stream in the plain protocol', () => {
  const events = ': hello\n\ndata: {"text":"é"}\n\nevent: ping\ndata: 1\n\nid: x-7\ndata: {"text":"two"}\n\n';

  it('is ready when it is answered, and every message of it is read, numbered and booked', async () => {
    const server = await rawServer((peer) => peer.write(SSE + chunk(events)));
    const observed = observe(server, clients.sse, { endpoint: { ...PLAIN, pointer: '/text' } });
    await receives(observed, 2);
    expect([observed.received, observed.failures, observed.readies]).toEqual([['é', 'two'], [], 1]);
    expect(observed.client.cursor).toBe(2);
    expect((await server.asked(0)).text).toMatch(/^GET \/events\/main HTTP/);
    const { payload, control } = observed.ledger.down;
    // What wraps a message is framing, a comment and an event of another type are control.
    expect([payload, control]).toEqual([5, ': hello\n\nevent: ping\ndata: 1\n\n'.length]);
    expect(observed.ledger.difference()).toEqual({ up: 0, down: 0 });
  });

  it('reads the events of the type that the endpoint names, and only these', async () => {
    const server = await rawServer((peer) => peer.write(SSE + chunk('data: no\n\nevent: news\ndata: yes\n\n')));
    const observed = observe(server, clients.sse, { endpoint: { ...PLAIN, event: 'news' } });
    await receives(observed, 1);
    expect(observed.received).toEqual(['yes']);
  });

  it('is resumed by the last id as it came, whatever that is', async () => {
    const server = await rawServer((peer) => peer.write(SSE + chunk('id: x-7\ndata: a\n\n')));
    const observed = observe(server, clients.sse, { endpoint: PLAIN });
    await receives(observed, 1);
    observed.client.cut();
    await receives(observed, 2);
    expect((await server.asked(1)).text).toContain('Last-Event-ID: x-7\r\n');
    expect(observed.failures).toEqual([]);
  });

  it('ends with a failure where a message does not hold what was published', async () => {
    const server = await rawServer((peer) => peer.write(SSE + chunk('data: {"other":1}\n\n')));
    const observed = observe(server, clients.sse, { endpoint: { ...PLAIN, pointer: '/text' } });
    expect((await failure(observed)).message).toContain('a message without a string at "/text"');
  });
});

function switching(peer: Peer, more = ''): string {
  const key = /\r\nSec-WebSocket-Key: (.*)\r\n/.exec(peer.text)![1]!;
  const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
  return `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n${more}\r\n`;
}
const frame = (opcode: number, text: string): string => String.fromCharCode(0x80 | opcode, text.length) + text;

describe('a WebSocket in the plain protocol', () => {
  it('offers no subprotocol, is ready when it is open, and reads text frames as messages', async () => {
    const server = await rawServer((peer) =>
      peer.write(Buffer.from(switching(peer) + frame(1, '{"text":"a"}') + frame(1, '{"text":"b"}'), 'latin1')),
    );
    const observed = observe(server, clients.websocket, { endpoint: { ...PLAIN, pointer: '/text' } });
    await receives(observed, 2);
    expect([observed.received, observed.readies, observed.failures]).toEqual([['a', 'b'], 1, []]);
    expect((await server.asked(0)).text).not.toContain('Sec-WebSocket-Protocol');
    expect(observed.ledger.down.payload).toBe(2);
    await observed.client.send('up');
  });

  it.each([
    ['a binary frame', { ...PLAIN }, '', frame(2, 'x'), 'a binary frame where text was due'],
    ['what is not JSON', { ...PLAIN, pointer: '/text' }, '', frame(1, 'x'), 'a message that is not JSON'],
    [
      'a subprotocol that was not offered',
      { ...PLAIN },
      'Sec-WebSocket-Protocol: chat\r\n',
      '',
      'not the subprotocol: "chat"',
    ],
    ['no subprotocol where one was offered', { ...PLAIN, subprotocol: 'chat' }, '', '', 'not the subprotocol: "none"'],
  ])('refuses %s', async (_what, endpoint, more, frames, why) => {
    const server = await rawServer((peer) => peer.write(Buffer.from(switching(peer, more) + frames, 'latin1')));
    const observed = observe(server, clients.websocket, { endpoint });
    expect((await failure(observed)).message).toContain(why);
  });
});

describe('a message upstream', () => {
  const upstream = { method: 'PUT', path: '/in/{channel}', contentType: 'application/json', body: '{"text":{json}}' };

  it('is sent as the endpoint says, accepted with any 2xx, and what wraps it is framing', async () => {
    const server = await rawServer((peer) => {
      peer.write(peer.text.startsWith('PUT') ? 'HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n' : SSE);
    });
    const observed = observe(server, clients.sse, { endpoint: { ...PLAIN, upstream } });
    await server.asked(0);
    await observed.client.send('a "b"');
    const { text } = await server.asked(1);
    expect(text).toMatch(/^PUT \/in\/main HTTP\/1\.1\r\n/);
    expect(text).toContain('Content-Type: application/json\r\n');
    expect(text).toContain('\r\n\r\n{"text":"a \\"b\\""}');
    expect([observed.ledger.up.payload, observed.ledger.up.framing]).toEqual([5, '{"text":"\\\\"}'.length]);
    expect(observed.ledger.difference()).toEqual({ up: 0, down: 0 });
  });
});
