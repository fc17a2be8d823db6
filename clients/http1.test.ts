import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProtocolError } from './client.ts';
import { Http1Connection } from './http1.ts';
import { Ledger } from './ledger.ts';
import { rawServer, until, writeCut } from './raw-server.fixture.ts';

const REQUEST = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n';

interface Outcome {
  /** What the handler was told, adjacent parts of a body as one. */
  readonly told: readonly (readonly [what: string, detail?: string | number])[];
  readonly ledger: Ledger;
  readonly connection: Http1Connection;
}

interface Script {
  readonly cuts?: readonly number[];
  /** Whether the server ends the connection after its answer. */
  readonly thenEnd?: boolean;
  /** Requests that the handler makes, one after the other, in `end`. */
  readonly again?: number;
}

/** Lets a bare server answer one request with these bytes, cut there, and returns what the connection made of it. */
async function exchange(
  bytes: string | Buffer,
  { cuts = [], thenEnd = false, again = 0 }: Script = {},
): Promise<Outcome> {
  const answer = typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes;
  const server = await rawServer();
  const ledger = new Ledger();
  const told: [string, (string | number)?][] = [];
  let left = again;
  const connection = new Http1Connection({ ...server, carrier: 'h1' }, ledger, {
    head: ({ status }) => void told.push(['head', status]),
    body(buffer, start, end) {
      ledger.down.payload += end - start;
      const text = buffer.toString('latin1', start, end);
      const last = told.at(-1)!;
      if (last[0] === 'body') last[1] = String(last[1]) + text;
      else told.push(['body', text]);
    },
    end() {
      told.push(['end']);
      if (left-- > 0) connection.request(REQUEST, 'header');
    },
    closed: (reason) => void told.push(['closed', reason]),
    failed: (error) => void told.push(['failed', error.message]),
  });
  connection.request(REQUEST, 'header');
  const peer = await server.asked(0);
  const gone = (): boolean => ledger.open === 0;
  await writeCut(peer, answer, cuts, () => connection.socket.bytesRead, gone);
  if (thenEnd) {
    peer.socket.end();
    await until(gone, () => JSON.stringify(told));
  }
  expect(ledger.difference()).toEqual({ up: 0, down: 0 });
  connection.destroy();
  await until(gone, () => 'the socket is open');
  expect(ledger.difference()).toEqual({ up: 0, down: 0 });
  return { told, ledger, connection };
}

const OK = 'HTTP/1.1 200 OK\r\n';

describe('a response', () => {
  it.each<[string, string, string]>([
    ['of a known length', `${OK}Content-Length: 5\r\n\r\nhello`, 'hello'],
    ['of length 0', `${OK}Content-Length: 0\r\n\r\n`, ''],
    ['in chunks', `${OK}Transfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n`, 'hello'],
    [
      'in chunks of hex digits in both cases',
      `${OK}Transfer-Encoding: Chunked\r\n\r\nA\r\n0123456789\r\nb\r\n0123456789a\r\n0\r\n\r\n`,
      '01234567890123456789a',
    ],
    ['in chunks with leading zeros', `${OK}Transfer-Encoding: chunked\r\n\r\n0005\r\nhello\r\n000\r\n\r\n`, 'hello'],
    [
      'in chunks with extensions',
      `${OK}Transfer-Encoding: chunked\r\n\r\n5;a=b;c="d"\r\nhello\r\n0;z\r\n\r\n`,
      'hello',
    ],
    [
      'in chunks with trailers',
      `${OK}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nA: b\r\nC: d\r\n\r\n`,
      'hello',
    ],
    [
      'in chunks that look like chunks',
      `${OK}Transfer-Encoding: chunked\r\n\r\n7\r\n\r\n0\r\n\r\n\r\n0\r\n\r\n`,
      '\r\n0\r\n\r\n',
    ],
    [
      'after interim ones',
      `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n${OK}Content-Length: 5\r\n\r\nhello`,
      'hello',
    ],
    ['without a reason', 'HTTP/1.1 200 \r\nContent-Length: 5\r\n\r\nhello', 'hello'],
    [
      'with odd but allowed fields',
      `${OK}A:b\r\nB:\t c \r\nC:\r\nX-\xe9: no`.replace('X-\xe9: no', 'X: \xe9') + '\r\nContent-Length: 5\r\n\r\nhello',
      'hello',
    ],
  ])('%s is read the same wherever it is cut in two, and byte by byte', async (_what, bytes, body) => {
    const expected = [['head', 200], ...(body === '' ? [] : [['body', body]]), ['end']];
    const size = Buffer.byteLength(bytes, 'latin1');
    const everywhere = Array.from({ length: size - 1 }, (_, i) => i + 1);
    for (const cuts of [[], everywhere, ...everywhere.map((cut) => [cut])]) {
      const { told, ledger } = await exchange(bytes, { cuts });
      expect(told).toEqual(expected);
      expect(ledger.down.payload).toBe(body.length);
      expect(ledger.down.payload + ledger.down.header + ledger.down.framing).toBe(size);
    }
  });

  it.each([
    ['of no length', `${OK}\r\nhello`],
    ['of no length in HTTP/1.0', 'HTTP/1.0 200 OK\r\n\r\nhello'],
  ])(
    '%s goes on until the server ends, which is no loss, and leaves a connection for no more',
    async (_what, bytes) => {
      for (const cuts of [[], [3], [20, 21, 22]]) {
        const { told, connection } = await exchange(bytes, { cuts, thenEnd: true });
        expect(told).toEqual([['head', 200], ['body', 'hello'], ['end']]);
        expect(connection.idle).toBe(false);
      }
    },
  );

  it.each([204, 304])('with the status %i has no body, whatever its head says', async (status) => {
    const { told } = await exchange(`HTTP/1.1 ${status} x\r\nTransfer-Encoding: chunked\r\n\r\n`);
    expect(told).toEqual([['head', status], ['end']]);
  });

  it.each([
    ['Connection: close\r\n', '1.1', false],
    ['Connection: keep-alive\r\n', '1.1', true],
    ['', '1.1', true],
    ['Connection: foo, Close\r\n', '1.1', false],
    ['', '1.0', false],
    ['Connection: Keep-Alive\r\n', '1.0', true],
  ])('with %j in HTTP/%s leaves the connection for another: %s', async (field, version, again) => {
    const ledger = new Ledger();
    const server = await rawServer((peer) => peer.write(`HTTP/${version} 200 OK\r\n${field}Content-Length: 0\r\n\r\n`));
    let idle: boolean | undefined;
    const connection = new Http1Connection({ ...server, carrier: 'h1' }, ledger, {
      head() {},
      body() {},
      end: () => (idle = connection.idle),
      closed() {},
      failed() {},
    });
    connection.request(REQUEST, 'header');
    await until(
      () => idle !== undefined,
      () => 'the end',
    );
    connection.destroy();
    expect(idle).toBe(again);
  });

  it.each([
    '',
    'HT',
    'HTTP/1.1 200 OK\r\nContent-',
    `${OK}Content-Length: 5\r\n\r\n`,
    `${OK}Content-Length: 5\r\n\r\nhel`,
    `${OK}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n`,
  ])('that ends after %j is a loss and never an end', async (bytes) => {
    const { told } = await exchange(bytes, { thenEnd: true });
    expect(told.at(-1)).toEqual(['closed', 'ended by the server']);
    expect(told.filter(([what]) => what === 'end')).toEqual([]);
  });
});

describe('any response', () => {
  const piece = fc.string({ unit: fc.constantFrom('a', '\r', '\n', '0', ';', ' ', '\xff'), maxLength: 40 });
  const extension = fc.constantFrom('', ';a', ';a=b', ';a="b;c"');
  const response = fc.oneof(
    fc.record({ kind: fc.constant('fixed' as const), body: piece }),
    fc.record({
      kind: fc.constant('chunked' as const),
      chunks: fc.array(
        fc.tuple(
          piece.filter((text) => text !== ''),
          extension,
        ),
        { maxLength: 5 },
      ),
      trailers: fc.array(fc.constantFrom('A: b', 'X: y z'), { maxLength: 2 }),
    }),
    fc.record({ kind: fc.constant('empty' as const) }),
  );
  const interim = fc.array(fc.constantFrom(100, 102, 103), { maxLength: 2 });

  it('is told and booked alike however its bytes are cut', async () => {
    await fc.assert(
      fc.asyncProperty(response, interim, fc.array(fc.nat(400), { maxLength: 12 }), async (what, before, cuts) => {
        let head = before.map((status) => `HTTP/1.1 ${status} x\r\nA: b\r\n\r\n`).join('');
        let rest = '';
        let body = '';
        if (what.kind === 'empty') head += 'HTTP/1.1 204 x\r\n\r\n';
        else if (what.kind === 'fixed') {
          head += `${OK}content-length: ${what.body.length}\r\n\r\n`;
          rest = body = what.body;
        } else {
          head += `${OK}transfer-encoding: chunked\r\n\r\n`;
          for (const [text, more] of what.chunks) rest += `${text.length.toString(16)}${more}\r\n${text}\r\n`;
          rest += `0\r\n${what.trailers.map((line) => `${line}\r\n`).join('')}\r\n`;
          body = what.chunks.map(([text]) => text).join('');
        }
        const { told, ledger } = await exchange(head + rest, { cuts });
        const status = what.kind === 'empty' ? 204 : 200;
        // A chunk's framing may part two pieces of a body; as text they are one.
        expect(told.filter(([name]) => name !== 'body')).toEqual([['head', status], ['end']]);
        expect(
          told
            .filter(([name]) => name === 'body')
            .map(([, text]) => text)
            .join(''),
        ).toBe(body);
        expect(ledger.down).toEqual({
          payload: body.length,
          framing: rest.length - body.length,
          header: head.length,
          control: 0,
          handshake: 0,
          partial: 0,
        });
      }),
      { numRuns: 120 },
    );
  });
});

describe('what HTTP/1.1 does not allow', () => {
  const CHUNKED = `${OK}Transfer-Encoding: chunked\r\n\r\n`;
  it.each<[string, string, string]>([
    ['another protocol’s greeting', 'SSH-2.0-OpenSSH_9.6\r\n', 'SSH-2.0-OpenSSH_9.6'],
    ['a greeting without a line end', '220 mail', '220 mail'],
    ['TLS', '\x15\x03\x01\x00\x02', '\\u0015\\u0003\\u0001'],
    ['lines that end in LF', 'HTTP/1.1 200 OK\nContent-Length: 0\n\n', 'HTTP/1.1 200 OK\\nContent-Length'],
    ['one line that ends in LF', `${OK}A: b\nC: d\n`, 'A: b\\nC: d'],
    ['HTTP/2', 'HTTP/2 200\r\n\r\n', 'HTTP/2 200'],
    ['HTTP/1.2', 'HTTP/1.2 200 OK\r\n\r\n', 'HTTP/1.2 200 OK'],
    ['a status of two digits', 'HTTP/1.1 20 OK\r\n\r\n', 'HTTP/1.1 20 OK'],
    ['a status of four digits', 'HTTP/1.1 2000 OK\r\n\r\n', 'HTTP/1.1 2000 OK'],
    ['a status of another class', 'HTTP/1.1 600 OK\r\n\r\n', 'HTTP/1.1 600 OK'],
    ['a NUL in the reason', 'HTTP/1.1 200 O\0K\r\n\r\n', 'HTTP/1.1 200 O\\u0000K'],
    ['obsolete folding', `${OK}A: b\r\n c\r\nContent-Length: 0\r\n\r\n`, ' c'],
    ['a space before the colon', `${OK}Content-Length : 5\r\n\r\nhello`, 'Content-Length : 5'],
    ['a field without a name', `${OK}: x\r\n\r\n`, ': x'],
    ['a line without a colon', `${OK}nonsense\r\n\r\n`, 'nonsense'],
    ['a CR within a field', `${OK}A: b\rC: d\r\n\r\n`, 'A: b\\rC: d'],
    ['both a length and chunks', `${OK}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n`, '5'],
    ['two lengths', `${OK}Content-Length: 5\r\nContent-Length: 6\r\n\r\n`, '5, 6'],
    ['a negative length', `${OK}Content-Length: -1\r\n\r\n`, '-1'],
    ['a length with a sign', `${OK}Content-Length: +5\r\n\r\n`, '+5'],
    ['an empty length', `${OK}Content-Length:\r\n\r\n`, ''],
    ['another coding', `${OK}Transfer-Encoding: gzip\r\n\r\n`, 'gzip'],
    ['chunked twice', `${OK}Transfer-Encoding: chunked, chunked\r\n\r\n`, 'chunked, chunked'],
    ['a chunk size that is none', `${CHUNKED}xyz\r\n`, 'xyz'],
    ['an empty chunk size', `${CHUNKED}\r\nhello`, '\\r\\nhello'],
    ['a chunk size in another base', `${CHUNKED}0x5\r\nhello`, '0x5\\r\\nhello'],
    ['a negative chunk size', `${CHUNKED}-5\r\nhello`, '-5\\r\\nhello'],
    ['a chunk size beyond all bounds', `${CHUNKED}fffffffffffff\r\n`, 'fffffffffffff'],
    ['a chunk line that ends in LF', `${CHUNKED}5\nhello`, '5\\nhello'],
    ['a chunk that is longer than its size', `${CHUNKED}3\r\nhello\r\n`, 'lo'],
    ['bytes after a response', `${OK}Content-Length: 0\r\n\r\nHTTP/1.1 200`, 'HTTP/1.1 200'],
    ['a body where none may be', `HTTP/1.1 204 No Content\r\nContent-Length: 2\r\n\r\nhi`, 'hi'],
    ['bytes after the last chunk', `${CHUNKED}0\r\n\r\nmore`, 'more'],
  ])('is an error that quotes the bytes, and no hang: %s', async (_what, bytes, quoted) => {
    const size = Buffer.byteLength(bytes, 'latin1');
    for (const cuts of [[], Array.from({ length: size - 1 }, (_, i) => i + 1)]) {
      const { told } = await exchange(bytes, { cuts });
      const [what, message] = told.at(-1)!;
      expect(what).toBe('failed');
      // Byte by byte, the error comes as soon as it is one.
      if (cuts.length === 0) expect(message).toContain(quoted);
      else expect(message).toMatch(/: "/);
    }
  });

  it('is an answer that nothing asked for, though another request follows at once', async () => {
    const answer = `${OK}Content-Length: 5\r\n\r\nhello`;
    const { told } = await exchange(answer + answer.replace('hello', 'wrong'), { again: 1 });
    expect(told.slice(0, 3)).toEqual([['head', 200], ['body', 'hello'], ['end']]);
    expect(told[3]![0]).toBe('failed');
    expect(told[3]![1]).toContain('nothing asked for: "HTTP/1.1 200 OK');
    expect(told).toHaveLength(4);
  });

  it('is a head over 64 KiB, a chunk line over 256 bytes and a trailer line over 64 KiB, in one piece or in many', async () => {
    const long = 'x'.repeat(70_000);
    for (const [bytes, what] of [
      [`${OK}A: ${long}\r\nContent-Length: 0\r\n\r\n`, 'head'],
      [`${CHUNKED}5;${'x'.repeat(300)}\r\nhello\r\n0\r\n\r\n`, 'chunk-line'],
      [`${CHUNKED}0\r\nA: ${long}\r\n\r\n`, 'trailer'],
    ] as const) {
      for (const cuts of [[], [10, 200, 300, 330], [30_000, 60_000, 69_000]]) {
        const { told } = await exchange(bytes, { cuts });
        expect(told.at(-1)![0]).toBe('failed');
        expect(told.at(-1)![1]).toContain(`a response's ${what} is over`);
      }
    }
  });

  it('is a ProtocolError', async () => {
    const server = await rawServer((peer) => peer.write('nonsense'));
    const error = await new Promise((resolve) => {
      const ignore = (): void => {};
      const handler = { head: ignore, body: ignore, end: ignore, closed: ignore, failed: resolve };
      new Http1Connection({ ...server, carrier: 'h1' }, new Ledger(), handler).request(REQUEST, 'header');
    });
    expect(error).toBeInstanceOf(ProtocolError);
  });
});

describe('a connection that was reset', () => {
  it.each(['', 'with a body'])(
    'books nothing of a request that the kernel refused before the news was read: "%s"',
    async (body) => {
      const server = await rawServer();
      const ledger = new Ledger();
      let reason = '';
      const connection = new Http1Connection({ ...server, carrier: 'h1' }, ledger, {
        head: () => {},
        body: () => {},
        end: () => {},
        closed: (why) => (reason = why),
        failed: (error) => (reason = error.message),
      });
      connection.request(REQUEST, 'header');
      const peer = await server.asked(0);
      // Not reading, it learns of the reset only by writing.
      connection.setReading(false);
      peer.socket.resetAndDestroy();
      await until(
        () => peer.socket.destroyed,
        () => 'the reset',
      );
      const deadline = performance.now() + 30;
      while (performance.now() < deadline);
      connection.request(REQUEST, 'header', body);
      expect(ledger.difference()).toEqual({ up: 0, down: 0 });
      await until(
        () => reason !== '',
        () => 'the news',
      );
      expect(ledger.difference()).toEqual({ up: 0, down: 0 });
    },
  );
});
