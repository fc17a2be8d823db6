/** Figures of a record as people read them: with their interval, or with the word that there is none. Pure. */
import { guessed, isGuessed, type Band } from '../../results/model/band.ts';
import type { Estimate } from '../../results/statistics.ts';
import { rateText } from '../break-even.ts';
import { format, formatMs, formatRange, NOTHING, plural, type Unit } from '../format.ts';

export const NOT_MEASURED = 'not measured';

export type Quantity = Unit | 'ms' | 'GB' | 'cores' | 'users' | { readonly currency: string };

const GROUPED = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const DECIMAL = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 3 });

/** Three digits, and no exponent: `0.00123`, `12.3`, `12,300`. */
const digits = (value: number): string =>
  Math.abs(value) >= 1_000 ? GROUPED.format(Number(value.toPrecision(3))) : DECIMAL.format(value);

export function amount(value: number, quantity: Quantity): string {
  if (!Number.isFinite(value)) return NOTHING;
  if (typeof quantity === 'object') return `${quantity.currency} ${digits(value)}`;
  if (quantity === 'GB') return `${digits(value)} GB`;
  if (quantity === 'cores') return `${digits(value)} ${value === 1 ? 'core' : 'cores'}`;
  if (quantity === 'users') return digits(value);
  return quantity === 'ms' ? format(value * 1e6, 'ns') : format(value, quantity);
}

/** Of a target that lies within where the figure does. */
export const CANNOT_TELL = 'cannot be told';

/** Null where both ends read the same. */
function range(low: number, high: number, quantity: Quantity): string | null {
  if (typeof quantity === 'object' || quantity === 'GB' || quantity === 'cores' || quantity === 'users') {
    const [from, to] = [digits(low), digits(high)];
    return from === to ? null : `${from}–${to}`;
  }
  const scale = quantity === 'ms' ? 1e6 : 1;
  const text = formatRange(low * scale, high * scale, quantity === 'ms' ? 'ns' : quantity);
  return text.includes('–') ? text : null;
}

/** `1.20 ms (1.10–1.30 ms)`; the value alone where it is exact or reads like its interval. */
export function banded(band: Band | null, quantity: Quantity): string {
  if (band === null) return NOT_MEASURED;
  const { value, low, high } = band;
  const middle = amount(value, quantity);
  if (isGuessed(band)) return `${middle} (interval not known)`;
  const between = range(low, high, quantity);
  return between === null ? middle : `${middle} (${between})`;
}

/** From so many on the interval covers the median of all repetitions that there could be in 95 of 100 cases. */
const ENOUGH = 0.95;

/** Where a median of repetitions lies, for whoever decides by it; of too few nobody knows. */
export const bandOf = ({ value, low, high, coverage }: Estimate): Band =>
  coverage >= ENOUGH ? { value, low, high } : guessed(value);

/** `120 ms (118–121 ms, 95 % of 8 repetitions)`; of too few what they were, and not more. */
export function repeatedText({ value, low, high, n, coverage }: Estimate, quantity: Quantity): string {
  const middle = amount(value, quantity);
  if (n === 1) return `${middle} (one repetition)`;
  const between = range(low, high, quantity) ?? 'all alike';
  const of = plural(n, 'repetition');
  return coverage >= ENOUGH ? `${middle} (${between}, 95 % interval of ${of})` : `${middle} (${of}: ${between})`;
}

/** `one message per 40 s`, and a word where there are none. */
export const messagesText = (perSecond: number): string => (perSecond === 0 ? 'no message' : rateText(perSecond));

/** A span in the unit that one would say it in: `40 s`, `2.5 min`, `3 h`. */
export function spanText(ms: number): string {
  if (ms >= 2 * 86_400e3) return `${digits(ms / 86_400e3)} days`;
  if (ms >= 2 * 3_600e3) return `${digits(ms / 3_600e3)} h`;
  if (ms >= 2 * 60e3) return `${digits(ms / 60e3)} min`;
  return formatMs(Number(ms.toPrecision(3)));
}

export const usersText = (users: number): string => plural(Number(users.toPrecision(3)), 'user');

const CARRIERS: Readonly<Record<string, string>> = {
  h1: 'HTTP/1.1 without TLS',
  tls: 'HTTP/1.1 over TLS',
  h2c: 'HTTP/2 without TLS',
  h2: 'HTTP/2 over TLS',
};

export const carrierText = (carrier: string): string =>
  Object.hasOwn(CARRIERS, carrier) ? CARRIERS[carrier]! : carrier;

/** `a`, `a and b`, `a, b and c`. */
export function listed(words: readonly string[]): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

/** What is less is the arithmetic's and no finding. */
const LEAST_SHARE = 0.001;

export function percent(share: number): string {
  if (share > 0 && share < LEAST_SHARE) return `${LEAST_SHARE * 100} %`;
  return `${Number((share * 100).toPrecision(share < 0.1 ? 2 : 3))} %`;
}
