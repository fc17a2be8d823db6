/** Each transport as an option for a workload: what it takes, what knocks it out, and what is known of it. Pure. */
import { plus, times, type Band } from '../../results/model/band.ts';
import { along } from '../../results/model/break-even.ts';
import { optionOf, type Option, type Situation } from '../../results/model/option.ts';
import type { TransportModel } from '../../results/model/model.ts';
import { predict, type Prediction } from '../../results/model/predict.ts';
import type { Bill } from '../../results/model/price.ts';
import type { Workload } from '../../results/workload.ts';
import { billFor, egressGB, type Costing } from './cost.ts';
import { capacitiesFor, type Sorted } from './capacities.ts';
import type { DecisionInput } from './input.ts';
import { EFFECTS } from './known.ts';
import { largestOf, type Largest } from './largest.ts';
import { medianOf, readinessOf, recoveryOf, type MedianOf, type Observed } from './measured.ts';
import { SAFE_SILENCE_MS } from './situation.ts';
import type { Topic } from './topics.ts';
import { withUpstream } from './upstream.ts';
import { spanText } from './words.ts';

/** Why an option is out, or what to look out for; with the rule or the figure that says so. */
export interface Reason {
  readonly text: string;
  readonly source: string;
  /** What it rests on, where it is a figure. */
  readonly topics?: readonly Topic[];
  /** Nobody measured it: it may well pass. */
  readonly unknown?: true;
}

export interface Considered {
  readonly transport: string;
  readonly model: TransportModel;
  /** As it would be run, with what it takes. */
  readonly option: Option;
  /** The same with messages upstream. */
  readonly prediction: Prediction;
  /** Not let through by the path, whatever the load. */
  readonly blocked: boolean;
  readonly knockOuts: readonly Reason[];
  readonly warnings: readonly Reason[];
  /** What is compared as its cost; null where the results do not say. */
  readonly cost: Band | null;
  readonly bill: Bill | null;
  readonly egressGB: Band | null;
  /** On its sockets, both directions, empty polls included: of a message that a user receives. Null where there are none. */
  readonly bytesPerMessage: Band | null;
  readonly idleBytesPerUserHour: Band | null;
  /** With as many users, all else the same. */
  readonly of10000: Option;
  readonly largest: Largest | null;
  /** Those that were given, by whether they are of this workload. */
  readonly capacities: Sorted;
  /** Half of the deliveries are no later. */
  readonly p50: MedianOf;
  /** From starting to connect until half of the clients can receive, measured over such a path. */
  readonly ready: Observed;
  /** Until half of the clients are served again after all connections were cut. */
  readonly recovery: Observed;
}

const MANY = 10_000;

export function considered(
  model: TransportModel,
  situation: Situation,
  input: DecisionInput,
  costing: Costing,
): Considered {
  const { workload, runs } = input;
  const option = optionOf(model, situation);
  const { load } = option;
  const capacities = capacitiesFor({ model, option, limitMs: situation.stalenessMs, input });
  const prediction = withUpstream(option.prediction, model, workload, load.clients);
  const quiet = predict(model, { ...load, ratePerSecond: 0 });
  return {
    ...{ transport: model.transport, model, option, prediction },
    ...reasonsFor(model, option, situation, workload),
    cost: costing.of(option.prediction, { ...situation, load }),
    bill: billFor(workload, model, prediction, load),
    egressGB: egressGB(prediction, load),
    bytesPerMessage: shareOf(option.prediction, load.clients * load.ratePerSecond),
    idleBytesPerUserHour: shareOf(quiet, load.clients / 3_600),
    of10000: optionOf(model, along('clients', MANY, situation)),
    largest: largestOf(model, situation, capacities.fitting),
    capacities,
    p50: medianOf(runs, model, load),
    ready: readinessOf(runs, model.transport, load.rttMs),
    recovery: recoveryOf(runs, model.transport, load.rttMs),
  };
}

function shareOf({ up, down }: Prediction, parts: number): Band | null {
  if (up === null || down === null || parts === 0) return null;
  return times(plus(up, down), 1 / parts);
}

function reasonsFor(
  model: TransportModel,
  option: Option,
  { stalenessMs }: Situation,
  workload: Workload,
): Pick<Considered, 'blocked' | 'knockOuts' | 'warnings'> {
  const effects = workload.infrastructure.flatMap(({ name }) =>
    EFFECTS[name]
      .filter(({ transport }) => transport === model.transport && (name !== 'idle-timeout' || isHurried(model, option)))
      .map(({ effect, why, source }) => ({ effect, reason: { text: `${name}: ${why}`, source } })),
  );
  const reasons = (kind: 'knock-out' | 'warning'): Reason[] =>
    effects.flatMap(({ effect, reason }) => (effect === kind ? [reason] : []));
  const blocking = reasons('knock-out');
  return {
    blocked: blocking.length > 0,
    knockOuts: [...blocking, ...lateOf(option, stalenessMs), ...unsent(model, workload)],
    warnings: reasons('warning'),
  };
}

/** Whether the path cuts a silence so soon that a hold or a sign of life that is safe elsewhere would come too late. */
function isHurried({ asks }: TransportModel, { load }: Option): boolean {
  return (asks === 'and-waits' ? load.holdMs : load.heartbeatMs) < SAFE_SILENCE_MS;
}

function lateOf({ meets, prediction: { p99Ms, meanMs } }: Option, stalenessMs: number): Reason[] {
  const target = spanText(stalenessMs);
  if (meets === null) {
    return [
      {
        ...{ text: `nothing measured says whether it keeps ${target}`, unknown: true },
        source: 'the results hold no usable latency of it',
      },
    ];
  }
  if (meets) return [];
  const late = p99Ms ?? meanMs;
  const found =
    late === null ? '' : `: ${p99Ms === null ? 'its mean' : 'its 99th percentile'} is ${spanText(late.value)}`;
  const topics: readonly Topic[] = late === null ? [] : [p99Ms === null ? 'latency' : 'p99'];
  return [{ text: `it does not keep ${target}${found}`, source: 'the model', topics }];
}

/** Users who write must be heard: an option of which nobody counted that is no choice yet. */
function unsent({ bytes }: TransportModel, { upstreamPerSecond }: Workload): Reason[] {
  if (upstreamPerSecond === 0 || (bytes?.upstream ?? null) !== null) return [];
  const source = 'the results hold no count of its messages upstream';
  return [{ text: 'nothing measured says what its messages upstream take', source, unknown: true }];
}
