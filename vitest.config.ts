import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{cli,servers,clients,scenarios,results,report}/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Process-level tests start servers and generators of their own; two at once is what two cores carry.
    maxWorkers: 2,
  },
});
