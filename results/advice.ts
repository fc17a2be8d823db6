/** Advice that fits the flags in use: what of the load could be lowered, and what of it matters at all. Pure. */

/** The settings that make a generator's work. */
export interface LoadSettings {
  /** Null where no client stands (`connect`): the flag changes nothing there. */
  readonly clients: number | null;
  readonly ratePerSecond: number;
  /** Null for transports that do not poll at intervals. */
  readonly pollIntervalMs: number | null;
  readonly durationMs: number;
  /** Generator processes; null where more of them would not help. */
  readonly workers: number | null;
  /** Of these, what the measurement's variant sets itself: there the flag changes nothing. */
  readonly fixed: readonly LoadFlag[];
}

export type LoadFlag = '--clients' | '--rate' | '--poll-interval';

/** Clients from which a second generator process is worth its start. */
const CLIENTS_WORTH_A_WORKER = 500;

/** What is left to try where no flag lessens the load. */
const NOTHING_LESS = 'Close other programs and run again.';
const IF_BUSY = 'If the machine was busy with other work, run again.';

/** As a sentence: `Lower --clients (now 100) or --rate (now 20/s).` */
export function lessLoad({ clients, ratePerSecond, pollIntervalMs, workers, fixed }: LoadSettings): string {
  const free = (flag: LoadFlag): boolean => !fixed.includes(flag);
  const lower = [
    ...(clients !== null && clients > 1 && free('--clients') ? [`--clients (now ${clients})`] : []),
    ...(ratePerSecond > 0 && free('--rate') ? [`--rate (now ${ratePerSecond}/s)`] : []),
  ];
  const ways = [
    ...(lower.length > 0 ? [`lower ${lower.join(' or ')}`] : []),
    ...(pollIntervalMs !== null && free('--poll-interval') ? [`raise --poll-interval (now ${pollIntervalMs} ms)`] : []),
    ...(workers === 1 && (clients ?? 0) >= CLIENTS_WORTH_A_WORKER
      ? ['spread the clients over processes with --workers 2']
      : []),
  ];
  // One client that is sent nothing cannot be less, nor what a variant sets.
  if (ways.length === 0) return NOTHING_LESS;
  const sentence = ways.join(', or ');
  return `${sentence[0]!.toUpperCase()}${sentence.slice(1)}.`;
}

/** The same where other work may have been the reason. */
export function lessLoadOrAgain(settings: LoadSettings): string {
  const less = lessLoad(settings);
  return less === NOTHING_LESS ? less : `${less} ${IF_BUSY}`;
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
    ...(settings.ratePerSecond > 0 && !settings.fixed.includes('--rate') ? ['--rate'] : []),
    // Deliveries of one publication are correlated, but they are samples.
    ...(settings.clients !== null && !settings.fixed.includes('--clients') ? ['--clients'] : []),
  ];
  const raise = `Raise ${['--duration', ...others].join(' or ')}`;
  return duration === null ? `${raise}.` : `${raise}: --duration ${duration} would do.`;
}
