/** A history as one offline HTML page: what changed and at which commit, a chart a figure, and every number in tables. */
import { commitUrl } from '../results/commit-url.ts';
import type { SkippedLine } from '../results/history.ts';
import type { Machine, Trend, TrendRun } from '../results/trends.ts';
import type { PageAssets } from './assets.ts';
import type { ChartSet, PageData } from './chart-types.ts';
import { NOTHING, plain, plural } from './format.ts';
import { MOST_RUNS, metricsOf, questionsOf, shownRuns, trendChart, type Question } from './history-charts.ts';
import { chartFigure } from './html-figure.ts';
import { pageHtml } from './html-frame.ts';
import { escapeHtml, key, table, type Cell, type TableRow } from './html-text.ts';
import { looksOf } from './transports.ts';
import {
  changesOf,
  changeText,
  dateOf,
  intervalText,
  shortCommit,
  skippedText,
  spanText,
  tooFewText,
  valueText,
  type NamedChange,
} from './trend-words.ts';

interface Look {
  readonly looks: ReadonlyMap<string, number>;
  /** Where a commit can be looked at; null where nothing tells. */
  readonly template: string | null;
}

/**
 * @param template one that `commitUrlError` finds nothing wrong with, or null
 * @returns the whole document; it loads nothing, and its policy would not let it. Its links lead to commits.
 */
export function renderHistoryHtml(
  machines: readonly Machine[],
  skipped: readonly SkippedLine[],
  template: string | null,
  assets: PageAssets,
): string {
  const transports = [...new Set(machines.flatMap(({ trends }) => trends.map(({ transport }) => transport)))];
  const look: Look = { looks: looksOf(transports, new Set()), template };
  const charts: Record<string, ChartSet> = {};
  const sections = machines.map((machine, index) => machineSection(machine, index, look, charts));
  const links = machines.map(({ fingerprint }, index) => `<a href="#machine-${index}">${escapeHtml(fingerprint)}</a>`);
  const body = [
    `<header><p class="brand">pushbench</p><p class="run">History, ${plural(
      machines.reduce((sum, { runs }) => sum + runs.length, 0),
      'run',
    )} of ${plural(machines.length, 'machine')}</p>`,
    `<nav aria-label="Machines">${links.join(' ')}</nav></header>`,
    '<main id="main">',
    banner(skipped),
    `<section id="answer"><h1>What changed, and at which commit</h1>${machines.map((machine) => changes(machine, look)).join('')}</section>`,
    ...sections,
    '</main>',
  ].join('\n');
  return pageHtml('pushbench: history', body, { charts } satisfies PageData, assets);
}

function banner(skipped: readonly SkippedLine[]): string {
  if (skipped.length === 0) return '';
  const items = skipped.map((line) => `<li>${escapeHtml(skippedText(line))}</li>`).join('');
  return `<div class="banner" role="note" aria-label="What to know first"><ul>${items}</ul></div>`;
}

function commitLink({ commit }: TrendRun, { template }: Look): string {
  const name = `<code>${escapeHtml(shortCommit(commit))}</code>`;
  if (template === null) return name;
  return `<a href="${escapeHtml(commitUrl(template, commit))}" rel="noopener noreferrer">${name}</a>`;
}

function changes(machine: Machine, look: Look): string {
  const few = tooFewText(machine);
  const found = changesOf(machine);
  const lead = `<h2 class="small">Machine ${escapeHtml(machine.fingerprint)}: ${escapeHtml(spanText(machine))}</h2>`;
  const note = few === null ? '' : `<p class="note">${escapeHtml(few)}</p>`;
  // Too few runs to tell is another thing than no change.
  if (found.length === 0) return few === null ? `${lead}<p>No change of level.</p>` : lead + note;
  return `${lead}${note}<ul>${found.map((each) => changeItem(each, machine, look)).join('')}</ul>`;
}

function changeItem({ trend, change }: NamedChange, { runs }: Machine, look: Look): string {
  const run = runs[change.run]!;
  const mark = change.worse ? '<span class="mark invalid">worse</span>' : '<span class="mark best">better</span>';
  const levels = `${valueText(change.before, trend)} → ${valueText(change.after, trend)}`;
  return `<li>${mark} <strong>${escapeHtml(changeText(change, trend))}</strong> at ${commitLink(run, look)} (${escapeHtml(dateOf(run))}): ${escapeHtml(`${trend.name} ${trend.metric}, ${levels}`)}</li>`;
}

function machineSection(machine: Machine, index: number, look: Look, charts: Record<string, ChartSet>): string {
  const all = machine.runs.length;
  const cut = all > MOST_RUNS ? ` The last ${MOST_RUNS} of ${all} runs; changes are found among all of them.` : '';
  const lead = `Each line is drawn against its own middle, which is 100 %. Runs of another machine are in another section: figures of two machines are never compared.${cut}`;
  const questions = questionsOf(machine).map((question, at) => {
    const figures = metricsOf(question).map((metric, nth) => {
      const chart = trendChart(question, metric, machine, look);
      if (chart === null) return '';
      charts[`trend-${index}-${at}-${nth}`] = { '': chart };
      return figureOf(`trend-${index}-${at}-${nth}`, metric);
    });
    return `<h3>${escapeHtml(question.name)}</h3>${figures.join('')}${numbers(question, machine, look)}`;
  });
  return `<section id="machine-${index}"><h2>Machine ${escapeHtml(machine.fingerprint)}</h2><p class="lead">${escapeHtml(lead)}</p>${questions.join('')}</section>`;
}

const figureOf = (name: string, shows: string): string =>
  chartFigure({ name, shows, numbers: 'The tables of this section hold the numbers, over runs.' });

/** A table a transport, folded: a row a run, a column a figure. */
function numbers(question: Question, machine: Machine, look: Look): string {
  return [...new Set(question.trends.map(({ name }) => name))]
    .map((name) => {
      const trends = question.trends.filter((trend) => trend.name === name);
      const { transport } = trends[0]!;
      const title = `${key(look.looks.get(transport) ?? 0)} ${escapeHtml(transport)}`;
      const heads = ['commit', 'date', ...trends.map(({ metric }) => ({ number: metric }))];
      return `<details class="numbers"><summary>${title}</summary>${table(plain(name), heads, tableRows(trends, machine, look))}</details>`;
    })
    .join('');
}

function tableRows(trends: readonly Trend[], machine: Machine, look: Look): TableRow[] {
  const { runs, from } = shownRuns(machine);
  return runs.map((run, index) => ({
    cells: [
      { html: commitLink(run, look), kind: 'row-head' },
      { html: escapeHtml(dateOf(run)), kind: 'text' },
      ...trends.map((trend) => valueCell(trend, from + index)),
    ],
  }));
}

function valueCell(trend: Trend, run: number): Cell {
  const point = trend.points.find((each) => each.run === run);
  if (point === undefined) return { html: NOTHING, kind: 'number' };
  const change = trend.changes.find((each) => each.run === run);
  const mark =
    change === undefined
      ? ''
      : ` <span class="mark ${change.worse ? 'invalid' : 'best'}">${escapeHtml(changeText(change, trend))}</span>`;
  const interval = intervalText(point, trend);
  const small = interval === '' ? '' : ` <small>${escapeHtml(interval)}</small>`;
  return { html: `${escapeHtml(valueText(point.value, trend))}${mark}${small}`, kind: 'number' };
}
