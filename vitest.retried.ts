/** Names each test that passed at its second try only, and why it had failed: once is a machine that stood still, often is a defect. */
import type { Reporter, TestCase } from 'vitest/node';

export default class Retried implements Reporter {
  onTestCaseResult(test: TestCase): void {
    const { retryCount = 0 } = test.diagnostic() ?? {};
    if (retryCount === 0) return;
    const { state, errors = [] } = test.result();
    const why = errors.map(({ message }) => `  ${message.split('\n')[0] ?? ''}\n`).join('');
    process.stdout.write(`\n${state} at a second try: ${test.module.relativeModuleId} > ${test.fullName}\n${why}`);
  }
}
