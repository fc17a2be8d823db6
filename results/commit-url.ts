/** Where a commit can be looked at: a template of the user's, which must lead to the web and nowhere else. Pure. */

const PLACE = '{commit}';

/** @returns what is wrong with it, in a clause that follows its name; null when nothing is */
export function commitUrlError(template: string): string | null {
  if (!template.includes(PLACE)) return `must hold ${PLACE}, as in https://example.com/project/commit/${PLACE}`;
  let url: URL;
  try {
    url = new URL(template.replaceAll(PLACE, '0'.repeat(40)));
  } catch {
    return 'must be a whole address, as in https://example.com/project/commit/{commit}';
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return 'must begin with https:// or http://';
  if (url.username !== '' || url.password !== '')
    return 'must hold no user name and no password: it is written into a page';
  return url.host.includes('0'.repeat(40)) ? `must hold ${PLACE} in its path, not in its host` : null;
}

/** @param template one that `commitUrlError` finds nothing wrong with */
export const commitUrl = (template: string, commit: string): string =>
  new URL(template.replaceAll(PLACE, encodeURIComponent(commit))).href;
