/** The verdict on the shared port: whether plain HTTP requests are slower while sockets live on it, and whether each keeps its protocol. */
import { format, formatRatio, plain, plural } from './format.ts';
import { METRICS, type MetricName } from './metrics.ts';
import { below } from './ranking.ts';
import type { Row, ScenarioView } from './summary.ts';

/** One sentence for each transport that was measured with and without sockets, and one for each that was with them. */
export function sharedPortVerdicts(scenario: ScenarioView): string[] {
  return [...latencies(scenario), ...scenario.rows.flatMap(proof)];
}

/** A client stops at the first byte that is not its protocol's, and an answer that is not the one due is an error. */
function proof({ portProof, parameters, transport }: Row): string[] {
  if (portProof === null) return [];
  const { messages, requests, unknownUpgrades } = portProof;
  const upgrade =
    unknownUpgrades === 0 ? '' : '; an Upgrade to a protocol that nobody knows was answered as plain HTTP';
  return [
    `${plain(transport)}: each socket kept its own protocol: ${plural(messages, 'message')} came over ${plural(parameters.clients, 'socket')}, each once and in order, and ${plural(requests, 'plain request')} on the same port had the right answer${upgrade}.`,
  ];
}

function latencies(scenario: ScenarioView): string[] {
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
