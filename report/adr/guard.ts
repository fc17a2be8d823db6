/** The run that guards a record's target: how much of the workload it takes, for how long, and what it must keep. Pure. */
import { isGuessed } from '../../results/model/band.ts';
import type { TransportModel } from '../../results/model/model.ts';
import type { Load } from '../../results/model/load.ts';
import { predict } from '../../results/model/predict.ts';
import { LINK_LATE_NS, LINK_LATE_SHARE, SAMPLES_FOR_P99 } from '../../results/thresholds.ts';
import type { Considered } from './options.ts';
import { messagesText, usersText } from './words.ts';

/** A figure of the run's latencies that must stay below a limit. */
export interface Limit {
  readonly figure: 'p99' | 'mean';
  readonly ms: number;
}

export interface Guard {
  /** Of the run: a broadcast, which sends each message to all clients. */
  readonly load: Load;
  /** Of its window, whole. */
  readonly seconds: number;
  /** The target, and what the model says of the run. */
  readonly limits: readonly Limit[];
  /** How it differs from the workload, what it does not see, and where its limits come from: sentences. */
  readonly said: string;
}

/**
 * Clients behind a link. Its relay is a process on the same cores and hands them a message's copies one after the other: of 9
 * measurements of a stream at ten messages a second each was valid with 20 clients, 7 with 50, 3 with 100 and none with 1,000;
 * with 20 beside the work of eight, 1.
 */
export const MOST_BEHIND_LINK = 20;

/** A run has nine windows: three repetitions of a transport, of its twin and of the floor. So it takes less than two minutes. */
const MOST_SECONDS = 9;
const LEAST_SECONDS = 5;

/** Polls of each client in a window. */
const POLLS = 3;

/** Where fewer were enough for a percentile, messages of a window. */
const LEAST_MESSAGES = 10;

const BUSY = 'On a machine with much else to do its link is late, and check then says that it could not tell.';

/** @param targetMs of the workload */
export function guardOf({ model, option }: Pick<Considered, 'model' | 'option'>, targetMs: number): Guard {
  const load = loadOf(model, option.load);
  const { limits, said } = limitsOf(model, load, targetMs);
  return {
    load,
    seconds: secondsOf(model, load),
    limits,
    said: [...differences(option.load, load), said, ...(load.rttMs > 0 ? [BUSY] : [])].join(' '),
  };
}

/**
 * Beside the target a mean, which is nearer: other work on the machine makes single messages late, of which a 99th percentile
 * is made. On two cores with the work of eight, sse to twenty clients had in a valid measurement a median of 22 ms and a 99th
 * percentile of 68, where the model says 24.
 */
function limitsOf(model: TransportModel, load: Load, targetMs: number): Pick<Guard, 'limits' | 'said'> {
  const { meanMs, p99Ms } = predict(model, load);
  const target: Limit = { figure: 'p99', ms: targetMs };
  const highMs = meanMs === null || isGuessed(meanMs) ? null : meanMs.high;
  if (highMs === null) {
    const said = 'How far off the model is of such a run nobody knows, so that the target is the only budget.';
    return { limits: [target], said };
  }
  const lateMs = lateByLink(load);
  const mean: Limit = { figure: 'mean', ms: roundedUp(1.1 * highMs + lateMs) };
  const above = `a tenth${lateMs === 0 ? '' : `, and the ${lateMs} ms that a link may be late,`} above the upper end of what the model says of this very run`;
  // Of held polls a message waits that comes while its poll is away: of more messages than the workload has, more.
  if (p99Ms !== null && p99Ms.value > targetMs) {
    const said = `The target is no budget of it, because so many messages a second do not keep it: the budget of its mean lies ${above}.`;
    return { limits: [mean], said };
  }
  if (mean.ms >= targetMs) return { limits: [target], said: 'Its budget is the target.' };
  return {
    limits: [target, mean],
    said: `The first budget is the target; the second, of the mean, lies ${above}, and fails before the target does.`,
  };
}

/**
 * As many clients as were measured, and as a link's relay carries: a larger run is what one machine may not carry, and nothing
 * would be known of it. Messages at the rate of the workload, or as much faster as a window needs for its percentile: at one a
 * second twenty clients would take a minute and a half for it, nine times.
 */
function loadOf(model: TransportModel, load: Load): Load {
  const { range } = model;
  const carried = load.rttMs > 0 ? MOST_BEHIND_LINK : Infinity;
  const clients = Math.max(1, Math.min(load.clients, range.clients, carried));
  const needed = messagesFor(clients, load.arrivals) / Math.max(MOST_SECONDS, pollingSeconds(model, load));
  const asked = load.ratePerSecond < needed ? roundedUp(needed) : load.ratePerSecond;
  const ratePerSecond = Number(Math.min(asked, range.deliveriesPerSecond / clients).toPrecision(2));
  const { least, most } = range.payloadBytes;
  const payloadBytes = most === 0 ? load.payloadBytes : Math.min(Math.max(load.payloadBytes, least), most);
  return { ...load, clients, fanOut: clients, ratePerSecond, payloadBytes, processes: 1 };
}

/**
 * Messages that a window must expect, so that it has the samples of a 99th percentile. Those that come at random may be four
 * standard deviations fewer: once in 30,000 windows. Those on a beat may be one fewer.
 */
function messagesFor(clients: number, arrivals: Load['arrivals']): number {
  const least = Math.ceil(SAMPLES_FOR_P99 / clients);
  return Math.max(LEAST_MESSAGES, arrivals === 'constant' ? least + 1 : (2 + Math.sqrt(4 + least)) ** 2);
}

const pollingSeconds = ({ asks }: TransportModel, { pollIntervalMs }: Load): number =>
  asks === 'each-interval' ? (POLLS * pollIntervalMs) / 1e3 : 0;

function secondsOf(model: TransportModel, load: Load): number {
  const enough = messagesFor(load.clients, load.arrivals) / load.ratePerSecond;
  return Math.ceil(Math.max(LEAST_SECONDS, enough, pollingSeconds(model, load)));
}

/** What a link may be late by in a measurement that is valid, ms. */
const lateByLink = ({ rttMs }: Load): number =>
  rttMs === 0 ? 0 : Math.max(LINK_LATE_NS / 1e6, (LINK_LATE_SHARE * rttMs) / 2);

/** To two digits. */
function roundedUp(value: number): number {
  const unit = 10 ** (Math.floor(Math.log10(value)) - 1);
  return Number((Math.ceil(value / unit) * unit).toPrecision(2));
}

function differences(load: Load, guarded: Load): string[] {
  const { clients, ratePerSecond, payloadBytes } = guarded;
  const differs = [
    ...(clients === load.clients ? [] : [`${usersText(clients)} of ${usersText(load.clients)}`]),
    ...(ratePerSecond === load.ratePerSecond
      ? []
      : [`${messagesText(ratePerSecond)} instead of ${messagesText(load.ratePerSecond)}`]),
    ...(payloadBytes === load.payloadBytes ? [] : [`${payloadBytes} B instead of ${load.payloadBytes} B`]),
    ...(load.fanOut === load.clients ? [] : ['each message to all of them']),
  ];
  if (differs.length === 0) return ['It is the load of the workload.'];
  return [
    `It is what one machine can measure: ${differs.join(', ')}.`,
    ...(clients === load.clients
      ? []
      : [
          `What ${usersText(load.clients)} do to a server it does not see: pushbench capacity finds how many one carries.`,
        ]),
  ];
}
