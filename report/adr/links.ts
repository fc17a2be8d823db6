/** Points from claims to the rows of evidence behind them. Pure. */
import type { Evidence } from './evidence.ts';
import { plain } from '../format.ts';
import { md } from './text.ts';
import type { Topic } from './topics.ts';

export type Links = (transport: string, ...topics: Topic[]) => string;

/** ` [E1](#e1) [E3](#e3)`, or nothing where there is no such evidence. */
export function linksTo(evidence: readonly Evidence[]): Links {
  return (transport, ...topics) =>
    topics
      .flatMap((topic) => evidence.filter((one) => one.transport === transport && one.topic === topic))
      .map(({ id }) => ` [${id}](#${id.toLowerCase()})`)
      .join('');
}

/** A result file as a record names it. */
export type Files = (file: string) => string;

/** @param hrefOf where it lies, seen from the record; null where that is out of reach */
export function filesBy(hrefOf: (file: string) => string | null): Files {
  return (file) => {
    const href = hrefOf(file);
    return href === null ? md(file) : `[${md(file)}](${href.split('/').map(segmentOf).join('/')})`;
  };
}

/** A name in a link of Markdown, where a bracket would end it. */
export const segmentOf = (name: string): string =>
  encodeURIComponent(plain(name)).replace(/[()'!*]/g, (c) => `%${c.charCodeAt(0).toString(16)}`);

export const anchorOf = ({ id }: Evidence): string => `<a id="${id.toLowerCase()}"></a>${id}`;
