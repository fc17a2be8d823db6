/** A process that keeps a core awake: it works whenever no other process of its group wants to. */
import { endWithRunner } from './child.ts';

/** Longer, and the end of the runner would be noticed late, ms. */
const STRETCH_MS = 1;

endWithRunner();
work();

function work(): void {
  const until = performance.now() + STRETCH_MS;
  while (performance.now() < until);
  setImmediate(work);
}
