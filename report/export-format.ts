/** What an export format is: a document in, a text for another tool out, and what it had to leave behind. Pure. */
import type { CapacityFile } from '../results/capacity.ts';
import type { RunFile } from '../results/schema.ts';
import type { Tracked } from '../results/series.ts';
import { capacitySeries } from './capacity-series.ts';
import { plain } from './format.ts';
import { seriesOf } from './series.ts';

export type ResultFile =
  { readonly kind: 'run'; readonly run: RunFile } | { readonly kind: 'capacity'; readonly capacity: CapacityFile };

export interface Exported {
  readonly text: string;
  /** What is in the document and not in the text, and why: one sentence each. */
  readonly leftOut: readonly string[];
}

export interface ExportFormat {
  /** For people: what reads it. */
  readonly what: string;
  /** Whether the text says of a partial document that it is partial. A format that cannot say so gets none. */
  readonly marksPartial: boolean;
  /** @throws ExportError where the document holds nothing for this format */
  readonly render: (file: ResultFile) => Exported;
}

/** One sentence for people: what is missing, and what to try. */
export class ExportError extends Error {}

export const isPartial = (file: ResultFile): boolean =>
  file.kind === 'run' ? file.run.partial : file.capacity.partial;

/** A format of tools that keep one number for each name and judge it against those of before. */
export function trackerFormat(what: string, render: (tracked: Tracked) => string | null): ExportFormat {
  return {
    what,
    marksPartial: false,
    render: (file) => {
      const tracked = file.kind === 'run' ? seriesOf(file.run) : capacitySeries(file.capacity);
      const text = render(tracked);
      if (text !== null) return { text, leftOut: [...failed(file), ...tracked.leftOut] };
      const why = tracked.leftOut.length === 0 ? '' : ` Left out: ${tracked.leftOut.join('; ')}`;
      throw new ExportError(`holds no valid figure for this format; nothing was exported.${why}`);
    },
  };
}

function failed(file: ResultFile): string[] {
  if (file.kind === 'capacity') return [];
  return file.run.run.failures.map(({ transport, scenario, message }) =>
    plain(`${transport}/${scenario}: not measured, ${message}`),
  );
}

export const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
