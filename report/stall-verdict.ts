/** What a stall teaches: the figures that count from the due time show it by a law, those that count from the send hide it. */
import { format, plain } from './format.ts';
import type { MetricName } from './metrics.ts';
import type { Row, ScenarioView } from './summary.ts';

export const STALL_LESSON =
  'A message that is due while the server stands still is sent when it goes on: counted from the send, exactly the time that its receiver waited is left out. ' +
  'Of a stall S in a window D, latency from the due time has a mean that is S²/2D larger and a p99 of S − 0.01·D.';

/** The lesson, and a sentence for each row whose server stood still. */
export function stallVerdicts({ rows }: ScenarioView): string[] {
  const sentences = rows.flatMap(sentence);
  return sentences.length === 0 ? [] : [STALL_LESSON, ...sentences];
}

function sentence(row: Row): string[] {
  const value = (metric: MetricName) => row.figures[metric].estimate?.value ?? null;
  const text = (metric: MetricName) => format(value(metric), 'ns');
  if (!row.trusted || value('stalled') === null || value('latencyP99') === null) return [];
  const law = value('predictedP99') === null ? '' : ` (the law says ${text('predictedP99')})`;
  const mean = value('predictedGrowth') === null ? '' : ` (the law says ${text('predictedGrowth')})`;
  return [
    `${plain(row.transport)} stood still for ${text('stalled')}: from the due time p99 is ${text('latencyP99')}${law}, from the send ${text('transitP99')}; ` +
      `the mean that the send hides is ${text('hiddenMean')}${mean}.`,
  ];
}
