/** A figure of an option as each part of a record says it: where it lies, whether it is extrapolated, and its evidence. Pure. */
import type { Band } from '../../results/model/band.ts';
import type { Links } from './links.ts';
import type { Considered, Reason } from './options.ts';
import { md } from './text.ts';
import { markOf, type Topic } from './topics.ts';
import { banded, NOT_MEASURED, type Quantity } from './words.ts';

export interface Claim {
  readonly band: Band | null;
  readonly quantity: Quantity;
  /** What it rests on. */
  readonly topics: readonly Topic[];
  /** The option at another load than the workload's. */
  readonly at?: Considered['option'];
}

/** A figure that is not there has no evidence. */
export function claimed(one: Considered, { band, quantity, topics, at = one.option }: Claim, links: Links): string {
  if (band === null) return NOT_MEASURED;
  return md(banded(band, quantity)) + markOf(one.model, at, topics) + links(one.transport, ...topics);
}

/** What a latency is compared by: the 99th percentile, or the mean where there is none. */
export function lateness({ prediction: { p99Ms, meanMs } }: Considered): Claim & { readonly which: 'p99' | 'mean' } {
  return p99Ms === null
    ? { band: meanMs, quantity: 'ms', topics: ['latency'], which: 'mean' }
    : { band: p99Ms, quantity: 'ms', topics: ['p99'], which: 'p99' };
}

/** Why an option is out, by which rule or figure. */
export function reasonText({ text, source, topics = [] }: Reason, one: Considered, links: Links): string {
  return `${md(text)}${markOf(one.model, one.option, topics)}${links(one.transport, ...topics)} (${md(source)})`;
}
