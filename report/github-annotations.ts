/** A judgement as workflow commands of GitHub Actions: what stands at the top of a run and of its pull request. Pure. */
import { worstOutcome, type Judged, type Judgement, type Outcome } from '../results/gate/judgement.ts';
import { plain } from './format.ts';

/** GitHub shows ten a step and drops the rest in silence. */
export const MOST_ANNOTATIONS = 10;

/** Lines of one annotation: GitHub folds it after a few, and the job summary has all of them. */
const MOST_LINES = 8;

type Level = 'error' | 'warning';

/** What a reader should look at together: one scenario, or the exact counts. */
interface Group {
  readonly title: string;
  readonly outcome: Outcome;
  readonly lines: readonly string[];
}

/** One a scenario, the worst first; none for what passed. Each is a line for the runner to read. */
export function annotationsOf(judgement: Judgement): string[] {
  const groups = groupsOf(judgement);
  const shown = groups.length > MOST_ANNOTATIONS ? groups.slice(0, MOST_ANNOTATIONS - 1) : groups;
  const rest = groups.slice(shown.length);
  return [...shown, ...(rest.length === 0 ? [] : [together(rest)])].map(({ title, outcome, lines }) =>
    workflowCommand(levelOf(outcome), `pushbench ${judgement.command}: ${title}: ${outcome}`, cut(lines).join('\n')),
  );
}

const levelOf = (outcome: Outcome): Level => (outcome === 'fail' ? 'error' : 'warning');

function groupsOf({ judged, outcome, notes }: Judgement): Group[] {
  const wanting = judged.filter((each) => each.outcome !== 'pass');
  const scenarios = [...new Set(wanting.map(({ scenario }) => scenario))];
  const groups = scenarios.map((scenario): Group => {
    const members = wanting
      .filter((each) => each.scenario === scenario)
      .sort((a, b) => rank(b.outcome) - rank(a.outcome));
    return {
      title: scenario ?? 'exact counts',
      outcome: worstOutcome(members.map((each) => each.outcome)),
      lines: members.map(lineOf),
    };
  });
  // The whole may be worse than its parts: nothing could be judged, or the machine moved under an A/A pair.
  const explained = groups.some((group) => rank(group.outcome) >= rank(outcome));
  const why = notes.length === 0 ? ['no single metric says why'] : notes.map(plain);
  const whole: Group[] = outcome === 'pass' || explained ? [] : [{ title: 'the verdict', outcome, lines: why }];
  return [...whole, ...groups].sort((a, b) => rank(b.outcome) - rank(a.outcome));
}

const rank = (outcome: Outcome): number => ['pass', 'warn', 'inconclusive', 'fail'].indexOf(outcome);

const lineOf = ({ transport, metric, reason }: Judged): string => plain(`${transport}, ${metric}: ${reason}`);

function together(groups: readonly Group[]): Group {
  const lines = groups.map(({ title, outcome }) => `${plain(title)}: ${outcome}`);
  return { title: `${groups.length} more`, outcome: worstOutcome(groups.map(({ outcome }) => outcome)), lines };
}

function cut(lines: readonly string[]): readonly string[] {
  if (lines.length <= MOST_LINES) return lines;
  return [...lines.slice(0, MOST_LINES - 1), `and ${lines.length - MOST_LINES + 1} more: see the job summary`];
}

/**
 * `::error title=…::…`. The runner takes `%`, line ends and, in a property, `:` and `,` for its own.
 * Source: docs.github.com, "Workflow commands for GitHub Actions"; actions/toolkit, packages/core/src/command.ts.
 */
export function workflowCommand(level: Level, title: string, message: string): string {
  return `::${level} title=${escapeProperty(plain(title))}::${escapeData(message)}`;
}

const escapeData = (text: string): string =>
  text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
const escapeProperty = (text: string): string => escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
