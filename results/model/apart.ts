/** Events that come at random, counted as one where they come together. Pure, and the same in Node.js and in the report's page. */

/** How many of so many events a second come apart from others, where what comes within so many seconds is one: at most 1/`within`. */
export const apartOf = (perSecond: number, within: number): number => -Math.expm1(-perSecond * within) / within;
