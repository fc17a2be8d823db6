/** Which measurements of a run a model is fitted to: undisturbed, warm, awake and near, where there are enough of them. Pure. */
import { warmedMs } from '../parameters.ts';
import type { Measurement } from '../schema.ts';
import { nameOf, type Seen } from './fits.ts';
import { loadOf, type Asks } from './load.ts';
import type { Part, TransportModel } from './model.ts';
import { partsOf } from './predict.ts';

/**
 * Whether nothing was asked of the server but to deliver, to wait, or to take messages. Where somebody connects, stalls, reads
 * slowly or is cut meanwhile, nobody could tell whose cost that is. By what was measured, so that a new scenario needs no
 * edit here.
 */
function isUndisturbed(m: Measurement): boolean {
  const { parameters, counts } = m;
  const disturbed = [m.storm, m.slow, m.stall, m.stalenessNs, m.requestLatencyNs, parameters.burst];
  const delivers = counts.offered > 0 && parameters.batch !== false;
  return disturbed.every((one) => one === undefined) && (delivers || parameters.ratePerSecond === 0);
}

const sends = ({ bytes }: Measurement): boolean => bytes.up.payload > 0;

/** Whether messages went down only, if any did. */
export const isPlain = (m: Measurement): boolean => isUndisturbed(m) && !sends(m) && m.memory === undefined;

/**
 * Whether thousands of clients were connected for their memory, and then waited: streams that wait cost so little each that
 * hundreds of them cannot be told from a process that is idle.
 */
export const isWaiting = (m: Measurement): boolean =>
  isUndisturbed(m) && !sends(m) && m.counts.publications === 0 && m.memory !== undefined;

/** Whether clients sent, and nothing else was asked: what that takes of the server's processor is told from them. */
export const isSending = (m: Measurement): boolean => isUndisturbed(m) && sends(m) && m.memory === undefined;

/** What of a transport's valid measurements its model is fitted to. */
export function chosenOf(
  { asks, bytes }: Pick<TransportModel, 'asks' | 'bytes'>,
  own: readonly Measurement[],
): Readonly<Record<'plain' | 'packets' | 'timed' | 'costed' | 'sending', readonly Seen[]>> {
  const look = (m: Measurement): Seen => {
    const load = loadOf(m);
    return { m, load, parts: { ...partsOf({ asks, bytes }, load), ...pagesIn(bytes, m) } };
  };
  const plain = own.filter(isPlain).map(look);
  const awake = awakeOnes(asks, own.filter(isPlain));
  const timed = plain.filter(({ m }) => awake.includes(m));
  const sending = own.filter((m) => isSending(m) && (isAwake({ m }) || !timed.some(isAwake))).map(look);
  const waiting = asks === 'once' ? own.filter(isWaiting).map(look) : [];
  const costed = [...direct(timed), ...direct(waiting, plain)];
  const warm = costed.some((one) => isWarm(asks, one));
  const warmOnes = (of: readonly Seen[]): readonly Seen[] =>
    warm ? of.filter((one) => isWarm(asks, one) || isSilent(asks, one)) : of;
  return {
    ...{ plain, timed, packets: [...direct(plain), ...direct(waiting, plain)], costed: warmOnes(costed) },
    sending: warmOnes(direct(sending, plain)),
  };
}

/** All iframes of a broadcast have received as much: they begin anew at once, in some windows and not in others. */
function pagesIn(bytes: TransportModel['bytes'], m: Measurement): Partial<Record<Part, number>> {
  if (bytes?.recycles !== true) return {};
  const sent = m.bytes.up.payload / m.parameters.payloadBytes;
  return { pages: (Math.max(0, m.requests - sent) * 1e9) / m.window.durationNs };
}

export const isAwake = ({ m }: Pick<Seen, 'm'>): boolean => (m.awakeCores ?? 0) > 0;

/** So many loads on cores that were kept awake do without all others. */
const ENOUGH_AWAKE = 6;

/**
 * Those on cores that were kept awake, where they are enough, and streams that are silent: what a core needs to wake up is the
 * host's, and differs from one minute to the next by more than most of what a model tells. For costs and latencies.
 */
export function awakeOnes(asks: Asks, plain: readonly Measurement[]): readonly Measurement[] {
  const awake = plain.filter((m) => isAwake({ m }));
  if (new Set(awake.map(nameOf)).size < ENOUGH_AWAKE) return plain;
  return plain.filter((m) => isAwake({ m }) || (asks === 'once' && m.parameters.ratePerSecond === 0));
}

/** Without those over a link, if there are others: its relay works on the same cores, and every packet passes twice. */
function direct(seen: readonly Seen[], among = seen): readonly Seen[] {
  const isNear = ({ load }: Seen): boolean => load.rttMs === 0;
  return among.some(isNear) ? seen.filter(isNear) : seen;
}

/** Deliveries of a stream, or requests of polls, and messages from clients, before the window: with fewer much of what a server did was to compile. */
export const WARM_AFTER = 2_000;

export function isWarm(asks: Asks, { m, parts }: Seen): boolean {
  const perSecond = (asks === 'once' ? parts.deliveries : parts.requests) + parts.upstream;
  const ms = hurries(asks, m) ? warmedMs(m.parameters) : m.parameters.warmupMs;
  return (perSecond * ms) / 1e3 >= WARM_AFTER;
}

/** Whether a rush is one: a poll over a link takes its round trip, and one that counts from an answer, or connects anew, is in no hurry. */
function hurries(asks: Asks, { link, parameters: { connection, pollPacing } }: Measurement): boolean {
  if (asks === 'once') return true;
  return link === undefined && (asks === 'and-waits' || (connection === 'keep-alive' && pollPacing !== 'fixed-delay'));
}

/** A stream without messages has nothing to compile, and alone tells what it takes to be there. */
export const isSilent = (asks: Asks, { parts }: Seen): boolean => asks === 'once' && parts.deliveries === 0;
