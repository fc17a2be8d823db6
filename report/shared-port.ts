/** The verdict on the shared port: whether plain HTTP requests are slower while sockets live on it. */
import { format, formatRatio, plain } from './format.ts';
import { METRICS, type MetricName } from './metrics.ts';
import { below } from './ranking.ts';
import type { Row, ScenarioView } from './summary.ts';

/** One sentence for each transport that was measured with and without sockets. */
export function sharedPortVerdicts(scenario: ScenarioView): string[] {
  const alone = scenario.rows.filter((row) => row.variant === 'http-alone' && row.trusted);
  return alone.flatMap((row) => {
    const loaded = scenario.rows.find(
      (other) =>
        other.variant === 'http-with-sockets' &&
        other.trusted &&
        other.transport === row.transport &&
        other.load === row.load,
    );
    return loaded === undefined ? [] : verdict(row, loaded);
  });
}

function verdict(alone: Row, loaded: Row): string[] {
  const metric: MetricName | undefined = (['requestP99', 'requestP50'] as const).find(
    (name) => alone.figures[name].estimate !== null && loaded.figures[name].estimate !== null,
  );
  const [before, after] =
    metric === undefined ? [null, null] : [alone.figures[metric].estimate, loaded.figures[metric].estimate];
  if (metric === undefined || before === null || after === null) return [];
  const figures = `${METRICS[metric].title} ${format(before.value, 'ns')} alone, ${format(after.value, 'ns')} with sockets`;
  const who = `${plain(alone.transport)}: `;
  if (before.n < 2 || after.n < 2) return [`${who}${figures}; one repetition has no interval, so no verdict.`];
  if (below(before, after)) {
    return [
      `${who}plain requests are slower while sockets are open: ${figures} (${formatRatio(after.value / before.value)}).`,
    ];
  }
  if (below(after, before)) return [`${who}plain requests are not slower while sockets are open: ${figures}.`];
  return [`${who}no difference that the intervals can tell apart: ${figures}.`];
}
