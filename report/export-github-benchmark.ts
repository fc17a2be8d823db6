/**
 * github-action-benchmark, its generic formats: https://github.com/benchmark-action/github-action-benchmark, "Generic JSON
 * format". One direction a file: the action learns from the name of the tool which way is better.
 */
import type { Series, SeriesFigure } from '../results/series.ts';
import { json, trackerFormat, type ExportFormat } from './export-format.ts';

/** Normally 0, and against a 0 of before every value is infinitely worse: they would alert each time. */
const NORMALLY_ZERO: ReadonlySet<string> = new Set(['lost', 'slow-told-lost']);

/** Units by which the action knows durations (its src/normalizeUnit.ts); others it only shows. */
const UNITS: Readonly<Record<string, string>> = {
  perSecond: 'per second',
  bytesPerSecond: 'bytes/s',
  share: 'of 1',
};

export const githubSmaller = format('lower', 'customSmallerIsBetter');
export const githubBigger = format('higher', 'customBiggerIsBetter');

function format(better: SeriesFigure['better'], tool: string): ExportFormat {
  return trackerFormat(`github-action-benchmark (tool: ${tool})`, ({ series }) => {
    const entries = series.flatMap((each) => entriesOf(each, better));
    return entries.length === 0 ? null : json(entries);
  });
}

function entriesOf({ name, figures, invalid }: Series, better: SeriesFigure['better']): object[] {
  return Object.entries(figures)
    .filter(([slug, figure]) => figure.better === better && figure.value !== 0 && !NORMALLY_ZERO.has(slug))
    .map(([slug, figure]) => ({
      name: `${name} ${slug}`,
      unit: UNITS[figure.unit] ?? figure.unit,
      value: figure.value,
      ...rangeOf(figure),
      extra: extraOf(figure, invalid),
    }));
}

/** `± 12.5`, the wider side: the action knows one number only, and reads it where it has two characters and more. */
function rangeOf({ value, low, high }: SeriesFigure): { range?: string } {
  if (low === null || high === null) return {};
  return { range: `± ${Math.max(value - low, high - value).toFixed(2)}` };
}

/** What the tooltip of a point says. */
function extraOf({ low, high, repetitions }: SeriesFigure, invalid: number): string {
  const interval = low === null || high === null ? [] : [`interval: ${low} to ${high}`];
  const counted = repetitions === 0 ? [] : [`valid repetitions: ${repetitions}`];
  const left = invalid === 0 ? [] : [`invalid repetitions, left out: ${invalid}`];
  return [...interval, ...counted, ...left].join('\n');
}
