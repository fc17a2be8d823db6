/** Where another run is compared in place: empty until the page's script shows it, since nothing could answer without. */
import { BOTH_LOG, chartFigure } from './html-figure.ts';
import { SIDE_CHART } from './side-charts.ts';

export function compareSection(): string {
  const figure = chartFigure({
    name: SIDE_CHART,
    shows: 'Delivery latency by percentile, side by side',
    note: 'A is this run, drawn whole; the others are hollow. Medians over the repetitions of the percentiles that the files hold.',
    onLog: BOTH_LOG,
    perScenario: true,
  });
  return (
    '<section id="compare" hidden><h2>Compare with another run</h2>' +
    '<p class="lead">Drop the result files of other runs anywhere on this page, or choose them. They are read here and sent nowhere.</p>' +
    '<p><label class="button" for="compare-files">Choose result files<input type="file" id="compare-files" accept=".json,.gz" multiple></label> ' +
    '<button type="button" class="button" id="compare-clear" hidden>Close the comparison</button></p>' +
    '<p id="compare-status" role="status" aria-live="polite"></p>' +
    `<div id="compare-result">${figure}</div></section>`
  );
}
