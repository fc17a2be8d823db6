/** The name that people read for each metric of a gate, by its slug. */
import { BUDGET_METRICS } from './budget-metrics.ts';
import { EXACT_METRICS, NOISY_METRICS } from './metrics.ts';

const TITLES = new Map([...BUDGET_METRICS, ...EXACT_METRICS, ...NOISY_METRICS].map(({ slug, title }) => [slug, title]));

/** Of a metric that this version does not know, its slug. */
export const titleOfMetric = (slug: string): string => TITLES.get(slug) ?? slug;
