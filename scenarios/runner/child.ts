/** What the processes of a measurement share: one message at a time from the runner, and an end when the runner ends. */

/**
 * Ctrl-C reaches every process of the terminal; here it is left to the runner, which ends its children in order. When
 * the runner is gone the channel closes, and so does this process: no orphan remains.
 */
export function endWithRunner(): void {
  process.on('SIGINT', () => {});
  process.on('disconnect', () => process.exit(0));
  // The runner may have gone while this process was still loading.
  if (!process.connected) process.exit(0);
}

/** Serves the runner's messages one after the other. An error is sent back as `failed` with its sentence. */
export function serveRunner<In, Out>(handle: (message: In, reply: (message: Out) => void) => Promise<void>): void {
  const reply = (message: Out | { type: 'failed'; message: string }): void => {
    process.send?.(message);
  };
  endWithRunner();
  process.on('uncaughtException', (error) => {
    reply({ type: 'failed', message: error.message });
    setImmediate(() => process.exit(1));
  });
  process.on('message', (message: In) => {
    handle(message, reply).catch((error: Error) => reply({ type: 'failed', message: error.message }));
  });
}

/** Waits until a moment of the measurement's clock, to the millisecond that timers have. */
export function until(us: number, clock: { nowUs(): number }): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, (us - clock.nowUs()) / 1e3)));
}
