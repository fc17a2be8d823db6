/**
 * The median of the delivery latency as a function of the load: the median of the transport's law, and what half of the
 * deliveries took beyond it, fitted as the mean and the 99th percentile are. Pure.
 */
import type { Measurement } from '../schema.ts';
import type { Band } from './band.ts';
import { awakeOnes, isPlain } from './chosen.ts';
import { SERVICE_PARTS } from './fit.ts';
import { nameOf, partsFor } from './fits.ts';
import { heldOut, nonNegative, sumOf, type HeldOut, type Observation } from './linear.ts';
import { lawOf, LEAST_AWAY_MS, loadOf, type Asks, type Load } from './load.ts';
import type { Part, TransportModel } from './model.ts';
import { inOrder, late, partsOf } from './predict.ts';

type Known = Pick<TransportModel, 'asks' | 'bytes'>;

export interface MedianFit {
  readonly parts: readonly Part[];
  readonly coefficients: readonly number[];
  readonly heldOut: HeldOut | null;
  readonly loads: number;
}

/**
 * Of waits that are as likely everywhere between none and the longest the median is the mean: short polls, and messages that
 * come like a clock. A long poll that is there delivers at once, so that half of all are late only where it is away for more
 * than half of them.
 */
export function lawMedianMs(asks: Asks, load: Load): number | null {
  const { meanMs } = lawOf(asks, load);
  if (meanMs === undefined) return null;
  if (asks !== 'and-waits' || load.arrivals === 'constant') return meanMs;
  const [downMs, awayMs] = [load.rttMs / 2, Math.max(load.rttMs, LEAST_AWAY_MS)];
  // Those that come while it is away wait for half of that time on average, and all others not at all.
  const share = (2 * Math.max(0, meanMs - downMs)) / awayMs;
  return share <= 0.5 ? downMs : downMs + awayMs * (1 - 0.5 / share);
}

/** @param measurements valid ones of the transport; null where none has a median */
export function medianFit({ asks, bytes }: Known, measurements: readonly Measurement[]): MedianFit | null {
  const seen = awakeOnes(asks, measurements.filter(isPlain)).flatMap((m) => {
    const load = loadOf(m);
    const { p50 } = m.deliveryLatencyNs;
    const known = lawMedianMs(asks, load);
    return p50 === null || p50 <= 0 || known === null
      ? []
      : [{ name: nameOf(m), known, value: p50 / 1e6, all: partsOf({ asks, bytes }, load) }];
  });
  const loads = new Set(seen.map(({ name }) => name)).size;
  if (loads === 0) return null;
  const parts = SERVICE_PARTS[asks].slice(0, partsFor(loads));
  const observations = seen.map(({ all, ...one }): Observation => ({ ...one, parts: inOrder(parts, all) }));
  return { parts, coefficients: nonNegative(observations), heldOut: heldOut(observations), loads };
}

/** Nothing is earlier than its law; what comes on top is as far off as it was on loads held out. */
export function medianMs(fit: MedianFit, { asks, bytes }: Known, load: Load): Band | null {
  const law = lawMedianMs(asks, load);
  if (law === null) return null;
  const service = sumOf(fit.coefficients, inOrder(fit.parts, partsOf({ asks, bytes }, load)));
  return late(law, service, fit.heldOut);
}
