/** A capacity as one offline HTML page: what was found and why, latency over load, and every probe. */
import { DIMENSIONS, type Capacity, type CapacityFile, type Dimension } from '../results/capacity.ts';
import { median } from '../results/statistics.ts';
import type { PageAssets } from './assets.ts';
import {
  COUNTED,
  curveOf,
  intervalOf,
  latencyColumn,
  limitName,
  missingFrom,
  NONE,
  questionOf,
  saturationSentence,
  sentencesOf,
  verdictOf,
  type LatencyColumn,
} from './capacity-figures.ts';
import type { LineChart, PageData } from './chart-types.ts';
import { format } from './format.ts';
import { chartFigure } from './html-figure.ts';
import { pageHtml } from './html-frame.ts';
import { escapeHtml, key, number, table, text, type TableRow } from './html-text.ts';
import { looksOf } from './transports.ts';

type Looks = ReadonlyMap<string, number>;

const NO_FLOORS: ReadonlySet<string> = new Set();

/** @returns the whole document; it loads nothing, and its policy would not let it. */
export function renderCapacityHtml(file: CapacityFile, assets: PageAssets): string {
  const { id, slo, startedAt, tool } = file.run;
  const { capacities } = file;
  const looks = looksOf([...new Set(capacities.map(({ transport }) => transport))], NO_FLOORS);
  const column = latencyColumn(slo);
  const dimensions = DIMENSIONS.filter((name) => capacities.some(({ dimension }) => dimension === name));
  const body = [
    `<header><p class="brand">${escapeHtml(tool.name)} <span>${escapeHtml(tool.version)}</span></p><p class="run">Capacity ${escapeHtml(id)}, started ${escapeHtml(startedAt)}</p></header>`,
    '<main id="main">',
    banner(file),
    `<section id="answer"><h1>Capacity within <code>${escapeHtml(slo)}</code>, nothing lost</h1>`,
    summary(capacities, looks),
    list(capacities.flatMap(sentencesOf)),
    '</section>',
    ...dimensions.map((dimension) => dimensionSection(dimension, capacities, column, looks)),
    saturation(file),
    '</main>',
  ].join('\n');
  const charts = dimensions.map((dimension) => [
    `capacity-${dimension}`,
    { '': chart(dimension, capacities, column, looks) },
  ]);
  const data: PageData = { charts: Object.fromEntries(charts) as PageData['charts'] };
  return pageHtml(`pushbench: capacity ${id}`, body, data, assets);
}

const list = (lines: readonly string[]): string =>
  lines.length === 0 ? '' : `<ul>${lines.map((line) => `<li>${escapeHtml(line)}</li>`).join('')}</ul>`;

function banner(file: CapacityFile): string {
  const lines = missingFrom(file);
  return lines.length === 0
    ? ''
    : `<div class="banner" role="note" aria-label="What to know first">${list(lines)}</div>`;
}

function summary(capacities: readonly Capacity[], looks: Looks): string {
  const rows = capacities.map((capacity): TableRow => {
    const { transport, limitedBy } = capacity;
    return {
      transport,
      cells: [
        { html: `${key(looks.get(transport) ?? 0)} ${escapeHtml(transport)}`, kind: 'row-head' },
        text(questionOf(capacity)),
        { html: `<strong>${escapeHtml(intervalOf(capacity))}</strong>`, kind: 'number' },
        text(limitedBy === null ? NONE : limitName(limitedBy)),
      ],
    };
  });
  return table('Capacities', ['transport', 'how many', { number: 'capacity' }, 'limited by'], rows);
}

function dimensionSection(dimension: Dimension, all: readonly Capacity[], column: LatencyColumn, looks: Looks): string {
  const capacities = all.filter((capacity) => capacity.dimension === dimension);
  const title = `${column} over ${COUNTED[dimension]}`;
  const figure = chartFigure({
    name: `capacity-${dimension}`,
    shows: title,
    numbers: 'The tables of this section hold the numbers.',
    note: 'The median where a load was probed more than once.',
  });
  const tables = capacities.map((capacity) => curve(capacity, column, looks));
  return `<section id="${dimension}"><h2>${escapeHtml(COUNTED[dimension])}</h2>${figure}${tables.join('')}</section>`;
}

function curve(capacity: Capacity, column: LatencyColumn, looks: Looks): string {
  const { transport, dimension } = capacity;
  const rows = curveOf(capacity, column).map(({ at, latencyNs, serverShare, generatorShare, probe }): TableRow => ({
    transport,
    greyed: probe.verdict === 'invalid',
    cells: [
      number(format(at, 'count')),
      number(format(latencyNs, 'ns')),
      number(format(serverShare, 'share')),
      number(format(generatorShare, 'share')),
      text(verdictOf(probe)),
    ],
  }));
  const heads = [COUNTED[dimension], column, 'server CPU', 'generator CPU'].map((head) => ({ number: head }));
  return `<h3>${key(looks.get(transport) ?? 0)} ${escapeHtml(transport)}</h3>${table(`${transport}: ${questionOf(capacity)}`, [...heads, 'target'], rows)}`;
}

function saturation({ saturations }: CapacityFile): string {
  if (saturations.length === 0) return '';
  return `<section id="saturation"><h2>Saturation</h2><p class="lead">Polls that are answered at once, as many as the server manages.</p>${list(saturations.map(saturationSentence))}</section>`;
}

/** Logarithmic both ways: a law stays level, a queue that grows stands up like a wall. */
function chart(dimension: Dimension, all: readonly Capacity[], column: LatencyColumn, looks: Looks): LineChart {
  const series = all
    .filter((capacity) => capacity.dimension === dimension)
    .map((capacity) => ({
      label: capacity.transport,
      transport: capacity.transport,
      look: looks.get(capacity.transport) ?? 0,
      ordinal: 0,
      trusted: true,
      points: pointsOf(capacity, column),
    }));
  return {
    kind: 'lines',
    x: { title: COUNTED[dimension], unit: 'count' },
    y: { title: `${column}, delivery latency`, unit: 'ns' },
    series,
  };
}

function pointsOf(capacity: Capacity, column: LatencyColumn): (readonly [number, number])[] {
  const curvePoints = curveOf(capacity, column);
  return [...new Set(curvePoints.map(({ at }) => at))].flatMap((at) => {
    const latencies = curvePoints.flatMap((point) =>
      point.at === at && point.latencyNs !== null ? [point.latencyNs] : [],
    );
    const middle = median(latencies);
    return middle === null ? [] : [[at, middle] as const];
  });
}
