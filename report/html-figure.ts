/** The box of a chart: a title, a canvas with its name for those who cannot see it, and a caption. */
import { attribute, escapeHtml } from './html-text.ts';

export interface FigureOf {
  /** Under which the page's data holds the chart. */
  name: string;
  shows: string;
  /** Where the numbers are; by default in the table that follows. */
  numbers?: string;
  note?: string;
  /** What is to be known of logarithmic axes, while they are so. */
  onLog?: string;
  /** Whether the title goes on with the name of the selected scenario. */
  perScenario?: true;
}

/** Hidden until the script has something to draw on it: without script there is no empty box. */
export function chartFigure({ name, shows, numbers, note = '', onLog = '', perScenario }: FigureOf): string {
  const label = `${shows}. ${numbers ?? 'The table that follows holds the numbers.'}`;
  const log = onLog === '' ? '' : `<span class="on-log">${escapeHtml(onLog)}</span>`;
  const said = [escapeHtml(note), log].filter((text) => text !== '').join(' ');
  const caption = said === '' ? '' : `<figcaption>${said}</figcaption>`;
  return (
    `<figure class="chart" data-chart="${attribute(name)}" hidden><p class="chart-title">${escapeHtml(shows)}${perScenario === true ? '<span></span>' : ''}</p>` +
    `<div class="canvas"><canvas role="img" aria-label="${escapeHtml(label)}"></canvas></div>${caption}</figure>`
  );
}

export const BOTH_LOG = 'Both axes are logarithmic.';

/** Numbers that would be in the way of most readers: there for those who open them. */
export const folded = (summary: string, html: string): string =>
  `<details class="numbers"><summary>${escapeHtml(summary)}</summary>${html}</details>`;

/** Numbers beside a chart: open for whoever has no script and sees none; the script, which draws it, folds them. */
export const besideChart = (summary: string, html: string): string =>
  `<details class="numbers" data-beside-chart open><summary>${escapeHtml(summary)}</summary>${html}</details>`;
