/** What the planner shows of a load: the same in the page's table without script, and in its script. Pure, without Node. */
import { isGuessed, times, type Band } from '../results/model/band.ts';
import type { Load } from '../results/model/load.ts';
import type { TransportModel } from '../results/model/model.ts';
import { predict, processesFor } from '../results/model/predict.ts';
import { billOf } from '../results/model/price.ts';
import { fieldsOf, hashOf } from './address.ts';
import { format, type Unit } from './format.ts';

/** A knob of the planner; `steps` of a slider lie evenly on a logarithmic scale where `log` is true. */
export interface Knob {
  readonly id: 'clients' | 'rate' | 'payload' | 'header' | 'interval' | 'rtt' | 'price';
  readonly label: string;
  readonly least: number;
  readonly most: number;
  /** A linear knob may be 0. */
  readonly log: boolean;
  readonly whole: boolean;
  /** Significant ones of its values. */
  readonly digits: number;
  show(value: number): string;
}

const ms = (value: number): string => format(value * 1e6, 'ns');
const bytes = (value: number): string => format(value, 'bytes');

export const KNOBS: readonly Knob[] = [
  {
    ...{ id: 'clients', label: 'clients', least: 10, most: 1_000_000, log: true, whole: true, digits: 2 },
    show: (value) => format(value, 'count'),
  },
  {
    ...{
      id: 'rate',
      label: 'messages to each client',
      least: 1 / 3_600,
      most: 100,
      log: true,
      whole: false,
      digits: 2,
    },
    show: (value) => (value >= 0.1 ? format(value, 'perSecond') : `one in ${format(1e9 / value, 'ns')}`),
  },
  { ...{ id: 'payload', label: 'payload', least: 16, most: 65_536, log: true, whole: true, digits: 3 }, show: bytes },
  {
    ...{
      id: 'header',
      label: 'cookie or token, each request',
      least: 0,
      most: 4_096,
      log: false,
      whole: true,
      digits: 4,
    },
    show: bytes,
  },
  {
    ...{ id: 'interval', label: 'poll interval', least: 100, most: 600_000, log: true, whole: false, digits: 2 },
    show: ms,
  },
  { ...{ id: 'rtt', label: 'round trip', least: 0, most: 500, log: false, whole: true, digits: 3 }, show: ms },
  {
    ...{ id: 'price', label: 'price of a GB out', least: 0, most: 0.2, log: false, whole: false, digits: 3 },
    show: (value) => value.toFixed(3),
  },
];

export type KnobId = Knob['id'];
export type Settings = Readonly<Record<KnobId, number>>;

/** Of a slider: enough that none is seen to jump. */
export const STEPS = 400;

export function valueAt({ least, most, log, whole, digits }: Knob, step: number): number {
  const share = Math.min(1, Math.max(0, step / STEPS));
  const value = log ? least * (most / least) ** share : least + (most - least) * share;
  // One message in ten seconds is as round as ten a second.
  const isRare = log && value < 1;
  const round = Number((isRare ? 1 / value : value).toPrecision(digits));
  const rounded = isRare ? 1 / round : round;
  return whole ? Math.round(rounded) : rounded;
}

export function stepAt({ least, most, log }: Knob, value: number): number {
  const inside = Math.min(most, Math.max(least, value));
  const share = log ? Math.log(inside / least) / Math.log(most / least) : (inside - least) / (most - least);
  return Math.round(share * STEPS);
}

/** Every knob in words, for where there are no sliders. */
export const loadText = (settings: Settings): string =>
  KNOBS.map((knob) => `${knob.label}: ${knob.show(settings[knob.id])}`).join(' · ');

/** A system that somebody may have: what was measured is often more than any client is sent. */
const BEGINNING = { clients: 10_000, rate: 0.1, interval: 5_000, rtt: 40, price: 0.09 } as const;

/** Where the sliders stand at first: on steps, so that they say what the table says. */
export function settingsOf({ payloadBytes, headerBytes }: Load): Settings {
  const of: Settings = { ...BEGINNING, payload: payloadBytes, header: headerBytes };
  return Object.fromEntries(
    KNOBS.map((knob) => [knob.id, valueAt(knob, stepAt(knob, of[knob.id]))]),
  ) as unknown as Settings;
}

/** One message goes to all clients: what the scenarios that the costs are from did most. */
export const loadFor = (usual: Load, { clients, rate, payload, header, interval, rtt }: Settings): Load => ({
  ...usual,
  ...{ clients, fanOut: clients, ratePerSecond: rate, payloadBytes: payload },
  ...{ headerBytes: header, pollIntervalMs: interval, rttMs: rtt },
});

/** The columns of its table; what a reader came for stands first, where a narrow screen shows it. */
export const COLUMNS = ['cost', 'mean', 'p99', 'up', 'down', 'wire', 'requests', 'cores', 'memory'] as const;
export type ColumnId = (typeof COLUMNS)[number];

/** Processes stand small below the cores that they use. */
export const FIGURES = [...COLUMNS, 'processes'] as const;
export type FigureId = (typeof FIGURES)[number];

export const COLUMN_TITLES: Readonly<Record<ColumnId, string>> = {
  cost: 'egress a month, at the price of a GB',
  mean: 'latency, mean',
  p99: 'latency, p99',
  up: 'up',
  down: 'down',
  wire: 'both, with TCP/IP',
  requests: 'requests',
  cores: 'server cores',
  memory: 'server memory',
};

export interface PlannedFigure {
  readonly text: string;
  /** How far it may be off, as text; empty where nothing is to be said. */
  readonly band: string;
  /** For a bar; null where nothing is known. */
  readonly value: number | null;
}

export interface PlannedRow {
  readonly transport: string;
  readonly figures: Readonly<Record<FigureId, PlannedFigure>>;
  /** What no measurement reached. */
  readonly beyond: readonly string[];
}

export function plannedRows(models: readonly TransportModel[], usual: Load, settings: Settings): PlannedRow[] {
  const asked = loadFor(usual, settings);
  return models.map((model): PlannedRow => {
    const load = { ...asked, processes: processesFor(model, asked) };
    const prediction = predict(model, load);
    const prices = { currency: '', egressPerGB: settings.price };
    const { total } = billOf(prediction, load, prices, model.asks !== 'each-interval');
    const { meanMs, p99Ms, up, down, wire, requests, cores, memoryBytes, beyond } = prediction;
    return {
      transport: model.transport,
      beyond,
      figures: {
        mean: latency(meanMs),
        p99: latency(p99Ms),
        up: shown(up, 'bytesPerSecond'),
        down: shown(down, 'bytesPerSecond'),
        wire: shown(wire, 'bytesPerSecond'),
        requests: { text: format(requests, 'perSecond'), band: '', value: requests },
        cores: shown(cores, 'count'),
        processes: { text: processesText(load.processes), band: '', value: load.processes },
        memory: shown(memoryBytes, 'bytes'),
        cost: shown(total, 'count'),
      },
    };
  });
}

/** Of one there is nothing to say. */
const processesText = (processes: number): string =>
  processes === 1 ? '' : `in ${format(processes, 'count')} processes`;

const latency = (band: Band | null): PlannedFigure => shown(band === null ? null : times(band, 1e6), 'ns');

function shown(band: Band | null, unit: Unit): PlannedFigure {
  if (band === null) return { text: 'not measured', band: '', value: null };
  const { value, low, high } = band;
  const text = format(round(value), unit);
  if (isGuessed(band)) return { text, band: '± not known', value };
  const share = value === 0 ? 0 : (high - low) / 2 / value;
  return { text, band: share < 0.0005 ? '' : `± ${format(share, 'share')}`, value };
}

/** A model does not know a fourth digit. */
const round = (value: number): number => Number(value.toPrecision(3));

export const beyondText = (beyond: readonly string[]): string =>
  beyond.length === 0 ? '' : `extrapolated: ${beyond.join(', ')}`;

/** `plan=clients:1000,rate:1`: what is no number or no knob is ignored. */
export function readPlan(hash: string): [string, number][] {
  const text = fieldsOf(hash).get('plan') ?? '';
  return text.split(',').flatMap((pair): [string, number][] => {
    const [id = '', value = ''] = pair.split(':');
    const number = Number(value);
    return value === '' || !Number.isFinite(number) ? [] : [[id, number]];
  });
}

/** The address with the plan in it; what else it holds stays. */
export function withPlan(hash: string, settings: Settings): string {
  const fields = fieldsOf(hash);
  fields.set('plan', KNOBS.map(({ id }) => `${id}:${Number(settings[id].toPrecision(4))}`).join(','));
  return hashOf(fields);
}
