/** An architecture decision record in MADR form, as Markdown with its pictures beside it. Proposed, and never more. */
import type { Decision } from './decision.ts';
import { context, drivers, optionsConsidered } from './context.ts';
import { beyond, breakEvenSection, evidenceTable, judgementTable, scores } from './grounds.ts';
import { moreInformation } from './more-information.ts';
import { linksTo } from './links.ts';
import { outcome } from './outcome.ts';
import { picturesOf, type Picture } from './pictures.ts';
import { prosAndCons } from './pros.ts';
import { plain } from '../format.ts';
import { md, yamlText } from './text.ts';

export interface DecisionRecord {
  readonly markdown: string;
  readonly pictures: readonly Picture[];
}

/** @param assets the folder of the pictures as seen from the Markdown file, which stands beside it */
export function renderRecord(decision: Decision, assets: string): DecisionRecord {
  const { input, breakEvens, evidence } = decision;
  const links = linksTo(evidence);
  const pictures = picturesOf(decision);
  const shown = (of: Picture['of']): string[] =>
    pictures.filter((one) => one.of === of).map(({ name, alt }) => `![${md(alt)}](${pathOf(assets)}/${name}.svg)`);
  const blocks = [
    frontMatter(decision),
    `# How messages reach the users of ${md(input.workload.name)}`,
    context(decision),
    drivers(decision),
    optionsConsidered(decision),
    outcome(decision, links),
    breakEvenSection(breakEvens, shown('break-even'), decision),
    prosAndCons(decision, links),
    ...shown('options'),
    scores(decision),
    evidenceTable(evidence),
    beyond(decision, links),
    judgementTable(decision),
    moreInformation(decision),
  ];
  return { markdown: `${blocks.join('\n\n')}\n`, pictures };
}

function frontMatter({ input: { date, workload } }: Decision): string {
  const people = workload.decisionMakers.map(yamlText).join(', ');
  return `---\nstatus: proposed\ndate: ${date}\ndecision-makers: [${people}]\n---`;
}

/** In a link of Markdown, where a bracket would end it. */
const pathOf = (folder: string): string =>
  encodeURIComponent(plain(folder)).replace(/[()'!*]/g, (c) => `%${c.charCodeAt(0).toString(16)}`);
