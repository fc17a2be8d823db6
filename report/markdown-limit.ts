/** Markdown that fits where it is going: GitHub drops a summary or a comment that is too long, whole and without a word. */

/** A job summary, per step: docs.github.com, "Workflow commands", "Step isolation and limits". */
export const SUMMARY_BYTES = 1024 * 1024;

const bytesOf = (text: string): number => Buffer.byteLength(text, 'utf8');

/** The text, or as many whole lines of it as fit beside a sentence that says how many are missing. Empty where not even that fits. */
export function withinBytes(markdown: string, most: number): string {
  if (bytesOf(markdown) <= most) return markdown;
  const lines = markdown.split('\n');
  const note = (missing: number): string =>
    `\n> [!WARNING]\n> Cut to fit: ${missing} further lines are in the file that this was made from.\n`;
  let room = most - bytesOf(note(lines.length));
  if (room < 0) return '';
  const kept = lines.findIndex((line) => (room -= bytesOf(line) + 1) < 0);
  return `${lines.slice(0, kept).join('\n')}\n${note(lines.length - kept)}`;
}
