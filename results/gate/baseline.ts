/**
 * The baseline: exact counts that a project keeps under version control, small and sorted, so that a change of one byte is
 * one line in a pull request. Any machine must find them again. Pure.
 */
import { Type, type Static } from 'typebox';
import type { Exact } from '../exact.ts';
import { closed, Count } from '../schema-types.ts';
import { EXACT_METRICS } from './metrics.ts';

export const BASELINE_VERSION = 1;

/** All that bears on exact counts, in the words of a run's `exact`. */
const SettingsSchema = Type.Object(
  {
    carrier: Type.String(),
    headers: Type.String(),
    responseHeaders: Type.String(),
    deflate: Type.Boolean(),
    contextTakeover: Type.Boolean(),
    gzip: Type.Boolean(),
    payloadBytes: Count,
  },
  { ...closed, description: 'What the counts were made with; others compare only under the same' },
);
export type BaselineSettings = Static<typeof SettingsSchema>;

export const BaselineSchema = Type.Object(
  {
    schemaVersion: Type.Literal(BASELINE_VERSION),
    kind: Type.Literal('baseline'),
    target: Type.Optional(
      Type.String({ description: 'The target whose counts these are; without it, this project’s own servers' }),
    ),
    settings: SettingsSchema,
    transports: Type.Record(
      Type.String(),
      Type.Record(Type.String(), Type.Integer(), { description: 'By the slug of the metric' }),
      { description: 'By the name of the transport' },
    ),
  },
  { ...closed, $id: 'https://pushbench.dev/schema/baseline-1.json', title: 'pushbench baseline, version 1' },
);
export type Baseline = Static<typeof BaselineSchema>;

/** Every metric that each transport has. */
export function baselineOf(exact: Exact): Baseline {
  const { carrier, headers, responseHeaders, deflate, contextTakeover, gzip, payloadBytes } = exact;
  const counts = exact.transports.map((each) => {
    const found = EXACT_METRICS.map(({ slug, of }) => [slug, of(each, payloadBytes)] as const);
    return [each.transport, sorted(found.filter((entry): entry is [string, number] => entry[1] !== null))] as const;
  });
  return {
    schemaVersion: BASELINE_VERSION,
    kind: 'baseline',
    settings: { carrier, headers, responseHeaders, deflate, contextTakeover, gzip, payloadBytes },
    transports: sorted(counts),
  };
}

/** An own property of each, whatever its name: `__proto__` in a file is a name like another. */
function sorted<T>(entries: readonly (readonly [string, T])[]): Record<string, T> {
  return Object.fromEntries([...entries].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}

/** A count that was not the same twice, and so is none. */
export interface Unsteady {
  readonly transport: string;
  readonly metric: string;
  readonly counts: readonly [number | null, number | null];
}

export interface Counted {
  readonly baseline: Baseline;
  readonly unsteady: readonly Unsteady[];
}

/** What two counts of the same agree on; the rest is left out and named. */
export function agreeing(first: Baseline, second: Baseline): Counted {
  const unsteady = cellsOf(first, second).filter(({ counts: [a, b] }) => a !== b);
  const isUnsteady = (transport: string, metric: string): boolean =>
    unsteady.some((each) => each.transport === transport && each.metric === metric);
  const transports = Object.entries(first.transports).map(([transport, counts]) => {
    const kept = Object.entries(counts).filter(([metric]) => !isUnsteady(transport, metric));
    return [transport, sorted(kept)] as const;
  });
  return { baseline: { ...first, transports: sorted(transports) }, unsteady };
}

/** Every metric of every transport that either side has, with the count of both; null where a side has none. */
export function cellsOf(a: Baseline, b: Baseline): Unsteady[] {
  return namesOf(a.transports, b.transports).flatMap((transport) => {
    const [left = {}, right = {}] = [ownOf(a.transports, transport), ownOf(b.transports, transport)];
    return namesOf(left, right).map((metric) => ({
      ...{ transport, metric },
      counts: [ownOf(left, metric) ?? null, ownOf(right, metric) ?? null] as const,
    }));
  });
}

const ownOf = <T>(record: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(record, name) ? record[name] : undefined;

const namesOf = (a: object, b: object): string[] => [...new Set([...Object.keys(a), ...Object.keys(b)])].sort();

/** `headers chrome and minimal`, for each setting that is not the same; counts then do not compare. */
export function differentSettings(a: BaselineSettings, b: BaselineSettings): string[] {
  return (Object.keys(a) as (keyof BaselineSettings)[])
    .filter((name) => a[name] !== b[name])
    .map((name) => `${name} ${a[name]} and ${b[name]}`);
}
