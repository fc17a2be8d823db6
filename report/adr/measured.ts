/** What a record says of an option from measurements alone, with no model between: only where a load like it was measured. Pure. */
import { loadOf, type Load } from '../../results/model/load.ts';
import { comparable, isPlain, isSending } from '../../results/model/fit.ts';
import type { TransportModel } from '../../results/model/model.ts';
import type { Measurement, RunFile } from '../../results/schema.ts';
import { estimate, type Estimate } from '../../results/statistics.ts';
import type { StoredRun } from './input.ts';

export interface Found {
  readonly stored: StoredRun;
  readonly measurement: Measurement;
}

/** The valid measurements of a transport in the runs that the model is fitted to. */
export function validOf(runs: readonly [StoredRun, ...StoredRun[]], transport: string): Found[] {
  const { used } = comparable(runs.map(({ run }) => run) as [RunFile, ...RunFile[]]);
  return runs
    .filter(({ run }) => used.includes(run))
    .flatMap((stored) => stored.run.measurements.map((measurement) => ({ stored, measurement })))
    .filter(({ measurement: m }) => m.transport === transport && m.validity.valid && m.twin !== true);
}

/** Those that its costs are fitted to. */
export const plainOf = (runs: readonly [StoredRun, ...StoredRun[]], transport: string): Found[] =>
  validOf(runs, transport).filter(({ measurement }) => isPlain(measurement));

/** Those that what messages upstream take of the server's CPU is fitted to. */
export const sendingOf = (runs: readonly [StoredRun, ...StoredRun[]], transport: string): Found[] =>
  validOf(runs, transport).filter(({ measurement }) => isSending(measurement));

const isOver = ({ link }: Measurement, rttMs: number): boolean => isNear(2 * (link?.delayMs ?? 0), rttMs);

/** Over the path that is asked about: coming back takes round trips. */
export const stormsOf = (runs: readonly [StoredRun, ...StoredRun[]], transport: string, rttMs: number): Found[] =>
  validOf(runs, transport).filter(({ measurement: m }) => m.storm !== undefined && isOver(m, rttMs));

const ms = (ns: number): number => ns / 1e6;

/** Each measurement is a repetition. */
const estimated = (values: readonly (number | null)[]): Estimate | null =>
  estimate(values.flatMap((value) => (value === null ? [] : [ms(value)])));

export function recoveryOf(
  runs: readonly [StoredRun, ...StoredRun[]],
  transport: string,
  rttMs: number,
): Estimate | null {
  return estimated(stormsOf(runs, transport, rttMs).map(({ measurement }) => measurement.storm!.recoveryNs.p50));
}

/** Over the path that is asked about, and with connections kept. */
export function connectsOf(runs: readonly [StoredRun, ...StoredRun[]], transport: string, rttMs: number): Found[] {
  return validOf(runs, transport).filter(
    ({ measurement: m }) => m.scenario === 'connect' && m.parameters.connection !== 'close' && isOver(m, rttMs),
  );
}

export function readinessOf(
  runs: readonly [StoredRun, ...StoredRun[]],
  transport: string,
  rttMs: number,
): Estimate | null {
  return estimated(connectsOf(runs, transport, rttMs).map(({ measurement }) => measurement.readinessNs.p50));
}

export function medianLatency(
  runs: readonly [StoredRun, ...StoredRun[]],
  model: TransportModel,
  load: Load,
): Estimate | null {
  const near = plainOf(runs, model.transport).filter(({ measurement }) => isLike(loadOf(measurement), load, model));
  return estimated(near.map(({ measurement }) => measurement.deliveryLatencyNs.p50));
}

/** A round trip that is the same for whoever looks at latencies. */
export const isNear = (rttMs: number, askedMs: number): boolean =>
  Math.abs(rttMs - askedMs) <= Math.max(1, 0.1 * askedMs);

/** Within a factor of two in what a latency depends on; the round trip nearer, because all of it is in the latency. */
function isLike(measured: Load, asked: Load, { asks }: TransportModel): boolean {
  const within = (a: number, b: number, factor: number): boolean => Math.max(a, b) <= factor * Math.min(a, b);
  const polls = asks !== 'each-interval' || within(measured.pollIntervalMs, asked.pollIntervalMs, 1.1);
  return (
    isNear(measured.rttMs, asked.rttMs) &&
    polls &&
    within(measured.clients, asked.clients, 2) &&
    within(measured.fanOut, asked.fanOut, 2) &&
    within(measured.ratePerSecond, asked.ratePerSecond, 2)
  );
}
