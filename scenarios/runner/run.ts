/**
 * A run: the plan measured in order, written after every measurement, and always ended with a valid file.
 *
 * How a measurement is made is handed in, so that order, checkpoints, failures and interruption are tested without
 * processes and without time.
 */
import type { Failure, Measurement, RunFile } from '../../results/schema.ts';
import { expectedMs, expectedMsOf, type Plan, type Planned } from './plan.ts';

export interface Progress {
  /** A measurement begins. `etaMs` is for the rest of the run, this one included. */
  begin(planned: Planned, done: number, total: number, etaMs: number): void;
  /** It is over: `done` with this one, and `etaMs` for what is left after it. */
  end(planned: Planned, result: Measurement | Failure, done: number, total: number, etaMs: number): void;
}

export interface RunDependencies {
  readonly measure: (planned: Planned, signal: AbortSignal) => Promise<Measurement>;
  /** Called after every measurement and once more at the end. */
  readonly write: (run: RunFile) => void;
  readonly progress: Progress;
  /** Awaited when a measurement was announced and before it is made: what would disturb it may end first. */
  readonly quiet?: () => Promise<void>;
  /** ms since the run began, by its own account: what was prepared before counts. */
  readonly now: () => number;
  /** Aborts the run: what is measured is kept. */
  readonly signal: AbortSignal;
}

/** Failures in a row after which more of the same is expected, and the rest is not tried. */
const GIVE_UP_AFTER = 2;

/** @param header the document without its measurements; it is completed, not copied */
export async function executeRun(plan: Plan, header: RunFile, dependencies: RunDependencies): Promise<RunFile> {
  const { measure, write, progress, quiet, now, signal } = dependencies;
  const run: RunFile = { ...header, partial: true, measurements: [] };
  const eta = new Eta(plan.planned);
  let failedInARow = 0;
  for (const [index, planned] of plan.planned.entries()) {
    if (signal.aborted || failedInARow >= GIVE_UP_AFTER) break;
    progress.begin(planned, index, plan.planned.length, eta.remainingMs(index));
    await quiet?.();
    const began = now();
    const result = await attempt(planned, measure, signal);
    if (result === 'interrupted') break;
    eta.learn(planned, now() - began);
    if ('message' in result) run.run.failures.push(result);
    else run.measurements.push(result);
    failedInARow = 'message' in result ? failedInARow + 1 : 0;
    run.run.wallTimeMs = Math.round(now());
    progress.end(planned, result, index + 1, plan.planned.length, eta.remainingMs(index + 1));
    write(run);
  }
  run.partial = run.measurements.length < plan.planned.length;
  run.run.wallTimeMs = Math.round(now());
  write(run);
  return run;
}

async function attempt(
  planned: Planned,
  measure: RunDependencies['measure'],
  signal: AbortSignal,
): Promise<Measurement | Failure | 'interrupted'> {
  try {
    return await measure(planned, signal);
  } catch (error) {
    if (signal.aborted) return 'interrupted';
    const { transport, scenario, repetition } = planned;
    return { transport, scenario, repetition, message: (error as Error).message };
  }
}

/** Estimates what is left from what was expected, corrected by how far off that has been so far. */
export class Eta {
  readonly #planned: readonly Planned[];
  #expected = 0;
  #actual = 0;

  constructor(planned: readonly Planned[]) {
    this.#planned = planned;
  }

  learn(planned: Planned, tookMs: number): void {
    this.#expected += expectedMs(planned);
    this.#actual += tookMs;
  }

  remainingMs(from: number): number {
    const left = expectedMsOf({ planned: this.#planned.slice(from) });
    return this.#expected === 0 ? left : (left * this.#actual) / this.#expected;
  }
}
