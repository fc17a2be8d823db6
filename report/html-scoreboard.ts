/** The scoreboard: one row a transport, the figures that decide, each from the scenario that asks for it. */
import { LAWS } from '../results/law-check.ts';
import { comparedPercentile, mainScenario } from './answer.ts';
import { plain } from './format.ts';
import { escapeHtml, figure, key, table, type Cell, type TableRow } from './html-text.ts';
import { METRICS, type MetricName } from './metrics.ts';
import { noiseSentences } from './noise-text.ts';
import { rowsOfMainLoad, type ReportView, type Row, type ScenarioView } from './summary.ts';
import { looksOf, titleOf } from './transports.ts';

interface Score {
  title: string;
  scenario: string;
  metric: MetricName;
  /** One row for each transport: the plain variant, under the load that most rows ran with. */
  rows: Row[];
}

export function scoreboard(view: ReportView): string {
  const scores = scoresOf(view);
  if (scores.length === 0) return '<p class="missing">No figure to compare was measured.</p>';
  const looks = looksOf(view.transports, view.floors);
  const rows = view.transports.map((transport) => scoreRow(view, transport, looks.get(transport) ?? 0, scores));
  const head = ['transport', ...scores.map((score) => ({ number: score.title, of: score.scenario })), 'valid'];
  return table('Scoreboard: median and interval over the valid repetitions', head, rows) + legend(scores, view);
}

function scoresOf(view: ReportView): Score[] {
  const scores: Score[] = [];
  const add = (scenario: ScenarioView | null | undefined, title: string, metric: MetricName) => {
    if (scenario === null || scenario === undefined) return;
    const main = rowsOfMainLoad(scenario.rows);
    const rows = main.filter((row) => main.find((other) => other.transport === row.transport) === row);
    if (rows.some((row) => row.figures[metric].estimate !== null))
      scores.push({ title, scenario: plain(scenario.name), metric, rows });
  };
  const main = mainScenario(view);
  const first = (kind: ScenarioView['kind']) => view.scenarios.find((scenario) => scenario.kind === kind);
  const echo = view.scenarios.find((scenario) => scenario.name === 'echo' && scenario !== main);
  if (main !== null) {
    const tail = comparedPercentile(rowsOfMainLoad(main.rows));
    if (tail !== 'latencyP50') add(main, 'p50', 'latencyP50');
    add(main, METRICS[tail].title, tail);
    add(main, 'bytes per delivery', 'bytesPerDelivery');
  }
  add(echo, 'round trip p50', 'latencyP50');
  add(first('idle'), 'bytes per client and hour', 'bytesPerClientHour');
  add(first('connect'), 'ready p50', 'readinessP50');
  add(main, 'server CPU per delivery', 'serverCpuPerDelivery');
  return scores;
}

function scoreRow(view: ReportView, transport: string, look: number, scores: readonly Score[]): TableRow {
  const own = view.run.measurements.filter((m) => m.transport === transport && m.scenario !== LAWS && m.twin !== true);
  const [valid, all] = [own.filter((m) => m.validity.valid).length, own.length];
  const cells = scores.map((score): Cell => {
    const row = score.rows.find((each) => each.transport === transport);
    if (row === undefined) return { html: '<span class="missing">not measured</span>', kind: 'number' };
    const cell = figure(row, score.metric, score.rows);
    return row.trusted
      ? cell
      : { ...cell, html: `<span class="greyed">${cell.html} <span class="mark invalid">invalid</span></span>` };
  });
  const state = valid === all ? '' : ' some-invalid';
  return {
    cells: [
      { html: `${key(look)} ${escapeHtml(titleOf(transport, view.floors))}`, kind: 'row-head' },
      ...cells,
      { html: `<a class="tight${state}" href="#validity">${valid} of ${all}</a>`, kind: 'text' },
    ],
    greyed: valid === 0,
  };
}

function legend(scores: readonly Score[], view: ReportView): string {
  const variants = scores.flatMap((score) =>
    score.rows.filter((row) => row.variant !== null).map((row) => `${row.label} in “${score.scenario} ${score.title}”`),
  );
  const used =
    variants.length === 0 ? '' : ` Of several variants the scoreboard shows ${escapeHtml(variants.join(', '))}.`;
  const limit = view.transports.some((transport) => view.floors.has(transport))
    ? ' The limit is what the others are seen against: no choice for an application, and never ranked.'
    : '';
  const noise = noiseSentences(view)
    .map((line) => `<p class="note" data-noise>${escapeHtml(line)}</p>`)
    .join('');
  return (
    '<p class="note"><span class="mark best">best</span> lowest, with its interval apart from all others. ' +
    `<span class="mark tie">~ tie</span> the intervals overlap, or the difference is smaller than this run could have seen, so nobody is named. Below each median stands its interval, unless it reads the same.${used}${limit}</p>${noise}`
  );
}
