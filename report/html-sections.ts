/** The sections of figures: each a chart for those who see it and tables that hold every number without it. */
import { loadOf } from './answer.ts';
import { clockFloorOf, type ClockFloor } from './chart-data.ts';
import type { Chart, PageData } from './chart-types.ts';
import { footnotesOf, type Footnotes } from './footnotes.ts';
import { BELOW_LEAD, basisText } from './below-socket.ts';
import { format, plain, quantileName } from './format.ts';
import { chartNumbers } from './html-chart-table.ts';
import { besideChart, BOTH_LOG, chartFigure } from './html-figure.ts';
import { attribute, escapeHtml, figure, number, rowHead, table, text, type Cell, type TableRow } from './html-text.ts';
import { layerNote, layerTables } from './html-layers.ts';
import type { MetricName } from './metrics.ts';
import type { ScenarioKind } from './scenario-kinds.ts';
import { sharedPortVerdicts } from './shared-port.ts';
import { QUANTILES, type ReportView, type Row, type ScenarioView } from './summary.ts';
import { looksOf } from './transports.ts';

/** A section's `scenarios` share one chart; the page shows that of the selected scenario. */
interface Section {
  id: SectionId;
  title: string;
  lead: string;
  kind: ScenarioKind;
  /** The canvas and what it shows, or null for a section of tables only. */
  chart: { name: string; shows: string; note?: string; clamped?: true; onLog?: string } | null;
  /** What the picture holds that is in no other table, where there is such. */
  pictureAlone?: string;
  tables: (scenario: ScenarioView, look: (row: Row) => number) => string;
}

function clampNote({ ns, measured }: ClockFloor): string {
  const resolution = measured
    ? `measured resolution of ${format(ns, 'ns')}`
    : `assumed resolution of ${format(ns, 'ns')} (this file holds no measured one)`;
  return `What is below the clock’s ${resolution} is drawn at it: a logarithmic axis has no zero.`;
}

const SECTIONS: readonly Section[] = [
  {
    id: 'latency',
    title: 'Latency by percentile',
    lead: 'How long a delivery takes, from the moment at which its message was due: the further right, the rarer and the slower. All valid repetitions are pooled.',
    kind: 'delivery',
    chart: { name: 'latency', shows: 'Delivery latency by percentile', clamped: true, onLog: BOTH_LOG },
    tables: withPercentiles(
      'Delivery latency by percentile, pooled',
      'Latency over repetitions, and transit alone (from the actual send)',
      [
        ['p50', 'latencyP50', true],
        ['p99', 'latencyP99', true],
        ['max', 'latencyMax'],
        ['transit p50', 'transitP50'],
        ['transit p99', 'transitP99'],
      ],
    ),
  },
  {
    id: 'bytes',
    title: 'Bytes per delivery by layer',
    lead: 'Every byte in the window, both directions and empty polls included, divided by the deliveries in it; below the socket the headers of TCP and IP, and connecting shared out.',
    kind: 'delivery',
    chart: { name: 'layers', shows: 'Bytes per delivery, stacked by layer', note: layerNote },
    pictureAlone: 'Bytes per delivery by layer, both directions together',
    tables: layerTables,
  },
  {
    id: 'headers',
    title: 'Header overhead',
    lead: 'HTTP header bytes that one delivery costs, and the share of all bytes that is not payload.',
    kind: 'delivery',
    chart: { name: 'header', shows: 'Header bytes per delivery, up and down' },
    tables: metricTable('Header bytes per delivery and overhead share', [
      ['header down', 'headerDownPerDelivery'],
      ['header up', 'headerUpPerDelivery'],
      ['header, both', 'headerPerDelivery', true],
      ['overhead share', 'overheadShare', true],
    ]),
  },
  {
    id: 'below',
    title: 'Below the socket',
    lead: BELOW_LEAD,
    kind: 'delivery',
    chart: null,
    tables: belowTable,
  },
  {
    id: 'bandwidth',
    title: 'Bandwidth',
    lead: 'What all clients together moved in a second of the window. Deliveries are those that came within it: of what was published at its end some comes after it, so that they may be a few less or more than the messages of the window, which are counted one by one.',
    kind: 'delivery',
    chart: { name: 'bandwidth', shows: 'Bandwidth of all clients, up and down' },
    tables: metricTable('Bandwidth and rates of all clients', [
      ['down', 'bandwidthDown'],
      ['up', 'bandwidthUp'],
      ['deliveries in the window', 'deliveriesPerSecond'],
      ['requests', 'requestsPerSecond'],
    ]),
  },
  {
    id: 'idle',
    title: 'Idle cost',
    lead: 'What one client costs in an hour in which nothing is published, extrapolated from the window.',
    kind: 'idle',
    chart: {
      name: 'idle',
      shows: 'Bytes per idle client and hour',
      note: 'Nothing at all is drawn at 1 B.',
      onLog: 'The axis is logarithmic.',
    },
    tables: metricTable('Idle cost of one client', [
      ['bytes per hour', 'bytesPerClientHour', true],
      ['requests per hour', 'requestsPerClientHour'],
      ['server memory, all clients', 'serverRss'],
      ['memory per client', 'rssPerClient', true],
      ['server CPU, all clients', 'serverCpuShare', true],
    ]),
  },
  {
    id: 'connect',
    title: 'Connecting',
    lead: 'From starting to connect until able to receive.',
    kind: 'connect',
    chart: { name: 'connect', shows: 'Readiness by percentile', clamped: true, onLog: BOTH_LOG },
    tables: withPercentiles('Readiness by percentile, pooled', 'Readiness and what a connection costs', [
      ['ready p50', 'readinessP50', true],
      ['ready p99', 'readinessP99', true],
      ['ready max', 'readinessMax'],
      ['connections offered', 'connectionsPerSecond'],
      ['server CPU per connection', 'serverCpuPerConnection', true],
      ['handshake up', 'handshakeUp'],
      ['handshake down', 'handshakeDown'],
    ]),
  },
  {
    id: 'shared-port',
    title: 'Plain HTTP beside sockets',
    lead: 'How long plain requests take on a port that also serves sockets.',
    kind: 'shared-port',
    chart: { name: 'shared-port', shows: 'Latency of plain requests by percentile', clamped: true, onLog: BOTH_LOG },
    tables: (scenario, look) =>
      sharedPortVerdicts(scenario)
        .map((line) => `<p class="verdict">${escapeHtml(line)}</p>`)
        .join('') +
      withPercentiles('Latency of plain requests by percentile, pooled', 'Latency of plain HTTP requests', [
        ['p50', 'requestP50'],
        ['p99', 'requestP99'],
        ['max', 'requestMax'],
      ])(scenario, look),
  },
  {
    id: 'server',
    title: 'Server cost',
    lead: 'CPU time and memory of the server process, read from outside it; the generator’s own CPU stands beside them.',
    kind: 'delivery',
    chart: { name: 'cpu', shows: 'Server CPU time per delivery' },
    tables: metricTable('Server and generator cost', [
      ['CPU per delivery', 'serverCpuPerDelivery', true],
      ['server CPU', 'serverCpuShare'],
      ['memory', 'serverRss'],
      ['memory per client', 'rssPerClient'],
      ['event-loop delay p99', 'serverLoopP99'],
      ['generator CPU', 'generatorCpuShare'],
    ]),
  },
];

export type SectionId =
  'latency' | 'bytes' | 'headers' | 'below' | 'bandwidth' | 'idle' | 'connect' | 'shared-port' | 'server';

/** Ids and titles for the page's own table of contents. */
export const linksOf = (ids: readonly SectionId[]): { id: string; title: string }[] =>
  SECTIONS.filter(({ id }) => ids.includes(id)).map(({ id, title }) => ({ id, title }));

/** @param ids of the sections that are wanted, in the order of the page */
export function figureSections(view: ReportView, { charts }: PageData, ids: readonly SectionId[]): string {
  const looks = looksOf(view.transports, view.floors);
  const look = (row: Row) => looks.get(row.transport) ?? 0;
  const clock = clockFloorOf(view.run);
  return SECTIONS.filter(({ id }) => ids.includes(id))
    .map((section) => {
      const scenarios = view.scenarios.filter((scenario) => scenario.kind === section.kind);
      const drawn = section.chart !== null && Object.keys(charts[section.chart.name] ?? {}).length > 0;
      const body =
        scenarios.length === 0
          ? notMeasured(section.kind)
          : (drawn ? figureOf(section, clock) : '') +
            scenarios
              .map((scenario) => panel(section, scenario, look, charts[section.chart?.name ?? '']?.[scenario.name]))
              .join('');
      return `<section id="${section.id}"><h2>${escapeHtml(section.title)}</h2><p class="lead">${escapeHtml(section.lead)}</p>${body}</section>`;
    })
    .join('\n');
}

function notMeasured(kind: ScenarioKind): string {
  const names = kind === 'delivery' ? 'broadcast,echo' : kind;
  return `<p class="missing">Not measured in this run. <code>pushbench run --scenarios ${names}</code> measures it.</p>`;
}

function figureOf({ chart }: Section, clock: ClockFloor): string {
  if (chart === null) return '';
  const { clamped, ...shown } = chart;
  return chartFigure({ ...shown, perScenario: true, ...(clamped === true ? { note: clampNote(clock) } : {}) });
}

/** More rows are in the way of whoever reads on, where a chart shows what is in them. */
const MOST_ROWS = 12;

function panel(section: Section, scenario: ScenarioView, look: (row: Row) => number, chart?: Chart): string {
  const loads = [...new Set(scenario.rows.map((row) => loadOf(row.parameters, scenario.kind)))].join('; ');
  const name = section.kind === 'delivery' ? `<h3>${escapeHtml(scenario.name)}</h3>` : '';
  // The sections of one kind share their scenarios: the first of them asks the question.
  const first = SECTIONS.find((other) => other.kind === section.kind) === section;
  const question = first ? `<p class="lead">${escapeHtml(scenario.question)}</p>` : '';
  const alone =
    section.pictureAlone === undefined ? '' : chartNumbers(chart, captionOf(section.pictureAlone, scenario));
  const tables = alone + section.tables(scenario, look);
  const { length } = scenario.rows;
  const body = length > MOST_ROWS ? besideChart(`${length} rows of ${plain(scenario.name)}`, tables) : tables;
  const filter = section.kind === 'delivery' ? ` data-scenario="${attribute(scenario.name)}"` : '';
  return `<div class="panel"${filter}>${name}${question}<p class="load">${escapeHtml(loads)}</p>${body}</div>`;
}

type Spec = readonly [title: string, metric: MetricName, ranked?: true];

export function metricTable(caption: string, specs: readonly Spec[]) {
  return (scenario: ScenarioView, look: (row: Row) => number): string => {
    const footnotes = footnotesOf(scenario.rows);
    const rows = scenario.rows.map((row) =>
      tableRow(row, [
        rowHead(row, look(row)),
        ...specs.map(([, metric, ranked]) => figure(row, metric, ranked === true ? scenario.rows : null)),
        validCell(row, footnotes),
      ]),
    );
    const head = ['transport', ...specs.map(([title]) => ({ number: title })), 'valid'];
    return table(captionOf(caption, scenario), head, rows) + footnoteList(footnotes);
  };
}

/** Packets, and in words how they came to be known. */
function belowTable(scenario: ScenarioView, look: (row: Row) => number): string {
  const rows = scenario.rows.map((row) =>
    tableRow(row, [
      rowHead(row, look(row)),
      figure(row, 'bytesPerDelivery', null),
      figure(row, 'packetsPerDelivery', null),
      figure(row, 'ipBytesPerDelivery', null),
      text(basisText(row)),
    ]),
  );
  const titles = ['bytes at the socket', 'packets', 'IP bytes'].map((title) => ({ number: title }));
  return table(
    captionOf('Packets and bytes of IP for each delivery', scenario),
    ['transport', ...titles, 'basis'],
    rows,
  );
}

function validCell(row: Row, { marksOf }: Footnotes): Cell {
  const marks = marksOf(row);
  const count = `${row.valid} of ${row.repetitions}`;
  return { html: marks === '' ? count : `${count} <sup>${marks}</sup>`, kind: 'text' };
}

function footnoteList({ texts }: Footnotes): string {
  if (texts.length === 0) return '';
  return `<p class="note">${texts.map((note, index) => `${index + 1}) ${escapeHtml(note)}`).join('<br>')}</p>`;
}

const captionOf = (caption: string, scenario: ScenarioView) => `${caption}: ${plain(scenario.name)}`;

function tableRow(row: Row, cells: Cell[]): TableRow {
  return { cells, transport: row.transport, greyed: !row.trusted };
}

function percentileTable(caption: string, scenario: ScenarioView, look: (row: Row) => number): string {
  const known = QUANTILES.filter((q) => scenario.rows.some((row) => row.percentiles.points.some(([at]) => at === q)));
  const rows = scenario.rows.map((row) => {
    const points = new Map(row.percentiles.points);
    const cells = known.map((q): Cell => {
      const ns = points.get(q);
      return ns === undefined
        ? { html: '<span class="missing">too few samples</span>', kind: 'number' }
        : number(format(ns, 'ns'));
    });
    return tableRow(row, [rowHead(row, look(row)), ...cells, number(format(row.percentiles.count, 'count'))]);
  });
  return table(
    captionOf(caption, scenario),
    ['transport', ...known.map((q) => ({ number: quantileName(q) })), { number: 'samples' }],
    rows,
  );
}

/** Percentiles of all repetitions together, as drawn; and what single repetitions had. */
function withPercentiles(pooled: string, apart: string, specs: readonly Spec[]) {
  const overRepetitions = metricTable(apart, specs);
  return (scenario: ScenarioView, look: (row: Row) => number): string =>
    besideChart('Every percentile that is drawn', percentileTable(pooled, scenario, look)) +
    overRepetitions(scenario, look);
}
