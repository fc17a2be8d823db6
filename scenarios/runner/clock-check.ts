/**
 * Whether the processes of a measurement share one clock: what its latencies stand on. Pure.
 *
 * A message takes time, so a clock that is asked between two readings of another one must answer between them. That
 * bounds how far apart two clocks are, and needs neither a synchronised exchange nor a second clock.
 */
import { CLOCK_AGREEMENT_NS } from '../../results/thresholds.ts';

/** What a process says of its clock, µs since the epoch and ns. */
export interface ClockReading {
  /** When it had read the runner's message, and when it answered. */
  readonly receivedUs: number;
  readonly answeredUs: number;
  /** Smallest step that it shows, and what one reading of it costs. */
  readonly resolutionNs: number;
  readonly readNs: number;
}

/** By the runner's clock: when it sent the message, and when it had the answer. */
export interface Exchange {
  readonly sentUs: number;
  readonly gotUs: number;
  readonly reading: ClockReading;
}

/** How far a process's clock is from the runner's at least, µs: positive when it is ahead, 0 where nothing contradicts. */
export function offsetUs({ sentUs, gotUs, reading }: Exchange): number {
  const ahead = reading.answeredUs - gotUs;
  const behind = sentUs - reading.receivedUs;
  if (ahead > 0) return ahead;
  // Never −0, which is no difference and is written as such.
  return behind > 0 ? -behind : 0;
}

/** The server against each generator, as far as can be told through the runner: the worst, ns; 0 where nothing contradicts. */
export function clockFacts(
  server: Exchange,
  generators: readonly Exchange[],
): { resolutionNs: number; offsetNs: number } {
  const offsets = generators.map((generator) => Math.round((offsetUs(server) - offsetUs(generator)) * 1e3));
  return {
    resolutionNs: Math.max(...[server, ...generators].map(({ reading }) => reading.resolutionNs)),
    offsetNs: offsets.reduce((worst, each) => (Math.abs(each) > Math.abs(worst) ? each : worst), 0),
  };
}

/** Counts messages that seemed to arrive before they were sent: no such thing happens while the clocks agree. */
export class EarlyCount {
  count = 0;
  worstNs = 0;

  /** @param transitUs received − actually sent */
  see(transitUs: number): void {
    if (transitUs * 1e3 >= -CLOCK_AGREEMENT_NS) return;
    this.count++;
    this.worstNs = Math.max(this.worstNs, Math.round(-transitUs * 1e3));
  }
}
