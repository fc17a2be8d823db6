/** Several runs side by side as one offline HTML page. */
import type { PageAssets } from './assets.ts';
import type { PageData } from './chart-types.ts';
import { plural } from './format.ts';
import { controls } from './html-controls.ts';
import { BOTH_LOG, chartFigure } from './html-figure.ts';
import { pageHtml } from './html-frame.ts';
import { escapeHtml, key, table, type Cell } from './html-text.ts';
import type { RunDigest } from './run-digest.ts';
import { letterOf } from './side-by-side.ts';
import { SIDE_CHART, sideCharts, transportsOf } from './side-charts.ts';
import { runsTable, SIDE_LEGEND, sideTables, type SideCell, type SideTable } from './side-tables.ts';
import { sideSentences, sideWarnings } from './side-words.ts';
import { looksOf } from './transports.ts';

/**
 * @param labels a file name for each run
 * @returns the whole document; it loads nothing, and its policy would not let it
 */
export function renderSideHtml(runs: readonly RunDigest[], labels: readonly string[], assets: PageAssets): string {
  const charts = sideCharts(runs);
  const looks = looksOf(transportsOf(runs), floorsOf(runs));
  const tables = sideTables(runs);
  const links = [{ id: 'runs', title: 'Runs' }, ...tables.map(({ title }, index) => ({ id: `side-${index}`, title }))];
  const body = `<header><p class="brand">pushbench</p><p class="run">${plural(runs.length, 'run')} side by side</p>
<nav aria-label="Sections">${links.map(({ id, title }) => `<a href="#${id}">${escapeHtml(title)}</a>`).join(' ')}</nav></header>
<main id="main">
${warnings(runs)}
<section id="answer"><h1>What changed</h1>${sideSentences(runs)
    .map((line) => `<p class="answer small">${escapeHtml(line)}</p>`)
    .join('')}<p class="note">${escapeHtml(SIDE_LEGEND)}</p></section>
<section id="runs"><h2>Runs</h2>${tableHtml(runsTable(runs, labels), looks)}</section>
${controls({
  legend: 'Scenario of the picture',
  scenarios: Object.keys(charts),
  selected: Object.keys(charts)[0],
  ...{ transports: transportsOf(runs), floors: floorsOf(runs), looks },
})}
${latency(runs, charts)}
${tables.map((each, index) => section(each, index, looks)).join('\n')}
</main>`;
  const data: PageData = { charts: { [SIDE_CHART]: charts } };
  return pageHtml(`pushbench: ${plural(runs.length, 'run')} side by side`, body, data, assets);
}

const floorsOf = (runs: readonly RunDigest[]): ReadonlySet<string> => new Set(runs.flatMap((run) => run.floors));

function warnings(runs: readonly RunDigest[]): string {
  const lines = sideWarnings(runs);
  if (lines.length === 0) return '';
  return `<div class="banner" role="note" aria-label="What to know first"><ul>${lines.map((line) => `<li>${escapeHtml(line)}</li>`).join('')}</ul></div>`;
}

function latency(runs: readonly RunDigest[], charts: PageData['charts'][string]): string {
  if (Object.keys(charts).length === 0) return '';
  const letters = runs.map((_, index) => letterOf(index)).join(', ');
  const figure = chartFigure({
    name: SIDE_CHART,
    shows: 'Delivery latency by percentile, side by side',
    perScenario: true,
    note: `A is drawn whole, the others hollow. Medians over the repetitions of the percentiles that the files hold (${letters}).`,
    onLog: BOTH_LOG,
  });
  return `<section id="latency"><h2>Latency by percentile</h2>${figure}</section>`;
}

type Looks = ReadonlyMap<string, number>;

function section(each: SideTable, index: number, looks: Looks): string {
  return `<section id="side-${index}"><h2>${escapeHtml(each.title)}</h2>${tableHtml(each, looks)}${noteList(each.notes)}</section>`;
}

const noteList = (notes: readonly string[]): string =>
  notes.map((note) => `<p class="note">${escapeHtml(note)}</p>`).join('');

function tableHtml({ caption, head, rows }: SideTable, looks: Looks): string {
  return table(
    caption,
    head.map(({ title, number }) => (number ? { number: title } : title)),
    rows.map(({ transport, cells }) => ({
      ...(transport === '' ? {} : { transport }),
      cells: cells.map((each) => cellHtml(each, looks.get(transport))),
    })),
  );
}

/** The page's script builds the same of elements: page/side-view.ts. */
function cellHtml({ kind, text, small, mark, greyed }: SideCell, look: number | undefined): Cell {
  const sign = kind === 'head' && look !== undefined ? `${key(look)} ` : '';
  const tag = mark === null ? '' : ` <span class="mark ${mark.kind}">${escapeHtml(mark.text)}</span>`;
  const range = small === '' ? '' : ` <small>${escapeHtml(small)}</small>`;
  const html = `${sign}${escapeHtml(text)}${tag}${range}`;
  return { html: greyed ? `<span class="greyed">${html}</span>` : html, kind: kind === 'head' ? 'row-head' : kind };
}
