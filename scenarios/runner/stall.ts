/** Stops the server process inside the window and lets it go on: what a garbage collection or a busy machine does, on purpose. */
import { spawn } from 'node:child_process';
import type { Measurement } from '../../results/schema.ts';
import { stallLaw } from '../../results/stall-law.ts';
import { transport } from '../transports.ts';
import { until } from './child.ts';
import type { Clock } from './clock.ts';
import { processTree } from './machine.ts';
import type { Planned } from './plan.ts';
import type { Timeline } from './protocol.ts';

/** Where in the window the stall begins: late enough that all runs before it, early enough that all is over in it. */
const AT_SHARE = 0.25;

/** How much later than this process the rescuer would let the server go on, ms. */
const RESCUE_MS = 2_000;

/** When it stood still, in ns from the window's start, by the clock of who stopped it. */
export interface Stalled {
  readonly fromNs: number;
  readonly untilNs: number;
}

/** @returns null where nothing is to be stalled */
export async function stall(
  { parameters: { stallMs = 0 } }: Planned,
  timeline: Timeline,
  clock: Pick<Clock, 'nowUs'>,
  serverPid: number,
): Promise<Stalled | null> {
  if (stallMs <= 0) return null;
  const { windowStartUs, windowEndUs } = timeline;
  await until(windowStartUs + AT_SHARE * (windowEndUs - windowStartUs), clock);
  // A server of several processes stands still as a whole.
  const pids = processTree(serverPid);
  const endRescue = rescue(pids, stallMs);
  try {
    const [stopped] = pids.map((pid) => signal(pid, 'SIGSTOP'));
    if (stopped !== true) return null;
    const fromUs = clock.nowUs();
    await until(fromUs + stallMs * 1e3, clock);
    for (const pid of pids.reverse()) signal(pid, 'SIGCONT');
    return { fromNs: (fromUs - windowStartUs) * 1e3, untilNs: (clock.nowUs() - windowStartUs) * 1e3 };
  } finally {
    endRescue();
  }
}

/**
 * To a process, or to a group of them where it is negative.
 *
 * @returns false when it has ended meanwhile
 */
function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}

/**
 * A stopped process does not hear that its parent has gone: were this one killed now, the server would stand still for
 * ever. So another lets it go on in any case, and it then ends by itself.
 *
 * @returns ends the rescuer
 */
function rescue(pids: readonly number[], stallMs: number): () => void {
  const seconds = String((stallMs + RESCUE_MS) / 1e3);
  const script = ['-c', 'sleep "$1"; shift; kill -CONT "$@"', 'sh', seconds, ...pids.map(String)];
  // In a process group of its own: it outlives this one, and ends together with its sleep.
  const rescuer = spawn('/bin/sh', script, { stdio: 'ignore', detached: true });
  rescuer.on('error', () => {});
  rescuer.unref();
  return () => {
    if (rescuer.pid !== undefined) signal(-rescuer.pid, 'SIGKILL');
  };
}

/** The stall as the result has it, with what the law says of it. Polls wait for their interval anyway: the law is not theirs. */
export function stallOf(planned: Planned, stalled: Stalled | null): Pick<Measurement, 'stall'> {
  if (stalled === null) return {};
  const stalledNs = Math.round(stalled.untilNs - stalled.fromNs);
  const applies = transport(planned.transport).client.asks !== 'each-interval';
  const law = applies ? stallLaw(stalledNs, planned.parameters.durationMs * 1e6) : null;
  return {
    stall: {
      afterNs: Math.round(stalled.fromNs),
      stalledNs,
      predictedMeanGrowthNs: law?.meanGrowthNs ?? null,
      predictedP99Ns: law?.p99Ns ?? null,
    },
  };
}
