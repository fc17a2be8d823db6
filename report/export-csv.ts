/** Every measurement as a row of RFC 4180, valid or not, with every scalar of the document as a column: for a spreadsheet. */
import type { TSchema } from 'typebox';
import type { Probe } from '../results/capacity.ts';
import { MeasurementSchema, type Measurement } from '../results/schema.ts';
import { csvText, type Scalar } from './csv-text.ts';
import type { ExportFormat, ResultFile } from './export-format.ts';

type Row = ReadonlyMap<string, Scalar>;

export const csv: ExportFormat = {
  what: 'spreadsheets: a row a measurement, invalid ones marked in the column "validity.valid"',
  marksPartial: true,
  render: (file) => ({ text: csvOf(rowsOf(file), columnsOf(file)), leftOut: [] }),
};

/** Text of any length, and no number: histograms can be had from the document. */
const LEFT_OUT = /(^|\.)hdr$/;

/** From the schema and not from the data: each export has the same columns, whatever the run measured. */
function columnsOf({ kind }: ResultFile): string[] {
  const probe = kind === 'capacity' ? [...PROBE_COLUMNS] : [];
  return [...RUN_COLUMNS, ...probe, ...scalarsOf(MeasurementSchema), 'validity.warnings'];
}

const RUN_COLUMNS = [
  'run.id',
  'run.startedAt',
  'run.toolVersion',
  'run.seed',
  'run.partial',
  'environment.fingerprint',
];
const PROBE_COLUMNS = ['capacity.dimension', 'capacity.slo', 'probe.at', 'probe.verdict', 'probe.tookMs'] as const;

/** Paths of the scalars of an object; those of an alternative beside null count, lists do not. */
export function scalarsOf(schema: TSchema, path = ''): string[] {
  const { type, properties, anyOf } = schema as {
    type?: string;
    properties?: Record<string, TSchema>;
    anyOf?: TSchema[];
  };
  if (properties !== undefined) {
    return Object.entries(properties).flatMap(([name, of]) => scalarsOf(of, path === '' ? name : `${path}.${name}`));
  }
  const object = anyOf?.find((each) => 'properties' in each);
  if (object !== undefined) return scalarsOf(object, path);
  return type === 'array' || LEFT_OUT.test(path) ? [] : [named(path)];
}

function rowsOf(file: ResultFile): Row[] {
  const head = headOf(file);
  if (file.kind === 'run') return file.run.measurements.map((m) => new Map([...head, ...measured(m)]));
  const { capacities, run } = file.capacity;
  return capacities.flatMap(({ transport, dimension, probes }) =>
    probes.map((probe) => new Map([...head, ...probed(probe, dimension, run.slo), ...measuredBy(probe, transport)])),
  );
}

function headOf(file: ResultFile): [string, Scalar][] {
  const { run, environment, partial } = file.kind === 'run' ? file.run : file.capacity;
  const values = [run.id, run.startedAt, run.tool.version, run.seed, partial, environment.fingerprint];
  return RUN_COLUMNS.map((column, index) => [column, values[index]]);
}

function probed({ at, verdict, tookMs }: Probe, dimension: string, slo: string): [string, Scalar][] {
  const values = [dimension, slo, at, verdict, tookMs];
  return PROBE_COLUMNS.map((column, index) => [column, values[index]]);
}

const measuredBy = ({ measurement }: Probe, transport: string): [string, Scalar][] =>
  measurement === null ? [['transport', transport]] : measured(measurement);

function measured(measurement: Measurement): [string, Scalar][] {
  const codes = measurement.validity.warnings.map(({ code }) => code);
  return [...flat(measurement), ['validity.warnings', [...new Set(codes)].join(' ')]];
}

/** The one place where a unit stands beside the value and not in its name. */
const named = (path: string): string => path.replace(/^memory\.(\w+)\.(bytes|low|high)$/, 'memory.$1Bytes.$2');

function flat(value: object, path = ''): [string, Scalar][] {
  return Object.entries(value).flatMap(([name, of]: [string, unknown]): [string, Scalar][] => {
    const at = path === '' ? name : `${path}.${name}`;
    if (typeof of !== 'object' || of === null) return [[named(at), of as Scalar]];
    return Array.isArray(of) ? [] : flat(of, at);
  });
}

const csvOf = (rows: readonly Row[], columns: readonly string[]): string =>
  csvText([columns, ...rows.map((row) => columns.map((column) => row.get(column)))]);
