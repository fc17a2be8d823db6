/**
 * The colours of pictures: those of the page's style sheet, for a picture that stands by itself and has none. A test holds
 * the two together.
 */
export const INKS = {
  surface: { light: '#ffffff', dark: '#1b1e22' },
  text: { light: '#1d2023', dark: '#e6e7e9' },
  muted: { light: '#5c646d', dark: '#9ba3ac' },
  line: { light: '#e4e4df', dark: '#2e3338' },
  t0: { light: '#aa3377', dark: '#e07db8' },
  t1: { light: '#d9485f', dark: '#ff8896' },
  t2: { light: '#a37e0c', dark: '#dcc05a' },
  t3: { light: '#228833', dark: '#5fc973' },
  t4: { light: '#2f6db5', dark: '#74b0f0' },
  t5: { light: '#0f8f9e', dark: '#5fd0dc' },
  t6: { light: '#6b4fb3', dark: '#b39df2' },
  t7: { light: '#6d6d6d', dark: '#b5b5b5' },
  t8: { light: '#41484f', dark: '#ced2d6' },
} as const;

export type Ink = keyof typeof INKS;

/** Of a transport by its look: see `looksOf` in report/transports.ts. */
export function inkOf(look: number): Ink {
  const name = `t${look}`;
  return name in INKS ? (name as Ink) : 't7';
}
