/** A sweep in a sentence for each transport: where each figure starts and where it ends. */
import { format, plain } from './format.ts';
import { METRICS } from './metrics.ts';
import type { ScenarioView } from './summary.ts';
import { figureAt, SWEPT, sweepOf } from './sweeps.ts';

export function sweepVerdicts(scenario: ScenarioView): string[] {
  const sweep = sweepOf(scenario);
  const [from, until] = [sweep?.values[0], sweep?.values.at(-1)];
  if (sweep === null || from === undefined || until === undefined) return [];
  return sweep.transports
    .filter(({ varied }) => varied)
    .flatMap((each) => {
      const figures = SWEPT.flatMap(({ title, metric }) => {
        const [first, last] = [from, until].map((value) => format(figureAt(each, value, metric), METRICS[metric].unit));
        return first === last ? [] : [`${title} ${first} → ${last}`];
      });
      const over = `${sweep.title} ${sweep.show(from)} → ${sweep.show(until)}`;
      return figures.length === 0 ? [] : [`${plain(each.row.transport)}, ${over}: ${figures.join(', ')}.`];
    });
}
