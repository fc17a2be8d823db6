/** What a run finds out before its load begins: exact byte counts, and what encoding costs. */
import type { RunFile } from '../results/schema.ts';
import type { Resolved } from '../scenarios/config.ts';
import { codecsTakeMs, timeCodecs, type CodecOptions } from '../scenarios/runner/codecs.ts';
import { steadyExactOfTarget } from '../scenarios/runner/exact-target.ts';
import { exactFigures, type ExactOptions } from '../scenarios/runner/exact.ts';
import { expectedMsOf, type Plan } from '../scenarios/runner/plan.ts';
import { transportsOf, type Target } from '../scenarios/target/target.ts';
import type { TransportName } from '../scenarios/transports.ts';
import { codecsOfRun } from './codecs.ts';
import type { RunProgress } from './progress.ts';

/** What needs no load comes before it. Side by side: bytes are the same however long they take, codecs are timed by their CPU. */
export async function prepare(
  header: RunFile,
  plan: Plan,
  { config }: Resolved,
  options: ExactOptions,
  progress: RunProgress,
  signal: AbortSignal,
): Promise<void> {
  const codecs = codecsOfRun(transportsIn(plan).sort(), config);
  const { length } = plan.planned;
  progress.preparing('exact byte counts and codecs', length, codecsTakeMs(codecs) + expectedMsOf(plan));
  await Promise.all([addExact(header, plan, options), addCodecs(header, { ...codecs, signal })]);
}

/** Of a target, whose codecs nobody here knows. */
export async function prepareTarget(
  target: Target,
  header: RunFile,
  plan: Plan,
  options: ExactOptions,
  progress: RunProgress,
  signal: AbortSignal,
): Promise<void> {
  progress.preparing('exact byte counts', plan.planned.length, expectedMsOf(plan));
  await addExactOf(target, header, plan, options, signal);
}

const transportsIn = ({ planned }: Plan): TransportName[] => [...new Set(planned.map(({ transport }) => transport))];

/** Exact byte counts of every transport in the plan: under a second, before the load begins. */
export async function addExact(header: RunFile, plan: Plan, options: ExactOptions): Promise<void> {
  try {
    header.exact = await exactFigures(transportsIn(plan), options);
  } catch (error) {
    header.run.notes.push(`Exact byte counts are missing: ${(error as Error).message}.`);
  }
}

async function addExactOf(
  target: Target,
  header: RunFile,
  plan: Plan,
  options: ExactOptions,
  signal: AbortSignal,
): Promise<void> {
  const measured = transportsIn(plan);
  const transports = transportsOf(target).filter((name) => measured.includes(name));
  try {
    const { exact, notes } = await steadyExactOfTarget(target, options, transports, signal);
    if (exact.transports.length > 0) header.exact = exact;
    header.run.notes.push(...notes);
  } catch (error) {
    if (!signal.aborted) header.run.notes.push(`Exact byte counts are missing: ${(error as Error).message}`);
  }
}

/** Codecs of every transport in the plan, in processes of their own, before the load begins. */
async function addCodecs(header: RunFile, options: CodecOptions): Promise<void> {
  try {
    header.codecs = await timeCodecs(options);
  } catch (error) {
    if (options.signal?.aborted !== true) header.run.notes.push(`Codecs are not timed: ${(error as Error).message}`);
  }
}
