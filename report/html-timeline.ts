/** The section of the timeline: the run as it went, measurement by measurement. */
import { format, NOTHING } from './format.ts';
import { chartFigure, folded } from './html-figure.ts';
import { escapeHtml, number, table, text, type TableRow } from './html-text.ts';
import { METRICS } from './metrics.ts';
import type { ReportView } from './summary.ts';
import { driftSentence, momentsOf, TIMELINE_CHART, timelineCharts, type Moment } from './timeline-figures.ts';

export const TIMELINE_LINK = { id: 'timeline', title: 'Timeline' } as const;

/** More would weigh more than the rest of the page; the result file has every one. */
const MOST_ROWS = 1_000;

export function timelineSection(view: ReportView): string {
  const moments = momentsOf(view);
  const body =
    moments.length === 0 ? '<p class="missing">Nothing was measured in this run.</p>' : timelineBody(moments, view);
  return `<section id="${TIMELINE_LINK.id}"><h2>${TIMELINE_LINK.title}</h2><p class="lead">Every measurement in the order in which it ran, its figure against the median of its kind: what all of them do at one moment, the machine did.</p>${body}</section>`;
}

function timelineBody(moments: readonly Moment[], view: ReportView): string {
  const drawn = TIMELINE_CHART in timelineCharts(view);
  const figure = chartFigure({
    name: TIMELINE_CHART,
    shows: 'Figures against the median of their kind, in the order of measuring',
    note: 'A median latency, readiness or request; the server’s CPU where nothing is delivered. Crosses in grey are invalid; one that is far off is drawn at the edge. The grey line, on the right, is the share of the machine that other work took.',
  });
  const drift = driftSentence(moments);
  const cut = moments.length > MOST_ROWS ? `, the first ${MOST_ROWS}` : '';
  return [
    drawn ? figure : '',
    drift === null ? '' : `<p class="verdict">${escapeHtml(drift)}</p>`,
    folded(`Every measurement in order (${moments.length}${cut})`, timelineTable(moments.slice(0, MOST_ROWS))),
  ].join('');
}

function timelineTable(moments: readonly Moment[]): string {
  const rows = moments.map(({ measurement: m, label, figure, noise }): TableRow => ({
    transport: m.transport,
    greyed: !m.validity.valid,
    cells: [
      { html: String(m.order + 1), kind: 'row-head' },
      text(label),
      text(m.scenario),
      number(String(m.repetition + 1)),
      text(figure === null ? NOTHING : METRICS[figure.metric].title),
      number(figure === null ? NOTHING : format(figure.value, METRICS[figure.metric].unit)),
      number(format(figure?.ratio ?? null, 'share')),
      number(format(noise, 'share')),
      text(m.validity.valid ? 'valid' : 'invalid'),
    ],
  }));
  const head = ['order', 'transport', 'scenario', { number: 'repetition' }, 'figure'];
  const figures = ['value', 'of the median', 'other work'].map((title) => ({ number: title }));
  return table('Measurements in the order in which they ran', [...head, ...figures, 'verdict'], rows);
}
