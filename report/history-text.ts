/** A history in the terminal: first what changed and at which commit, then each figure as a small curve. */
import picocolors from 'picocolors';
import type { SkippedLine } from '../results/history.ts';
import type { Machine, Trend } from '../results/trends.ts';
import { plain } from './format.ts';
import { sparkline } from './sparkline.ts';
import type { TerminalOptions } from './terminal.ts';
import {
  changesOf,
  changeText,
  intervalText,
  runText,
  shortCommit,
  skippedText,
  spanText,
  tooFewText,
  valuesOf,
  valueText,
  type NamedChange,
} from './trend-words.ts';

type Colors = ReturnType<typeof picocolors.createColors>;

/** Bars of a curve, at most: as many as leave room for the figure beside it on 80 columns. */
const CURVE = 24;
const METRIC_WIDTH = 26;

export function renderHistory(
  machines: readonly Machine[],
  skipped: readonly SkippedLine[],
  { color }: Pick<TerminalOptions, 'color'>,
): string {
  const colors = picocolors.createColors(color);
  const blocks = [
    ...(skipped.length === 0 ? [] : [skipped.map((line) => colors.yellow(`! ${skippedText(line)}`)).join('\n')]),
    ...machines.map((machine) => machineBlock(machine, colors)),
  ];
  return blocks.join('\n\n');
}

function machineBlock(machine: Machine, colors: Colors): string {
  const few = tooFewText(machine);
  return [
    colors.bold(`Machine ${plain(machine.fingerprint)}: ${spanText(machine)}`),
    ...(few === null ? [] : [colors.dim(few)]),
    ...changeLines(machine, colors),
    ...[...bySeries(machine)].flatMap(([name, trends]) => [
      '',
      plain(name),
      ...trends.map((trend) => trendLine(trend, machine, colors)),
    ]),
  ].join('\n');
}

function bySeries({ trends }: Machine): Map<string, Trend[]> {
  const groups = new Map<string, Trend[]>();
  for (const trend of trends) groups.set(trend.name, [...(groups.get(trend.name) ?? []), trend]);
  return groups;
}

function changeLines(machine: Machine, colors: Colors): string[] {
  const changes = changesOf(machine);
  // Too few runs to tell is another thing than no change.
  if (changes.length === 0) return tooFewText(machine) === null ? ['No change of level.'] : [];
  return changes.map((each) => {
    const line = changeLine(each, machine);
    return each.change.worse ? colors.red(line) : colors.green(line);
  });
}

function changeLine({ trend, change }: NamedChange, { runs }: Machine): string {
  const levels = `${valueText(change.before, trend)} → ${valueText(change.after, trend)}`;
  const word = change.worse ? 'worse' : 'better';
  return `${word.padEnd(7)}${changeText(change, trend)} at ${runText(runs[change.run]!)}: ${plain(trend.name)} ${plain(trend.metric)}, ${levels}`;
}

function trendLine(trend: Trend, { runs }: Machine, colors: Colors): string {
  const last = trend.points.at(-1)!;
  const change = trend.changes.at(-1);
  const curve = sparkline(valuesOf(trend, runs.length), CURVE);
  const interval = intervalText(last, trend);
  const figure = `${valueText(last.value, trend)}${interval === '' ? '' : ` (${interval})`}`;
  const since =
    change === undefined ? '' : `  ${changeText(change, trend)} since ${shortCommit(runs[change.run]!.commit)}`;
  // A figure that the newest run lacks would be read as the newest.
  const old = last.run === runs.length - 1 ? '' : `  last seen at ${shortCommit(runs[last.run]!.commit)}`;
  return `  ${plain(trend.metric).padEnd(METRIC_WIDTH)}${curve.padStart(CURVE)}  ${figure}${colors.dim(since + old)}`;
}
