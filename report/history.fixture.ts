/** A history with one of everything that a rendering must say: two machines, two changes, a gap. */
import { entryOf, type Entry } from '../results/history.ts';
import type { Series } from '../results/series.ts';
import { fixtureRun } from './run.fixture.ts';
import { seriesOf } from './series.ts';

export const LATENCY = 'sse/broadcast/n=20/128B/rate=10/arrivals=poisson/duration=10000ms';
export const EXACT = 'websocket/exact/128B';

/** The commit of run `index`, forty digits. */
export const commitOf = (index: number): string => (index + 1).toString(16).padStart(2, '0').repeat(20);

/** From run 8 on, sse is a third slower; from run 10 on, websocket sends 4 bytes more. Run 5 has no figure of sse. */
export function fixtureHistory(runs = 14): Entry[] {
  return Array.from({ length: runs }, (_, index) => {
    const run = fixtureRun({ seed: index + 1 });
    run.run.id = `run-${index}`;
    run.run.startedAt = `2026-01-${String(index + 1).padStart(2, '0')}T10:00:00.000Z`;
    const { series } = seriesOf(run);
    const changed = series.flatMap((each): Series[] => {
      if (each.name === LATENCY && index === 5) return [];
      if (each.name === LATENCY && index >= 8) return [scaled(each, 'latency-p50', (value) => value * 1.34)];
      return [each.name === EXACT && index >= 10 ? scaled(each, 'bytes-per-message', (value) => value + 4) : each];
    });
    return entryOf(run, changed, commitOf(index));
  });
}

function scaled(series: Series, slug: string, change: (value: number) => number): Series {
  const figure = series.figures[slug]!;
  const [low, high] = [figure.low, figure.high].map((each) => (each === null ? null : change(each))) as [null, null];
  return { ...series, figures: { ...series.figures, [slug]: { ...figure, value: change(figure.value), low, high } } };
}

export const elsewhere = (entry: Entry, fingerprint = 'decade000000'): Entry => ({ ...entry, fingerprint });
