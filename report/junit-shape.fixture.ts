/**
 * The published shape of JUnit XML as rules, after junit-10.xsd of Jenkins's xunit-plugin (the schema that its importer
 * validates with), and a reader that is as strict as XML is. A validating parser would be a dependency larger than this.
 */

interface Rule {
  readonly required: readonly string[];
  readonly optional: readonly string[];
  readonly children: readonly string[];
  readonly text: boolean;
}

const rule = (required: string, optional: string, children: string, text = false): Rule => {
  const words = (list: string): string[] => list.split(' ').filter(Boolean);
  return { required: words(required), optional: words(optional), children: words(children), text };
};

const RULES: Readonly<Record<string, Rule>> = {
  testsuites: rule('', 'name time tests failures errors', 'testsuite'),
  testsuite: rule(
    'name tests failures errors',
    'group time skipped timestamp hostname id package file log url',
    'testsuite properties testcase system-out system-err',
  ),
  properties: rule('', '', 'property'),
  property: rule('name value', '', ''),
  testcase: rule('name', 'time classname group', 'skipped error failure system-out system-err'),
  failure: rule('', 'type message', '', true),
  error: rule('', 'type message', '', true),
  skipped: rule('', 'type message', '', true),
  'system-out': rule('', '', '', true),
  'system-err': rule('', '', '', true),
};

/** SUREFIRE_TIME of the schema. */
const TIME = /^(([0-9]{0,3},)*[0-9]{3}|[0-9]{0,3})*(\.[0-9]*)?$/;

export interface Element {
  readonly name: string;
  readonly parent: string | null;
  readonly attributes: Readonly<Record<string, string>>;
  readonly text: string;
}

const TOKEN = /<\/([\w-]+)>|<([\w-]+)((?: [\w-]+="[^"<]*")*)(\/?)>|([^<]+)|</gy;

class NotXml extends Error {}

/** Every element in the order of its start. @throws NotXml where the document is not well formed */
export function elementsOf(xml: string): Element[] {
  const head = '<?xml version="1.0" encoding="UTF-8"?>';
  if (!xml.startsWith(head)) throw new NotXml('no XML declaration');
  if (/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]|\p{Surrogate}/u.test(xml))
    throw new NotXml('a control character');
  const found: (Element & { text: string })[] = [];
  const open: (Element & { text: string })[] = [];
  for (const match of xml.slice(head.length).matchAll(TOKEN)) {
    const [whole, closes, opens, attributes, alone, text] = match;
    if (whole === '<') throw new NotXml(`a bare < at ${match.index}`);
    if (text !== undefined) {
      const inside = open.at(-1);
      if (inside !== undefined) inside.text += unescaped(text);
      else if (text.trim() !== '') throw new NotXml('text outside the root');
    } else if (closes !== undefined) {
      const last = open.pop();
      if (last?.name !== closes) throw new NotXml(`${closes} closes ${last?.name}`);
    } else {
      const parent = open.at(-1)?.name ?? null;
      const element = { name: opens!, parent, attributes: attributesOf(attributes!), text: '' };
      found.push(element);
      if (alone === '') open.push(element);
    }
  }
  if (open.length > 0) throw new NotXml(`nothing closes ${open[0]!.name}`);
  return found;
}

function attributesOf(text: string): Record<string, string> {
  const pairs = [...text.matchAll(/ ([\w-]+)="([^"]*)"/g)].map(
    ([, name, value]) => [name!, unescaped(value!)] as const,
  );
  if (new Set(pairs.map(([name]) => name)).size < pairs.length) throw new NotXml('an attribute twice');
  return Object.fromEntries(pairs);
}

function unescaped(text: string): string {
  if (/&(?!(amp|lt|gt|quot|apos);)/.test(text)) throw new NotXml(`a bare & in ${text}`);
  const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
  return text.replace(/&(\w+);/g, (_, name: string) => entities[name]!);
}

/** What departs from the shape; nothing for a document that has it. */
export function violations(xml: string): string[] {
  try {
    const elements = elementsOf(xml);
    const roots = elements.filter(({ parent }) => parent === null);
    const root = roots.length === 1 && roots[0]!.name === 'testsuites' ? [] : ['the root is not one testsuites'];
    return [...root, ...elements.flatMap(elementViolations)];
  } catch (error) {
    if (error instanceof NotXml) return [error.message];
    throw error;
  }
}

function elementViolations({ name, parent, attributes, text }: Element): string[] {
  const known = RULES[name];
  if (known === undefined) return [`there is no ${name}`];
  const names = Object.keys(attributes);
  return [
    ...(parent !== null && !(RULES[parent]?.children.includes(name) ?? false) ? [`${name} in ${parent}`] : []),
    ...known.required.filter((each) => !names.includes(each)).map((each) => `${name} without ${each}`),
    ...names
      .filter((each) => !known.required.includes(each) && !known.optional.includes(each))
      .map((each) => `${name} with ${each}`),
    ...(!known.text && text.trim() !== '' ? [`text in ${name}`] : []),
    ...(name !== 'testcase' && !TIME.test(attributes['time'] ?? '') ? [`time of ${name}`] : []),
  ];
}
