/** What `pushbench adr` measures where no results are given: enough for a cost model of the workload's path, and no more. */
import { join } from 'node:path';
import type { Workload } from '../results/workload.ts';
import { writeRun } from '../results/store.ts';
import { measure } from '../scenarios/runner/measure.ts';
import { executeRun } from '../scenarios/runner/run.ts';
import type { Plan } from '../scenarios/runner/plan.ts';
import type { Resolved } from '../scenarios/config.ts';
import type { Config } from '../scenarios/settings.ts';
import { formatDuration, parseDuration } from '../scenarios/units.ts';
import { exactOptions } from './exact.ts';
import { addExact } from './prepare.ts';
import { makeProgress } from './progress.ts';
import { checkedPlan, newRun, onInterrupt, writeFirst } from './run.ts';
import { resolveFrom } from './settings-options.ts';

/** What bears on it beside the workload. */
export const MEASURING_SETTINGS = [
  'transports',
  'headers',
  'duration',
  'repetitions',
  'seed',
  'out',
] as const satisfies readonly (keyof Config)[];

/** What is measured together, and how. */
interface Part {
  readonly scenarios: string;
  /**
   * Costs are measured without the path: a relay works on the same cores, and its sockets are in the kernel's memory. Of 62
   * measurements over 20 ms it was late in 26, of 57 without it 10 were invalid. What the path adds to a latency a law says,
   * which two light loads over it are held against.
   */
  readonly overLink: boolean;
  /** Without a distance it would measure again what another part does. */
  readonly onlyAtDistance?: true;
  /** Where nobody says otherwise. */
  readonly otherwise?: Readonly<Record<string, string>>;
  /**
   * Windows are no longer, whatever is asked: costs alone are known the better the longer they are measured. One of 3 s differed
   * from the next by 9.6 to 11.6 % (one standard deviation), one of 12 s by 7.8: it is repetitions that say most.
   */
  readonly longest?: string;
  /** What takes seconds is repeated until its median has an interval of 95 %. */
  readonly hasInterval?: true;
}

/** The fewest values whose median has one: `results/statistics`. */
const LEAST_REPETITIONS = 6;

const PARTS: readonly Part[] = [
  { scenarios: 'cost', overLink: false },
  // Acknowledgements of connecting come up to 200 ms later, and are no sign of life.
  { scenarios: 'idle', overLink: false, otherwise: { warmup: '500ms' }, longest: '3s' },
  { scenarios: 'memory', overLink: false, longest: '5s' },
  { scenarios: 'connect', overLink: true, longest: '500ms', hasInterval: true },
  { scenarios: 'cost', overLink: true, onlyAtDistance: true },
  // With a hundred clients that come back at once the relay was late in 13 of 15 measurements, with twenty in 3 of 10.
  { scenarios: 'reconnect-storm', overLink: true, otherwise: { clients: '20' }, longest: '1500ms', hasInterval: true },
];

/** Of what is asked, wherever it is said, what the part does not allow. */
function limitsOf({ longest, hasInterval }: Part, { config, sources }: Resolved): Record<string, string> {
  const isSaid = sources.duration !== 'profile' && sources.duration !== 'default';
  const isTooLong = longest !== undefined && !(isSaid && config.duration <= parseDuration(longest));
  return {
    ...(isTooLong ? { duration: longest } : {}),
    ...(hasInterval === true && config.repetitions < LEAST_REPETITIONS ? { repetitions: `${LEAST_REPETITIONS}` } : {}),
  };
}

/** @returns the result file; null where it was interrupted, which keeps what is measured */
export async function measureFor(
  workload: Workload,
  options: Readonly<Record<string, unknown>>,
): Promise<string[] | null> {
  const asked = resolveFrom(options);
  const { rttMs, carrier } = workload;
  const link = rttMs === 0 ? 'none' : `custom:delay=${formatDuration(rttMs / 2)}`;
  const parts = PARTS.filter(({ onlyAtDistance }) => onlyAtDistance !== true || rttMs > 0);
  const checked = parts.map((part) => {
    const { scenarios, overLink, otherwise } = part;
    const its = { scenarios, carrier, link: overLink ? link : 'none' };
    return checkedPlan(resolveFrom({ ...otherwise, ...options, ...limitsOf(part, asked), ...its }), undefined);
  });
  const plan = together(checked.map((part) => part.plan));
  const { resolved } = checked[0]!;
  const config = {
    ...resolved.config,
    scenarios: [...new Set(checked.flatMap((part) => part.resolved.config.scenarios))],
  };
  const header = newRun({ ...resolved, config }, plan, undefined);
  const path = join(config.out, `${header.run.id}.json`);
  writeFirst(path, () => writeRun(path, header));
  const interrupt = onInterrupt();
  process.stderr.write(
    `Measuring what a cost model needs, and connections over a round trip of ${formatDuration(rttMs)}: ${path}\n`,
  );
  await addExact(header, plan, exactOptions(config));
  const progress = makeProgress(process.stderr);
  const result = await executeRun(plan, header, {
    measure: (planned, signal) => measure(planned, { port: config.port, signal }),
    write: (document) => writeRun(path, document),
    progress,
    now: () => performance.now(),
    signal: interrupt.signal,
  }).finally(() => progress.stop());
  if (interrupt.signal.aborted) return null;
  const [failure] = result.run.failures;
  if (result.measurements.length === 0) {
    throw new Error(`Nothing could be measured${failure === undefined ? '' : `: ${failure.message}`}`);
  }
  return [path];
}

function together(plans: readonly Plan[]): Plan {
  const planned = plans.flatMap((plan) => plan.planned).map((item, order) => ({ ...item, order }));
  return { planned, notes: plans.flatMap(({ notes }) => notes) };
}
