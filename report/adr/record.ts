/** An architecture decision record in MADR form, as Markdown with its pictures beside it. Proposed, and never more. */
import type { Decision } from './decision.ts';
import { context, drivers, optionsConsidered } from './context.ts';
import { beyond, breakEvenSection, evidenceTable, judgementTable, scores } from './grounds.ts';
import { moreInformation } from './more-information.ts';
import { filesBy, linksTo, segmentOf } from './links.ts';
import { outcome } from './outcome.ts';
import { picturesOf, type Picture } from './pictures.ts';
import { prosAndCons } from './pros.ts';
import { md, yamlText } from './text.ts';

export interface DecisionRecord {
  readonly markdown: string;
  readonly pictures: readonly Picture[];
}

/**
 * @param assets the folder of the pictures as seen from the Markdown file, which stands beside it
 * @param hrefOf where a result file lies as seen from the Markdown file; null where that is out of reach
 */
export function renderRecord(
  decision: Decision,
  assets: string,
  hrefOf: (file: string) => string | null = () => null,
): DecisionRecord {
  const { input, breakEvens, evidence } = decision;
  const links = linksTo(evidence);
  const files = filesBy(hrefOf);
  const pictures = picturesOf(decision);
  const shown = (of: Picture['of']): string[] =>
    pictures.filter((one) => one.of === of).map(({ name, alt }) => `![${md(alt)}](${segmentOf(assets)}/${name}.svg)`);
  const blocks = [
    frontMatter(decision),
    `# How messages reach the users of ${md(input.workload.name)}`,
    context(decision),
    drivers(decision, links),
    optionsConsidered(decision, links),
    outcome(decision, links),
    breakEvenSection(breakEvens, shown('break-even'), decision, links),
    prosAndCons(decision, links),
    ...shown('options'),
    scores(decision, links),
    evidenceTable(evidence, files),
    beyond(decision),
    judgementTable(decision),
    moreInformation(decision, files),
  ];
  return { markdown: `${blocks.join('\n\n')}\n`, pictures };
}

function frontMatter({ input: { date, workload } }: Decision): string {
  const people = workload.decisionMakers.map(yamlText).join(', ');
  return `---\nstatus: proposed\ndate: ${date}\ndecision-makers: [${people}]\n---`;
}
