/** How wide a table is, for the style sheet: with more columns a row fits neither narrow paper, nor any. */
const [WIDE, WIDEST] = [5, 12];

/** Classes of the box that the table scrolls in. */
export function boxClass(columns: number): string {
  const wide = columns > WIDEST ? ' wide widest' : columns > WIDE ? ' wide' : '';
  return `scroll${wide}`;
}
