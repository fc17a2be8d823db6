/** The units that people write behind a number, and reading the two together. Pure. */

/** Of a duration, ns. */
export const DURATION_NS: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  min: 60e9,
  h: 3_600e9,
};

/** Of a size, bytes. */
export const SIZE_BYTES: Readonly<Record<string, number>> = {
  B: 1,
  KB: 1e3,
  kB: 1e3,
  MB: 1e6,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
};

/** @returns null for what is no number with one of the units */
export function parseQuantity(text: string, units: Readonly<Record<string, number>>): number | null {
  const match = /^(\d+(?:\.\d+)?)\s*([A-Za-zµ]+)$/.exec(text.trim());
  const unit = match?.[2] ?? '';
  if (match === null || !Object.hasOwn(units, unit)) return null;
  return Number(match[1]) * units[unit]!;
}
