/** Holds a target to the contract: every check on every transport that it declares, each with what was seen. */
import type { VerificationOutcome } from '../../results/verification.ts';
import type { TransportName } from '../transports.ts';
import { Bench, Broken, Untested } from './bench.ts';
import { CHECKS, type Check } from './checks.ts';
import { TargetServer } from './server.ts';
import { lacking, TargetFailure, transportsOf, type Target } from './target.ts';

export interface Finding {
  readonly transport: TransportName;
  readonly sentence: string;
  readonly outcome: VerificationOutcome;
  /** What was seen, or why nothing could be. */
  readonly detail: string;
}

/** How long anything may take that takes milliseconds on a server that keeps the contract, ms. */
const PATIENCE_MS = 10_000;

/**
 * @param told of each finding as it comes
 * @throws TargetFailure when the target does not get ready, and the signal's reason when it is aborted
 */
export async function verify(
  target: Target,
  signal: AbortSignal,
  told: (finding: Finding) => void,
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  let server = await started(target);
  try {
    for (const transport of transportsOf(target)) {
      for (const [number, check] of CHECKS.entries()) {
        signal.throwIfAborted();
        // One that a check has brought down is a finding of that check alone.
        if (!server.running) {
          await server.stop();
          server = await started(target);
        }
        const bench = new Bench(server, transport, `verify-${transport}-${number}`, PATIENCE_MS);
        const found = { transport, sentence: check.sentence, ...(await outcomeOf(check, bench, signal)) };
        findings.push(found);
        told(found);
      }
    }
    return findings;
  } finally {
    await server.stop();
  }
}

async function started(target: Target): Promise<TargetServer> {
  const server = await TargetServer.start(target);
  try {
    await server.ready();
    return server;
  } catch (error) {
    await server.stop();
    throw error;
  }
}

async function outcomeOf(
  check: Check,
  bench: Bench,
  signal: AbortSignal,
): Promise<Pick<Finding, 'outcome' | 'detail'>> {
  for (const ability of check.needs) {
    const reason = lacking(bench.target, bench.transport, ability);
    if (reason !== null) return { outcome: 'untested', detail: reason };
  }
  try {
    return { outcome: 'kept', detail: await interruptible(check.run(bench), signal) };
  } catch (error) {
    if (error instanceof Untested) return { outcome: 'untested', detail: error.message };
    if (error instanceof Broken || error instanceof TargetFailure) return { outcome: 'broken', detail: error.message };
    throw error;
  } finally {
    bench.close();
  }
}

/** A check may take a while; who wants to stop is not to wait for it. */
async function interruptible<T>(running: Promise<T>, signal: AbortSignal): Promise<T> {
  let interrupt = (): void => {};
  const interrupted = new Promise<never>((_, reject) => {
    interrupt = () => reject(signal.reason as Error);
    signal.addEventListener('abort', interrupt);
  });
  try {
    return await Promise.race([running, interrupted]);
  } finally {
    signal.removeEventListener('abort', interrupt);
    // What it says after that is no longer of interest.
    running.catch(() => {});
  }
}
