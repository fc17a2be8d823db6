/**
 * When each publication is due: a pure function of rate, arrivals and seed, so that it is tested without sleeping and
 * every process of a measurement computes the same schedule.
 */
import { uniform } from './random.ts';

export interface Pace {
  /** Publications per second. */
  readonly ratePerSecond: number;
  /** `constant`: evenly spaced. `poisson`: exponential gaps, as independent sources produce. */
  readonly arrivals: 'constant' | 'poisson';
  /** Publications that are due at one moment; bursts come as `arrivals` says, so rarely that the rate holds. Default 1. */
  readonly burst?: number;
  /** How many times as fast the load comes in the first half of the warm-up. Default 1. */
  readonly rush?: number;
  /** Of which a rush takes the first half. */
  readonly warmupMs?: number;
  readonly seed: number;
}

/** How long the load comes faster than its rate, µs; 0 where it does not. */
export const rushUs = ({ rush = 1, warmupMs = 0 }: Pick<Pace, 'rush' | 'warmupMs'>): number =>
  rush > 1 ? Math.floor(warmupMs * 500) : 0;

/**
 * Due times of all publications in `[0, durationUs)`, in order.
 *
 * A constant pace starts at a random phase of its period: a fixed-period publisher that starts with the window would
 * keep the same phase to every fixed-rate poller, and measure that phase instead of the transport.
 *
 * @param purpose what is offered: two loads of one measurement get schedules of their own, never in step
 * @returns offsets in whole microseconds from the start; the index is the sequence number
 */
export function schedule(pace: Pace, durationUs: number, purpose = 'publications'): number[] {
  const { ratePerSecond, arrivals, burst = 1, rush = 1, seed } = pace;
  if (ratePerSecond <= 0) return [];
  const random = uniform(seed, `pacer ${purpose}`);
  const meanGapUs = (1e6 * burst) / ratePerSecond;
  // 1 − random is in (0, 1], so that its logarithm is finite.
  const gap = arrivals === 'constant' ? () => meanGapUs : () => -Math.log(1 - random()) * meanGapUs;
  // Time of a rush is time of the load, so many times as dense.
  const rushedUs = Math.min(rushUs(pace), durationUs);
  const moreUs = (rush - 1) * rushedUs;
  const due: number[] = [];
  for (let at = arrivals === 'constant' ? random() * meanGapUs : gap(); at < durationUs + moreUs; at += gap()) {
    const us = Math.floor(at < rushedUs + moreUs ? at / rush : at - moreUs);
    for (let i = 0; i < burst; i++) due.push(us);
  }
  return due;
}

/**
 * Which of the channels each publication goes to. Of evenly spaced ones each channel has its turn, and so a period of its
 * own. Of a Poisson stream one is drawn at random, and has a Poisson stream of its own (Ross, Introduction to Probability
 * Models, prop. 5.2); turns would give it a more regular one.
 */
export function dealt(publications: number, channels: number, { arrivals, seed }: Pace): number[] {
  if (arrivals === 'constant') return Array.from({ length: publications }, (_, index) => index % channels);
  const random = uniform(seed, 'channels');
  return Array.from({ length: publications }, () => Math.floor(random() * channels));
}

/** How many due times lie in `[fromUs, untilUs)`: what the schedule offers, whatever the server manages. */
export function dueBetween(due: readonly number[], fromUs: number, untilUs: number): { first: number; count: number } {
  const lowerBound = (us: number): number => {
    let low = 0;
    let high = due.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (due[middle]! < us) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  const first = lowerBound(fromUs);
  return { first, count: lowerBound(untilUs) - first };
}
