/** The section of the planner: sliders for the script, a table that stands without it, and how far the model was off. */
import type { HeldOut } from '../results/model/linear.ts';
import type { Model, TransportModel } from '../results/model/model.ts';
import { format, plain, plural } from './format.ts';
import { MODEL_COMMAND, modelGap } from './html-model-gap.ts';
import { escapeHtml, key, number, table, text, type Cell, type TableRow } from './html-text.ts';
import {
  beyondText,
  COLUMN_TITLES,
  COLUMNS,
  KNOBS,
  loadText,
  plannedRows,
  settingsOf,
  stepAt,
  STEPS,
  type Knob,
  type PlannedRow,
  type Settings,
} from './planner.ts';

export const PLANNER_LINK = { id: 'planner', title: 'Planner' } as const;

const LEAD =
  'What another load would cost, by a model of this run: bytes from exact counts, latency from the laws and what a delivery took ' +
  'beyond them, processors and memory from what clients, messages and requests cost here. One message goes to all clients. ' +
  'Cores are of the machine of this run, egress is what leaves the server with TCP/IP, at a price that you give and in its currency.';

/** How far bytes were off in measured windows, by transport: see results/model/bytes-check.ts. */
export type BytesOff = ReadonlyMap<string, HeldOut>;

export function plannerSection(model: Model | null, looks: ReadonlyMap<string, number>, bytesOff: BytesOff): string {
  const body =
    model === null || model.transports.length === 0
      ? `<p class="missing">Not measured in this run. <code>${MODEL_COMMAND}</code> measures it.</p>`
      : planner(model, looks, bytesOff);
  return `<section id="${PLANNER_LINK.id}"><h2>${PLANNER_LINK.title}</h2><p class="lead">${LEAD}</p>${body}</section>`;
}

function planner(model: Model, looks: ReadonlyMap<string, number>, bytesOff: BytesOff): string {
  const settings = settingsOf(model.usual);
  const rows = plannedRows(model.transports, model.usual, settings);
  const notes = model.notes.map((note) => `<li>${escapeHtml(note)}</li>`).join('');
  return (
    modelGap(model) +
    `<form id="plan" class="plan" hidden>${KNOBS.map((knob) => slider(knob, settings)).join('')}</form>` +
    `<p class="load" id="plan-load">${escapeHtml(loadText(settings))}</p>` +
    table(
      'What the load would cost; egress in the currency of the price',
      ['transport', ...COLUMNS.map((id) => ({ number: COLUMN_TITLES[id] }))],
      rows.map((row) => rowOf(row, looks)),
    ) +
    (notes === '' ? '' : `<ul class="caveats">${notes}</ul>`) +
    modelErrors(model, bytesOff)
  );
}

function slider(knob: Knob, settings: Settings): string {
  const id = `plan-${knob.id}`;
  return (
    `<label for="${id}"><span>${escapeHtml(knob.label)}</span> <output for="${id}">${escapeHtml(knob.show(settings[knob.id]))}</output>` +
    `<input type="range" id="${id}" name="${knob.id}" min="0" max="${STEPS}" value="${stepAt(knob, settings[knob.id])}" autocomplete="off" ` +
    `aria-valuetext="${escapeHtml(knob.show(settings[knob.id]))}"></label>`
  );
}

function rowOf({ transport, figures, beyond }: PlannedRow, looks: ReadonlyMap<string, number>): TableRow {
  const head: Cell = {
    html: `${key(looks.get(transport) ?? 0)} ${escapeHtml(transport)} <small class="beyond">${escapeHtml(beyondText(beyond))}</small>`,
    kind: 'row-head',
  };
  const processes = `<small data-figure="processes">${escapeHtml(figures.processes.text)}</small>`;
  const cells = COLUMNS.map((id): Cell => {
    const { text: value, band } = figures[id];
    return {
      html: `<span data-figure="${id}">${escapeHtml(value)}</span> <small data-band="${id}">${escapeHtml(band)}</small>${id === 'cores' ? processes : ''}`,
      kind: 'number',
    };
  });
  return { cells: [head, ...cells], transport };
}

/** What each quantity was predicted to be at loads that the fit had not seen. */
const QUANTITIES: readonly Quantity[] = [
  { title: 'bytes', of: ({ transport }, bytesOff) => bytesOff.get(transport) ?? null },
  { title: 'server processor time', of: ({ cores }) => cores?.heldOut ?? null },
  // The law is exact: what is off is what comes on top of it.
  { title: 'mean latency', of: ({ serviceMs }) => serviceMs?.heldOut ?? null, showsMs: true },
  { title: 'latency p99', of: ({ serviceP99Ms }) => serviceP99Ms?.heldOut ?? null, showsMs: true },
  { title: 'packets', of: ({ packets }) => packets?.heldOut ?? null },
];

interface Quantity {
  readonly title: string;
  readonly of: (model: TransportModel, bytesOff: BytesOff) => HeldOut | null;
  readonly showsMs?: true;
}

function modelErrors(model: Model, bytesOff: BytesOff): string {
  const rows = model.transports.map((of): TableRow => ({
    cells: [
      { html: escapeHtml(of.transport), kind: 'row-head' },
      ...QUANTITIES.map(({ of: heldOutOf, showsMs }) => errorCell(heldOutOf(of, bytesOff), showsMs === true)),
      errorCell(of.memory?.heldOut ?? null, false),
    ],
    transport: of.transport,
  }));
  const head = [...QUANTITIES.map(({ title }) => title), 'memory'].map((title) => ({ number: title }));
  return (
    `<h3>How far the model was off</h3><p class="lead">Each load in turn was left out and predicted from the others: the median error, ` +
    `and what nine of ten predictions kept within. Bytes are fitted to no load: counts of single messages predict every window, whose edges cut messages and polls. Behind ± stands how well what was measured of a load is known itself, by its repetitions: no model is closer than that.</p>` +
    table('Errors of the model at loads that it had not seen', ['transport', ...head], rows) +
    points(model, bytesOff)
  );
}

function errorCell(heldOut: HeldOut | null, showsMs: boolean): Cell {
  if (heldOut === null) return { html: '<span class="missing">not known</span>', kind: 'number' };
  const most = showsMs ? format(heldOut.mostBy * 1e6, 'ns') : format(heldOut.most, 'share');
  const loads = plural(heldOut.points.length, 'load');
  const known = heldOut.scatter === undefined ? '' : `, ±${format(heldOut.scatter, 'share')}`;
  return { html: `${format(heldOut.median, 'share')} <small>within ${most}, ${loads}${known}</small>`, kind: 'number' };
}

/** Every point, for whoever wants to see where. */
function points(model: Model, bytesOff: BytesOff): string {
  const rows = model.transports.flatMap((of) =>
    QUANTITIES.flatMap(({ title, of: heldOutOf }) =>
      (heldOutOf(of, bytesOff)?.points ?? []).map(({ name, predicted, measured, error }): TableRow => ({
        cells: [
          { html: escapeHtml(of.transport), kind: 'row-head' },
          text(title),
          text(plain(name)),
          ...[predicted, measured].map((value) => number(String(Number(value.toPrecision(3))))),
          number(`${error > 0 ? '+' : ''}${(error * 100).toFixed(1)} %`),
        ],
        transport: of.transport,
      })),
    ),
  );
  if (rows.length === 0) return '';
  const head = ['transport', 'quantity', 'load', { number: 'predicted' }, { number: 'measured' }, { number: 'off by' }];
  return (
    `<details><summary>${plural(rows.length, 'prediction')} beside what was measured</summary>` +
    `<p class="lead">Bytes and packets per second, processor time in cores, latency in ms.</p>${table('Predicted and measured, load by load', head, rows)}</details>`
  );
}
