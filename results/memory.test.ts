import { expect, it } from 'vitest';
import { memoryOf } from './memory.ts';

const steps = [1_000, 2_000, 3_000, 4_000].map((clients) => ({
  clients,
  rssBytes: 50e6 + clients * 8_000,
  kernelBytes: 900e6 + clients * 6_000,
}));

it('takes what grows with the clients and leaves what was there before; of the kernel one end of each connection', () => {
  const { perClient, kernelPerClient } = memoryOf(steps);
  expect(perClient!.bytes).toBeCloseTo(8_000);
  expect(kernelPerClient!.bytes).toBeCloseTo(3_000);
});

it('says nothing of what could not be read', () => {
  const unread = steps.map((step) => ({ ...step, kernelBytes: null }));
  expect(memoryOf(unread)).toMatchObject({ kernelPerClient: null });
  expect(memoryOf(unread).perClient).not.toBeNull();
  expect(memoryOf(steps.slice(0, 2)).perClient).toBeNull();
});
