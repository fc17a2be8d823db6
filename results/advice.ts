/** Advice that fits the flags in use: what of the load could be lowered, and what of it matters at all. Pure. */

/** The settings that make a generator's work. */
export interface LoadSettings {
  /** Null where no client stands (`connect`): the flag changes nothing there. */
  readonly clients: number | null;
  readonly ratePerSecond: number;
  /** Null for transports that do not poll at intervals. */
  readonly pollIntervalMs: number | null;
  readonly durationMs: number;
  /** Generator processes; null where the run cannot have more than one. */
  readonly workers: number | null;
}

/** Clients from which a second generator process is worth its start. */
const CLIENTS_WORTH_A_WORKER = 500;

/** As a sentence: `Lower --clients (now 100) or --rate (now 20/s).` */
export function lessLoad({ clients, ratePerSecond, pollIntervalMs, workers }: LoadSettings): string {
  const lower = [
    ...(clients !== null && clients > 1 ? [`--clients (now ${clients})`] : []),
    ...(ratePerSecond > 0 ? [`--rate (now ${ratePerSecond}/s)`] : []),
  ];
  const ways = [
    ...(lower.length > 0 ? [`lower ${lower.join(' or ')}`] : []),
    ...(pollIntervalMs !== null ? [`raise --poll-interval (now ${pollIntervalMs} ms)`] : []),
    ...(workers === 1 && (clients ?? 0) >= CLIENTS_WORTH_A_WORKER
      ? ['spread the clients over processes with --workers 2']
      : []),
  ];
  // One client that is sent nothing cannot be less.
  if (ways.length === 0) return 'Close other programs and run again.';
  const sentence = ways.join(', or ');
  return `${sentence[0]!.toUpperCase()}${sentence.slice(1)}.`;
}

/** How long a window would hold `wanted` samples; null where it would take more than an hour, or there are none. */
export function durationFor(wanted: number, samples: number, { durationMs }: LoadSettings): string | null {
  if (samples === 0 || durationMs === 0) return null;
  // A tenth more, since the number of samples varies from one repetition to the next.
  const seconds = Math.ceil((durationMs * wanted * 1.1) / samples / 1e3);
  return seconds > 3_600 ? null : `${seconds}s`;
}

/** What gives more samples. */
export function moreSamples(wanted: number, samples: number, settings: LoadSettings): string {
  const duration = durationFor(wanted, samples, settings);
  const others = [
    ...(settings.ratePerSecond > 0 ? ['--rate'] : []),
    // Deliveries of one publication are correlated, but they are samples.
    ...(settings.clients !== null ? ['--clients'] : []),
  ];
  const raise = `Raise ${['--duration', ...others].join(' or ')}`;
  return duration === null ? `${raise}.` : `${raise}: --duration ${duration} would do.`;
}
