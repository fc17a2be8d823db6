/** Keeps what is shown in the address when the page's own links lead to a section, and leads there when an address says so. */
import { fieldsOf, isPlainAnchor, withAnchor } from '../address.ts';

/** On an entry of the history that was shown before: whoever comes back to it finds the place where he left it. */
const SHOWN = 'pushbench-shown';

/** Without an entry of its own in the history: a slider that moved is no page to go back to. */
export function showAs(hash: string): void {
  history.replaceState(SHOWN, '', hash);
}

/**
 * A link to `#planner` is followed by the browser itself, with focus and history; afterwards the view that it left is put
 * beside it. Rejected: links that are followed by script, which would have to imitate all of that.
 */
export function keepView({ oldURL }: HashChangeEvent): void {
  const before = new URL(oldURL).hash;
  if (isPlainAnchor(location.hash) && before.includes('=')) showAs(withAnchor(before, location.hash));
}

/** Goes to the section of the address, once for each entry of the history. To be called when the page has its height. */
export function goToSection(): void {
  const { hash } = location;
  const at = hash.includes('=') ? fieldsOf(hash).get('at') : null;
  if (at === null || history.state === SHOWN) return;
  // Only an anchor of its own takes the focus of the keyboard along as a link does; the address is put back at once.
  if (document.getElementById(at) !== null) location.replace(`#${encodeURIComponent(at)}`);
  showAs(hash);
}
