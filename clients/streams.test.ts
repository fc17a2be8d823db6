/** The two HTTP streams, SSE and forever-iframe, against servers that are bare sockets. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ClientTransport } from './client.ts';
import { clients } from './index.ts';
import { failure, observe, rawServer, until, writeCut, type Observed, type RawServer } from './raw-server.fixture.ts';

const chunk = (text: string): string => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
const OK = 'HTTP/1.1 200 OK\r\n';

/** How each transport says the same things, from its specification. */
interface Dialect {
  readonly transport: ClientTransport;
  readonly head: string;
  begin(cursor: number): string;
  message(offset: number, text: string): string;
  gap(lost: number, cursor: number): string;
  readonly heartbeat: string;
}

const SSE: Dialect = {
  transport: clients.sse,
  head: `${OK}Content-Type: text/event-stream\r\n`,
  begin: (cursor) => `retry: 1000\nid: ${cursor}\n\n`,
  message: (offset, text) => `id: ${offset}\ndata: ${text}\n\n`,
  gap: (lost, cursor) => `event: gap\nid: ${cursor}\ndata: ${lost}\n\n`,
  heartbeat: ':\n\n',
};

const IFRAME: Dialect = {
  transport: clients['forever-iframe'],
  head: `${OK}Content-Type: text/html; charset=utf-8\r\n`,
  begin: (cursor) => `<!doctype html><title>x</title><!-- -->\n<script>parent.onMessage(${cursor})</script>\n`,
  message: (offset, text) => `<script>parent.onMessage(${offset},${JSON.stringify(text)})</script>\n`,
  gap: (lost, cursor) => `<script>parent.onMessage(${cursor},null,${lost})</script>\n`,
  heartbeat: '<!---->\n',
};

const STREAMS = [
  ['sse', SSE],
  ['forever-iframe', IFRAME],
] as const;

const read = (observed: Observed): number => observed.ledger.snapshot().down.total;

async function receives(observed: Observed, count: number): Promise<void> {
  await until(
    () => observed.received.length >= count || observed.failures.length > 0,
    () => `${observed.received.length} of ${count}, disconnects ${observed.disconnects.join()}`,
  );
  expect(observed.failures).toEqual([]);
}

/** Where the client says that it has read to, in its nth request. */
async function resumedFrom(server: RawServer, request: number): Promise<string | undefined> {
  const { text } = await server.asked(request);
  return /Last-Event-ID: (\d+)|cursor=(\d+)/
    .exec(text)
    ?.slice(1)
    .find((found) => found !== undefined);
}

describe.each(STREAMS)('the %s client', (_name, says) => {
  const chunked = `${says.head}Transfer-Encoding: chunked\r\n\r\n`;

  it.each([
    ['goes on further on when it is asked again', [5], [9], 'after message 9'],
    ['moves the place in the middle of a stream', [5, 9], [], 'after message 9'],
  ] as const)('fails for good when the server %s, and no word of what is between', async (_what, first, then, why) => {
    const server = await rawServer();
    const observed = observe(server, says.transport);
    const peer = await server.asked(0);
    peer.write(`${says.head}\r\n${first.map((cursor) => says.begin(cursor)).join('')}`);
    if (then.length > 0) {
      await until(
        () => observed.readies === 1,
        () => 'to be ready',
      );
      observed.client.cut();
      (await server.asked(1)).write(`${says.head}\r\n${then.map((cursor) => says.begin(cursor)).join('')}`);
    }
    expect((await failure(observed)).message).toContain(why);
    expect(observed.ledger.difference()).toEqual({ up: 0, down: 0 });
  });

  it('fails for good on a gap of another size than the place moves by', async () => {
    const server = await rawServer((peer) => peer.write(`${says.head}\r\n${says.begin(5)}${says.gap(2, 8)}`));
    const observed = observe(server, says.transport);
    expect((await failure(observed)).message).toContain('a gap of 2 leads from message 5 to message 8');
    expect(observed.gaps).toEqual([]);
  });

  it('reads a stream the same however it is chunked and cut, and books each byte by its layer', async () => {
    const texts = ['a', 'é漢😀', '', 'x'.repeat(300)];
    const script = [
      says.begin(0),
      ...texts.map((text, i) => says.message(i + 1, text)),
      says.heartbeat,
      says.gap(3, 7),
      says.message(8, 'end'),
    ];
    const body = script.join('');
    const size = Buffer.byteLength(body);
    const server = await rawServer();
    let connections = 0;
    const cuts = fc.array(fc.nat(size + 400), { maxLength: 15 });
    await fc.assert(
      fc.asyncProperty(cuts, cuts, async (chunkCuts, cuts) => {
        const bytes = Buffer.from(body);
        const places = [...new Set([0, ...chunkCuts.filter((cut) => cut > 0 && cut < size), size])].sort(
          (a, b) => a - b,
        );
        const chunks = places.slice(1).map((stop, i) => {
          const piece = bytes.subarray(places[i], stop);
          return Buffer.concat([Buffer.from(`${piece.length.toString(16)}\r\n`), piece, Buffer.from('\r\n')]);
        });
        const observed = observe(server, says.transport);
        const peer = await server.asked(connections++);
        await writeCut(
          peer,
          Buffer.concat([Buffer.from(chunked), ...chunks]),
          cuts,
          () => read(observed),
          () => observed.ledger.open === 0,
        );
        await receives(observed, 5);
        expect(observed.received).toEqual([...texts, 'end']);
        expect([observed.readies, observed.gaps, observed.disconnects]).toEqual([1, [3], []]);
        const { down } = observed.ledger.snapshot();
        const control = says.heartbeat.length + says.gap(3, 7).length;
        const payload = [...texts, 'end'].reduce((sum, text) => sum + Buffer.byteLength(text), 0);
        expect(down).toMatchObject({
          payload,
          control,
          header: 0,
          partial: 0,
          handshake: chunked.length + says.begin(0).length,
        });
        expect(down.framing).toBe(down.total - payload - control - down.handshake);
        expect(observed.ledger.difference()).toEqual({ up: 0, down: 0 });
        observed.client.close();
      }),
      { numRuns: 40 },
    );
  });

  it('delivers nothing more once it is closed within a message’s callback', async () => {
    const body = says.begin(0) + [1, 2, 3].map((i) => says.message(i, `m${i}`)).join('');
    const server = await rawServer((peer) => peer.write(chunked + chunk(body)));
    const observed = observe(server, says.transport, {}, (client) => client.close());
    await receives(observed, 1);
    await until(
      () => observed.ledger.open === 0,
      () => 'the socket is open',
    );
    expect([observed.received, observed.failures, observed.disconnects]).toEqual([['m1'], [], []]);
    expect(observed.ledger.difference()).toEqual({ up: 0, down: 0 });
  });

  it('resumes after the message within whose callback it is cut, with nothing left of the old stream', async () => {
    const server = await rawServer();
    const observed = observe(server, says.transport, {}, (client) => observed.received.length === 1 && client.cut());
    const first = await server.asked(0);
    const half = says.message(3, 'm3').slice(0, -5);
    first.write(chunked + chunk(says.begin(0) + says.message(1, 'm1') + says.message(2, 'm2') + half));
    expect(await resumedFrom(server, 1)).toBe('1');
    server.peers[1]!.write(chunked + chunk(says.begin(1) + says.message(2, 'm2')));
    await receives(observed, 2);
    expect([observed.received, observed.disconnects, observed.readies]).toEqual([['m1', 'm2'], ['cut'], 1]);
    expect(observed.ledger.down.partial).toBe(0);
    expect(observed.ledger.difference()).toEqual({ up: 0, down: 0 });
  });

  it('resumes from its cursor on a new connection when an HTTP/1.0 stream ends, half a message and all', async () => {
    const server = await rawServer();
    const observed = observe(server, says.transport);
    const peer = await server.asked(0);
    const half = says.message(3, 'm3').slice(0, -5);
    peer.socket.end(`${says.head.replace('1.1', '1.0')}\r\n${says.begin(1)}${says.message(2, 'm2')}${half}`);
    expect(await resumedFrom(server, 1)).toBe('2');
    expect(observed.disconnects).toHaveLength(1);
    expect(observed.ledger.difference()).toEqual({ up: 0, down: 0 });
  });

  it('comes back once and on a new connection when the server says that it closes', async () => {
    const server = await rawServer();
    const observed = observe(server, says.transport);
    const peer = await server.asked(0);
    peer.socket.end(
      `${says.head}Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n${chunk(says.begin(5))}0\r\n\r\n`,
    );
    expect(await resumedFrom(server, 1)).toBe('5');
    expect(observed.disconnects).toHaveLength(1);
    expect(peer.text.match(/GET /g)).toHaveLength(1);
  });

  it.each(['text/plain', 'application/json', 'text/event-streams', ''])(
    'fails for good on the type %j',
    async (type) => {
      const server = await rawServer((peer) =>
        peer.write(`${OK}Content-Type: ${type}\r\nTransfer-Encoding: chunked\r\n\r\n`),
      );
      const observed = observe(server, says.transport);
      expect((await failure(observed)).message).toContain(JSON.stringify(type));
      expect(server.peers).toHaveLength(1);
    },
  );

  it.each([204, 301, 400, 404])('fails for good on the status %i', async (status) => {
    const server = await rawServer((peer) => peer.write(`HTTP/1.1 ${status} x\r\nContent-Length: 0\r\n\r\n`));
    expect((await failure(observe(server, says.transport))).message).toContain(`answered ${status}`);
  });

  it.each([
    ['a message that skips one', says.begin(0) + says.message(2, 'x'), 'message 2 came after message 0'],
    ['a message twice', says.begin(0) + says.message(1, 'x') + says.message(1, 'x'), 'message 1 came after message 1'],
    ['a message before it begins', says.message(1, 'x'), 'message 1 came after message none'],
  ])('fails for good on %s', async (_what, body, message) => {
    const server = await rawServer((peer) => peer.write(chunked + chunk(body)));
    const observed = observe(server, says.transport);
    expect((await failure(observed)).message).toBe(message);
    expect(observed.ledger.difference()).toEqual({ up: 0, down: 0 });
  });

  it('fails for good on bytes that are not UTF-8', async () => {
    const body = Buffer.from(says.begin(0) + says.message(1, 'x?x'));
    body[body.indexOf('?')] = 0xff;
    const size = `${body.length.toString(16)}\r\n`;
    const server = await rawServer((peer) =>
      peer.write(Buffer.concat([Buffer.from(chunked + size), body, Buffer.from('\r\n')])),
    );
    const observed = observe(server, says.transport);
    expect((await failure(observed)).message).toMatch(/^not UTF-8: "/);
    expect(observed.ledger.difference()).toEqual({ up: 0, down: 0 });
  });
});

describe('what is no stream', () => {
  it.each([
    ['an event of another type', SSE, 'id: 1\nevent: other\ndata: x\n\n', '"other"'],
    ['an id that is no number', SSE, 'id: x1\ndata: x\n\n', '"x1"'],
    ['no id at all', SSE, 'data: x\n\n', 'not a number where one was due'],
    ['JSON that is none', SSE, 'id: 0\n\nid: 1\nevent: json\ndata: "x\n\n', '"\\"x"'],
    ['JSON that is no string', SSE, 'id: 0\n\nid: 1\nevent: json\ndata: {"a":1}\n\n', '"{\\"a\\":1}"'],
    ['a gap that is no number', SSE, 'id: 0\n\nid: 1\nevent: gap\ndata: -1\n\n', '"-1"'],
    ['a line of HTML', IFRAME, '<p>hello</p>\n', '"<p>hello</p>"'],
    ['an empty line', IFRAME, '\n', '""'],
    ['a call of another function', IFRAME, '<script>alert(1)</script>\n', 'alert(1)'],
    [
      'two scripts in a line',
      IFRAME,
      '<script>parent.onMessage(0)</script><script>parent.onMessage(0)</script>\n',
      '"0)</script><script>parent.onMessage(0"',
    ],
    ['a call without arguments', IFRAME, '<script>parent.onMessage()</script>\n', '""'],
    ['a call with code', IFRAME, '<script>parent.onMessage(1,alert(1))</script>\n', '"1,alert(1)"'],
    ['an offset that is none', IFRAME, '<script>parent.onMessage(-1)</script>\n', '"-1"'],
    ['an offset beyond exact numbers', IFRAME, '<script>parent.onMessage(1e300)</script>\n', '"1e300"'],
    ['a payload that is no string', IFRAME, '<script>parent.onMessage(1,{})</script>\n', '"1,{}"'],
    ['a gap without a count', IFRAME, '<script>parent.onMessage(1,null)</script>\n', '"1,null"'],
  ])('is refused with a quote: %s', async (_what, says, body, quoted) => {
    const server = await rawServer((peer) =>
      peer.write(`${says.head}Transfer-Encoding: chunked\r\n\r\n${chunk(body)}`),
    );
    const observed = observe(server, says.transport);
    expect((await failure(observed)).message).toContain(quoted);
    expect(observed.received).toEqual([]);
    expect(observed.ledger.difference()).toEqual({ up: 0, down: 0 });
    expect(server.peers).toHaveLength(1);
  });
});
