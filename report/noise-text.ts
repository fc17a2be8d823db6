/** The noise floor in words: which differences the run could have seen. */
import { plain, plural } from './format.ts';
import type { MetricName } from './metrics.ts';
import type { ScenarioNoise } from './noise.ts';
import type { ReportView, ScenarioView } from './summary.ts';

/** What is said of: the figures that the scoreboard takes from a scenario that delivers. */
const SAID: readonly (readonly [MetricName, string])[] = [
  ['latencyP50', 'latency p50'],
  ['latencyP99', 'latency p99'],
  ['serverCpuPerDelivery', 'server CPU'],
  ['bytesPerDelivery', 'bytes'],
];

/** One sentence for each scenario with an A/A pair. */
export function noiseSentences(view: ReportView): string[] {
  return view.scenarios.flatMap((scenario) => (scenario.noise === null ? [] : [sentence(scenario, scenario.noise)]));
}

function sentence({ name }: ScenarioView, { transport, floors, pairs }: ScenarioNoise): string {
  const said = SAID.flatMap(([metric, title]) => {
    const floor = floors[metric];
    return floor === undefined ? [] : [`${title} from ${percent(floor.ratio)}`];
  });
  const basis = `${plain(transport)} was measured twice in each repetition, and ${plural(pairs, 'such A/A pair')} ${pairs === 1 ? 'is' : 'are'} valid`;
  if (said.length === 0) {
    return `Which differences this run could have seen in ${plain(name)} is unknown: ${basis}; it takes two.`;
  }
  return `In ${plain(name)} this run can tell apart ${said.join(', ')}: ${basis}. Smaller differences are shown as ~.`;
}

/** Rounded up: a difference of as much as is said must be seen. */
function percent(ratio: number): string {
  const hundredths = ratio * 100;
  return `${hundredths >= 10 ? Math.ceil(hundredths) : Math.ceil(hundredths * 10) / 10} %`;
}
