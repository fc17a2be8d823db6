/** Where the sliders of the demo stop: round values at about even ratios, within the server's bounds. Pure. */
import type { NumericKnob } from '../../results/demo.ts';

export const STOPS: Readonly<Record<NumericKnob, readonly number[]>> = {
  ratePerSecond: [0.2, 0.5, 1, 2, 5, 10, 20],
  payloadBytes: [16, 32, 64, 128, 256, 512, 1_024, 2_048, 4_096, 8_192, 16_384],
  pollIntervalMs: [200, 500, 1_000, 2_000, 5_000, 10_000],
};

/** The stop nearest to a value that came from elsewhere, by ratio. */
export function nearestStop(knob: NumericKnob, value: number): number {
  const distances = STOPS[knob].map((stop) => Math.abs(Math.log(stop / value)));
  return distances.indexOf(Math.min(...distances));
}
