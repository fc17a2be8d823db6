/** The evidence behind the figures of a record: a row for each transport and kind of figure, numbered, for claims to point at. Pure. */
import { overheadAt } from '../../results/model/bytes.ts';
import type { HeldOut } from '../../results/model/linear.ts';
import type { Fit, Part, TransportModel } from '../../results/model/model.ts';
import { knowsUpstream } from '../../results/model/predict.ts';
import { compareTransports } from '../transports.ts';
import { format, formatRange, plural } from '../format.ts';
import type { DecisionInput, StoredRun } from './input.ts';
import { connectsOf, plainOf, sendingOf, stormsOf, validOf, type Found } from './measured.ts';
import { listed, NOT_MEASURED, percent } from './words.ts';

export type Topic = 'bytes' | 'packets' | 'cores' | 'latency' | 'p99' | 'memory' | 'connect' | 'recovery' | 'capacity';

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
export function evidenceOf(models: readonly TransportModel[], input: DecisionInput): Evidence[] {
  return [...models]
    .sort((a, b) => compareTransports(a.transport, b.transport, new Set()))
    .flatMap((model) => rowsOf(model, input))
    .map((row, place) => ({ ...row, id: `E${place + 1}` }));
}

function rowsOf(model: TransportModel, { runs, capacities, workload }: DecisionInput): Row[] {
  const { transport } = model;
  const plain = plainOf(runs, transport);
  const rows: (Row | null)[] = [
    bytesRow(model, runs, workload.payloadBytes),
    fitRow(model, 'packets', model.packets, plain),
    coresRow(model, [...plain, ...(knowsUpstream(model) ? sendingOf(runs, transport) : [])]),
    fitRow(model, 'latency', model.serviceMs, plain),
    fitRow(model, 'p99', model.serviceP99Ms, plain),
    memoryRow(model, validOf(runs, transport)),
    connectRow(transport, connectsOf(runs, transport, workload.rttMs)),
    recoveryRow(transport, stormsOf(runs, transport, workload.rttMs)),
    ...capacities.map(({ file, capacity }): Row | null => {
      const own = capacity.capacities.filter((one) => one.transport === transport && one.dimension === 'clients');
      if (own.length === 0) return null;
      const figure = own
        .map(
          ({ met, failed, fixed }) =>
            `${met ?? 'none'} clients met ${capacity.run.slo} at ${fixed.ratePerSecond}/s, ${failed ?? 'none'} did not`,
        )
        .join('; ');
      const probes = own.reduce((sum, { probes }) => sum + probes.length, 0);
      return {
        transport,
        topic: 'capacity',
        files: [file],
        runs: [capacity.run.id],
        measurement: plural(probes, 'probe'),
        figure,
      };
    }),
  ];
  return rows.flatMap((row) => row ?? []);
}

function bytesRow({ transport, bytes }: TransportModel, runs: readonly StoredRun[], payloadBytes: number): Row | null {
  const counted = runs.find(({ run }) => run.exact !== undefined);
  if (bytes === null || counted === undefined) return null;
  const { up, down, extrapolated } = overheadAt(bytes, payloadBytes);
  const empty =
    bytes.empty === null ? '' : `; an empty poll or sign of life ${bytes.empty.up} B up, ${bytes.empty.down} B down`;
  const beyond = extrapolated ? ', beyond the sizes that were counted' : '';
  const sizes = bytes.overhead.map((one) => one.payloadBytes);
  return {
    ...{ transport, topic: 'bytes', files: [counted.file], runs: [counted.run.run.id] },
    measurement: `exact counts in lock-step, payloads of ${sizes[0]} to ${sizes.at(-1)} B`,
    figure: `a message of ${payloadBytes} B costs ${up} B up and ${down} B down beside it${beyond}${empty}; to connect ${bytes.connect.up} B up, ${bytes.connect.down} B down`,
  };
}

/** A part that the fit has found no use for: what is left of it is the arithmetic's. */
const NOTHING_OF_IT = 1e-12;

/** What a cost is made of. */
const PARTS: Readonly<Record<Part, string>> = {
  deliveries: 'a delivery',
  requests: 'a request',
  clients: 'a client and second',
  publications: 'a publication',
  wakeups: 'a wake-up',
  megabytes: 'a MB',
  segments: 'a further segment',
  process: 'always',
  fanOut: 'a client that waits beside it',
  burstMegabytes: 'a MB of one publication',
  upstream: 'a message upstream',
};

interface Scale {
  readonly by: number;
  readonly unit: 'ns' | 'count';
  readonly name: string;
}

/** Of one second of one core, of packets, and of ms. */
const SCALES: Readonly<Record<'cores' | 'packets' | 'latency' | 'p99', Scale>> = {
  cores: { by: 1e9, unit: 'ns', name: '' },
  packets: { by: 1, unit: 'count', name: ' packets' },
  latency: { by: 1e6, unit: 'ns', name: '' },
  p99: { by: 1e6, unit: 'ns', name: '' },
};

/** With its interval, where there is one: `58.6 µs a request (52–65)`. */
function partText(fit: Fit, place: number, { by, unit, name }: Scale): string | null {
  const value = fit.coefficients[place] ?? 0;
  if (value < NOTHING_OF_IT) return null;
  const interval = fit.intervals?.[place];
  const range = interval === undefined ? '' : ` (${rangeOf(interval, by, unit)})`;
  const amount = unit === 'count' ? `${Number((value * by).toPrecision(3))}` : format(value * by, unit);
  return `${amount}${name} ${PARTS[fit.parts[place]!]}${range}`;
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
  fit: Fit | null,
  found: readonly Found[],
): Row | null {
  if (fit === null) return null;
  const parts = fit.parts.flatMap((_, place) => partText(fit, place, SCALES[topic]) ?? []);
  const isLate = topic === 'latency' || topic === 'p99';
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
  return { ...row, figure: `${row.figure}; of servers that ${state}` };
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

/** Of a latency, most of which a law says: also by how many milliseconds, and over a distance where that was measured. */
export function lateText(fit: Fit | null): string {
  if (fit === null || fit.heldOut === null) return errorText(null);
  const { heldOut, distant } = fit;
  const over = distant === undefined ? '' : `; over a link, ${errorText(distant)}, or ${ms(distant.mostBy)}`;
  return `${errorText(heldOut)}, or ${ms(heldOut.mostBy)}${over}`;
}

const ms = (value: number): string => format(value * 1e6, 'ns');

/** How far off the model was on loads that it had not seen. */
export function errorText(heldOut: HeldOut | null): string {
  if (heldOut === null) return 'never held against a load that it had not seen';
  const most = heldOut.points.length < 5 ? 'none further than' : 'nine of ten within';
  return `on ${plural(heldOut.points.length, 'load')} held out: half within ${percent(heldOut.median)}, ${most} ${percent(heldOut.most)}`;
}
