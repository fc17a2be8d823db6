/**
 * Which of the capacities that were given are capacities of this workload: of its target, its load, its path and the machine of
 * the model. A number of users that some other question was answered with is named, and used for nothing. Pure.
 */
import type { Capacity, CapacityFile } from '../../results/capacity.ts';
import type { Option } from '../../results/model/option.ts';
import type { TransportModel } from '../../results/model/model.ts';
import type { Measurement, RunFile } from '../../results/schema.ts';
import { DURATION_NS, parseQuantity } from '../../results/units.ts';
import type { DecisionInput, StoredCapacity } from './input.ts';
import { isNear } from './measured.ts';
import { carrierText, messagesText, spanText } from './words.ts';

/** What a capacity must have been asked: the target, the option as it would be run, and where. */
export interface Asked {
  readonly model: TransportModel;
  readonly option: Option;
  readonly limitMs: number;
  readonly input: DecisionInput;
}

export interface Fitting {
  readonly stored: StoredCapacity;
  readonly capacity: Capacity;
}

export interface Misfit {
  readonly file: string;
  readonly transport: string;
  /** What it answers instead, a clause each. */
  readonly why: readonly string[];
}

export interface Sorted {
  readonly fitting: readonly Fitting[];
  readonly misfits: readonly Misfit[];
}

/** Those of one transport over numbers of clients: what grows by rate answers nothing that a record asks. */
export function capacitiesFor(asked: Asked): Sorted {
  const name = asked.model.transport;
  const all = asked.input.capacities.flatMap((stored) =>
    stored.capacity.capacities
      .filter(({ transport, dimension }) => transport === name && dimension === 'clients')
      .map((capacity) => ({ stored, capacity, why: whyNot(capacity, stored.capacity, asked) })),
  );
  return {
    fitting: all.filter(({ why }) => why.length === 0),
    misfits: all
      .filter(({ why }) => why.length > 0)
      .map(({ stored, why }) => ({ file: stored.file, transport: name, why })),
  };
}

function whyNot(capacity: Capacity, { run, environment }: CapacityFile, asked: Asked): string[] {
  const { limitMs, input } = asked;
  const machine = input.runs[0].run.environment.fingerprint;
  const probe = capacity.probes.find(({ measurement }) => measurement !== null)?.measurement ?? null;
  return [
    ...(isTarget(run.slo, limitMs) ? [] : [`its target is ${run.slo} and not p99<${spanText(limitMs)}`]),
    ...(environment.fingerprint === machine
      ? []
      : [`it is of another machine (fingerprint ${environment.fingerprint})`]),
    ...(probe === null ? ['none of its probes was measured'] : differences(probe, capacity, asked)),
  ];
}

/** One clause on the 99th percentile, and nothing else but that nothing is lost, which every target says. */
function isTarget(slo: string, limitMs: number): boolean {
  const clauses = slo.split(',').map((clause) => clause.trim());
  const [clause, ...more] = clauses.filter((one) => one !== 'lost=0');
  const limitNs = parseQuantity(/^p99\s*<=?\s*(\S+)$/.exec(clause ?? '')?.[1] ?? '', DURATION_NS);
  return more.length === 0 && limitNs !== null && Math.abs(limitNs - limitMs * 1e6) <= 1e-6 * limitNs;
}

/** Rates and sizes that are nearer are the same question. */
const FACTOR = 1.25;

const isLike = (a: number, b: number): boolean => Math.max(a, b) <= FACTOR * Math.min(a, b);

/** What was measured as the first probe shows it: a search changes nothing but the number of clients. */
function differences(probe: Measurement, { fixed }: Capacity, { model, option: { load }, input }: Asked): string[] {
  const { parameters: p, link, counts } = probe;
  const exact = exactOf(input);
  const [rate, rttMs] = [fixed.ratePerSecond ?? 0, 2 * (link?.delayMs ?? 0)];
  const carrier = p.carrier ?? 'h1';
  const reached = counts.publications === 0 ? p.clients : counts.offered / counts.publications;
  const toAll = reached >= p.clients * 0.99;
  const checks: (readonly [fits: boolean, why: string])[] = [
    [isLike(rate, load.ratePerSecond), `each client received ${messagesText(rate)}`],
    [isLike(p.payloadBytes, load.payloadBytes), `its messages had ${p.payloadBytes} B`],
    // A search varies the clients, and with them whom one message reaches.
    [toAll === (load.fanOut === load.clients), toAll ? 'one message went to all clients' : 'one message went to a few'],
    [p.arrivals === load.arrivals, `its messages came ${p.arrivals === 'poisson' ? 'at random' : 'like a clock'}`],
    [isNear(rttMs, load.rttMs), `its round trip was ${spanText(rttMs)}`],
    [carrier === input.workload.carrier, `it went over ${carrierText(carrier)}`],
    [exact === undefined || p.headers === exact.headers, `its header profile was ${p.headers}`],
    [
      exact === undefined || (p.responseHeaders ?? 'minimal') === exact.responseHeaders,
      `its response headers were ${p.responseHeaders ?? 'minimal'}`,
    ],
    [
      model.asks !== 'each-interval' || isLike(p.pollIntervalMs, load.pollIntervalMs),
      `it polled each ${spanText(p.pollIntervalMs)}`,
    ],
    [(p.serverWorkers ?? 1) === 1, `its server had ${p.serverWorkers} processes`],
  ];
  return checks.flatMap(([fits, why]) => (fits ? [] : [why]));
}

const exactOf = ({ runs }: DecisionInput): RunFile['exact'] =>
  runs.find(({ run }) => run.exact !== undefined)?.run.exact;

export const misfitText = ({ file, transport, why }: Misfit): string =>
  `The capacity of ${transport} in ${file} is of another question and in no figure: ${why.join('; ')}.`;
