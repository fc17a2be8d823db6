/** What the page draws of a run, where that is not all of it. Pure. */
import { plain, plural } from './format.ts';
import type { ReportView, ScenarioView } from './summary.ts';

/** Of loads that a model is fitted to, the one beside which the others are told: `scenarios/cost.ts`. */
const USUAL = 'usual';

/**
 * Of twenty loads of each transport a hundred bars and lines say nothing to anybody: they are there so that a model can be
 * fitted. The usual one is drawn; the planner's tables hold each of the others beside what is predicted of it.
 */
export const drawnOf = (view: ReportView): ReportView => ({ ...view, scenarios: view.scenarios.map(usualOf) });

function usualOf(scenario: ScenarioView): ScenarioView {
  const rows = scenario.rows.filter(({ variant }) => variant === USUAL);
  if (rows.length === 0) return scenario;
  const loads = new Set(scenario.rows.map(({ variant }) => variant)).size;
  const others = `Of ${plural(loads, 'load')} the one called ${USUAL} is drawn; the planner holds the others, each beside what its model predicts of it.`;
  const alone = new Map<string, number>();
  return {
    ...scenario,
    question: `${scenario.question} ${others}`,
    rows: rows.map((row) => {
      const ordinal = alone.get(row.transport) ?? 0;
      alone.set(row.transport, ordinal + 1);
      return { ...row, ordinal, variant: null, label: plain(row.label.replace(` · ${USUAL}`, '')) };
    }),
  };
}
