/**
 * What the server of `pushbench serve --demo` and its page say to each other: knobs with their bounds, publications,
 * counters. Pure and without Node, because the page has it too; in this room, because it is the one that both may import.
 */

export const DEMO_PATHS = { knobs: '/demo/knobs', live: '/demo/live' } as const;

export interface Knobs {
  /** Publications per second. */
  readonly ratePerSecond: number;
  readonly payloadBytes: number;
  /** Short polling: one poll each, ms. */
  readonly pollIntervalMs: number;
  /** Nothing is published; who waits goes on waiting. */
  readonly paused: boolean;
}

export type NumericKnob = Exclude<keyof Knobs, 'paused'>;

interface Bounds {
  readonly least: number;
  readonly most: number;
  readonly whole: boolean;
}

/** What a page may ask of the server: little enough that nobody who turns a knob can hurt the machine. */
export const KNOB_BOUNDS: Readonly<Record<NumericKnob, Bounds>> = {
  ratePerSecond: { least: 0.2, most: 20, whole: false },
  payloadBytes: { least: 16, most: 16_384, whole: true },
  pollIntervalMs: { least: 200, most: 10_000, whole: false },
};

export const DEFAULT_KNOBS: Knobs = { ratePerSecond: 1, payloadBytes: 128, pollIntervalMs: 1_000, paused: false };

/** A change of knobs that cannot be; the message is a sentence that names the knob. */
export class KnobError extends Error {}

/** What is wrong with a knob's value, as a clause that follows its name; null when nothing is. */
export function knobProblem(knob: NumericKnob, value: unknown): string | null {
  const { least, most, whole } = KNOB_BOUNDS[knob];
  const fits = typeof value === 'number' && value >= least && value <= most && (!whole || Number.isInteger(value));
  return fits ? null : `must be a ${whole ? 'whole ' : ''}number from ${least} to ${most}`;
}

/**
 * @param change some or all of the knobs, from outside: anything may be in it
 * @throws KnobError for anything but knobs with values within their bounds
 */
export function changedKnobs(knobs: Knobs, change: unknown): Knobs {
  if (typeof change !== 'object' || change === null || Array.isArray(change)) {
    throw new KnobError('a change of knobs must be a JSON object');
  }
  const changed: Record<string, unknown> = { ...knobs };
  for (const [name, value] of Object.entries(change)) {
    if (name === 'paused') {
      if (typeof value !== 'boolean') throw new KnobError('paused must be true or false');
    } else if (Object.hasOwn(KNOB_BOUNDS, name)) {
      const problem = knobProblem(name as NumericKnob, value);
      if (problem !== null) throw new KnobError(`${name} ${problem}`);
    } else {
      throw new KnobError(`there is no such knob; there are ${Object.keys(DEFAULT_KNOBS).join(', ')}`);
    }
    changed[name] = value;
  }
  return changed as unknown as Knobs;
}

export interface Publication {
  /** Its place in the log, from 1. */
  readonly seq: number;
  /** When it was due on the server's clock, ms; carried to 0.1 ms. */
  readonly dueMs: number;
}

/** Digits of base 36: with six a sequence number lasts for years, with eight tenths of milliseconds do. */
const PUBLICATION = /^#([0-9a-z]{1,6}) ([0-9a-z]{1,8})(?: |$)/;

/**
 * `#16 2k9fz price update…`: what the smallest payload holds, then filler. Printable ASCII that no transport has to
 * escape, so that payload bytes are the same for all.
 *
 * @param payloadBytes at least 16
 * @param filler at least as long, ASCII
 */
export function publicationText({ seq, dueMs }: Publication, payloadBytes: number, filler: string): string {
  const stamp = `#${seq.toString(36)} ${Math.max(0, Math.round(dueMs * 10)).toString(36)}`;
  return `${stamp} ${filler}`.slice(0, payloadBytes);
}

/** Null for a message that somebody else has published. */
export function readPublication(text: string): Publication | null {
  const match = PUBLICATION.exec(text);
  if (match === null) return null;
  return { seq: parseInt(match[1]!, 36), dueMs: parseInt(match[2]!, 36) / 10 };
}

/** The layers of the suite's ledger; `partial` is not named yet: of a poll that may turn out to be empty. */
export const DEMO_LAYERS = ['payload', 'framing', 'header', 'control', 'handshake', 'partial'] as const;
export type DemoLayer = (typeof DEMO_LAYERS)[number];
export type DemoBytes = Readonly<Record<DemoLayer, number>>;

/** What one transport has cost one page so far. */
export interface TransportCounters {
  readonly requests: number;
  readonly emptyPolls: number;
  readonly up: DemoBytes;
  readonly down: DemoBytes;
  /**
   * What the server's sockets say of the same. All layers of a direction together, and downwards what waits in the
   * server for the client to read, are this.
   */
  readonly counted: { readonly up: number; readonly down: number };
}

export type FromServer =
  | {
      readonly type: 'hello';
      /** Names this page in the requests that are to be counted for it. */
      readonly view: number;
      /** Offset of the newest publication: all transports begin after it. */
      readonly cursor: number;
      readonly transports: readonly string[];
      readonly knobs: Knobs;
    }
  | { readonly type: 'knobs'; readonly knobs: Knobs }
  | {
      readonly type: 'counters';
      /** Offset of the newest publication. */
      readonly last: number;
      readonly transports: Readonly<Record<string, TransportCounters>>;
    }
  | { readonly type: 'clock'; readonly askedMs: number; readonly serverMs: number };

/** What the page says: what time is it? `askedMs` comes back as it was. */
export interface ToServer {
  readonly type: 'clock';
  readonly askedMs: number;
}
