/** A capacity as terminal text: one table of what was found, sentences on why, and each search's curve. */
import Table from 'cli-table3';
import picocolors from 'picocolors';
import type { Capacity, CapacityFile } from '../results/capacity.ts';
import {
  COUNTED,
  curveOf,
  intervalOf,
  latencyColumn,
  limitName,
  missingFrom,
  NONE,
  questionOf,
  saturationSentence,
  sentencesOf,
  verdictOf,
  type LatencyColumn,
} from './capacity-figures.ts';
import { format, plain } from './format.ts';
import { bullet, NO_LINES, wrap } from './terminal.ts';

type Colors = ReturnType<typeof picocolors.createColors>;

export interface CapacityTextOptions {
  readonly color: boolean;
  readonly width: number;
}

export function renderCapacity(file: CapacityFile, { color, width }: CapacityTextOptions): string {
  const colors = picocolors.createColors(color);
  const { tool, id, startedAt, slo } = file.run;
  const column = latencyColumn(slo);
  const about = `${plain(tool.name)} ${plain(tool.version)} · ${plain(id)} · ${plain(startedAt)}`;
  const blocks = [
    wrap(about, width).map(colors.dim).join('\n'),
    wrap(`Target: ${plain(slo)}, and nothing lost.`, width)
      .map(colors.bold)
      .join('\n'),
    missingFrom(file)
      .flatMap((line) => bullet('!', line, width))
      .map(colors.yellow)
      .join('\n'),
    summary(file.capacities, colors),
    file.capacities
      .flatMap(sentencesOf)
      .flatMap((line) => bullet('·', line, width))
      .join('\n'),
    ...file.capacities.map((capacity) => curve(capacity, column, colors)),
    file.saturations
      .map(saturationSentence)
      .flatMap((line) => bullet('·', line, width))
      .join('\n'),
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

function makeTable(head: readonly string[], left: number, colors: Colors): InstanceType<typeof Table> {
  return new Table({
    head: head.map(colors.dim),
    chars: NO_LINES,
    colAligns: head.map((_, index) => (index < left || index === head.length - 1 ? 'left' : 'right')),
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
}

const drawn = (table: InstanceType<typeof Table>): string =>
  table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');

function summary(capacities: readonly Capacity[], colors: Colors): string {
  if (capacities.length === 0) return '';
  const table = makeTable(['transport', 'how many', 'capacity', 'limited by'], 2, colors);
  for (const capacity of capacities) {
    const { limitedBy } = capacity;
    table.push([
      plain(capacity.transport),
      questionOf(capacity),
      colors.bold(intervalOf(capacity)),
      limitedBy === null ? NONE : limitName(limitedBy),
    ]);
  }
  return drawn(table);
}

function curve(capacity: Capacity, column: LatencyColumn, colors: Colors): string {
  const title = colors.bold(`${plain(capacity.transport)}: ${questionOf(capacity)}`);
  const table = makeTable([COUNTED[capacity.dimension], column, 'server CPU', 'generator CPU', 'target'], 0, colors);
  for (const { at, latencyNs, serverShare, generatorShare, probe } of curveOf(capacity, column)) {
    const paint = probe.verdict === 'met' ? colors.green : probe.verdict === 'failed' ? colors.red : colors.yellow;
    table.push([
      format(at, 'count'),
      format(latencyNs, 'ns'),
      format(serverShare, 'share'),
      format(generatorShare, 'share'),
      paint(verdictOf(probe)),
    ]);
  }
  return `${title}\n${drawn(table)}`;
}
