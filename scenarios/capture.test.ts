/** Holds the ledger and the packets to what tshark sees on the interface. */
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { isEncrypted } from '../clients/connection.ts';
import { headerProfile } from '../clients/headers.ts';
import { HEADER_BYTES, SEGMENT_BYTES } from '../clients/packets.ts';
import { Capture, captureTrouble, type Frame } from './capture.fixture.ts';
import { LockStep, MESSAGES, type Ride } from './lock-step.fixture.ts';
import type * as ChildProcess from './runner/child-process.ts';
import { Clock, epochNow } from './runner/clock.ts';
import { namespaceSupport, openNamespace, type Namespace, type WireCount } from './runner/namespace.ts';
import { planOf } from './runner/planned.fixture.ts';
import type { FromGenerator, FromServer, ToGenerator, ToServer } from './runner/protocol.ts';
import { transport, TRANSPORTS, type TransportName } from './transports.ts';

const BUILT = new URL('../dist/scenarios/runner/child-process.js', import.meta.url).href;

const trouble = captureTrouble();
if (trouble !== null) {
  console.warn(`scenarios/capture.test.ts is skipped: ${trouble}.`);
}

/**
 * Over TLS a client has just answered when its stream begins, and holds its acknowledgements back until 40 ms pass
 * without data; at 20 ms it would depend on the machine's first stall when that is.
 */
const gapOf = (carrier: Ride['carrier']): number => (isEncrypted(carrier) ? 60 : 20);

const RIDES: readonly Ride[] = TRANSPORTS.flatMap((name) => [
  ...transport(name).client.carriers.map(
    (carrier) => ({ name, carrier, from: 'server', gapMs: gapOf(carrier) }) as const,
  ),
  { name, carrier: 'h1', from: 'client', gapMs: gapOf('h1') },
]);

/** How often a session is tried in which something was sent again, as on a machine that stalls. */
const ATTEMPTS = 3;
/** Sessions at one time. */
const AT_ONCE = 14;

interface Seen {
  readonly session: LockStep;
  readonly frames: readonly Frame[];
}

async function attempt(rides: readonly Ride[]): Promise<Seen[]> {
  const sessions = await Promise.all(rides.map((ride) => LockStep.open(ride)));
  const capture = await Capture.start(sessions.map(({ port }) => port));
  try {
    await Promise.all(sessions.map((session) => session.run()));
  } finally {
    await capture.stop();
    await Promise.all(sessions.map((session) => session.close()));
  }
  return sessions.map((session) => ({
    session,
    frames: capture.frames.filter(({ from, to }) => from === session.endpoint || to === session.endpoint),
  }));
}

/** Payload bytes in one direction, each once, until the client is done: what comes after that reaches nobody. */
function payloadOf({ session, frames }: Seen, direction: 'up' | 'down'): number {
  const done = new Set<number>();
  let bytes = 0;
  for (const { to, stream, payload, last, sentAgain } of frames) {
    const up = to === session.endpoint;
    if (up === (direction === 'up') && !done.has(stream) && !sentAgain) bytes += payload;
    if (up && last) done.add(stream);
  }
  return bytes;
}

/** What passed loopback in one piece, as packets of an Ethernet. */
function packetsOf(frames: readonly Frame[]): { packets: number; ipBytes: number } {
  let [packets, ipBytes] = [0, 0];
  for (const frame of frames) {
    const segments = Math.max(1, Math.ceil(frame.payload / SEGMENT_BYTES));
    packets += segments;
    ipBytes += frame.ipBytes + (segments - 1) * HEADER_BYTES;
  }
  return { packets, ipBytes };
}

/** CI has what it takes: there a test that cannot run has failed. */
const here = describe.skipIf(trouble !== null && process.env['CI'] === undefined);

here('a capture of 100 messages', () => {
  const seen = new Map<Ride, Seen>();

  beforeAll(async () => {
    expect(trouble).toBeNull();
    let due = RIDES;
    for (let tried = 0; due.length > 0 && tried < ATTEMPTS; tried++) {
      for (let at = 0; at < due.length; at += AT_ONCE) {
        for (const each of await attempt(due.slice(at, at + AT_ONCE))) seen.set(each.session.ride, each);
      }
      due = due.filter((ride) => seen.get(ride)!.frames.some(({ sentAgain }) => sentAgain));
    }
  }, 240_000);

  describe.each(RIDES)('of $name over $carrier, published by the $from', (ride) => {
    const of = (): Seen => seen.get(ride)!;

    it('agrees with the ledger to the byte, each direction', () => {
      const { up, down } = of().session.ledger.snapshot();
      expect({ up: payloadOf(of(), 'up'), down: payloadOf(of(), 'down') }).toEqual({ up: up.total, down: down.total });
      expect(down.payload).toBe(MESSAGES * 100);
    });

    it('agrees with the model within 5 % in packets and in IP bytes', () => {
      const { ledger } = of().session;
      const { up, down } = ledger.snapshot();
      const { packets, headerBytes } = ledger.packets!;
      const captured = packetsOf(of().frames);
      expect(packets / captured.packets).toSatisfy((ratio: number) => Math.abs(ratio - 1) < 0.05);
      expect((up.total + down.total + headerBytes) / captured.ipBytes).toSatisfy((r: number) => Math.abs(r - 1) < 0.05);
    });
  });
});

here('a capture in a namespace', () => {
  it.each(TRANSPORTS)(
    'of %s: its counters are those of the capture, packets and IP bytes',
    async (name) => {
      const namespace = await openNamespace();
      expect(namespace, JSON.stringify(await namespaceSupport())).not.toBeNull();
      const capture = await Capture.start([], namespace!.enter);
      const before = namespace!.count()!;
      const { delivered, counted } = await wholeMeasurement(name, namespace!);
      await capture.stop();
      await namespace!.close();
      expect(delivered).toBe(MESSAGES);
      const { packets, ipBytes } = packetsOf(capture.frames);
      expect({ packets: counted.packets - before.packets, ipBytes: counted.ipBytes - before.ipBytes }).toEqual({
        packets,
        ipBytes,
      });
      // One there and one back is the least that a message and its acknowledgement are.
      expect(packets).toBeGreaterThan(name === 'short-polling' ? 0 : MESSAGES);
    },
    60_000,
  );
});

/** The kernel still ends what connections the processes had, and on a busy machine takes its time. */
async function countAtRest(namespace: Namespace): Promise<WireCount> {
  for (;;) {
    const counted = namespace.count()!;
    await sleep(500);
    if (namespace.count()!.packets === counted.packets) return counted;
  }
}

/** The processes of a measurement, from the first connection until both are gone; 50 messages a second to one client. */
async function wholeMeasurement(
  name: TransportName,
  namespace: Namespace,
): Promise<{ delivered: number; counted: WireCount }> {
  // The processes are built files: only from beside them are they found.
  const { Child } = (await import(BUILT)) as typeof ChildProcess;
  const server = new Child<ToServer, FromServer>('server', namespace.enter);
  const generator = new Child<ToGenerator, FromGenerator>('generator', namespace.enter);
  try {
    const epochNs = epochNow();
    const host = '127.0.0.1';
    const flags = {
      transports: name,
      scenarios: 'broadcast',
      clients: '1',
      rate: '50',
      payload: '100',
      pollInterval: '50ms',
    };
    const all = planOf({ ...flags, arrivals: 'constant', duration: `${MESSAGES / 50}s`, warmup: '0s' }).planned;
    const planned = all.find(({ transport }) => transport === name);
    const { parameters, seed } = planned!;
    const listening = await server.ask(
      { type: 'listen', transport: name, host, port: 0, carrier: 'h1', options: {}, epochNs },
      'listening',
    );
    const job = {
      ...planned!,
      headers: headerProfile('chrome'),
      epochNs,
      host,
      port: listening.port,
      share: { index: 0, of: 1 },
      modelPackets: false,
      restless: false,
    };
    await generator.ask({ type: 'prepare', job }, 'prepared');
    const startUs = Math.round(new Clock(epochNs).nowUs()) + 60_000;
    const timeline = { startUs, windowStartUs: startUs, windowEndUs: startUs + parameters.durationMs * 1e3 };
    const pace = { ...parameters, seed };
    const [, { report }] = await Promise.all([
      server.ask({ type: 'window', timeline, pace, payloadBytes: parameters.payloadBytes }, 'window'),
      generator.ask({ type: 'window', timeline, pace, graceMs: 5_000 }, 'report'),
    ]);
    await Promise.all([server.kill(), generator.kill()]);
    return { delivered: report.delivered, counted: await countAtRest(namespace) };
  } finally {
    await Promise.all([server.kill(), generator.kill()]);
  }
}
