/** Budgets as people write them, one a line: `sse: p99 < 50ms`. Pure. */
import { DURATION_NS, parseQuantity, SIZE_BYTES } from '../units.ts';
import { BUDGET_METRICS, metricNamed, type BudgetMetric } from './budget-metrics.ts';

export interface Budget {
  /** From 1. */
  readonly line: number;
  /** As written, without its comment. */
  readonly text: string;
  /** Null: every one that is a choice. */
  readonly transport: string | null;
  /** Null: every one that has the metric. */
  readonly scenario: string | null;
  readonly metric: BudgetMetric;
  readonly op: '<' | '<=';
  /** In the metric's unit. */
  readonly limit: number;
}

/** A line that is no budget: says which line, what is wrong, and the grammar. */
export class BudgetError extends Error {}

const namesOf = (source: BudgetMetric['source']): string =>
  BUDGET_METRICS.filter((metric) => metric.source === source)
    .map(({ slug, aliases }) => aliases[0] ?? slug)
    .join(', ');

export const GRAMMAR = `[TRANSPORT[/SCENARIO]:] METRIC OP VALUE
  TRANSPORT  its name, or * for each one but the limit; without one, the same as *
  SCENARIO   its name; without one, every scenario that has the metric
  METRIC     measured  ${namesOf('measured')}
             counted   ${namesOf('counted')}
             (of no scenario; spaces may stand for hyphens, and the colon may be left out)
  OP         < or <=
  VALUE      with its unit: 50ms, 100us, 1.5s; 8B, 10KB, 64KiB; requests and bytes need none
  #          begins a comment
  such as    sse: p99 < 50ms
             websocket header bytes per message <= 8
             * rss per client < 10KB
             long-polling/broadcast server-cpu < 100us`;

/** More than anybody writes: each is looked up in every measurement. */
const MOST_BUDGETS = 1_000;

/** Of one: a longer one is no budget, and matching it would take its time. */
const LONGEST_LINE = 500;

/** @throws BudgetError for the first line that does not parse, and for a file without a budget */
export function parseBudgets(text: string): Budget[] {
  const budgets = text.split(/\r\n|\r|\n/).flatMap((line, index) => {
    const said = line.replace(/(^|\s)#.*$/, '').trim();
    return said === '' ? [] : [parseBudget(said, index + 1)];
  });
  if (budgets.length === 0) throw new BudgetError(`holds no budget. Write one a line:\n\n  ${GRAMMAR}\n`);
  if (budgets.length > MOST_BUDGETS)
    throw new BudgetError(`holds ${budgets.length} budgets; at most ${MOST_BUDGETS} fit.`);
  return budgets;
}

function parseBudget(text: string, line: number): Budget {
  const wrong = (what: string): BudgetError =>
    new BudgetError(`line ${line}: ${what} in ${JSON.stringify(text.slice(0, 100))}. The grammar is\n\n  ${GRAMMAR}\n`);
  if (text.length > LONGEST_LINE) throw wrong(`there are ${text.length} characters`);
  const match = /^([^<>=]+?)\s*(<=|<|>=|>|=)\s*([^<>=]+)$/.exec(text);
  if (match === null) throw wrong('there is no METRIC < VALUE');
  const [, left, op, value] = match as unknown as [string, string, string, string];
  if (op !== '<' && op !== '<=') throw wrong(`${op} is no limit: a budget is < or <=`);
  const { selector, metric } = subjectOf(left) ?? {};
  if (selector === undefined || metric === undefined) throw wrong('there is no such metric');
  const [transport = '', scenario, ...more] = selector.split('/');
  if (transport === '' || scenario === '' || more.length > 0) throw wrong(`"${selector}" is no TRANSPORT/SCENARIO`);
  if (metric.source === 'counted' && scenario !== undefined) throw wrong(`${metric.slug} belongs to no scenario`);
  const limit = limitOf(value, metric);
  if (limit === null) throw wrong(`"${value}" is no ${VALUES[metric.unit]}`);
  return {
    ...{ line, text, metric, op, limit },
    transport: transport === '*' ? null : transport,
    scenario: scenario ?? null,
  };
}

/** With a colon it is plain what is what; without, all of it or all but its first word is a metric. */
function subjectOf(left: string): { selector: string; metric: BudgetMetric } | null {
  const colon = /^(\S+?)\s*:\s*(.+)$/.exec(left);
  const words = colon ?? /^(\S+)\s+(.+)$/.exec(left);
  const whole = colon === null ? metricNamed(left) : null;
  if (whole !== null) return { selector: '*', metric: whole };
  const metric = words === null ? null : metricNamed(words[2]!);
  return metric === null ? null : { selector: words![1]!, metric };
}

const VALUES = {
  ns: 'duration with its unit, such as 50ms or 100us',
  bytes: 'size, such as 8, 8B or 10KB',
  count: 'number, such as 1 or 0.5',
  perSecond: 'number, such as 20',
} as const;

function limitOf(text: string, { unit }: BudgetMetric): number | null {
  const bare = /^\d+(\.\d+)?$/.test(text) ? Number(text) : null;
  const limit =
    unit === 'ns'
      ? parseQuantity(text, DURATION_NS)
      : (bare ?? (unit === 'bytes' ? parseQuantity(text, SIZE_BYTES) : null));
  return limit !== null && Number.isFinite(limit) ? limit : null;
}
