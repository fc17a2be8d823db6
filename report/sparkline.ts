/** A row of bars as tall as values, for a terminal: the shape of a trend in the width of a word. Pure. */

const BARS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;

/** A range narrower than this share of the middle is drawn as if it were this wide: noise must not look like a mountain. */
const NARROWEST_SHARE = 0.1;

/** One bar a value, of as many of the last as there is room for; a gap where there is none. */
export function sparkline(values: readonly (number | null)[], width: number): string {
  const shown = width < 1 ? [] : values.slice(-width);
  const known = shown.filter((value) => value !== null);
  if (known.length === 0) return '';
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const middle = (low + high) / 2;
  const range = Math.max(high - low, NARROWEST_SHARE * Math.abs(middle));
  const top = BARS.length - 1;
  const barOf = (value: number): string => BARS[range === 0 ? 0 : Math.round(((value - middle) / range + 0.5) * top)]!;
  return shown.map((value) => (value === null ? ' ' : barOf(value))).join('');
}
