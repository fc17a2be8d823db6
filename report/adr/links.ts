/** Points from claims to the rows of evidence behind them. Pure. */
import type { Evidence, Topic } from './evidence.ts';

export type Links = (transport: string, ...topics: Topic[]) => string;

/** ` [E1](#e1) [E3](#e3)`, or nothing where there is no such evidence. */
export function linksTo(evidence: readonly Evidence[]): Links {
  return (transport, ...topics) =>
    topics
      .flatMap((topic) => evidence.filter((one) => one.transport === transport && one.topic === topic))
      .map(({ id }) => ` [${id}](#${id.toLowerCase()})`)
      .join('');
}

export const anchorOf = ({ id }: Evidence): string => `<a id="${id.toLowerCase()}"></a>${id}`;
