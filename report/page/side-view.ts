/** The tables of a comparison as elements: whatever a dropped file says becomes text, and nothing else. */
import type { RunDigest } from '../run-digest.ts';
import { runsTable, SIDE_LEGEND, sideTables, type SideCell, type SideTable } from '../side-tables.ts';
import { sideSentences, sideWarnings } from '../side-words.ts';
import { boxClass } from '../table-width.ts';

/** The counterpart of html-side.ts, which writes the same as text of HTML. */
export function sideElements(runs: readonly RunDigest[], labels: readonly string[]): HTMLElement {
  const box = element('div', { 'data-side': '' });
  const warnings = sideWarnings(runs);
  if (warnings.length > 0) {
    const list = element('ul', {}, ...warnings.map((line) => element('li', {}, line)));
    box.append(element('div', { class: 'banner' }, list));
  }
  box.append(
    ...sideSentences(runs).map((line) => element('p', { class: 'verdict' }, line)),
    tableOf(runsTable(runs, labels)),
    element('p', { class: 'note' }, SIDE_LEGEND),
  );
  for (const each of sideTables(runs)) {
    const notes = each.notes.map((note) => element('p', { class: 'note' }, note));
    box.append(element('h3', {}, each.title), tableOf(each), ...notes);
  }
  return box;
}

function element(
  name: string,
  attributes: Readonly<Record<string, string>>,
  ...content: (Node | string)[]
): HTMLElement {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...content);
  return made;
}

function tableOf({ caption, head, rows }: SideTable): HTMLElement {
  const heads = head.map(({ title, number }) =>
    element('th', { scope: 'col', ...(number ? { class: 'n' } : {}) }, title),
  );
  const body = rows.map(({ transport, cells }) =>
    element('tr', transport === '' ? {} : { 'data-transport': transport }, ...cells.map(cellOf)),
  );
  const table = element(
    'table',
    { class: 'figures' },
    element('caption', {}, element('span', {}, caption)),
    element('thead', {}, element('tr', {}, ...heads)),
    element('tbody', {}, ...body),
  );
  return element('div', { class: boxClass(head.length), role: 'region', 'aria-label': caption, tabindex: '0' }, table);
}

function cellOf({ kind, text, small, mark, greyed }: SideCell): HTMLElement {
  const parts: (Node | string)[] = [text];
  if (mark !== null) parts.push(' ', element('span', { class: `mark ${mark.kind}` }, mark.text));
  if (small !== '') parts.push(' ', element('small', {}, small));
  const content = greyed ? [element('span', { class: 'greyed' }, ...parts)] : parts;
  if (kind === 'head') return element('th', { scope: 'row' }, ...content);
  return element('td', kind === 'number' ? {} : { class: 't' }, ...content);
}
