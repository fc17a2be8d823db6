/**
 * The part of an address after `#`: fields for what is shown, such as `scenario` and `plan`, and beside them the section
 * that it leads to: `#scenario=echo&at=planner`. The plain anchor of a section is `#planner`, as ever. Pure, without Node.
 */

/** Of a plain anchor the field `at` alone. */
export function fieldsOf(hash: string): URLSearchParams {
  const text = hash.replace(/^#/, '');
  if (text === '' || text.includes('=')) return new URLSearchParams(text);
  return new URLSearchParams({ at: decoded(text) });
}

/** As people read it: the section at the end, `:` and `,` as they are. */
export function hashOf(fields: URLSearchParams): string {
  const ordered = new URLSearchParams(fields);
  const at = ordered.get('at');
  ordered.delete('at');
  if (at !== null) ordered.set('at', at);
  return `#${ordered.toString().replaceAll('%3A', ':').replaceAll('%2C', ',')}`;
}

/** Whether it says nothing of what is shown, and what is shown may stay. */
export const isPlainAnchor = (hash: string): boolean => hash.length > 1 && !hash.includes('=');

/** What `view` shows, at the section of `anchor`. */
export function withAnchor(view: string, anchor: string): string {
  const fields = fieldsOf(view);
  fields.set('at', fieldsOf(anchor).get('at') ?? '');
  return hashOf(fields);
}

/** An address is typed by anyone: what is no encoding is text. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
