/** The words and figures of a judgement, shared by its renderings: terminal, Markdown and JUnit say the same. */
import type { Judged, Judgement, Outcome } from '../results/gate/judgement.ts';
import { titleOfMetric } from '../results/gate/titles.ts';
import { format, NOTHING, percentText, plain, plural, signOf, type Unit } from './format.ts';

/** A name of a file may be of any length; a table has room for this much. */
const LONGEST_NAME = 60;
/** A sentence of a file, as far as it is shown. */
const LONGEST_SENTENCE = 400;

const UNITS: readonly string[] = ['ns', 'bytesPerSecond', 'perSecond', 'share', 'count'] satisfies Unit[];

/** One harmless line of at most so many characters. */
export function cut(text: string, longest = LONGEST_SENTENCE): string {
  const line = plain(text.slice(0, 4 * longest));
  return line.length <= longest ? line : `${line.slice(0, longest - 1)}…`;
}

export const nameOf = (text: string): string => cut(text, LONGEST_NAME);

export const metricOf = ({ metric }: Judged): string => nameOf(titleOfMetric(metric));

/** `sse · broadcast · latency p99`. */
export function titleOf(judged: Judged): string {
  const { transport, scenario } = judged;
  return [transport, ...(scenario === null ? [] : [scenario])].map(nameOf).concat(metricOf(judged)).join(' · ');
}

/** Bytes of exact counts and of budgets to the byte: 1,064 B would be as good as 1,065 B in KiB. */
const TO_THE_BYTE_BELOW = 100_000;

export function valueText(value: number | null, { unit, kind }: Pick<Judged, 'unit' | 'kind'>): string {
  if (value === null || !Number.isFinite(value)) return NOTHING;
  if (unit === 'bytes') {
    const whole = kind !== 'noisy' && Number.isInteger(value) && Math.abs(value) < TO_THE_BYTE_BELOW;
    return whole || kind === 'exact' ? `${format(value, 'count')} B` : format(value, 'bytes');
  }
  if (UNITS.includes(unit)) return format(value, unit as Unit);
  return `${format(value, 'count')} ${nameOf(unit)}`.trimEnd();
}

/** What head has more than base: to the byte where both are exact, else relative. */
export function changeText(judged: Judged): string {
  const { kind, base, head, change } = judged;
  if (kind === 'exact' && base !== null && head !== null) {
    return head === base ? 'none' : `${signOf(head - base)}${valueText(Math.abs(head - base), judged)}`;
  }
  return change === null || kind === 'budget' ? NOTHING : percentText(change.ratio);
}

/** `+1.2…+7.4 %`; an exact count has none and needs none. */
export function intervalText({ change }: Judged): string {
  if (change === null || change.low === null || change.high === null) return NOTHING;
  return `${percentText(change.low).replace(/ %$/, '')}…${percentText(change.high)}`;
}

/** The smallest change that could have been told from noise; rounded up, because one of that size must be seen. */
export function floorText({ floor }: Judged): string {
  if (floor === null || !(floor >= 0 && floor < 1e4)) return NOTHING;
  const percent = floor * 100;
  return `${percent >= 10 ? Math.ceil(percent) : Math.ceil(percent * 10) / 10} %`;
}

/** Nothing a reader must look at: as exact as before. */
export const isUnchanged = ({ kind, outcome, base, head }: Judged): boolean =>
  kind === 'exact' && outcome === 'pass' && base !== null && base === head;

/** Better for sure: an exact count that fell, or an interval wholly below none. */
const isBetter = ({ kind, base, head, change }: Judged): boolean =>
  kind === 'exact'
    ? base !== null && head !== null && head < base
    : kind === 'noisy' && change !== null && change.high !== null && change.high < 0;

export const withOutcome = ({ judged }: Judgement, outcome: Outcome): Judged[] =>
  judged.filter((each) => each.outcome === outcome);

/** Worst first; within an outcome as they were judged. */
export const worstFirst = (judgement: Judgement): Judged[] =>
  (['fail', 'inconclusive', 'warn', 'pass'] as const).flatMap((outcome) => withOutcome(judgement, outcome));

/** The outcome in one sentence. */
export function headline(judgement: Judgement): string {
  const { outcome, judged } = judgement;
  if (judged.length === 0) return 'Could not tell: nothing was judged.';
  const [failed, unsure, warned] = (['fail', 'inconclusive', 'warn'] as const).map(
    (each) => withOutcome(judgement, each).length,
  ) as [number, number, number];
  const also = unsure > 0 ? `; ${unsure} could not be told` : '';
  if (outcome === 'fail') return `Fail: ${failure(judgement, failed)}${also}.`;
  if (outcome === 'inconclusive') {
    if (unsure > 0) return `Could not tell: ${of(judgement, unsure)} without a verdict.`;
    return `Could not tell all: ${passed(judgement)}, and the notes say what is missing.`;
  }
  if (outcome === 'warn') return `Pass, with a warning: ${of(judgement, warned)} to look at.`;
  return `Pass: ${passed(judgement)}.`;
}

const nounOf = ({ command }: Judgement): string => (command === 'check' ? 'budget' : 'metric');

/** `2 of 48 metrics`. */
function of(judgement: Judgement, count: number): string {
  return `${count} of ${plural(judgement.judged.length, nounOf(judgement))}`;
}

function failure(judgement: Judgement, failed: number): string {
  const subject = of(judgement, failed);
  if (judgement.command === 'check') return `${subject} ${failed === 1 ? 'is' : 'are'} exceeded`;
  return `${subject} got worse`;
}

function passed(judgement: Judgement): string {
  const { command, judged } = judgement;
  const all = plural(judged.length, nounOf(judgement));
  if (command === 'check') return judged.length === 1 ? 'the budget is kept' : `all ${all} are kept`;
  if (judged.some(isBetter)) return `no change for the worse shown in ${all}`;
  return `no change shown in ${all}`;
}

export interface Said {
  readonly outcome: Outcome;
  readonly subject: string;
  readonly reason: string;
}

/** More than this with one reason are counted and not listed. */
const MOST_SUBJECTS = 3;

/** A byte more says no more in a sentence than in a table. */
const saysAll = ({ kind, outcome, base, head }: Judged): boolean =>
  kind === 'exact' && outcome === 'fail' && base !== null && head !== null;

/**
 * Why what did not pass did not, worst first; a reason that many share once.
 *
 * @param tabled whether a table has the figures: what these tell by themselves is then left out
 */
export function saidOf(judgement: Judgement, tabled: boolean): Said[] {
  const groups = new Map<string, Judged[]>();
  for (const judged of worstFirst(judgement)) {
    if (judged.outcome === 'pass' || (tabled && saysAll(judged))) continue;
    const key = JSON.stringify([judged.outcome, judged.reason]);
    const group = groups.get(key) ?? [];
    group.push(judged);
    groups.set(key, group);
  }
  return [...groups.values()].flatMap((group) => {
    const { outcome, reason } = group[0]!;
    const said = (subject: string): Said => ({ outcome, subject, reason: cut(reason) });
    if (group.length <= MOST_SUBJECTS) return group.map((judged) => said(titleOf(judged)));
    return [said(`${plural(group.length, nounOf(judgement))}, such as ${titleOf(group[0]!)}`)];
  });
}

/** The scenario of all that belong to one; null where there are several, which a table then tells apart. */
export function onlyScenario({ judged }: Judgement): string | null {
  const [only, ...others] = new Set(judged.flatMap(({ scenario }) => (scenario === null ? [] : [scenario])));
  return only === undefined || others.length > 0 ? null : nameOf(only);
}

/** What was set against what; a result within its budgets is read the same way. */
export function sidesText({ command, base, head }: Judgement): string {
  const same = base.fingerprint === head.fingerprint;
  const side = ({ label, fingerprint }: Judgement['base']): string =>
    `${cut(label, 120)}${fingerprint === null || same ? '' : ` (machine ${nameOf(fingerprint)})`}`;
  const sides = command === 'check' ? `${side(head)} within ${side(base)}` : `${side(base)} → ${side(head)}`;
  return same && base.fingerprint !== null ? `${sides} on machine ${nameOf(base.fingerprint)}` : sides;
}

/** `48 exact counts are unchanged.`; null where there are none. */
export function unchangedText({ judged }: Judgement): string | null {
  const count = judged.filter(isUnchanged).length;
  if (count === 0) return null;
  return count === 1 ? '1 exact count is unchanged.' : `${plural(count, 'exact count')} are unchanged.`;
}

export const OUTCOME_WORDS: Readonly<Record<Outcome, string>> = {
  pass: 'pass',
  warn: 'warning',
  inconclusive: 'could not tell',
  fail: 'FAIL',
};
