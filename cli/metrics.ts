/** `--metrics` of the gates: which metrics are judged, by name or many at once. The same words mean the same in each. */
import { EXACT_METRICS, NOISY_METRICS, type ExactMetric, type NoisyMetric } from '../results/gate/metrics.ts';
import { DEFAULT_METRICS } from '../scenarios/ab/plan.ts';
import { oneOf } from '../scenarios/settings.ts';
import { flagValue } from './settings-options.ts';

export interface ChosenMetrics {
  readonly exact: readonly ExactMetric[];
  readonly noisy: readonly NoisyMetric[];
}

type Group = keyof ChosenMetrics;

const GROUPS: Readonly<Record<Group, readonly { readonly slug: string }[]>> = {
  exact: EXACT_METRICS,
  noisy: NOISY_METRICS,
};

const slugsOf = (group: Group): string[] => GROUPS[group].map(({ slug }) => slug);

/** Exact counts, and of the noisy figures those that repeat. */
export const METRICS_OPTION = [
  '--metrics <A,B>',
  'which to judge: exact, noisy, or their names',
  ['exact', ...DEFAULT_METRICS].join(','),
] as const;

export const METRICS_HELP = `\nMetrics\n  exact  ${slugsOf('exact').join(', ')}\n  noisy  ${slugsOf('noisy').join(', ')}`;

/** @throws ConfigError naming the nearest metric */
export function metricsFrom(text: string): ChosenMetrics {
  const chosen = flagValue('--metrics', text, (list) => {
    const one = oneOf('metric', ['exact', 'noisy', ...slugsOf('exact'), ...slugsOf('noisy')]);
    return new Set(list.split(',').map((name) => one(name.trim())));
  });
  const isChosen =
    (group: Group) =>
    ({ slug }: { readonly slug: string }) =>
      chosen.has(group) || chosen.has(slug);
  return { exact: EXACT_METRICS.filter(isChosen('exact')), noisy: NOISY_METRICS.filter(isChosen('noisy')) };
}
