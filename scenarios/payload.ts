/** Messages from the smallest to 64 KiB at one rate: what size costs, and from where on it is all that counts. */
import type { Scenario } from './scenario.ts';
import { formatSize } from './units.ts';

const SIZES_BYTES = [16, 128, 1024, 8 * 1024, 64 * 1024];

export const payload: Scenario = {
  name: 'payload',
  question: 'How do latency, CPU and bytes for each delivery grow with the size of a message?',
  onRequest: true,
  variants: () => SIZES_BYTES.map((bytes) => ({ name: formatSize(bytes), parameters: { payloadBytes: bytes } })),
  publishes: () => ({ server: true, generator: false }),
  fanOut: (clients) => clients,
  prepare: (generator) => generator.subscribe(() => 'main'),
};
