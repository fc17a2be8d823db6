/** A figure and where it lies: the little arithmetic that predictions and prices share. Pure. */

export interface Band {
  readonly value: number;
  /** Where it lies by the errors on loads held out. */
  readonly low: number;
  readonly high: number;
  /** Nobody knows how far off it is, or a part of it: the ends are a guess, by which to compare, and not to show. */
  readonly guessed?: true;
}

/**
 * Of whose error nobody knows is taken to be off by no more than this, times: of no load that was held out of the stored run was a
 * figure off by more than two thirds. What differs by more is no tie.
 */
export const GUESS = 10;

export const exactly = (value: number): Band => ({ value, low: value, high: value });

export const guessed = (value: number): Band => ({ value, low: value / GUESS, high: value * GUESS, guessed: true });

/** @param error share of the value, 0…; null where nobody knows it */
export const banded = (value: number, error: number | null): Band =>
  error === null ? guessed(value) : { value, low: value * Math.max(0, 1 - error), high: value * (1 + error) };

export const isGuessed = (...bands: readonly Band[]): boolean => bands.some((band) => band.guessed === true);

/** To be spread into a band that is made of others. */
export const guessOf = (...bands: readonly Band[]): Pick<Band, 'guessed'> =>
  isGuessed(...bands) ? { guessed: true } : {};

export const times = ({ value, low, high, ...rest }: Band, by: number): Band => ({
  ...{ value: value * by, low: low * by, high: high * by },
  ...rest,
});

/** As far off as if both erred to the same side: they may have the same cause. */
export const plus = (a: Band, b: Band): Band => ({
  ...{ value: a.value + b.value, low: a.low + b.low, high: a.high + b.high },
  ...guessOf(a, b),
});

/** Whether all of one lies below all of the other. */
export const isBelow = (a: Band, b: Band): boolean => a.high < b.low;

/** Null as soon as one is: what is missing is not nothing. */
export const sum = (bands: readonly (Band | null)[]): Band | null =>
  bands.reduce<Band | null>((all, one) => (all === null || one === null ? null : plus(all, one)), exactly(0));
