/**
 * What is said where the workload asks for another carrier than its results were measured over: bytes are counted anew over it,
 * or are not known; all else is of the carrier of the results. Pure.
 */
import type { Exact } from '../../results/exact.ts';
import type { Model } from '../../results/model/model.ts';
import type { DecisionInput } from './input.ts';
import type { Topic } from './topics.ts';
import { carrierText, listed } from './words.ts';

export interface OtherCarrier {
  /** By the workload, as people say it. */
  readonly asked: string;
  /** That of the results. */
  readonly measured: string;
  readonly isEncrypted: Readonly<Record<'asked' | 'measured', boolean>>;
  /** Transports whose bytes were counted over what is asked for, and those of which nobody knows them. */
  readonly counted: readonly string[];
  readonly unknown: readonly string[];
}

/** Bytes over the workload's carrier: the results' own, or those counted anew; null where there are none. Never another's. */
export function countsFor({ workload, counted }: DecisionInput, own: Exact | undefined): Exact | null {
  return [own, counted].find((counts) => counts?.carrier === workload.carrier) ?? null;
}

/** Null where the results are of the carrier that is asked for. */
export function otherCarrier(
  carrier: string,
  own: Exact | undefined,
  { transports }: Pick<Model, 'transports'>,
): OtherCarrier | null {
  if (own === undefined || own.carrier === carrier) return null;
  const names = (are: boolean): string[] =>
    transports.flatMap(({ transport, bytes }) => ((bytes !== null) === are ? [transport] : []));
  return {
    ...{ asked: carrierText(carrier), measured: carrierText(own.carrier) },
    isEncrypted: { asked: isEncrypted(carrier), measured: isEncrypted(own.carrier) },
    ...{ counted: names(true), unknown: names(false) },
  };
}

const isEncrypted = (carrier: string): boolean => carrier === 'tls' || carrier === 'h2';

const REST = 'processor time, memory, packets and latencies';

/** Before anything is read of the figures: where they are from. */
export function carrierAnswer(other: OtherCarrier | null): string {
  if (other === null) return '';
  const { asked, measured, counted, unknown } = other;
  const rest = `${REST} were measured over ${measured}`;
  const whose = counted.length === 0 ? 'bytes' : `bytes of ${listed(unknown)}`;
  const missing = `${whose}, and costs that rest on them, are not measured over ${asked}`;
  const lead = ' The results are of another carrier than is asked for';
  if (counted.length === 0) return `${lead}: ${missing}; ${rest}.`;
  const more = unknown.length === 0 ? '' : `; ${missing}`;
  return `${lead}: bytes are counted anew over ${asked}; ${rest}${more}.`;
}

/** Beside figures of which each is of the one, the other or both; with a space before it. */
export function carriersText(other: OtherCarrier | null): string {
  if (other === null) return '';
  const { asked, measured, counted, unknown } = other;
  const rest = `all else was measured over ${measured}`;
  if (counted.length === 0) return ` Bytes are not measured over ${asked}; ${rest}.`;
  const lacks = unknown.length === 0 ? '' : `, those of ${listed(unknown)} not measured`;
  return ` Bytes are over ${asked}${lacks}; ${rest}.`;
}

/** Behind what a row is of: `, over HTTP/2 over TLS`. Nothing where all is of one carrier. */
export function overText(other: OtherCarrier | null, topics: readonly Topic[]): string {
  if (other === null || topics.length === 0) return '';
  const { asked, measured } = other;
  const [bytes, rest] = [topics.includes('bytes'), topics.some((topic) => topic !== 'bytes')];
  if (bytes && rest) return `; bytes over ${asked}, all else over ${measured}`;
  return `, over ${bytes ? asked : measured}`;
}

/** What a reader must know before trusting figures over it. */
export function carrierNotes({ asked, measured, counted, isEncrypted: is }: OtherCarrier): string[] {
  const tls = is.asked && !is.measured;
  const bytes = counted.length > 0 ? 'is in the bytes alone' : 'is in no figure';
  return [
    `The workload asks for ${asked}, and the results were measured over ${measured}: ${REST}, connecting and coming back are those of the latter.`,
    ...(tls ? [`Nothing was encrypted while it was measured: what TLS adds ${bytes}, and not in processor time.`] : []),
  ];
}
