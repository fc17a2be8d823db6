/**
 * Whether a value has the shape of a run, as far as a comparison reads it. The page checks dropped files by it: the schema
 * itself (results/schema.ts) would bring a validator that weighs as much as the charts.
 */
import { plain } from './format.ts';
import type { Digestible } from './run-digest.ts';

/** The only version that this page can read; `results/schema.ts` has it for everyone else. */
const KNOWN_VERSION = 1;

/** A full run holds some hundreds. */
const MOST_ITEMS = 5_000;
const LONGEST_NAME = 10_000;

/** A name that ends with a question mark may be missing. */
type Shape =
  | 'text'
  | 'text or null'
  | 'number'
  | 'number or null'
  | 'flag'
  | 'settings'
  | { readonly each: Shape }
  | { readonly orNull: Shape }
  | { readonly of: Readonly<Record<string, Shape>> };

const object = (of: Readonly<Record<string, Shape>>): Shape => ({ of });
const each = (shape: Shape): Shape => ({ each: shape });
const all = <S extends Shape>(names: readonly string[], shape: S): Record<string, S> =>
  Object.fromEntries(names.map((name) => [name, shape]));

const latency = object({ count: 'number', ...all(['p50', 'p90', 'p99', 'p999', 'max', 'mean'], 'number or null') });
const layers = object(all(['payload', 'header', 'total'], 'number'));
const exchange = object({
  ...all(['up', 'down'], object(all(['header', 'framing', 'total'], 'number'))),
  requests: 'number',
});
const slope = object(all(['bytes', 'low', 'high'], 'number'));

const MEASUREMENT = object({
  transport: 'text',
  scenario: 'text',
  repetition: 'number',
  'twin?': 'flag',
  parameters: 'settings',
  counts: object({ lost: 'number' }),
  ...all(['deliveryLatencyNs', 'transitTimeNs', 'readinessNs'], latency),
  ...all(['requestLatencyNs?', 'stalenessNs?'], latency),
  'storm?': object({ recoveryNs: latency, connections: 'number', lostAgain: 'number' }),
  'slow?': object({ deliveryLatencyNs: latency, toldLost: 'number' }),
  'memory?': object({ perClient: { orNull: slope }, kernelPerClient: { orNull: slope } }),
  bytes: object({ up: layers, down: layers }),
  window: object(all(['durationNs', 'deliveries', 'connections'], 'number')),
  requests: 'number',
  handshakePerClient: object(all(['upBytes', 'downBytes'], 'number or null')),
  server: object({ ...all(['cpuNs', 'rssBytes', 'rssPerClientBytes'], 'number or null') }),
  validity: object({ valid: 'flag' }),
});

const EXACT = object({
  payloadBytes: 'number',
  transports: each(
    object({
      transport: 'text',
      connect: exchange,
      'idle?': exchange,
      perMessage: each(object({ payloadBytes: 'number', exchange })),
      batch: object({ payloadBytes: 'number', messages: 'number', 'exchange?': exchange }),
      'upstream?': object({ exchange }),
    }),
  ),
});

const RUN = object({
  partial: 'flag',
  run: object({
    id: 'text',
    startedAt: 'text',
    planned: 'number',
    tool: object({ name: 'text', version: 'text' }),
    'floors?': each('text'),
  }),
  environment: object({ fingerprint: 'text' }),
  measurements: each(MEASUREMENT),
  'exact?': EXACT,
});

/** One sentence without its subject (`is not JSON.`), or null where the value can be compared. */
export function whyNoRun(value: unknown): string | null {
  if (!isObject(value)) return 'is not a result of pushbench: it holds no object.';
  const { kind, schemaVersion } = value;
  if (typeof kind === 'string') {
    return `is not a run: it is a "${plain(kind.slice(0, 40))}" of pushbench. Drop what "pushbench run" wrote.`;
  }
  if (typeof schemaVersion === 'number' && schemaVersion > KNOWN_VERSION) {
    return `has schema version ${schemaVersion}; this page reads up to ${KNOWN_VERSION}. Compare by a newer pushbench report.`;
  }
  if (schemaVersion !== KNOWN_VERSION) return 'is not a result of pushbench: it has no schema version.';
  const where = firstWrong(value, RUN, '');
  return where === null ? null : `is not a whole run of pushbench: ${where}.`;
}

/** @throws nothing: only for what `whyNoRun` finds nothing wrong with */
export const asRun = (value: unknown): Digestible => value as Digestible;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Where a value first departs from the shape; null where it does not. */
function firstWrong(value: unknown, shape: Shape, path: string): string | null {
  if (typeof shape === 'string') return fits(value, shape) ? null : `${path} is no ${shape}`;
  if ('orNull' in shape) return value === null ? null : firstWrong(value, shape.orNull, path);
  if ('each' in shape) {
    if (!Array.isArray(value)) return `${path} is no list`;
    if (value.length > MOST_ITEMS) return `${path} holds ${value.length} items`;
    return firstOf(value.map((item: unknown, index) => () => firstWrong(item, shape.each, `${path}[${index}]`)));
  }
  if (!isObject(value)) return `${path === '' ? 'the document' : path} is no object`;
  return firstOf(
    Object.entries(shape.of).map(([key, of]) => () => {
      const name = key.replace(/\?$/, '');
      const inner = Object.hasOwn(value, name) ? value[name] : undefined;
      return name !== key && inner === undefined ? null : firstWrong(inner, of, path === '' ? name : `${path}.${name}`);
    }),
  );
}

function firstOf(checks: readonly (() => string | null)[]): string | null {
  for (const check of checks) {
    const found = check();
    if (found !== null) return found;
  }
  return null;
}

function fits(value: unknown, shape: Extract<Shape, string>): boolean {
  switch (shape) {
    case 'text':
      return typeof value === 'string' && value.length <= LONGEST_NAME;
    case 'text or null':
      return value === null || fits(value, 'text');
    case 'number':
      return typeof value === 'number' && Number.isFinite(value);
    case 'number or null':
      return value === null || fits(value, 'number');
    case 'flag':
      return typeof value === 'boolean';
    case 'settings':
      return isSettings(value);
  }
}

/** Parameters: plain values by name, with a variant that may be none. */
function isSettings(value: unknown): boolean {
  if (!isObject(value) || !fits(value['variant'], 'text or null') || !fits(value['clients'], 'number')) return false;
  return Object.values(value).every((of) => ['string', 'number', 'boolean'].includes(typeof of) || of === null);
}
