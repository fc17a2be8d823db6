/** The noise floor in words: which differences the run could have seen, and where it cannot say. */
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

/** One sentence for each scenario with an A/A pair; then, in one each, where there is none, why, and whether a limit is missing. */
export function noiseSentences(view: ReportView): string[] {
  return [
    ...view.scenarios.flatMap((scenario) => (scenario.noise === null ? [] : [sentence(scenario, scenario.noise)])),
    ...withoutPair(view),
    ...withoutLimit(view),
  ];
}

function withoutPair({ scenarios }: ReportView): string[] {
  const lacking = scenarios.filter(({ noise, rows }) => noise === null && rows.some(({ floor }) => !floor));
  const once = lacking.filter(({ rows }) => rows.every(({ repetitions }) => repetitions === 1));
  const repeated = lacking.filter((scenario) => !once.includes(scenario));
  const names = (of: readonly ScenarioView[]): string => of.map(({ name }) => plain(name)).join(', ');
  return [
    ...(repeated.length === 0
      ? []
      : [
          `No noise floor in ${names(repeated)}: no transport was measured twice there (an A/A pair), so intervals alone tell differences.`,
        ]),
    ...(once.length === 0
      ? []
      : [
          `No noise floor in ${names(once)}: an A/A pair takes two repetitions and there was one, so differences cannot be told.`,
        ]),
  ];
}

function withoutLimit({ transports, floors }: ReportView): string[] {
  if (transports.length === 0 || transports.some((name) => floors.has(name))) return [];
  return ['No limit was measured in this run, so no figure is seen against the least that it could be.'];
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
