/** Budgets against what was measured. A budget on what was not measured is never kept: it could not be told. Pure. */
import type { Measurement } from '../schema.ts';
import { estimate } from '../statistics.ts';
import type { BudgetMetric, MeasuredMetric } from './budget-metrics.ts';
import type { Budget } from './budget.ts';
import type { Side } from './compare.ts';
import type { Judged, Outcome } from './judgement.ts';

/** One after the other; each may hold for several transports and scenarios. */
export function checkBudgets(budgets: readonly Budget[], side: Side): Judged[] {
  return budgets.flatMap((budget) =>
    budget.metric.source === 'measured' ? checkMeasured(budget, budget.metric, side) : checkCounted(budget, side),
  );
}

interface Found {
  readonly transport: string;
  readonly scenario: string | null;
  readonly head: number | null;
  readonly outcome: Outcome;
  readonly reason: string;
}

function judgedFor(budget: Budget, metric: BudgetMetric, found: Found): Judged {
  const { reason, ...rest } = found;
  return {
    ...{ metric: metric.slug, kind: 'budget', unit: metric.unit, base: budget.limit, change: null, floor: null },
    ...rest,
    reason: `${reason} (line ${budget.line}: ${budget.text})`,
  };
}

const notMeasured = (budget: Budget, transport: string, why: string): Judged =>
  judgedFor(budget, budget.metric, {
    ...{ transport, scenario: budget.scenario, head: null, outcome: 'inconclusive' },
    reason: `not measured: ${why}`,
  });

const keeps = ({ op, limit }: Budget, value: number): boolean => (op === '<' ? value < limit : value <= limit);

function checkMeasured(budget: Budget, metric: MeasuredMetric, { run, label }: Side): Judged[] {
  if (run === null) return [notMeasured(budget, budget.transport ?? '*', `${label} holds exact counts alone`)];
  const { floors = [], failures } = run.run;
  const everywhere = [...run.measurements, ...failures].filter(
    ({ transport }) => budget.transport !== null || !floors.includes(transport),
  );
  const wanted =
    budget.transport === null ? [...new Set(everywhere.map(({ transport }) => transport))] : [budget.transport];
  if (wanted.length === 0) return [notMeasured(budget, '*', `${label} holds no measurement`)];
  return wanted.flatMap((transport) => {
    const groups = groupsOf(run.measurements, budget, metric, transport);
    if (groups.length === 0)
      return [notMeasured(budget, transport, absence(budget, metric, run.measurements, transport))];
    return groups.map(([scenario, group]) =>
      judgedFor(budget, metric, { transport, scenario, ...verdictOn(budget, metric, group, run.partial) }),
    );
  });
}

function groupsOf(
  measurements: readonly Measurement[],
  { scenario }: Budget,
  { applies }: MeasuredMetric,
  transport: string,
): [scenario: string, Measurement[]][] {
  const groups = new Map<string, Measurement[]>();
  for (const m of measurements) {
    const asked = m.transport === transport && (scenario === null || m.scenario === scenario);
    if (!asked || m.twin === true || !applies(m)) continue;
    const { variant } = m.parameters;
    const label = variant === null ? m.scenario : `${m.scenario} ${variant}`;
    groups.set(label, [...(groups.get(label) ?? []), m]);
  }
  return [...groups];
}

/** What the result has instead, so that a slip in a name is seen. */
function absence(
  { scenario }: Budget,
  { title }: MeasuredMetric,
  all: readonly Measurement[],
  transport: string,
): string {
  const names = (of: (m: Measurement) => string): string => [...new Set(all.map(of))].sort().join(', ') || 'none';
  const own = all.filter((m) => m.transport === transport);
  if (own.length === 0) return `no ${transport} is in the result; it has ${names((m) => m.transport)}`;
  if (scenario !== null && !own.some((m) => m.scenario === scenario)) {
    return `no ${scenario} is in the result; it has ${names((m) => m.scenario)}`;
  }
  return `the result has no ${title} of ${transport}`;
}

function verdictOn(
  budget: Budget,
  metric: MeasuredMetric,
  group: readonly Measurement[],
  partial: boolean,
): Pick<Found, 'head' | 'outcome' | 'reason'> {
  const unsure = (reason: string, head: number | null = null) => ({ head, outcome: 'inconclusive' as const, reason });
  const valid = group.filter(({ validity }) => validity.valid);
  if (valid.length === 0) return unsure('not measured: no repetition is valid');
  const values = valid.map((m) => metric.of(m)).filter((value) => value !== null);
  if (values.length < valid.length) return unsure('not measured: the samples do not support it');
  const found = estimate(values)!;
  if (partial) return unsure('the run is partial', found.value);
  const others = group.length - valid.length;
  const said = `median of ${found.n} repetition${found.n === 1 ? '' : 's'}${others === 0 ? '' : ` (${others} more invalid)`}`;
  if (!keeps(budget, found.value)) {
    return { head: found.value, outcome: 'fail', reason: `${excess(found.value, budget.limit)} by the ${said}` };
  }
  if (!keeps(budget, found.high)) {
    return {
      head: found.value,
      outcome: 'warn',
      reason: `kept by the ${said}, but its interval reaches over the limit`,
    };
  }
  return { head: found.value, outcome: 'pass', reason: `kept by the ${said}` };
}

function excess(value: number, limit: number): string {
  const percent = limit === 0 ? Infinity : (value / limit - 1) * 100;
  if (percent === 0) return 'exceeded: exactly the limit';
  if (!Number.isFinite(percent) || percent >= 1_000) return 'exceeded';
  return `exceeded by ${percent >= 10 ? percent.toFixed(0) : percent.toPrecision(2)} %`;
}

function checkCounted(budget: Budget, { counted, run, label }: Side): Judged[] {
  if (counted === null) return [notMeasured(budget, budget.transport ?? '*', `${label} holds no exact counts`)];
  const { transports } = counted.baseline;
  const floors = run?.run.floors ?? [];
  const names = Object.keys(transports);
  const wanted = budget.transport === null ? names.filter((name) => !floors.includes(name)) : [budget.transport];
  if (wanted.length === 0) return [notMeasured(budget, '*', `${label} counts no transport`)];
  return wanted.map((transport) => {
    const value = Object.hasOwn(transports, transport) ? transports[transport]![budget.metric.slug] : undefined;
    if (value === undefined) {
      return notMeasured(
        budget,
        transport,
        `${label} has no such count of it; it counts ${names.join(', ') || 'none'}`,
      );
    }
    const kept = keeps(budget, value);
    return judgedFor(budget, budget.metric, {
      ...{ transport, scenario: null, head: value, outcome: kept ? 'pass' : 'fail' },
      reason: kept ? 'kept' : excess(value, budget.limit),
    });
  });
}
