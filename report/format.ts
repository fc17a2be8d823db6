/** Numbers and names as a person reads them. Pure, without Node: the page uses the same functions as the terminal. */

export type Unit = 'ns' | 'bytes' | 'bytesPerSecond' | 'perSecond' | 'share' | 'count';

type Step = readonly [size: number, suffix: string];

const DURATION: readonly Step[] = [
  [1, 'ns'],
  [1e3, 'µs'],
  [1e6, 'ms'],
  [1e9, 's'],
];
const BYTES: readonly Step[] = [
  [1, 'B'],
  [1024, 'KiB'],
  [1024 ** 2, 'MiB'],
  [1024 ** 3, 'GiB'],
  [1024 ** 4, 'TiB'],
];
/** What stands where a number is missing. Never 0: nothing measured is not nothing. */
export const NOTHING = '—';

/** Three significant digits, without an exponent and without trailing noise: 1.23, 12.3, 123. */
function threeDigits(value: number): string {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  const text = value.toFixed(digits);
  return Number.isInteger(value) ? String(value) : text;
}

/** The largest step that leaves at least 1 after rounding, so that 999.9 µs reads 1.00 ms and never 1000 µs. */
function scaled(value: number, steps: readonly Step[]): [string, string] {
  const first = steps[0] ?? [1, ''];
  let [size, suffix] = first;
  for (const [nextSize, nextSuffix] of steps) {
    if (Number(Math.abs(value / nextSize).toPrecision(3)) < 1) continue;
    [size, suffix] = [nextSize, nextSuffix];
  }
  return [threeDigits(value / size), suffix];
}

const GROUPED = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

function plainCount(value: number): string {
  return Math.abs(value) >= 1000 ? GROUPED.format(value) : threeDigits(value);
}

/** Number and suffix apart, so that a range can say the unit once. */
function parts(value: number, unit: Unit): [string, string] {
  switch (unit) {
    case 'ns':
      return scaled(value, DURATION);
    case 'bytes':
      return scaled(value, BYTES);
    case 'bytesPerSecond': {
      const [number, suffix] = scaled(value, BYTES);
      return [number, `${suffix}/s`];
    }
    case 'perSecond':
      // A message in some minutes is still a rate: 0.003/s.
      return [value > 0 && value < 0.1 ? String(Number(value.toPrecision(2))) : plainCount(value), '/s'];
    case 'share':
      return [threeDigits(value * 100), '%'];
    case 'count':
      return [plainCount(value), ''];
  }
}

function join([number, suffix]: [string, string]): string {
  if (suffix === '') return number;
  return suffix.startsWith('/') ? number + suffix : `${number} ${suffix}`;
}

/** `1.23 ms`, `1.20 KiB`, `12.3 /s`…; `—` for null and for what is no number. */
export function format(value: number | null, unit: Unit): string {
  return value === null || !Number.isFinite(value) ? NOTHING : join(parts(value, unit));
}

/** `1.10–1.40 ms`; each end with its own unit where they differ; one value where both ends read the same. */
export function formatRange(low: number, high: number, unit: Unit): string {
  const from = parts(low, unit);
  const to = parts(high, unit);
  if (from[1] !== to[1]) return `${join(from)} – ${join(to)}`;
  return from[0] === to[0] ? join(to) : join([`${from[0]}–${to[0]}`, to[1]]);
}

/** `3.4×`. */
export function formatRatio(ratio: number): string {
  return Number.isFinite(ratio) ? `${plainCount(ratio)}×` : NOTHING;
}

export const signOf = (value: number): string => (value > 0 ? '+' : value < 0 ? '−' : '±');

/** `+4.2 %`, `−12 %`, `±0 %`. */
export function percentText(ratio: number): string {
  if (!Number.isFinite(ratio)) return NOTHING;
  const size = Math.abs(ratio) * 100;
  const digits = size >= 10 ? 0 : 1;
  const rounded = Number(size.toFixed(digits));
  // Beyond this a factor reads better than six digits of percent.
  if (size >= 10_000) return `${ratio > 0 ? '' : '−'}${format(1 + Math.abs(ratio), 'count')}×`;
  return `${rounded === 0 ? '±' : signOf(ratio)}${rounded === 0 ? '0' : size.toFixed(digits)} %`;
}

/** `p99`, `p99.9`, `min`: the common name of a quantile 0…1. */
export function quantileName(q: number): string {
  return q === 0 ? 'min' : `p${Number((q * 100).toPrecision(12))}`;
}

/** A configured span in ms as one writes it in a flag: `250 ms`, `5 s`. */
export function formatMs(ms: number): string {
  return ms >= 1000 ? `${Number((ms / 1000).toFixed(3))} s` : `${Number(ms.toFixed(3))} ms`;
}

/** `3 repetitions`, `1 repetition`. */
export function plural(count: number, word: string, many = `${word}s`): string {
  return `${GROUPED.format(count)} ${count === 1 ? word : many}`;
}

/**
 * A name or message from a result file as one harmless line: control characters (terminal escapes), line ends and
 * characters that turn the reading direction become visible replacements.
 */
export function plain(text: string): string {
  return text.replace(/[\r\n\t\u2028\u2029]+/g, ' ').replace(UNSEEN, '\uFFFD');
}

const UNSEEN = /[\u0000-\u001F\u007F-\u009F\u200B-\u200F\u202A-\u202E\u2060-\u2069\uFEFF]/g;
