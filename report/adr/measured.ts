/** What a record says of an option from measurements alone, with no model between: only where a load like it was measured. Pure. */
import { loadOf, type Load } from '../../results/model/load.ts';
import type { Band } from '../../results/model/band.ts';
import { medianFit, medianMs, type MedianFit } from '../../results/model/median.ts';
import { chosenOf } from '../../results/model/chosen.ts';
import { comparable } from '../../results/model/fit.ts';
import type { Seen } from '../../results/model/fits.ts';
import type { TransportModel } from '../../results/model/model.ts';
import { knowsUpstream } from '../../results/model/predict.ts';
import type { Measurement, RunFile } from '../../results/schema.ts';
import { estimate, type Estimate } from '../../results/statistics.ts';
import type { StoredRun } from './input.ts';
import { NOT_MEASURED } from './words.ts';

type Runs = readonly [StoredRun, ...StoredRun[]];

export interface Found {
  readonly stored: StoredRun;
  readonly measurement: Measurement;
}

/** What was measured of a transport in the runs that the model is fitted to, valid or not. */
function allOf(runs: Runs, transport: string): Found[] {
  const { used } = comparable(runs.map(({ run }) => run) as [RunFile, ...RunFile[]]);
  return runs
    .filter(({ run }) => used.includes(run))
    .flatMap((stored) => stored.run.measurements.map((measurement) => ({ stored, measurement })))
    .filter(({ measurement: m }) => m.transport === transport && m.twin !== true);
}

const isValid = ({ measurement }: Found): boolean => measurement.validity.valid;

export const validOf = (runs: Runs, transport: string): Found[] => allOf(runs, transport).filter(isValid);

/** Those that its packets, its processor time and its latencies are fitted to. */
export function fittedOf(
  runs: Runs,
  model: TransportModel,
): Readonly<Record<'packets' | 'cores' | 'latency', Found[]>> {
  const valid = validOf(runs, model.transport);
  const { packets, costed, sending, timed } = chosenOf(
    model,
    valid.map(({ measurement }) => measurement),
  );
  const found = (chosen: readonly Seen[]): Found[] => {
    const measurements = new Set(chosen.map(({ m }) => m));
    return valid.filter(({ measurement }) => measurements.has(measurement));
  };
  return {
    packets: found(packets),
    cores: found(knowsUpstream(model) ? [...costed, ...sending] : costed),
    latency: found(timed),
  };
}

const isOver = ({ link }: Measurement, rttMs: number): boolean => isNear(2 * (link?.delayMs ?? 0), rttMs);

const isStorm =
  (rttMs: number) =>
  ({ measurement: m }: Found): boolean =>
    m.storm !== undefined && isOver(m, rttMs);

/** With connections kept. */
const isConnect =
  (rttMs: number) =>
  ({ measurement: m }: Found): boolean =>
    m.scenario === 'connect' && m.parameters.connection !== 'close' && isOver(m, rttMs);

/** Over the path that is asked about: coming back takes round trips. */
export const stormsOf = (runs: Runs, transport: string, rttMs: number): Found[] =>
  validOf(runs, transport).filter(isStorm(rttMs));

export const connectsOf = (runs: Runs, transport: string, rttMs: number): Found[] =>
  validOf(runs, transport).filter(isConnect(rttMs));

/** A median over repetitions, each of which is a measurement, with so many clients. */
export interface Repeated extends Estimate {
  readonly clients: number;
}

/** Of so many times as many clients nobody knows how long they take. */
const FAR = 10;

export const isFar = ({ clients }: Repeated, users: number): boolean => users > FAR * clients;

export interface Observed {
  readonly repeated: Repeated | null;
  /** Why there is none; of no meaning where there is one. */
  readonly missing: string;
}

const ms = (ns: number): number => ns / 1e6;

function repeated(found: readonly Found[], of: (m: Measurement) => number | null): Repeated | null {
  const values = found.flatMap(({ measurement }) => of(measurement) ?? []);
  const estimated = estimate(values.map(ms));
  if (estimated === null) return null;
  return {
    ...estimated,
    clients: Math.min(...found.map(({ measurement: m }) => m.storm?.clients ?? m.parameters.clients)),
  };
}

function observed(
  runs: Runs,
  transport: string,
  is: (found: Found) => boolean,
  of: (m: Measurement) => number | null,
): Observed {
  const found = allOf(runs, transport).filter(is);
  const invalid = found.filter((one) => !isValid(one)).map(({ measurement }) => measurement);
  return {
    repeated: repeated(found.filter(isValid), of),
    missing: invalid.length === 0 ? NOT_MEASURED : `measured, and invalid: ${reasonsOf(invalid)}`,
  };
}

/** Until half of the clients are served again after all connections were cut. */
export const recoveryOf = (runs: Runs, transport: string, rttMs: number): Observed =>
  observed(runs, transport, isStorm(rttMs), ({ storm }) => storm!.recoveryNs.p50);

/** From starting to connect until half of the clients can receive. */
export const readinessOf = (runs: Runs, transport: string, rttMs: number): Observed =>
  observed(runs, transport, isConnect(rttMs), ({ readinessNs }) => readinessNs.p50);

export function medianLatency(runs: Runs, model: TransportModel, load: Load): Repeated | null {
  const near = fittedOf(runs, model).latency.filter(({ measurement }) => isLike(loadOf(measurement), load, model));
  return repeated(near, ({ deliveryLatencyNs }) => deliveryLatencyNs.p50);
}

export interface MedianOf {
  /** Where a load like this one was measured. */
  readonly measured: Repeated | null;
  /** By law, and by what half of the deliveries took beyond it. */
  readonly modelledMs: Band | null;
  readonly fit: MedianFit | null;
}

export function medianOf(runs: Runs, model: TransportModel, load: Load): MedianOf {
  const fit = medianFit(
    model,
    validOf(runs, model.transport).map(({ measurement }) => measurement),
  );
  const modelledMs = fit === null ? null : medianMs(fit, model, load);
  return { measured: medianLatency(runs, model, load), modelledMs, fit };
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

/** Which, and of how many: `link-late 5, generator-cpu 1; one of them for two reasons`. */
export function reasonsOf(invalid: readonly Measurement[]): string {
  const counts = new Map<string, number>();
  let twice = 0;
  for (const { validity } of invalid) {
    const codes = new Set(validity.warnings.flatMap(({ code, invalidates }) => (invalidates ? [code] : [])));
    if (codes.size > 1) twice++;
    for (const code of codes) counts.set(code, (counts.get(code) ?? 0) + 1);
  }
  const reasons = [...counts].sort(([, a], [, b]) => b - a).map(([code, count]) => `${code} ${count}`);
  return `${reasons.join(', ')}${twice === 0 ? '' : `; ${twice === 1 ? 'one of them' : `${twice} of them`} for more than one reason`}`;
}
