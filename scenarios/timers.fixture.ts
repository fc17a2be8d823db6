/** What a test holds to nothing when all is disposed: timers, also those that would not keep a process running. */
import { onTestFinished, vi } from 'vitest';

/** Timers of servers and clients, set since, that have neither run nor been cleared; the test runner's own are not among them. */
export function watchTimers(): Set<unknown> {
  const { setTimeout: set, setInterval: repeat, clearTimeout: clear } = globalThis;
  const waiting = new Set<unknown>();
  const forget = (timer: Parameters<typeof clear>[0]): void => (waiting.delete(timer), clear(timer));
  const once = (run: () => void, delayMs: number): unknown => {
    const timer = set(() => (waiting.delete(timer), run()), delayMs);
    waiting.add(timer);
    return timer;
  };
  const often = (run: () => void, delayMs: number): unknown => {
    const timer = repeat(run, delayMs);
    waiting.add(timer);
    return timer;
  };
  vi.stubGlobal('setTimeout', once);
  vi.stubGlobal('setInterval', often);
  vi.stubGlobal('clearTimeout', forget);
  vi.stubGlobal('clearInterval', forget);
  onTestFinished(() => void vi.unstubAllGlobals());
  return waiting;
}
