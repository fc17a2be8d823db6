/** A target in the place of this build's own server: see `MeasuredServer`. */
import type { Target } from '../target/target.ts';
import type { MeasuredServer } from './measure.ts';

export function targetServer(target: Target): MeasuredServer {
  return { module: new URL('./target-process.js', import.meta.url), target };
}
