import { defineConfig } from 'vitest/config';

/** What needs the machine to itself: a verdict of these would be another beside two other test files. They run last, one at a time. */
const ALONE = ['cli/overloaded.test.ts', 'cli/ab.test.ts', 'cli/stall.test.ts', 'scenarios/capture.test.ts'];

/** What every transport promises: a promise that is broken every other time is broken, so nothing of it is tried twice. */
const CONTRACT = ['scenarios/conformance.test.ts', 'scenarios/carriers.test.ts', 'scenarios/carriers.property.test.ts'];

/**
 * Files share what they import: to load it anew for each of 200 took a third of the processors' time. Process-level tests
 * start servers and generators of their own and mostly wait for them: three at once fill two cores.
 */
const BESIDE = { isolate: false, maxWorkers: 3, sequence: { groupOrder: 0 } };

export default defineConfig({
  test: {
    // No test is about time: a whole small run beside two other test files took 62 s.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Shared machines stand still for seconds, and thousands of tests meet it: what fails is tried once more, and named.
    retry: 1,
    reporters: ['default', './vitest.retried.ts'],
    projects: [
      {
        extends: true,
        test: {
          name: 'beside others',
          include: ['{cli,servers,clients,scenarios,results,report}/**/*.test.ts'],
          exclude: [...ALONE, ...CONTRACT],
          ...BESIDE,
        },
      },
      { extends: true, test: { name: 'contract', include: CONTRACT, retry: 0, ...BESIDE } },
      { extends: true, test: { name: 'alone', include: ALONE, maxWorkers: 1, sequence: { groupOrder: 1 } } },
    ],
  },
});
