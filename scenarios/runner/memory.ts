/** Reads memory while the clients of a measurement grow in number. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { MemoryStep } from '../../results/memory.ts';
import { scenario } from '../index.ts';
import { kernelMemoryBytes, readProcess } from './machine.ts';
import type { Planned } from './plan.ts';

/** Between two readings after the last client is ready, while what connecting needed is let go, ms. */
const BETWEEN_MS = 500;

/** Two readings agree when they differ by no more than this share of the larger. */
const AGREEMENT = 0.005;

/** At most so many readings: a server that allocates without end would never settle, and the last then stands. */
const MOST_READINGS = 10;

/** Numbers of clients, ascending, at which the runner stops to look; the last is all of them. */
export function stepsOf({ scenario: name, parameters: { clients } }: Planned): number[] {
  const { grows = [1] } = scenario(name);
  return [...new Set(grows.map((share) => Math.max(1, Math.round(share * clients))))];
}

export async function readStep(clients: number, serverPid: number): Promise<MemoryStep> {
  const read = (): Amounts => ({ rssBytes: readProcess(serverPid).rssBytes, kernelBytes: kernelMemoryBytes() });
  return { clients, ...(await settled(read, () => sleep(BETWEEN_MS))) };
}

type Amounts = Omit<MemoryStep, 'clients'>;

/** The first reading that agrees with the one before it in every amount that can be read; the last where none does. */
export async function settled(read: () => Amounts, pause: () => Promise<unknown>): Promise<Amounts> {
  await pause();
  let before = read();
  for (let readings = 1; readings < MOST_READINGS; readings++) {
    await pause();
    const now = read();
    if (agree(before.rssBytes, now.rssBytes) && agree(before.kernelBytes, now.kernelBytes)) return now;
    before = now;
  }
  return before;
}

function agree(a: number | null, b: number | null): boolean {
  if (a === null || b === null) return true;
  return Math.abs(a - b) <= AGREEMENT * Math.max(a, b);
}
