/** The section of exact byte counts: what one message costs, what that becomes over payloads and rates, and the anatomy. */
import type { AnatomyStep, Exact, ExactTransport, Exchange } from '../results/exact.ts';
import { exactCharts, exactOf, rhythmOf } from './chart-exact.ts';
import { breakEven, bytesPerUseful, exactNotes, isComplete, messageOf, type BreakEven } from './exact-figures.ts';
import { format, formatMs, NOTHING, plain } from './format.ts';
import { chartNumbers } from './html-chart-table.ts';
import { chartFigure, folded } from './html-figure.ts';
import { escapeHtml, number, table, text, type Cell, type TableRow } from './html-text.ts';
import type { ReportView } from './summary.ts';
import { titleOf } from './transports.ts';

export const EXACT_LINK = { id: 'bytes-exact', title: 'Every byte' } as const;

export function exactSection(view: ReportView): string {
  const exact = exactOf(view);
  const body =
    exact === undefined
      ? '<p class="missing">Not counted in this run. <code>pushbench run</code> counts it before it measures, <code>pushbench anatomy</code> shows it alone.</p>'
      : exactBody(exact, view);
  return `<section id="${EXACT_LINK.id}"><h2>${EXACT_LINK.title}</h2><p class="lead">Counted in lock-step, for a fixed number of messages: the same in every repetition and on every machine. What load does to them is in the sections above.</p>${body}</section>`;
}

function exactBody(exact: Exact, view: ReportView): string {
  const how = [...exactNotes(exact), `Messages of ${exact.payloadBytes} B.`].map(plain).join(' ');
  const { pollIntervalMs, holdMs, heartbeatMs } = rhythmOf(view);
  const rhythm = `Polls each ${formatMs(pollIntervalMs)}, holds of ${formatMs(holdMs)}, heartbeats each ${formatMs(heartbeatMs)}; messages at random times (Poisson): e^(−λT) of the polls are empty, and streams say after each silence of a heartbeat that they are alive.`;
  const figure = pictures(view);
  return [
    `<p class="load">${escapeHtml(how)}</p>`,
    figure('exact-layers', 'One message by layer, both directions'),
    stepTable(exact, view),
    figure(
      'exact-header',
      'Bytes of one message over the size of request headers',
      'The profile alone is drawn at 1 B.',
    ),
    figure('exact-rate', 'Bytes per useful message over the message rate', rhythm),
    rateTable(exact, view),
    figure('exact-session', 'Connecting shared out over a session'),
    breakEvenSentences(exact),
    anatomies(exact, view),
  ].join('');
}

/** Nothing where no connection was taken apart: of a server that is not this project's own none is. */
function anatomies({ transports }: Exact, view: ReportView): string {
  const apart = transports.filter(({ steps }) => steps.length > 0);
  if (apart.length === 0) return '';
  const lead =
    'One connection from connect to close. Each range is named by two accountings that must agree: as it passed, and taken apart afterwards.';
  return `<h3>Anatomy</h3><p class="lead">${lead}</p>${apart.map((of) => anatomy(of, view)).join('')}`;
}

function pictures(view: ReportView) {
  const charts = exactCharts(view);
  return (name: string, shows: string, note = ''): string =>
    chartFigure({ name, shows, note }) + chartNumbers(charts[name]?.[''], shows);
}

const head = (of: ExactTransport, view: ReportView): Cell => ({
  html: escapeHtml(titleOf(of.transport, view.floors)),
  kind: 'row-head',
});
const exchangeCell = (of: Exchange | undefined): Cell =>
  number(of === undefined ? NOTHING : `${of.up.total} ↑ ${of.down.total} ↓`);
const bytes = (value: number | null): Cell => number(format(value, 'bytes'));
const row = (of: ExactTransport, cells: Cell[]): TableRow => ({ cells, transport: of.transport });

function stepTable(exact: Exact, view: ReportView): string {
  const rows = exact.transports.map((of) =>
    row(of, [
      head(of, view),
      exchangeCell(of.connect),
      exchangeCell(messageOf(of)),
      exchangeCell(of.upstream?.exchange),
      exchangeCell(of.idle),
    ]),
  );
  const titles = ['connect', 'message down', 'message up and back', 'empty poll or heartbeat'];
  return table('Bytes up and down of each step', ['transport', ...titles.map((title) => ({ number: title }))], rows);
}

const RATES = [0.01, 0.1, 1, 10] as const;

function rateTable(exact: Exact, view: ReportView): string {
  const rhythm = rhythmOf(view);
  const rows = exact.transports.map((of) =>
    row(of, [head(of, view), ...RATES.map((rate) => bytes(isComplete(of) ? bytesPerUseful(of, rate, rhythm) : null))]),
  );
  const heads = RATES.map((rate) => ({ number: `${rate}/s` }));
  return table('Bytes per useful message, by messages a second and client', ['transport', ...heads], rows);
}

/** When the transport with the smallest message has paid for connecting, in words; rivals that agree share a sentence. */
function breakEvenSentences(exact: Exact): string {
  const all = breakEven(exact);
  const lines = [...new Set(all.map(({ messages }) => messages))].map((messages) =>
    breakEvenSentence(
      all.filter((each) => each.messages === messages),
      messages,
    ),
  );
  return lines.map((line) => `<p class="verdict">${escapeHtml(line)}</p>`).join('');
}

function breakEvenSentence(all: readonly BreakEven[], messages: number | null): string {
  const [first] = all;
  const rivals = all.map(({ rival }) => rival).join(', ');
  const upgraded = first?.upgraded ?? '';
  if (messages === null) return `Connecting by ${upgraded} is never paid back in bytes against ${rivals}.`;
  if (messages === 1)
    return `From the first message on ${upgraded} costs fewer bytes than ${rivals}, connecting included.`;
  return `After ${messages} messages ${upgraded} has cost fewer bytes than ${rivals}, connecting included.`;
}

function anatomy(of: ExactTransport, view: ReportView): string {
  const steps = of.steps.map(stepRows).join('');
  const summary = `${titleOf(of.transport, view.floors)}: ${of.steps.reduce((sum, { exchange: { up, down } }) => sum + up.total + down.total, 0)} B`;
  return `<div data-transport="${escapeHtml(of.transport)}">${folded(summary, steps)}</div>`;
}

function stepRows({ name, exchange: { up, down }, spans }: AnatomyStep): string {
  const several = new Set(spans.map(({ connection }) => connection)).size > 1;
  const rows = spans.map(({ connection, direction, layer, what, bytes: size, hex, text: said }): TableRow => ({
    cells: [
      text(`${direction === 'up' ? '↑' : '↓'}${several ? ` ${connection}` : ''}`),
      { html: `<span class="layer ${escapeHtml(layer)}">${escapeHtml(layer)}</span>`, kind: 'text' },
      number(String(size)),
      text(what),
      { html: content(said, hex), kind: 'text' },
    ],
  }));
  const tls = up.tls + down.tls === 0 ? '' : `, of which TLS ${up.tls} up and ${down.tls} down`;
  return table(
    `${name}: ${up.total} B up, ${down.total} B down${tls}`,
    ['', 'layer', { number: 'bytes' }, 'what', 'content'],
    rows,
  );
}

/** Heads are folded; what is no text is shown as hexadecimal. */
function content(said: string, hex: string): string {
  const pairs = hex.replaceAll(/(..)/g, '$1 ').trim();
  if (said === '' || said.includes('·')) return `<code>${escapeHtml(pairs)}</code>`;
  const lines = said.split('\n');
  if (lines.length < 4) return `<code>${escapeHtml(said.replaceAll('\r', '').replaceAll('\n', '↵'))}</code>`;
  const body = lines.map((line) => escapeHtml(line.replaceAll('\r', ''))).join('\n');
  return `<details><summary><code>${escapeHtml((lines[0] ?? '').trim())}</code></summary><pre>${body}</pre></details>`;
}
