/** What the terminal can show, and writing to it whole. */
import colors from 'picocolors';

/** Width and colour of stdout. NO_COLOR is honoured; a pipe gets 80 columns without colour. */
export function terminal(): { color: boolean; width: number } {
  const { isTTY, columns } = process.stdout;
  return { color: isTTY === true && colors.isColorSupported, width: columns ?? 80 };
}

/** Writes to stdout and waits until it has left, so that exiting cuts nothing off. */
export function print(text: string): Promise<void> {
  return new Promise((resolve) => process.stdout.write(`${text}\n`, () => resolve()));
}
