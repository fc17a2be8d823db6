import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clients } from './index.ts';
import { parseAnswer } from './polling.ts';
import { failure, observe, rawServer, until, type Observed, type RawServer } from './raw-server.fixture.ts';

const OK = 'HTTP/1.1 200 OK\r\n';

async function receives(observed: Observed, count: number): Promise<void> {
  await until(
    () => observed.received.length >= count || observed.failures.length > 0,
    () => `${observed.received.length} of ${count}, disconnects ${observed.disconnects.join()}`,
  );
  expect(observed.failures).toEqual([]);
}

const answer = (body: string, more = ''): string =>
  `${OK}Content-Type: application/json\r\n${more}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
/** Waits for the nth request of a connection, from 0, and returns its target. */
async function request(server: RawServer, connection: number, nth: number): Promise<string> {
  const peer = await server.asked(connection);
  const targets = (): string[] => [...peer.text.matchAll(/GET (.*) HTTP\/1\.1\r\n/g)].map(([, target]) => target!);
  await until(
    () => targets().length > nth,
    () => `${targets().length} requests`,
  );
  return targets()[nth]!;
}

describe('short polling', () => {
  /** A client whose waits are noted, and end when `next` is called. */
  async function stepped() {
    const server = await rawServer();
    const waits: number[] = [];
    let run = (): void => {};
    const wait = (delayMs: number, next: () => void): void => void (waits.push(delayMs), (run = next));
    const options = { pollIntervalMs: 60_000, random: () => 0.5, wait };
    const { client } = observe(server, clients['short-polling'], options);
    return { server, waits, client, next: () => run() };
  }

  it('keeps its turn when a lost connection makes it poll between', async () => {
    const { server, waits, client, next } = await stepped();
    await request(server, 0, 0);
    server.peers[0]!.write(answer('{"cursor":0,"messages":[]}'));
    await until(
      () => waits.length === 1,
      () => 'for the phase',
    );
    client.cut();
    next();
    await request(server, 1, 0);
    server.peers[1]!.write(answer('{"cursor":0,"messages":[]}'));
    // First the phase, then the backoff, and then what is left of the phase: not another interval.
    await until(
      () => waits.length === 3,
      () => 'for the next turn',
    );
    // What is left until then, by a clock in fractions of a millisecond.
    expect(waits[0]).toBeCloseTo(30_000, 6);
    expect(waits[2]).toBeLessThanOrEqual(30_000);
    expect(waits[2]).toBeGreaterThan(0);
  });

  it('keeps its turn when it polls in a hurry, on the connection that it has, and not while a poll is under way', async () => {
    const { server, waits, client, next } = await stepped();
    client.hurry!();
    await request(server, 0, 0);
    server.peers[0]!.write(answer('{"cursor":0,"messages":[]}'));
    await until(
      () => waits.length === 1,
      () => 'for the phase',
    );
    client.hurry!();
    next();
    await request(server, 0, 1);
    client.hurry!();
    server.peers[0]!.write(answer('{"cursor":0,"messages":[]}'));
    await until(
      () => waits.length === 3,
      () => 'for the next turn',
    );
    // The phase, at once, and what is left of the phase.
    expect(waits[1]).toBe(0);
    expect(waits[2]).toBeLessThanOrEqual(30_000);
    expect(waits[2]).toBeGreaterThan(20_000);
    expect(server.peers).toHaveLength(1);
    expect([...server.peers[0]!.text.matchAll(/GET /g)]).toHaveLength(2);
  });
});

describe('a poll’s answer', () => {
  it('is read back as it was written, and nothing else is', () => {
    const messages = fc.array(fc.string({ unit: 'binary' }));
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.maxSafeNat(), messages, (cursor, lost, texts) => {
        expect(parseAnswer(JSON.stringify({ cursor, lost, messages: texts }))).toEqual({
          cursor,
          lost,
          more: false,
          messages: texts,
        });
        expect(parseAnswer(JSON.stringify({ cursor, messages: texts })).lost).toBe(0);
        expect(parseAnswer(JSON.stringify({ cursor, more: true, messages: texts })).more).toBe(true);
      }),
    );
    fc.assert(
      fc.property(fc.json(), (text) => {
        const value = JSON.parse(text) as unknown;
        fc.pre(typeof value !== 'object' || value === null || !('cursor' in value));
        expect(() => parseAnswer(text)).toThrow(/another shape: "/);
      }),
    );
  });

  it.each(['', 'x', '{', '{"cursor":1,"messages":[]', '{"cursor":1,"messages":[]}x', '\ufeff{}', '<html>'])(
    'is refused with a quote when it is not JSON: %j',
    (text) => {
      expect(() => parseAnswer(text)).toThrow(`not JSON: ${JSON.stringify(text)}`);
    },
  );

  it.each([
    'null',
    '[]',
    '{}',
    '{"cursor":"1","messages":[]}',
    '{"cursor":-1,"messages":[]}',
    '{"cursor":1.5,"messages":[]}',
    '{"cursor":1}',
    '{"cursor":1,"messages":{}}',
    '{"cursor":1,"messages":[1]}',
    '{"cursor":1,"lost":-1,"messages":[]}',
    '{"cursor":1e99,"messages":[]}',
  ])('is refused with a quote when its shape is another: %s', (text) => {
    expect(() => parseAnswer(text)).toThrow(`another shape: ${JSON.stringify(text)}`);
  });
});

describe.each([
  ['short-polling', clients['short-polling']],
  ['long-polling', clients['long-polling']],
] as const)('the %s client', (_name, transport) => {
  it('asks on one connection from where the last answer left it', async () => {
    const server = await rawServer();
    const observed = observe(server, transport);
    expect(await request(server, 0, 0)).not.toContain('cursor=');
    server.peers[0]!.write(answer('{"cursor":7,"messages":[]}'));
    expect(await request(server, 0, 1)).toContain('cursor=7');
    server.peers[0]!.write(answer('{"cursor":9,"messages":["é","b"]}'));
    expect(await request(server, 0, 2)).toContain('cursor=9');
    server.peers[0]!.write('HTTP/1.1 204 No Content\r\n\r\n');
    expect(await request(server, 0, 3)).toContain('cursor=9');
    server.peers[0]!.write(answer('{"cursor":12,"lost":2,"messages":["c"]}'));
    await receives(observed, 3);
    expect([observed.received, observed.gaps, observed.ledger.emptyPolls]).toEqual([['é', 'b', 'c'], [2], 1]);
    expect(observed.ledger.down.payload).toBe(4);
    expect(observed.ledger.difference()).toEqual({ up: 0, down: 0 });
  });

  it('takes the new place that a server started anew gives it', async () => {
    const server = await rawServer();
    const observed = observe(server, transport, { cursor: 500 });
    expect(await request(server, 0, 0)).toContain('cursor=500');
    server.peers[0]!.write('HTTP/1.1 204 No Content\r\n\r\n');
    expect(await request(server, 0, 1)).toContain('cursor=500');
    server.peers[0]!.write(answer('{"cursor":3,"messages":[]}'));
    expect(await request(server, 0, 2)).toContain('cursor=3');
    expect(observed.failures).toEqual([]);
  });

  it('asks once, from after the message within whose callback it is cut', async () => {
    const server = await rawServer();
    const observed = observe(server, transport, {}, (client) => observed.received.length === 1 && client.cut());
    await request(server, 0, 0);
    server.peers[0]!.write(answer('{"cursor":0,"messages":[]}'));
    await request(server, 0, 1);
    server.peers[0]!.write(answer('{"cursor":3,"messages":["a","b","c"]}'));
    expect(await request(server, 1, 0)).toContain('cursor=1');
    server.peers[1]!.write(answer('{"cursor":3,"messages":["b","c"]}'));
    expect(await request(server, 1, 1)).toContain('cursor=3');
    expect(observed.received).toEqual(['a', 'b', 'c']);
    expect([server.peers.length, observed.disconnects]).toEqual([2, ['cut']]);
  });

  it('comes back soon each time that it had been answered since the last loss, however many there were', async () => {
    const server = await rawServer();
    const waits: number[] = [];
    let next = (): void => {};
    const wait = (delayMs: number, run: () => void): void => void (waits.push(delayMs), (next = run));
    const observed = observe(server, transport, { cursor: 0, random: () => 0.99, wait });
    for (let round = 1; round <= 5; round++) {
      await request(server, round - 1, 0);
      server.peers[round - 1]!.write(answer(`{"cursor":${round},"messages":["x"]}`));
      await receives(observed, round);
      observed.client.cut();
      next();
    }
    // The first backoff is of up to 50 ms, and the interval of this client is shorter.
    expect(observed.disconnects).toHaveLength(5);
    expect(waits.length).toBeGreaterThanOrEqual(5);
    expect(waits.filter((delayMs) => delayMs > 50)).toEqual([]);
  });

  it('loses nothing where it is cut between two connections, and waits no longer for the next one', async () => {
    const server = await rawServer();
    const waits: number[] = [];
    let next = (): void => {};
    const wait = (delayMs: number, run: () => void): void => void (waits.push(delayMs), (next = run));
    const observed = observe(server, transport, { wait });
    await request(server, 0, 0);
    for (let cut = 0; cut < 10; cut++) observed.client.cut();
    expect([observed.disconnects, waits.length]).toEqual([['cut'], 1]);
    next();
    await request(server, 1, 0);
    expect(server.peers).toHaveLength(2);
  });

  it.each([
    ['says that it closes', (body: string) => answer(body, 'Connection: close\r\n')],
    ['is HTTP/1.0', (body: string) => answer(body).replace('1.1', '1.0')],
    ['ends only with the connection', (body: string) => `${OK}Content-Type: application/json\r\n\r\n${body}`],
  ])('asks on a new connection, and calls it no loss, when the answer %s', async (_what, say) => {
    const server = await rawServer();
    const observed = observe(server, transport);
    for (let i = 0; i < 3; i++) {
      await request(server, i, 0);
      server.peers[i]!.socket.end(say(`{"cursor":${i},"messages":${i === 0 ? '[]' : '["x"]'}}`));
    }
    await request(server, 3, 0);
    expect([observed.received, observed.disconnects, observed.failures]).toEqual([['x', 'x'], [], []]);
    expect(observed.ledger.difference()).toEqual({ up: 0, down: 0 });
  });

  it.each([
    ['another type', `${OK}Content-Type: text/html\r\nContent-Length: 2\r\n\r\n{}`, '"text/html"'],
    ['no type', `${OK}Content-Length: 2\r\n\r\n{}`, '"no type"'],
    ['another shape', answer('{}'), '"{}"'],
    [
      'a batch that does not follow the cursor',
      answer('{"cursor":9,"messages":["x","y"]}'),
      'message 8 came after message 5',
    ],
    [
      'bytes that are not UTF-8',
      answer('{"cursor":6,"messages":["?"]}').replace('?', '\xff').replace('Length: 29', 'Length: 29'),
      'not UTF-8',
    ],
    ['a place further on, and no word of what is between', answer('{"cursor":9,"messages":[]}'), 'after message 9'],
    [
      'a gap of another size',
      answer('{"cursor":9,"lost":2,"messages":["x"]}'),
      'a gap of 2 leads from message 5 to message 8',
    ],
    ['a refusal', 'HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n', 'answered 400'],
  ])('fails for good on %s', async (_what, bytes, quoted) => {
    const server = await rawServer((peer) => peer.write(Buffer.from(bytes, 'latin1')));
    const observed = observe(server, transport, { cursor: 5 });
    expect((await failure(observed)).message).toContain(quoted);
    expect(observed.ledger.difference()).toEqual({ up: 0, down: 0 });
    expect(server.peers).toHaveLength(1);
  });
});
