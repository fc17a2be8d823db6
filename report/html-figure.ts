/** The box of a chart: a title, a canvas with its name for those who cannot see it, and a caption. */
import { attribute, escapeHtml } from './html-text.ts';

export interface FigureOf {
  /** Under which the page's data holds the chart. */
  name: string;
  shows: string;
  /** Where the numbers are; by default in the table that follows. */
  numbers?: string;
  note?: string;
  /** Whether the title goes on with the name of the selected scenario. */
  perScenario?: true;
}

/** Hidden until the script has something to draw on it: without script there is no empty box. */
export function chartFigure({ name, shows, numbers, note = '', perScenario }: FigureOf): string {
  const label = `${shows}. ${numbers ?? 'The table that follows holds the numbers.'}`;
  const caption = note === '' ? '' : `<figcaption>${escapeHtml(note)}</figcaption>`;
  return (
    `<figure class="chart" data-chart="${attribute(name)}" hidden><p class="chart-title">${escapeHtml(shows)}${perScenario === true ? '<span></span>' : ''}</p>` +
    `<div class="canvas"><canvas role="img" aria-label="${escapeHtml(label)}"></canvas></div>${caption}</figure>`
  );
}

/** Numbers that would be in the way of most readers: there for those who open them. */
export const folded = (summary: string, html: string): string =>
  `<details class="numbers"><summary>${escapeHtml(summary)}</summary>${html}</details>`;

/** Numbers beside a chart: open for whoever has no script and sees none; the script, which draws it, folds them. */
export const besideChart = (summary: string, html: string): string =>
  `<details class="numbers" data-beside-chart open><summary>${escapeHtml(summary)}</summary>${html}</details>`;
