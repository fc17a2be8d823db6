/**
 * The link between clients and server: named distances as data, and the grammar in which any other is written. Pure.
 *
 * Polling is hurt most by distance, so a comparison over loopback flatters it. A link is the whole path in one figure a
 * property; what it does to bytes is in `runner/relay.ts`.
 */
import type { MeasurementParameters } from '../results/schema.ts';
import { didYouMean } from './nearest.ts';
import { formatDuration, InvalidValue, parseDuration } from './units.ts';

export interface Link {
  readonly name: LinkName;
  /** One way. */
  readonly delayMs: number;
  /** The delay of each piece is drawn evenly from `delayMs` ± this. */
  readonly jitterMs: number;
  /** Of each client by itself, as if it had an access line of its own; null: no limit. */
  readonly downBitsPerSecond: number | null;
  readonly upBitsPerSecond: number | null;
  /** Mean time after which a connection is cut, exponentially distributed; null: never. */
  readonly cutEveryMs: number | null;
}

type Figures = Omit<Link, 'name'>;

const PERFECT: Figures = { delayMs: 0, jitterMs: 0, downBitsPerSecond: null, upBitsPerSecond: null, cutEveryMs: null };

const figures = (delayMs: number, jitterMs: number, downMbit: number, upMbit: number): Figures => ({
  ...PERFECT,
  delayMs,
  jitterMs,
  downBitsPerSecond: downMbit * 1e6,
  upBitsPerSecond: upMbit * 1e6,
});

/**
 * Typical and no promise: who knows their own path (`ping` shows twice the delay) writes it as `custom:`. Delays are half
 * of the round trips that others published. Jitter is this project's choice, where the sources give none.
 */
const PRESETS = {
  none: PERFECT,
  // A round trip within one data centre takes half a millisecond (Dean, "Numbers everyone should know", 2009).
  lan: figures(0.25, 0, 1_000, 1_000),
  // The Wi-Fi hop alone, the server near: median round trip 3 ms, the 90th percentile 20 ms (Sui et al., "Characterizing
  // and Improving WiFi Latency in Large-Scale Operational Networks", MobiSys 2016). The bandwidth is an assumption.
  wifi: figures(1.5, 1.5, 100, 100),
  // WebPageTest's connection profile "LTE": 12 Mbit/s both ways, 70 ms round trip.
  '4g': figures(35, 10, 12, 12),
  // An ocean between two fixed lines: Verizon's service level promises below 90 ms New York to London. 100 Mbit/s assumed.
  wan: figures(40, 1, 100, 100),
  // Geostationary: light alone takes 477 ms up, down and back; services show about 600 ms (FCC, "Measuring Broadband
  // America"). 25 and 3 Mbit/s are what the FCC called broadband from 2015 to 2024.
  satellite: figures(300, 10, 25, 3),
  custom: PERFECT,
} as const satisfies Record<string, Figures>;

export type LinkName = keyof typeof PRESETS;
export const LINKS = Object.keys(PRESETS) as LinkName[];

export const NO_LINK: Link = { name: 'none', ...PERFECT };

const LONGEST_DELAY_MS = 10_000;
const BITS: Readonly<Record<string, number>> = { bit: 1, kbit: 1e3, Mbit: 1e6, Gbit: 1e9 };
/** Below, the headers of one poll take seconds; above, no relay forwards as fast. Bits per second. */
const [LEAST_BITS, MOST_BITS] = [1e3, 100e9];
/** A connection must live long enough to become ready, and to be of use then. */
const [LEAST_CUT_MS, LEAST_CUT_DELAYS] = [1_000, 20];

const KEYS = ['delay', 'jitter', 'bandwidth', 'down', 'up', 'cut'] as const;
type Key = (typeof KEYS)[number];

const GRAMMAR =
  'write a name, or a name and what differs, such as custom:delay=20ms,jitter=2ms,bandwidth=10Mbit,cut=30s (down= and up= where they differ)';

/** @throws InvalidValue with the clause that follows `--link` */
export function parseLink(text: string): Link {
  const [, name = '', rest] = /^([^:]*)(?::(.*))?$/s.exec(text.trim())!;
  const known = LINKS.find((each) => each === name);
  if (known === undefined) {
    const near = didYouMean(name, LINKS) || '.';
    throw new InvalidValue(`has no link "${name}"${near} There are: ${LINKS.join(', ')}; ${GRAMMAR}`);
  }
  if (known === 'none' && rest !== undefined) throw refused('none takes no figures, and custom does');
  if (known === 'custom' && rest === undefined) throw refused('custom needs figures');
  const link = { name: known, ...PRESETS[known], ...(rest === undefined ? {} : overridesOf(rest)) };
  checkTogether(link);
  return link;
}

function refused(what: string): InvalidValue {
  return new InvalidValue(`cannot be used, because ${what}; ${GRAMMAR}`);
}

function overridesOf(text: string): Partial<Figures> {
  const given = new Map<Key, string>();
  for (const part of text.split(',')) {
    const [, name = '', value = ''] = /^\s*([^=]*?)\s*=\s*(.*?)\s*$/s.exec(part) ?? [undefined, part.trim()];
    const key = KEYS.find((each) => each === name);
    if (key === undefined)
      throw refused(`it has no "${name}" but ${KEYS.join(', ')}${didYouMean(name, KEYS).replace(/\?$/, '')}`);
    if (given.has(key)) throw refused(`it says ${key} twice`);
    given.set(key, value);
  }
  const read = <T>(key: Key, parse: (text: string) => T): T | undefined => {
    const value = given.get(key);
    if (value === undefined) return undefined;
    try {
      return parse(value);
    } catch (error) {
      throw error instanceof InvalidValue ? refused(`${key} ${error.message}`) : error;
    }
  };
  const both = read('bandwidth', parseBits);
  return present({
    delayMs: read('delay', parseDuration),
    jitterMs: read('jitter', parseDuration),
    downBitsPerSecond: read('down', parseBits) ?? both,
    upBitsPerSecond: read('up', parseBits) ?? both,
    cutEveryMs: read('cut', parseDuration),
  });
}

/** Without the keys that are undefined. */
function present(all: { readonly [K in keyof Figures]: Figures[K] | undefined }): Partial<Figures> {
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

function parseBits(text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*([A-Za-z]+)(?:\/s)?$/.exec(text);
  const unit = match?.[2] ?? '';
  if (match === null || !Object.hasOwn(BITS, unit)) {
    throw new InvalidValue('must be a bandwidth with its unit, such as 512kbit, 10Mbit or 1Gbit');
  }
  const bits = Math.round(Number(match[1]) * BITS[unit]!);
  if (!(bits >= LEAST_BITS && bits <= MOST_BITS)) {
    throw new InvalidValue(`must be from ${formatBits(LEAST_BITS)} to ${formatBits(MOST_BITS)}`);
  }
  return bits;
}

function formatBits(bits: number): string {
  const unit = ['Gbit', 'Mbit', 'kbit'].find((each) => bits % BITS[each]! === 0) ?? 'bit';
  return `${bits / BITS[unit]!}${unit}`;
}

function checkTogether({ delayMs, jitterMs, cutEveryMs }: Figures): void {
  if (delayMs > LONGEST_DELAY_MS) throw refused(`delay must be at most ${formatDuration(LONGEST_DELAY_MS)}`);
  if (jitterMs > delayMs) {
    throw refused(
      `jitter ${formatDuration(jitterMs)} is more than delay ${formatDuration(delayMs)}, and nothing arrives before it was sent`,
    );
  }
  const leastMs = Math.max(LEAST_CUT_MS, LEAST_CUT_DELAYS * delayMs);
  if (cutEveryMs !== null && cutEveryMs < leastMs) {
    throw refused(
      `cut must be at least ${formatDuration(leastMs)} (and ${LEAST_CUT_DELAYS} delays): no connection would live long enough to be of use`,
    );
  }
}

/** The one way in which a link is written: what `parseLink` reads back as the same. */
export function showLink({ name, ...link }: Link): string {
  const base: Figures = PRESETS[name];
  const differs = (key: keyof Figures): boolean => link[key] !== base[key];
  const { delayMs, jitterMs, downBitsPerSecond: down, upBitsPerSecond: up, cutEveryMs } = link;
  const parts: string[] = [];
  if (differs('delayMs') || name === 'custom') parts.push(`delay=${formatDuration(delayMs)}`);
  if (differs('jitterMs')) parts.push(`jitter=${formatDuration(jitterMs)}`);
  const [downDiffers, upDiffers] = [differs('downBitsPerSecond'), differs('upBitsPerSecond')];
  if (downDiffers && upDiffers && down === up) parts.push(`bandwidth=${formatBits(down!)}`);
  else {
    if (downDiffers) parts.push(`down=${formatBits(down!)}`);
    if (upDiffers) parts.push(`up=${formatBits(up!)}`);
  }
  if (differs('cutEveryMs')) parts.push(`cut=${formatDuration(cutEveryMs!)}`);
  return parts.length === 0 ? name : `${name}:${parts.join(',')}`;
}

/** What lies between clients and server; null where nothing does. */
export function linkOf({ link }: Pick<MeasurementParameters, 'link'>): Link | null {
  const parsed = link === undefined ? NO_LINK : parseLink(link);
  return parsed.name === 'none' ? null : parsed;
}

/** The longest that one round trip over it takes where it is idle, ms. */
export function longestRoundTripMs(link: Link | null): number {
  return link === null ? 0 : 2 * (link.delayMs + link.jitterMs);
}
