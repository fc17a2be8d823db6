/** Event-loop delay of this process over a window: how long something that was due had to wait for the loop. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { percentileSupported } from '../../results/histogram.ts';
import { until } from './child.ts';
import type { Clock } from './clock.ts';
import type { LoopDelay, Timeline } from './protocol.ts';

/** Sampling period, ms. The histogram holds the time between two samples, so this much is taken off again. */
const RESOLUTION_MS = 10;

export class LoopMonitor {
  readonly #histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });

  start(): void {
    this.#histogram.enable();
    this.#histogram.reset();
  }

  stop(): LoopDelay {
    this.#histogram.disable();
    const { count } = this.#histogram;
    const delay = (ns: number): number => Math.max(0, ns - RESOLUTION_MS * 1e6);
    const at = (q: number): number | null =>
      percentileSupported(count, q) ? delay(this.#histogram.percentile(q * 100)) : null;
    return { p50: at(0.5), p99: at(0.99), max: count === 0 ? null : delay(this.#histogram.max) };
  }
}

/** Over the window, for a server. */
export async function watchLoop(timeline: Timeline, publishes: boolean, clock: Clock): Promise<LoopDelay> {
  // Where nothing is published the monitor's hundred wake-ups a second would be most of what is measured.
  const monitor = publishes ? new LoopMonitor() : undefined;
  await until(timeline.windowStartUs, clock);
  monitor?.start();
  await until(timeline.windowEndUs, clock);
  return monitor?.stop() ?? { p50: null, p99: null, max: null };
}
