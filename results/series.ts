/**
 * What other tools and the history keep of a run: named series of figures. A name says all that a figure depends on, so
 * that it is the same in every run that may be compared with, and another one in every run that may not.
 */
import { createHash } from 'node:crypto';
import { Type, type Static } from 'typebox';
import type { MeasurementParameters } from './parameters.ts';
import type { RunFile } from './schema.ts';
import { closed, Nullable } from './schema-types.ts';

export const SeriesFigureSchema = Type.Object(
  {
    value: Type.Number({ description: 'Median over the valid repetitions, or an exact count' }),
    low: Nullable(
      Type.Number({ description: 'Of the interval of the median; null for one repetition and for exact counts' }),
    ),
    high: Nullable(Type.Number()),
    repetitions: Type.Integer({ minimum: 0, description: 'Valid ones; 0 for what is counted and not measured' }),
    unit: Type.String({ description: 'ns, bytes, count, share, perSecond, bytesPerSecond' }),
    better: Type.Union([Type.Literal('lower'), Type.Literal('higher')]),
  },
  closed,
);
export type SeriesFigure = Static<typeof SeriesFigureSchema>;

export const SeriesSchema = Type.Object(
  {
    name: Type.String({ minLength: 1 }),
    transport: Type.String(),
    scenario: Nullable(Type.String({ description: 'Null for exact counts and codecs, which belong to none' })),
    invalid: Type.Integer({ minimum: 0, description: 'Repetitions that count for nothing here' }),
    figures: Type.Record(Type.String(), SeriesFigureSchema, { description: 'By the slug of the metric' }),
  },
  closed,
);
export type Series = Static<typeof SeriesSchema>;

/** What was not tracked, and why: one sentence each, for people. */
export interface Tracked {
  readonly series: readonly Series[];
  readonly leftOut: readonly string[];
}

/** Bencher takes 1,024 at most, counted in bytes. */
const LONGEST_NAME = 1_024;

type Named = Exclude<keyof MeasurementParameters, 'variant' | 'clients' | 'payloadBytes'>;

/**
 * What stands in a name where it is other than usual. The usual values are a part of every name that is out there: to
 * change one is to rename series that people have kept for years.
 */
const USUAL: { readonly [P in Named]-?: string | number | boolean } = {
  ratePerSecond: 20,
  arrivals: 'constant',
  pollIntervalMs: 1_000,
  pollPacing: 'fixed-rate',
  holdMs: 25_000,
  batch: true,
  heartbeatMs: 15_000,
  recycleBytes: 131_072,
  connection: 'keep-alive',
  headers: 'chrome',
  link: 'none',
  responseHeaders: 'minimal',
  carrier: 'h1',
  deflate: false,
  contextTakeover: true,
  gzip: false,
  durationMs: 3_000,
  warmupMs: 1_000,
  rush: 1,
  workers: 1,
  serverWorkers: 1,
  burst: 1,
  slowShare: 0,
  stallMs: 0,
};

const SUFFIXES: Readonly<Record<string, string>> = { Ms: 'ms', Bytes: 'B', PerSecond: '' };

/** `rate=50`, `poll-interval=500ms`, `carrier=h2`: whatever is other than usual, in the order of the table. */
export function unusual(parameters: Partial<MeasurementParameters>): string[] {
  return (Object.keys(USUAL) as Named[]).flatMap((key) => {
    const value = parameters[key];
    if (value === undefined || value === USUAL[key]) return [];
    // The unit goes from the name to the value, as in a flag; one unit for all, so that no name depends on a value's size.
    const [, name, unit] = /^(.*?)(Ms|Bytes|PerSecond)?$/.exec(key)!;
    const word = name!.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    return [`${word}=${value}${SUFFIXES[unit ?? ''] ?? ''}`];
  });
}

/** Which server was measured, where it is not the one of this build: `target=my-server`. */
export function serverOf({ config }: RunFile['run']): string[] {
  const name = (config['target'] as { name?: unknown } | undefined)?.name;
  return typeof name === 'string' ? [`target=${name}`] : [];
}

/** `sse/broadcast/n=1000/256B`, and what is other than usual. @param server as `serverOf` gives it */
export function measurementName(
  { transport, scenario }: { readonly transport: string; readonly scenario: string },
  parameters: MeasurementParameters,
  server: readonly string[],
): string {
  const { variant, clients, payloadBytes } = parameters;
  const which = variant === null ? [] : [variant];
  const settings = [`n=${clients}`, `${payloadBytes}B`, ...unusual(parameters), ...server];
  return nameOf([transport, scenario, ...which, ...settings]);
}

/** Parts with slashes between them: no part can pretend to be two. */
export const nameOf = (parts: readonly string[]): string => fitted(parts.map(harmless).join('/'));

/** No longer than other tools take; a name that had to be cut keeps apart from others by a hash of the whole. */
export function fitted(name: string): string {
  if (Buffer.byteLength(name) <= LONGEST_NAME) return name;
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 16);
  // A character that the cut goes through becomes a replacement of three bytes, where it had two or three left.
  const kept = Buffer.from(name).subarray(0, LONGEST_NAME - hash.length - 1 - 3);
  return `${kept.toString('utf8').replace(/\uFFFD+$/, '')}~${hash}`;
}

/** Without control characters, and with its slashes and its white space written out. */
function harmless(part: string): string {
  return part.replace(/[\p{C}\s%/]+/gu, encoded);
}

function encoded(text: string): string {
  return [...Buffer.from(text)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('');
}
