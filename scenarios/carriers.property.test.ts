/** Holds the ledger to the sockets whatever is sent: over every transport, carrier, header profile and compression. */
import fc from 'fast-check';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { parseHeaderFile } from '../clients/header-file.ts';
import { HEADER_PROFILES, headerProfile, type HeaderProfile } from '../clients/headers.ts';
import {
  expectBalance,
  isReady,
  leaves,
  receivedAll,
  RIDES,
  serve,
  subscribe,
  type Carried,
} from './carriers.fixture.ts';

const LARGEST = 70_000;

const FILE = Buffer.from('# a file of the user\r\nAuthorization: Bearer abc\nX-Empty:\nX-Latin: \xe9\xa0\n', 'latin1');
const profiles: readonly HeaderProfile[] = [
  ...HEADER_PROFILES.map(headerProfile),
  parseHeaderFile(FILE, 'file:x', false),
  parseHeaderFile(FILE, 'chrome+file:x', true),
];

/** A text of about so many bytes that repeats what it begins with, and so compresses. */
const long = fc
  .tuple(fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }), fc.integer({ min: 0, max: LARGEST }))
  .map(([text, bytes]) => text.repeat(Math.ceil(bytes / Buffer.byteLength(text))));
const payload = fc.oneof({ weight: 3, arbitrary: fc.string({ unit: 'binary', maxLength: 300 }) }, long);

const exchange = fc.record({
  profile: fc.constantFrom(...profiles),
  deflate: fc.boolean(),
  contextTakeover: fc.boolean(),
  gzip: fc.boolean(),
  responseHeaders: fc.constantFrom('minimal' as const, 'typical' as const),
  down: fc.array(fc.record({ payload, pauseMs: fc.nat({ max: 2 }) }), { minLength: 1, maxLength: 8 }),
  up: fc.array(payload, { maxLength: 3 }),
  /** Whether the connection is cut in the middle. */
  cut: fc.boolean(),
});

type Exchange = typeof exchange extends fc.Arbitrary<infer T> ? T : never;

async function balances(ride: Carried, { profile, down, up, cut, ...compression }: Exchange): Promise<void> {
  const server = await serve(ride, { options: compression });
  const subscriber = await subscribe(server, { ...compression, headers: profile, random: () => 0.01 });
  await isReady(subscriber);
  const accepted = up.map((text) => subscriber.client.send(text));
  await Promise.all(accepted);
  for (const [index, { payload: text, pauseMs }] of down.entries()) {
    server.log.append(text);
    if (pauseMs > 0) await sleep(pauseMs);
    if (cut && index === 0) subscriber.client.cut();
    expect(subscriber.ledger.difference()).toEqual({ up: 0, down: 0 });
  }
  const sent = [...up, ...down.map(({ payload: text }) => text)];
  await receivedAll(subscriber, sent.length);
  expect(subscriber.received).toEqual(sent);
  if (!compression.deflate && !compression.gzip && !cut) {
    const bytes = (texts: readonly string[]): number => texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
    const { ledger } = subscriber;
    expect({ up: ledger.up.payload, down: ledger.down.payload }).toEqual({ up: bytes(up), down: bytes(sent) });
  }
  expectBalance(subscriber.ledger, ride.carrier);
  await leaves(server, subscriber);
  await server.close();
}

describe('the ledger', () => {
  it.each(RIDES)('equals the sockets whatever $name carries over $carrier', async (ride) => {
    await fc.assert(
      fc.asyncProperty(exchange, (one) => balances(ride, one)),
      { numRuns: 15 },
    );
  });
});
