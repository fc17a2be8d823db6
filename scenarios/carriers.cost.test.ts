/** What a carrier, a compression and a header profile cost, to the byte: each step begun when nothing is on its way. */
import { describe, expect, it } from 'vitest';
import type { ClientOptions } from '../clients/client.ts';
import { headerProfile } from '../clients/headers.ts';
import { between, type Snapshot } from '../clients/ledger.ts';
import type { StartOptions } from '../servers/http.ts';
import {
  isPoll,
  isReady,
  receivedAll,
  RIDES,
  serve,
  settled,
  subscribe,
  until,
  type Carried,
  type CarriedServer,
  type Subscriber,
} from './carriers.fixture.ts';

/** TLS 1.3, RFC 8446 §5.2: a header of 5 bytes, the type, and the tag of AES-GCM or ChaCha20-Poly1305. */
const RECORD = 5 + 1 + 16;
const LARGEST_RECORD = 2 ** 14;

interface Step {
  readonly server: CarriedServer;
  readonly subscriber: Subscriber;
  /** What one message costs, from its publication until it is there and, over a stream, nothing more is on its way. */
  readonly message: (payload: string) => Promise<Snapshot>;
}

async function inLockStep(
  ride: Carried,
  options: StartOptions['options'] = {},
  more: Partial<ClientOptions> = {},
): Promise<Step> {
  const server = await serve(ride, { options: { heartbeatMs: 0, ...options } });
  const subscriber = await subscribe(server, more);
  await isReady(subscriber);
  // Polls never end; what a message was booked as does not depend on them.
  const now = async (): Promise<Snapshot> =>
    isPoll(ride.name) ? subscriber.ledger.snapshot() : settled(subscriber.ledger);
  const message = async (payload: string): Promise<Snapshot> => {
    const before = await now();
    const due = subscriber.received.length + 1;
    server.log.append(payload);
    await receivedAll(subscriber, due);
    return between(before, await now());
  };
  return { server, subscriber, message };
}

const streams = ['sse', 'websocket'] as const;

describe('TLS', () => {
  it.each(streams.flatMap((name) => (['tls', 'h2'] as const).map((carrier) => ({ name, carrier }))))(
    'adds 22 bytes to each record of $name over $carrier, and sends nothing up',
    async (ride) => {
      const { message } = await inLockStep(ride);
      for (const size of [0, 1, 100, 125, 126, 1_000, 4_000, 16_000]) {
        const { up, down } = await message('x'.repeat(size));
        expect({ size, tls: down.tls, up: up.total }).toEqual({ size, tls: RECORD, up: 0 });
      }
    },
  );

  it.each(streams)('cuts a message of %s into records of at most 16 KiB', async (name) => {
    const { message } = await inLockStep({ name, carrier: 'tls' });
    for (const size of [20_000, 40_000, 64_000]) {
      const { down } = await message('x'.repeat(size));
      expect(down.tls).toBe(Math.ceil((down.total - down.tls) / LARGEST_RECORD) * RECORD);
    }
  });

  it.each(['tls', 'h2'] as const)(
    'adds one record to what a WebSocket’s client sends over %s, and to its goodbye',
    async (carrier) => {
      const { subscriber } = await inLockStep({ name: 'websocket', carrier });
      const frame = carrier === 'h2' ? 9 : 0;
      for (const size of [1, 100, 4_000, 16_000]) {
        const before = await settled(subscriber.ledger);
        await subscriber.client.send('x'.repeat(size));
        const { up } = between(before, await settled(subscriber.ledger));
        expect({ size, tls: up.tls, framing: up.framing }).toEqual({
          size,
          tls: RECORD,
          framing: (size < 126 ? 6 : 8) + frame,
        });
      }
      const before = await settled(subscriber.ledger);
      subscriber.client.close();
      const { up } = between(before, await settled(subscriber.ledger));
      expect({ tls: up.tls, control: up.control, framing: up.framing }).toEqual({
        tls: RECORD,
        control: 8,
        framing: frame,
      });
    },
  );

  it.each(['tls', 'h2'] as const)('adds one record to a POST over %s, its head and body together', async (carrier) => {
    const { subscriber } = await inLockStep({ name: 'sse', carrier });
    await subscriber.client.send('the first opens a connection of its own');
    const before = await settled(subscriber.ledger);
    await subscriber.client.send('x'.repeat(1_000));
    const { up } = between(before, await settled(subscriber.ledger));
    expect({ tls: up.tls, payload: up.payload }).toEqual({ tls: RECORD, payload: 1_000 });
  });

  it.each(RIDES.filter(({ carrier }) => carrier === 'h1' || carrier === 'h2c'))(
    'costs nothing where there is none: $name over $carrier',
    async (ride) => {
      const { message, subscriber } = await inLockStep(ride);
      await message('hello');
      const { up, down } = subscriber.ledger.snapshot();
      expect({ up: up.tls, down: down.tls }).toEqual({ up: 0, down: 0 });
    },
  );
});

/** Empty short polls, each sent by hand when the one before is answered: what each costs. */
async function emptyPolls(ride: Carried, count: number, more: Partial<ClientOptions> = {}): Promise<Snapshot[]> {
  let poll = (): void => {};
  const server = await serve(ride);
  // With a cursor from the start every poll is the same request.
  const subscriber = await subscribe(server, { cursor: 0, wait: (_delayMs, run) => (poll = run), ...more });
  const costs: Snapshot[] = [];
  // A connection's own upkeep is no poll's: from an answer to a poll that is not counted.
  for (let asked = 0; asked < count; asked++) {
    const before = asked === 0 ? undefined : await settled(subscriber.ledger);
    if (asked > 0) poll();
    await until(
      () => subscriber.ledger.emptyPolls > asked,
      () => `for the answer to poll ${asked}`,
    );
    const after = await settled(subscriber.ledger);
    costs.push(before === undefined ? after : between(before, after));
  }
  return costs;
}

describe('HPACK', () => {
  it.each(['h2c', 'h2'] as const)(
    'brings an empty poll that repeats itself below 60 bytes up over %s',
    async (carrier) => {
      const [first, second, third] = await emptyPolls({ name: 'short-polling', carrier }, 3);
      expect(second!.up.control).toBeLessThan(60);
      expect(third!.up.control).toBe(second!.up.control);
      expect(first!.up.control).toBeGreaterThan(5 * second!.up.control);
      expect(second!.down.control).toBeLessThan(60);
      // All of it is control, and TLS adds one record to it.
      const record = carrier === 'h2' ? RECORD : 0;
      expect(second!.up.total).toBe(second!.up.control + record);
      expect(second!.down.total).toBe(second!.down.control + record);
    },
  );

  it.each(['h1', 'tls'] as const)('is not there over %s: each empty poll costs the same', async (carrier) => {
    const [first, second] = await emptyPolls({ name: 'short-polling', carrier }, 2);
    expect(second!.up.control).toBe(first!.up.control);
    expect(second!.up.control).toBeGreaterThan(450);
  });

  it('makes a token of some hundred bytes cost next to nothing after the first request', async () => {
    const headers = headerProfile('chrome+jwt');
    const ride = { name: 'short-polling', carrier: 'h2c' } as const;
    const [first, second] = await emptyPolls(ride, 2, { headers });
    const [plainFirst, plainSecond] = await emptyPolls(ride, 2);
    expect(first!.up.control - plainFirst!.up.control).toBeGreaterThan(400);
    expect(second!.up.control - plainSecond!.up.control).toBeLessThanOrEqual(2);
  });
});

const JSON_20K = JSON.stringify(
  Array.from({ length: 300 }, (_, id) => ({ id, name: 'a name', state: 'the same words' })),
);

describe('gzip of polls', () => {
  const polls = (['short-polling', 'long-polling'] as const).flatMap((name) =>
    (['h1', 'tls', 'h2c', 'h2'] as const).map((carrier) => ({ name, carrier })),
  );

  it.each(polls)('brings repetitive JSON of 17 KB down to a fraction for $name over $carrier', async (ride) => {
    for (const profile of ['chrome', 'minimal'] as const) {
      const more = { gzip: true, headers: headerProfile(profile) };
      const { subscriber, message } = await inLockStep(ride, { gzip: true }, more);
      const { down } = await message(JSON_20K);
      expect(subscriber.received).toEqual([JSON_20K]);
      expect(down.payload).toBeGreaterThan(0);
      expect(down.payload * 8).toBeLessThan(JSON_20K.length);
      subscriber.client.close();
    }
  });

  it.each(polls)('leaves an answer below 1 KiB as it is for $name over $carrier', async (ride) => {
    const { message } = await inLockStep(ride, { gzip: true }, { gzip: true });
    // `{"cursor":1,"messages":["…"]}` is 28 bytes around the message.
    const { down } = await message('x'.repeat(1_023 - 28));
    expect(down.payload).toBe(1_023 - 28);
    expect((await message('x'.repeat(1_024 - 28))).down.payload).toBeLessThan(100);
  });

  it.each(polls)('is not done for a client that does not accept it, $name over $carrier', async (ride) => {
    const { message } = await inLockStep(ride, { gzip: true }, { headers: headerProfile('minimal') });
    expect((await message(JSON_20K)).down.payload).toBe(JSON_20K.length);
  });

  it.each(polls)('is not done by a server that was not told to, $name over $carrier', async (ride) => {
    const { message } = await inLockStep(ride, {}, { gzip: true });
    expect((await message(JSON_20K)).down.payload).toBe(JSON_20K.length);
  });
});

/** 192 bytes of JSON of which little changes. */
const ticker = (i: number): string => {
  const text = `{"type":"quote","symbol":"PUSH","sequence":${1_000 + i},"price":${100 + (i % 7)}.25,"venue":"XETRA","flags":["open"],"note":"`;
  return `${text}${'lorem ipsum dolor sit amet consetetur sadipscing elitr '.repeat(2).slice(0, 190 - text.length)}"}`;
};

describe('permessage-deflate', () => {
  /** Bytes of the fifth message of 192, frame included. */
  async function bytesOf(carrier: Carried['carrier'], deflate: boolean, contextTakeover: boolean): Promise<number> {
    const options = { deflate, contextTakeover };
    const { message } = await inLockStep({ name: 'websocket', carrier }, options, options);
    for (let i = 0; i < 4; i++) await message(ticker(i));
    expect(Buffer.byteLength(ticker(4))).toBe(192);
    const { down } = await message(ticker(4));
    return down.payload + down.framing;
  }

  it.each([
    ['h1', 0],
    ['tls', 0],
    // The header of the DATA frame.
    ['h2c', 9],
    ['h2', 9],
  ] as const)(
    'brings 192 bytes of JSON to a few with context takeover, to more without it over %s',
    async (carrier, frame) => {
      const [plain, alone, kept] = [
        await bytesOf(carrier, false, true),
        await bytesOf(carrier, true, false),
        await bytesOf(carrier, true, true),
      ];
      expect(plain).toBe(192 + 4 + frame);
      expect(kept).toBeLessThan(20 + frame);
      expect(alone).toBeGreaterThan(100 + frame);
      expect(alone).toBeLessThan(192);
    },
  );
});
