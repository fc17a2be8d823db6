/** A figure and where it lies: the little arithmetic that predictions and prices share. Pure. */

/** What is expected, and where it lies by the errors on loads held out; null where they are not known. */
export interface Band {
  readonly value: number;
  readonly low: number | null;
  readonly high: number | null;
}

export const exactly = (value: number): Band => ({ value, low: value, high: value });

/** @param error share of the value, 0…; null where nobody knows it */
export const banded = (value: number, error: number | null): Band => ({
  value,
  low: error === null ? null : value * Math.max(0, 1 - error),
  high: error === null ? null : value * (1 + error),
});

export const times = ({ value, low, high }: Band, by: number): Band => ({
  value: value * by,
  low: low === null ? null : low * by,
  high: high === null ? null : high * by,
});

/** As far off as if both erred to the same side: they may have the same cause. */
export const plus = (a: Band, b: Band): Band => ({
  value: a.value + b.value,
  low: a.low === null || b.low === null ? null : a.low + b.low,
  high: a.high === null || b.high === null ? null : a.high + b.high,
});

/** Whether all of one lies below all of the other; of whom nobody knows how far off it is, nobody is below or above. */
export const isBelow = (a: Band, b: Band): boolean => a.high !== null && b.low !== null && a.high < b.low;

/** Null as soon as one is: what is missing is not nothing. */
export const sum = (bands: readonly (Band | null)[]): Band | null =>
  bands.reduce<Band | null>((all, one) => (all === null || one === null ? null : plus(all, one)), exactly(0));
