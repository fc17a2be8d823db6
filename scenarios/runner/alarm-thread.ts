/** The thread behind `Alarm`: sleeps on a futex until the delay it was given is over, or until it is told another. */
import { parentPort, workerData } from 'node:worker_threads';

const { signal, delay } = workerData as { signal: Int32Array; delay: Float64Array };

for (let seen = 0; ;) {
  Atomics.wait(signal, 0, seen);
  seen = Atomics.load(signal, 0);
  if (Atomics.wait(signal, 0, seen, delay[0]) === 'timed-out') parentPort!.postMessage(seen);
}
