/** Reads memory while the clients of a measurement grow in number. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { MemoryStep } from '../../results/memory.ts';
import { scenario } from '../index.ts';
import { kernelMemoryBytes, readProcess } from './machine.ts';
import type { Planned } from './plan.ts';

/** After the last client is ready: what connecting needed is let go, ms. */
const SETTLE_MS = 500;

/** Numbers of clients, ascending, at which the runner stops to look; the last is all of them. */
export function stepsOf({ scenario: name, parameters: { clients } }: Planned): number[] {
  const { grows = [1] } = scenario(name);
  return [...new Set(grows.map((share) => Math.max(1, Math.round(share * clients))))];
}

export async function readStep(clients: number, serverPid: number): Promise<MemoryStep> {
  await sleep(SETTLE_MS);
  return { clients, rssBytes: readProcess(serverPid).rssBytes, kernelBytes: kernelMemoryBytes() };
}
