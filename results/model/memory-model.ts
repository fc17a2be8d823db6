/** Memory of each client from a run: the slope over numbers of clients where it was read at several, else of one. Pure. */
import type { Measurement } from '../schema.ts';
import { slope } from '../statistics.ts';
import type { MemoryStep } from '../memory.ts';
import { heldOut } from './linear.ts';
import type { PerClient, TransportModel } from './model.ts';

/** @param measurements valid ones of one transport */
export function memoryModels(
  measurements: readonly Measurement[],
): Pick<TransportModel, 'memory' | 'kernelMemory' | 'processBytes'> {
  const steps = measurements.flatMap(({ memory }) => memory?.steps ?? []);
  // A connection over loopback has both its ends on this machine: one is half. With a relay between them there are four.
  const direct = measurements.filter(({ link }) => link === undefined).flatMap(({ memory }) => memory?.steps ?? []);
  const kernel = perClientOf(direct, ({ kernelBytes }) => kernelBytes, 0.5);
  const process = perClientOf(steps, ({ rssBytes }) => rssBytes, 1);
  return {
    memory: process ?? ofOneNumber(measurements),
    kernelMemory: kernel,
    processBytes: process === null ? null : atNoClient(steps, process.bytes),
  };
}

/** Where the line of the slope begins. */
function atNoClient(steps: readonly MemoryStep[], perClient: number): number | null {
  const rest = steps.flatMap(({ clients, rssBytes }) => (rssBytes === null ? [] : [rssBytes - clients * perClient]));
  const mean = rest.reduce((sum, bytes) => sum + bytes, 0) / rest.length;
  return rest.length === 0 ? null : Math.max(0, mean);
}

function perClientOf(
  steps: readonly MemoryStep[],
  of: (step: MemoryStep) => number | null,
  share: number,
): PerClient | null {
  const read = steps.flatMap((step) => {
    const bytes = of(step);
    return bytes === null ? [] : [{ clients: step.clients, bytes: bytes * share }];
  });
  const found = slope(read.map(({ clients, bytes }) => [clients, bytes]));
  if (found === null || found.slope <= 0) return null;
  const observations = read.map(({ clients, bytes }) => ({
    ...{ name: `${clients} clients`, parts: [clients, 1], known: 0, value: bytes },
  }));
  return {
    bytes: found.slope,
    low: Math.max(0, found.low),
    high: found.high,
    clients: Math.max(...read.map(({ clients }) => clients)),
    heldOut: heldOut(observations),
  };
}

/** Where memory was read once: what the process grew by, of the largest number of idle clients. */
function ofOneNumber(measurements: readonly Measurement[]): PerClient | null {
  const [largest] = measurements
    .filter(({ counts, server }) => counts.publications === 0 && (server.rssPerClientBytes ?? 0) > 0)
    .sort((a, b) => b.parameters.clients - a.parameters.clients);
  if (largest === undefined) return null;
  return {
    bytes: largest.server.rssPerClientBytes!,
    low: null,
    high: null,
    clients: largest.parameters.clients,
    heldOut: null,
  };
}
