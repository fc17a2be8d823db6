/** Event-loop delay of this process over a window: how long something that was due had to wait for the loop. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { percentileSupported } from '../../results/histogram.ts';
import { until } from './child.ts';
import type { Clock } from './clock.ts';
import type { Quantiles, Timeline } from './protocol.ts';

/** Sampling period of a server, ms: its cost is in the server's CPU time. */
const SERVER_SAMPLE_MS = 10;

/** Of a generator: two hundred samples a second support a 90th percentile in the shortest window of a profile. */
export const GENERATOR_SAMPLE_MS = 5;

export class LoopMonitor {
  readonly #everyMs: number;
  readonly #histogram;

  /** @param everyMs sampling period: a quantile needs its samples, and each of them costs a wake-up */
  constructor(everyMs: number) {
    this.#everyMs = everyMs;
    this.#histogram = monitorEventLoopDelay({ resolution: everyMs });
  }

  start(): void {
    this.#histogram.enable();
    this.#histogram.reset();
  }

  stop(): Quantiles {
    this.#histogram.disable();
    const { count } = this.#histogram;
    // The histogram holds the time between two samples, so the period is taken off again.
    const delay = (ns: number): number => Math.max(0, ns - this.#everyMs * 1e6);
    const at = (q: number): number | null =>
      percentileSupported(count, q) ? delay(this.#histogram.percentile(q * 100)) : null;
    return { p50: at(0.5), p90: at(0.9), p99: at(0.99), max: count === 0 ? null : delay(this.#histogram.max) };
  }
}

/** Over the window, for a server. */
export async function watchLoop(timeline: Timeline, publishes: boolean, clock: Clock): Promise<Quantiles> {
  // Where nothing is published the monitor's hundred wake-ups a second would be most of what is measured.
  const monitor = publishes ? new LoopMonitor(SERVER_SAMPLE_MS) : undefined;
  await until(timeline.windowStartUs, clock);
  monitor?.start();
  await until(timeline.windowEndUs, clock);
  return monitor?.stop() ?? { p50: null, p90: null, p99: null, max: null };
}
