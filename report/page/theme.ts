/** The colours of the moment, read from the style sheet, so that light, dark and print are defined in one place. */

export interface Theme {
  text: string;
  muted: string;
  line: string;
  surface: string;
  grey: string;
  font: string;
  /** The value of a custom property such as `--t3`. */
  color(name: string): string;
}

export function currentTheme(): Theme {
  const style = getComputedStyle(document.documentElement);
  const color = (name: string) => style.getPropertyValue(name).trim();
  return {
    text: color('--text'),
    muted: color('--muted'),
    line: color('--line'),
    surface: color('--surface'),
    grey: color('--grey'),
    font: getComputedStyle(document.body).fontFamily,
    color,
  };
}
