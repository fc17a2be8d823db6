/** The evidence behind the figures of a record: a row for each transport and kind of figure, numbered, for claims to point at. Pure. */
import { overheadAt } from '../../results/model/bytes.ts';
import { OWN_PARTS } from '../../results/model/fits.ts';
import type { HeldOut } from '../../results/model/linear.ts';
import type { Fit, Part, TransportModel } from '../../results/model/model.ts';
import { ONSET, PAUSE_S } from '../../results/model/predict.ts';
import { median } from '../../results/statistics.ts';
import { compareTransports } from '../transports.ts';
import { format, formatMs, formatRange, plural } from '../format.ts';
import type { Fitting } from './capacities.ts';
import type { DecisionInput, StoredRun } from './input.ts';
import type { Considered } from './options.ts';
import { connectsOf, fittedOf, stormsOf, validOf, type Found } from './measured.ts';
import type { Topic } from './topics.ts';
import { carrierText, listed, NOT_MEASURED, percent } from './words.ts';

export interface Evidence {
  /** `E1`, `E2`, …: its place in the table. */
  readonly id: string;
  readonly transport: string;
  readonly topic: Topic;
  readonly files: readonly string[];
  readonly runs: readonly string[];
  readonly measurement: string;
  readonly figure: string;
}

type Row = Omit<Evidence, 'id'>;

/** In the usual order of transports, whatever order they come in: the numbers are the same then. */
export function evidenceOf(options: readonly Considered[], input: DecisionInput): Evidence[] {
  return [...options]
    .sort((a, b) => compareTransports(a.transport, b.transport, new Set()))
    .flatMap((option) => rowsOf(option, input))
    .map((row, place) => ({ ...row, id: `E${place + 1}` }));
}

function rowsOf({ transport, model, capacities, p50 }: Considered, { runs, workload }: DecisionInput): Row[] {
  const fitted = fittedOf(runs, model);
  const rows: (Row | null)[] = [
    bytesRow(model, runs, workload),
    fitRow(model, 'packets', model.packets, fitted.packets),
    coresRow(model, fitted.cores),
    fitRow(model, 'latency', model.serviceMs, fitted.latency),
    fitRow(model, 'p50', p50.fit, fitted.latency),
    fitRow(model, 'p99', model.serviceP99Ms, fitted.latency),
    memoryRow(model, validOf(runs, transport)),
    connectRow(transport, connectsOf(runs, transport, workload.rttMs)),
    recoveryRow(transport, stormsOf(runs, transport, workload.rttMs)),
    ...capacities.fitting.map(capacityRow),
  ];
  return rows.flatMap((row) => row ?? []);
}

function capacityRow({ stored: { file, capacity: whole }, capacity }: Fitting): Row {
  const { transport, met, failed, fixed, probes } = capacity;
  const [most, least] = [met, failed].map((clients) => (clients === null ? 'none' : plural(clients, 'client')));
  return {
    ...{
      transport,
      topic: 'capacity',
      files: [file],
      runs: [whole.run.id],
      measurement: plural(probes.length, 'probe'),
    },
    figure: `${most} met ${whole.run.slo} at ${fixed.ratePerSecond}/s, ${least} did not`,
  };
}

function bytesRow(
  { transport, bytes, asks }: TransportModel,
  runs: readonly StoredRun[],
  { payloadBytes, carrier }: DecisionInput['workload'],
): Row | null {
  const counted = runs.find(({ run }) => run.exact !== undefined);
  const isOwn = counted?.run.exact?.carrier === carrier;
  if (bytes === null || counted === undefined) return null;
  const { up, down, extrapolated } = overheadAt(bytes, payloadBytes);
  const empty =
    bytes.empty === null
      ? ''
      : `; ${asks === 'once' ? 'a sign of life' : 'an empty poll'} ${bytes.empty.up} B up, ${bytes.empty.down} B down`;
  const beyond = extrapolated ? ', beyond the sizes that were counted' : '';
  const sizes = bytes.overhead.map((one) => one.payloadBytes);
  return {
    ...{ transport, topic: 'bytes', files: isOwn ? [counted.file] : [], runs: isOwn ? [counted.run.run.id] : [] },
    measurement: `counted exactly${isOwn ? '' : ` over ${carrierText(carrier)}, anew for this record`}, one message at a time, payloads of ${sizes[0]} to ${sizes.at(-1)} B`,
    figure: `a message of ${payloadBytes} B costs ${up} B up and ${down} B down beside it${beyond}${empty}; to connect ${bytes.connect.up} B up, ${bytes.connect.down} B down`,
  };
}

/** A part that the fit has found no use for: what is left of it is the arithmetic's. */
const NOTHING_OF_IT = 1e-12;

/** What a cost is made of. */
const PARTS: Readonly<Record<Part, string>> = {
  deliveries: 'a delivery',
  requests: 'a request',
  beats: 'a sign of life of a silent connection',
  pages: 'a page that begins anew',
  publications: 'a publication',
  clocked: 'a publication of the server’s own',
  wakeups: 'each time that an idle process is woken',
  onset: `for each of about the first ${ONSET} deliveries after a pause`,
  cold: 'each time that a client is written to after a while',
  megabytes: 'for each 10⁶ B of messages',
  segments: 'for each packet that a message takes beyond its first',
  spaced: 'a delivery that shares no packet with another',
  process: 'in any case',
  fanOut: 'for each client of the process that the same message goes to',
  burstMegabytes: 'for each 10⁶ B that one publication sends out in all',
  rested: `after a pause of ${formatMs(PAUSE_S * 1e3)} or more`,
  connections: 'a connection that a poll opens',
  upstream: 'a message upstream',
};

interface Scale {
  readonly by: number;
  readonly unit: 'ns' | 'count';
  readonly name: string;
}

/** Of one second of one core, of packets, and of ms. What is there in any case is so each second, or of each delivery. */
const SCALES: Readonly<Record<'cores' | 'packets' | 'latency' | 'p50' | 'p99', Scale>> = {
  cores: { by: 1e9, unit: 'ns', name: '' },
  packets: { by: 1, unit: 'count', name: ' packets' },
  latency: { by: 1e6, unit: 'ns', name: '' },
  p50: { by: 1e6, unit: 'ns', name: '' },
  p99: { by: 1e6, unit: 'ns', name: '' },
};

/** With its interval, where there is one: `58.6 µs a request (52–65)`. */
function partText(
  fit: Pick<Fit, 'parts' | 'coefficients' | 'intervals'>,
  place: number,
  { by, unit, name }: Scale,
  isLate: boolean,
): string | null {
  const value = fit.coefficients[place] ?? 0;
  if (value < NOTHING_OF_IT) return null;
  const interval = fit.intervals?.[place];
  const range = interval === undefined ? '' : ` (${rangeOf(interval, by, unit)})`;
  const amount = unit === 'count' ? `${Number((value * by).toPrecision(3))}` : format(value * by, unit);
  const part = fit.parts[place]!;
  return `${amount}${name} ${PARTS[part]}${part === 'process' && !isLate ? ' each second' : ''}${range}`;
}

function rangeOf(
  { low, high }: { readonly low: number; readonly high: number },
  by: number,
  unit: Scale['unit'],
): string {
  if (unit === 'ns') return formatRange(low * by, high * by, unit);
  return [low, high].map((value) => Number((value * by).toPrecision(3))).join('–');
}

function fitRow(
  { transport }: TransportModel,
  topic: keyof typeof SCALES,
  fit: Pick<Fit, 'parts' | 'coefficients' | 'intervals' | 'heldOut' | 'distant' | 'loads'> | null,
  found: readonly Found[],
): Row | null {
  if (fit === null) return null;
  const isLate = ['latency', 'p50', 'p99'].includes(topic);
  const parts = fit.parts.flatMap((_, place) => partText(fit, place, SCALES[topic], isLate) ?? []);
  const law = isLate ? 'beyond its law ' : '';
  return {
    ...{ transport, topic, ...sourcesOf(found) },
    figure: `${law}${parts.length === 0 ? 'nothing' : parts.join(' + ')}; fitted to ${plural(fit.loads, 'load')}; ${isLate ? lateText(fit) : errorText(fit.heldOut)}`,
  };
}

/** Fitted to servers that had run for a while, where there are any. */
function coresRow(model: TransportModel, found: readonly Found[]): Row | null {
  const row = fitRow(model, 'cores', model.cores, found);
  if (row === null) return null;
  const state =
    model.cores?.warm === true ? 'had run for a while' : 'had just started, which take several times as much';
  const awake = model.cores?.awake === true ? ', on cores that were kept from falling asleep' : '';
  const others = model.cores?.together.filter((name) => name !== model.transport) ?? [];
  const own = listed(OWN_PARTS.flatMap((part) => (model.cores?.parts.includes(part) === true ? [PARTS[part]] : [])));
  const together =
    others.length === 0 ? '' : `; fitted together with ${listed(others)}: ${own} cost each its own, all else the same`;
  return { ...row, figure: `${row.figure}; of servers that ${state}${awake}${together}` };
}

function memoryRow(
  { transport, memory, kernelMemory, processBytes }: TransportModel,
  found: readonly Found[],
): Row | null {
  if (memory === null) return null;
  const read = found.filter(({ measurement: m }) => m.memory !== undefined);
  const one = (what: string, { bytes, low, high }: NonNullable<TransportModel['memory']>): string =>
    `${format(bytes, 'bytes')} of ${what}${low === null || high === null ? '' : ` (${formatRange(low, high, 'bytes')})`}`;
  const parts = [one('the process', memory), ...(kernelMemory === null ? [] : [one('the kernel', kernelMemory)])];
  const idle = found.filter(({ measurement: m }) => m.scenario === 'idle');
  return {
    ...{ transport, topic: 'memory', ...sourcesOf(read.length > 0 ? read : idle) },
    figure: `${processBytes === null ? '' : `${format(processBytes, 'bytes')} a process, and `}${listed(parts)} a client, up to ${plural(memory.clients, 'client')}; ${errorText(memory.heldOut)}`,
  };
}

function connectRow(transport: string, found: readonly Found[]): Row | null {
  if (found.length === 0) return null;
  const figures = found.map(
    ({
      measurement: {
        readinessNs: { p50, max },
      },
    }) => `half ready after ${format(p50, 'ns')}, the last after ${format(max, 'ns')}`,
  );
  return { ...{ transport, topic: 'connect', ...sourcesOf(found) }, figure: figures.join('; ') };
}

function recoveryRow(transport: string, found: readonly Found[]): Row | null {
  if (found.length === 0) return null;
  const figures = found.map(({ measurement: { storm } }) => {
    const { clients, recoveryNs } = storm!;
    return `${plural(clients, 'client')} cut, half served again after ${format(recoveryNs.p50, 'ns')}, the last after ${format(recoveryNs.max, 'ns')}`;
  });
  return { ...{ transport, topic: 'recovery', ...sourcesOf(found) }, figure: figures.join('; ') };
}

/** Which files and runs, and which measurements in them: scenarios with their variants, and how many in all. */
function sourcesOf(found: readonly Found[]): Pick<Row, 'files' | 'runs' | 'measurement'> {
  const byScenario = new Map<string, Set<string>>();
  for (const { measurement: m } of found) {
    const variants = byScenario.get(m.scenario) ?? new Set();
    byScenario.set(m.scenario, variants);
    if (m.parameters.variant !== null) variants.add(m.parameters.variant);
  }
  const scenarios = [...byScenario].map(([name, variants]) =>
    variants.size === 0 ? name : `${name} (${[...variants].sort().join(', ')})`,
  );
  return {
    files: [...new Set(found.map(({ stored }) => stored.file))],
    runs: [...new Set(found.map(({ stored }) => stored.run.run.id))],
    measurement: found.length === 0 ? NOT_MEASURED : `${scenarios.join(', ')}: ${plural(found.length, 'measurement')}`,
  };
}

/** Of a latency, most of which a law says: by time, as its interval is made; over a link by itself, where that was measured. */
export function lateText({ heldOut, distant }: Pick<Fit, 'heldOut' | 'distant'>): string {
  if (heldOut === null) return NEVER;
  if (distant === undefined) return offByText(heldOut);
  const shares = [...new Set([distant.median, distant.most].map(percent))].join(' and ');
  return `${offByText(heldOut)}; over a link ${offByText(distant)}, or ${shares}`;
}

function offByText(heldOut: HeldOut): string {
  const offBy = median(heldOut.points.map(({ predicted, measured }) => Math.abs(predicted - measured))) ?? 0;
  const [half, most] = [offBy, heldOut.mostBy].map((value) => format(value * 1e6, 'ns'));
  if (heldOut.points.length === 1) return `on 1 load held out: off by ${most!}`;
  return `on ${plural(heldOut.points.length, 'load')} held out: half within ${half}, ${mostText(heldOut)} ${most}`;
}

const NEVER = 'never held against a load that it had not seen';
const mostText = ({ points }: HeldOut): string => (points.length < 5 ? 'none further than' : 'nine of ten within');

/** How far off the model was on loads that it had not seen. */
export function errorText(heldOut: HeldOut | null): string {
  if (heldOut === null) return NEVER;
  const { points, median: half, most, scatter } = heldOut;
  const known =
    scatter === undefined ? '' : `, where what was measured of a load is known to ${percent(scatter)} itself`;
  return `on ${plural(points.length, 'load')} held out: half within ${percent(half)}, ${mostText(heldOut)} ${percent(most)}${known}`;
}
