/** The answer in two sentences, made from the data alone, and the caveats without which it would mislead. */
import type { MeasurementParameters } from '../results/schema.ts';
import { format, formatMs, formatRange, formatRatio, plain, plural } from './format.ts';
import { METRICS, type MetricName } from './metrics.ts';
import type { ScenarioKind } from './scenario-kinds.ts';
import { below, indistinct, standingOf } from './ranking.ts';
import { rivalsIn, rowsOfMainLoad, type ReportView, type Row, type ScenarioView } from './summary.ts';

/** `strong` marks the names and figures that a reader looks for first. */
export type Segment = string | { strong: string };
export type Sentence = Segment[];

export interface Answer {
  sentences: [Sentence, Sentence];
  caveats: string[];
}

export function answerOf(view: ReportView): Answer {
  const scenario = mainScenario(view);
  if (scenario === null) {
    const nothing = nothingToCompare(view);
    return {
      sentences: [[`${nothing}, so it names no fastest transport.`], ['For the same reason it names no cheapest one.']],
      caveats: caveatsOf(view, null),
    };
  }
  const rows = rivalsIn(rowsOfMainLoad(scenario.rows));
  if (rows.length === 0) {
    return {
      sentences: [
        ['Only a limit was measured and nothing to choose from, so no transport is named fastest.'],
        ['For the same reason none is named cheapest.'],
      ],
      caveats: caveatsOf(view, scenario),
    };
  }
  const first = standingOf(rows, comparedPercentile(rows));
  return {
    sentences: [fastest(plain(scenario.name), rows), cheapest(rows, first.kind === 'leader' ? first.leader : null)],
    caveats: caveatsOf(view, scenario),
  };
}

function nothingToCompare({ measured, run }: ReportView): string {
  if (measured === 0) return 'This file holds no measurement';
  const delivered = run.measurements.some(({ counts }) => counts.delivered > 0);
  return delivered
    ? 'The scenarios of this run ask something else than how fast messages are delivered'
    : 'No scenario of this run delivered messages';
}

/** Broadcast where it holds something valid; else the first scenario that delivers, preferably a valid one. */
export function mainScenario(view: ReportView): ScenarioView | null {
  const delivering = view.scenarios.filter((scenario) => scenario.kind === 'delivery');
  const trusted = delivering.filter((scenario) => rivalsIn(scenario.rows).some((row) => row.trusted));
  return (
    trusted.find((scenario) => scenario.name === 'broadcast') ??
    trusted[0] ??
    delivering.find((scenario) => scenario.name === 'broadcast') ??
    delivering[0] ??
    null
  );
}

const PERCENTILES: readonly MetricName[] = ['latencyP99', 'latencyP90', 'latencyP50'];

/** p99, or the highest percentile below it that every trusted row supports: a comparison needs it on both sides. */
export function comparedPercentile(rows: readonly Row[]): MetricName {
  const trusted = rivalsIn(rows).filter((row) => row.trusted && row.percentiles.count > 0);
  return PERCENTILES.find((name) => trusted.every((row) => row.figures[name].estimate !== null)) ?? 'latencyP50';
}

function fastest(name: string, rows: readonly Row[]): Sentence {
  const metric = comparedPercentile(rows);
  const title = METRICS[metric].title;
  const standing = standingOf(rows, metric);
  const what = name === 'echo' ? 'round trip' : 'delivery latency';
  switch (standing.kind) {
    case 'none':
      return [`In ${name} no valid measurement supports a percentile of the ${what}, so none is called fastest.`];
    case 'alone':
      return [
        `In ${name} only `,
        strong(standing.leader),
        ` has a valid ${title} ${what}: `,
        value(standing.leader, metric),
        '; nothing to compare it with.',
      ];
    case 'leader':
      return [
        `In ${name} `,
        strong(standing.leader),
        ` delivers fastest: ${title} ${what} `,
        value(standing.leader, metric),
        ` (${interval(standing.leader, metric)}), next ${names(standing.next, ' ~ ')} with ${standing.next.map((row) => middle(row, metric)).join(' and ')}.`,
      ];
    case 'tie':
      return [
        `In ${name} `,
        { strong: names(standing.leaders, ' ~ ') },
        ` tie for the fastest ${title} ${what}: `,
        ...valuesOf(standing.leaders, metric),
        `, and ${closeness(standing.leaders, metric)}.`,
      ];
    case 'unordered':
      return [
        `In ${name} `,
        strong(standing.lowest),
        ` read lowest, with a ${title} ${what} of `,
        value(standing.lowest, metric),
        ', but a single repetition has no interval: this is no ranking yet.',
      ];
  }
}

function cheapest(rows: readonly Row[], fastest: Row | null): Sentence {
  const metric: MetricName = 'bytesPerDelivery';
  const standing = standingOf(rows, metric);
  switch (standing.kind) {
    case 'none':
      return ['No valid measurement counted the bytes of a delivery, so none is called cheapest.'];
    case 'alone':
      return [
        strong(standing.leader),
        ' costs ',
        value(standing.leader, metric),
        ' per delivery, both directions together.',
      ];
    case 'leader':
      return [
        strong(standing.leader),
        standing.leader === fastest ? ' also costs the fewest bytes: ' : ' costs the fewest bytes: ',
        value(standing.leader, metric),
        ` per delivery, both directions together${againstCostliest(rows, standing.leader, metric)}.`,
      ];
    case 'tie':
      return [
        { strong: names(standing.leaders, ' ~ ') },
        ' tie for the fewest bytes per delivery: ',
        ...valuesOf(standing.leaders, metric),
        ', both directions together.',
      ];
    case 'unordered':
      return [
        strong(standing.lowest),
        ' read the fewest bytes, ',
        value(standing.lowest, metric),
        ' per delivery, with the same reservation.',
      ];
  }
}

/** Why a tie is one. */
function closeness(leaders: readonly Row[], metric: MetricName): string {
  const estimates = leaders.flatMap((row) => row.figures[metric].estimate ?? []);
  const apart = estimates.some((a) => estimates.some((b) => below(a, b)));
  return apart ? 'the difference is smaller than this run could have seen' : 'the intervals overlap';
}

function againstCostliest(rows: readonly Row[], leader: Row, metric: MetricName): string {
  const best = leader.figures[metric].estimate?.value ?? 0;
  const others = rows.filter((row) => row.trusted && row.figures[metric].estimate !== null);
  const worst = others.sort((a, b) => b.figures[metric].estimate!.value - a.figures[metric].estimate!.value)[0];
  if (worst === undefined || worst === leader || best === 0) return '';
  const costliest = indistinct(others, worst, metric);
  const ratio = formatRatio(worst.figures[metric].estimate!.value / best);
  return costliest.length > 1
    ? `; ${names(costliest, ' ~ ')} take up to ${ratio} as many`
    : `; ${worst.label} takes ${ratio} as many`;
}

const strong = (row: Row): Segment => ({ strong: row.label });
const names = (rows: readonly Row[], between: string): string => rows.map((row) => row.label).join(between);
const middle = (row: Row, metric: MetricName): string => {
  const figure = row.figures[metric].estimate;
  return format(figure?.value ?? null, METRICS[metric].unit);
};
const value = (row: Row, metric: MetricName): Segment => ({ strong: middle(row, metric) });
const valuesOf = (rows: readonly Row[], metric: MetricName): Segment[] => [
  rows.map((row) => middle(row, metric)).join(' against '),
];
function interval(row: Row, metric: MetricName): string {
  const figure = row.figures[metric].estimate;
  return figure === null ? '' : formatRange(figure.low, figure.high, METRICS[metric].unit);
}

function caveatsOf(view: ReportView, scenario: ScenarioView | null): string[] {
  const caveats: string[] = [];
  if (scenario !== null) {
    if (scenario.name !== 'broadcast')
      caveats.push(`No valid broadcast was measured; the answer is about ${plain(scenario.name)}.`);
    const shown = rowsOfMainLoad(scenario.rows);
    const rows = rivalsIn(shown);
    const distrusted = rows.filter((row) => !row.trusted);
    if (distrusted.length > 0) caveats.push(`Left out, because no repetition is valid: ${names(distrusted, ', ')}.`);
    const metric = comparedPercentile(rows);
    if (metric !== 'latencyP99') {
      caveats.push(`Too few samples for p99 of every transport; ${METRICS[metric].title} is compared instead.`);
    }
    const first = shown[0];
    if (shown.length < scenario.rows.length) {
      caveats.push('Several loads were measured; the answer compares the rows of one of them.');
    }
    if (first !== undefined) caveats.push(`Measured with ${loadOf(first.parameters, scenario.kind)}.`);
    caveats.push(...shown.filter((row) => row.floor && row.trusted).map((row) => limitSentence(row, metric)));
  }
  const coverage = coverageSentence(view);
  if (coverage !== null) caveats.push(coverage);
  return caveats;
}

/** What the others can be seen against. */
function limitSentence(row: Row, metric: MetricName): string {
  const figures = `${METRICS[metric].title} ${middle(row, metric)} and ${middle(row, 'bytesPerDelivery')} per delivery`;
  return `The limit is ${plain(row.transport)} with ${figures}: no choice for an application, so it is never ranked.`;
}

/** What a scenario ran with, in the words of its question: `20 clients, 10 publications/s, 128 B payload, …`. */
export function loadOf(p: MeasurementParameters, kind: ScenarioKind): string {
  const clients = plural(p.clients, 'client');
  const rate = format(p.ratePerSecond, 'count');
  const window = `${formatMs(p.durationMs)} window`;
  switch (kind) {
    case 'delivery':
    case 'staleness':
    case 'storm':
    case 'slow':
    case 'stall':
      return [
        clients,
        `${rate} publications/s`,
        `${format(p.payloadBytes, 'bytes')} payload`,
        `poll interval ${formatMs(p.pollIntervalMs)}`,
        window,
      ].join(', ');
    case 'idle':
    case 'memory':
      return `${clients}, poll interval ${formatMs(p.pollIntervalMs)}, hold ${formatMs(p.holdMs)}, heartbeat ${formatMs(p.heartbeatMs)}, ${window}`;
    case 'connect':
      return `${rate} new clients/s, ${window}`;
    case 'shared-port':
      return `${clients}, ${rate} requests/s, ${window}`;
  }
}

/** What the intervals are worth, or null when nothing was measured. */
export function coverageSentence(view: ReportView): string | null {
  const estimates = view.scenarios.flatMap((s) =>
    s.rows.filter((r) => r.trusted).flatMap((r) => Object.values(r.figures)),
  );
  const known = estimates.flatMap((figure) => (figure.estimate === null ? [] : [figure.estimate]));
  if (known.length === 0) return null;
  const fewest = known.reduce((least, each) => (each.n < least.n ? each : least));
  const most = Math.max(...known.map((each) => each.n));
  if (fewest.n === 1) {
    const single = view.scenarios.filter(({ rows }) =>
      rows.some(({ trusted, figures }) => trusted && Object.values(figures).some(({ estimate }) => estimate?.n === 1)),
    );
    return `Figures of ${single.map(({ name }) => plain(name)).join(', ')} rest on one repetition: they have no interval and are not ranked.`;
  }
  const percent = `${Math.floor(fewest.coverage * 1000) / 10} %`;
  const weak = fewest.coverage < 0.95 ? ' Six or more repetitions reach 95 %.' : '';
  const rest = most === fewest.n ? plural(most, 'repetition') : `${fewest.n} to ${most} repetitions`;
  return `Intervals rest on ${rest} and cover the true median with a probability of ${percent} or more.${weak}`;
}

/** A sentence without its emphasis. */
export function textOf(sentence: Sentence): string {
  return sentence.map((segment) => (typeof segment === 'string' ? segment : segment.strong)).join('');
}
