import { describe, expect, it } from 'vitest';
import { LatencyRecorder } from './histogram.ts';
import { checkLaws, MOST_STOLEN, verdictOf, type LawCheck } from './law-check.ts';
import { fixedRate } from './laws.ts';
import type { Measurement, RunFile } from './schema.ts';

const DELAY_MS = 20;
const CLIENTS = 50;

interface Given {
  transport: string;
  variant: string;
  meanMs: number;
  repetition?: number;
  valid?: boolean;
  pollIntervalMs?: number;
  requests?: number;
  emptyPolls?: number;
}

/** Just what the check reads of a measurement: 10 messages a second to each of 50 clients, for 2 s. */
function measured(given: Given): Measurement {
  const {
    transport,
    variant,
    meanMs,
    repetition = 0,
    valid = true,
    pollIntervalMs = 100,
    requests = 0,
    emptyPolls = 0,
  } = given;
  const latency = new LatencyRecorder();
  latency.record(meanMs * 1e6);
  return {
    transport,
    scenario: 'laws',
    parameters: {
      variant,
      clients: CLIENTS,
      ratePerSecond: 500,
      durationMs: 2_000,
      payloadBytes: 125,
      pollIntervalMs,
      holdMs: 25_000,
    },
    repetition,
    counts: { publications: 1_000, offered: 1_000, delivered: 1_000 },
    deliveryLatencyNs: latency.summary(),
    readinessNs: latency.summary(),
    bytes: { up: { total: 0 }, down: { total: 0 } },
    window: { durationNs: 2e9, deliveries: 1_000, emptyPolls, connections: 0 },
    requests,
    validity: { valid, warnings: [] },
  } as unknown as Measurement;
}

const floor = (repetition = 0, meanMs = DELAY_MS): Measurement =>
  measured({ transport: 'tcp', variant: 'stream/125B', meanMs, repetition });

function check(measurements: Measurement[], floors = ['tcp']): LawCheck | null {
  return checkLaws({ run: { floors }, measurements } as unknown as RunFile);
}

/** The row of a figure whose measurements are all left out: it is in the table, so that nobody takes the rest for all. */
const MISSING = { quantity: 'mean', predicted: DELAY_MS, measured: null, divergence: null, verdict: 'missing' };

const means = (found: LawCheck | null) => found!.rows.filter(({ quantity }) => quantity === 'mean');

describe('a run held to the laws', () => {
  it('without laws is none', () => {
    expect(check([{ ...floor(), scenario: 'broadcast' }])).toBeNull();
  });

  it('is within them where it is what they predict', () => {
    const law = fixedRate({ delayMs: DELAY_MS, ratePerSecond: 10, pollIntervalMs: 100, holdMs: 0 });
    const polls = CLIENTS * 2 * law.requestsPerSecond!;
    const found = check([
      floor(),
      measured({
        transport: 'short-polling',
        variant: 'fixed-rate/100ms',
        meanMs: law.meanMs!,
        requests: polls,
        emptyPolls: polls * law.emptyShare!,
      }),
    ]);
    expect(found).toMatchObject({ basis: 'calibrated', leftOut: 0 });
    expect(found!.delayMs).toBeCloseTo(DELAY_MS);
    expect(found!.rows.map(({ quantity, verdict }) => [quantity, verdict])).toEqual([
      ['mean', 'within'],
      ['late', 'within'],
      ['requests', 'within'],
      ['empty', 'within'],
    ]);
  });

  it('is outside where all repetitions are, and unclear where they scatter', () => {
    const sse = (repetition: number, meanMs: number) =>
      measured({ transport: 'sse', variant: 'stream/125B', meanMs, repetition });
    const floors = [0, 1, 2].map((repetition) => floor(repetition));
    expect(means(check([...floors, sse(0, 22), sse(1, 22.1), sse(2, 21.9)]))[0]!.verdict).toBe('outside');
    expect(means(check([...floors, sse(0, 20), sse(1, 24), sse(2, 21)]))[0]!.verdict).toBe('unclear');
    expect(means(check([floor(), sse(0, 22)]))[0]!.verdict).toBe('unclear');
  });

  it('takes the delay of all repetitions, so that the chance of one is not in the divergence of another', () => {
    const sse = (repetition: number, meanMs: number) =>
      measured({ transport: 'sse', variant: 'stream/125B', meanMs, repetition });
    const found = check([floor(0, 19), floor(1, 21), sse(0, 20), sse(1, 20), sse(2, 20)]);
    expect(found!.delayMs).toBeCloseTo(20);
    expect(means(found)[0]!.divergence!).toMatchObject({ n: 3 });
    expect(means(found)[0]!.divergence!.mean).toBeCloseTo(0);
  });

  it('takes the link at its word where no floor was measured', () => {
    const sse = measured({ transport: 'sse', variant: 'stream/125B', meanMs: 20 });
    const found = check([{ ...sse, link: { delayMs: 20 } } as Measurement], []);
    expect(found).toMatchObject({ basis: 'nominal', delayMs: 20 });
    expect(means(found)[0]!.verdict).toBe('within');
  });

  it('leaves out what is invalid, and what no delay is known for', () => {
    const sse = measured({ transport: 'sse', variant: 'stream/125B', meanMs: 20, valid: false });
    expect(check([floor(), sse])).toMatchObject({ leftOut: 1, rows: [MISSING] });
    expect(check([{ ...sse, validity: { valid: true, warnings: [] } }], [])).toMatchObject({
      delayMs: null,
      leftOut: 1,
      rows: [],
    });
  });

  it('takes the link at its word where of the floor only those are left that deliver nothing', () => {
    const over = (m: Measurement): Measurement => ({ ...m, link: { delayMs: DELAY_MS } }) as Measurement;
    const late = measured({ transport: 'tcp', variant: 'stream/125B', meanMs: 50, valid: false });
    const silent = { ...cold('tcp', 'h1', 80), validity: { valid: true, warnings: [] } } as unknown as Measurement;
    const sse = measured({ transport: 'sse', variant: 'stream/125B', meanMs: 20 });
    const found = check([late, silent, sse].map(over));
    expect(found).toMatchObject({ basis: 'nominal', delayMs: DELAY_MS, leftOut: 1 });
    expect(means(found).map(({ verdict }) => verdict)).toEqual(['within']);
  });

  it('leaves out what was measured while somebody else had a part of the machine, of the floor too', () => {
    const sse = measured({ transport: 'sse', variant: 'stream/125B', meanMs: 20 });
    const during = (m: Measurement, stolenShare: number): Measurement =>
      ({ ...m, validity: { ...m.validity, evidence: { stolenShare } } }) as Measurement;
    expect(check([floor(), during(floor(1, 26), 0.03), sse, during({ ...sse, repetition: 1 }, 0.01)])).toMatchObject({
      leftOut: 1,
      delayMs: DELAY_MS,
      rows: [{ divergence: { n: 2 } }],
    });
    expect(check([floor(), during(sse, MOST_STOLEN * 1.01)])).toMatchObject({ leftOut: 1, rows: [MISSING] });
    expect(check([floor(), during(sse, MOST_STOLEN)])).toMatchObject({ leftOut: 0, rows: [{ verdict: 'within' }] });
  });

  const cold = (transport: string, carrier: string, readyMs: number): Measurement => {
    const m = measured({ transport, variant: `cold/20per-second-${carrier}`, meanMs: readyMs });
    const deliveryLatencyNs = new LatencyRecorder().summary();
    return { ...m, deliveryLatencyNs, parameters: { ...m.parameters, carrier } };
  };

  it('takes a round trip more for a divergence, and not for computing, also where the floor has it', () => {
    const late = 4 * DELAY_MS;
    const all = [floor(), cold('tcp', 'h1', 80), cold('tcp', 'tls', 80 + late)];
    const twice = [0, 1].map((repetition) => ({ ...cold('sse', 'tls', 80 + late), repetition }));
    expect(means(check([...all, ...twice])).map(({ verdict }) => verdict)).toEqual(['outside']);
  });

  it('finds the delay by what the floor delivers, though its smallest messages are left out', () => {
    const connecting = cold('tcp', 'h1', 80);
    const larger = measured({ transport: 'tcp', variant: 'stream/4096B', meanMs: DELAY_MS });
    const parameters = { ...larger.parameters, payloadBytes: 4_096 };
    expect(check([connecting, { ...larger, parameters }, cold('sse', 'h1', 80)])!.delayMs).toBeCloseTo(DELAY_MS);
  });

  it('knows what connecting computes by the floor at the same point, and what of it is TLS', () => {
    const ofFloor = [floor(), cold('tcp', 'h1', 81), cold('tcp', 'tls', 81 + 2 * DELAY_MS + 3)];
    const found = check([...ofFloor, cold('sse', 'h1', 80), cold('sse', 'tls', 123), cold('sse', 'tls', 123)]);
    expect(found!.tlsMs).toBeCloseTo(3);
    expect(means(found).map(({ predicted, verdict }) => [Math.round(predicted), verdict])).toEqual([
      [81, 'within'],
      [124, 'within'],
    ]);
    const often = (m: Measurement): Measurement => ({
      ...m,
      parameters: { ...m.parameters, variant: m.parameters.variant!.replace('20per', '50per') },
    });
    expect(means(check([floor(), cold('tcp', 'h1', 84), often(cold('sse', 'h1', 80))]))).toMatchObject([
      { predicted: 80 },
    ]);
    expect(check([floor(), cold('sse', 'tls', 123)])).toMatchObject({ tlsMs: null, rows: [{ predicted: 120 }] });
  });

  it('does not compare the floor with itself, and makes nothing of a law that it does not know', () => {
    expect(check([floor()])!.rows).toEqual([]);
    const odd = measured({ transport: 'sse', variant: 'constructor/1', meanMs: 20 });
    expect(check([floor(), odd])!.rows).toEqual([]);
  });
});

it('tells outside from unclear at the edge of the bound', () => {
  expect(verdictOf({ mean: 0.02, low: null, high: null, n: 1 }, 0.02)).toBe('within');
  expect(verdictOf({ mean: 0.03, low: 0.02, high: 0.04, n: 3 }, 0.02)).toBe('unclear');
  expect(verdictOf({ mean: 0.03, low: 0.021, high: 0.039, n: 3 }, 0.02)).toBe('outside');
  expect(verdictOf({ mean: -0.03, low: -0.039, high: -0.021, n: 3 }, 0.02)).toBe('outside');
});
