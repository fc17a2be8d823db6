/** A capacity as Markdown, for a pull request or a decision record. */
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
import { format } from './format.ts';
import { escapeMarkdown } from './markdown.ts';

export function renderCapacityMarkdown(file: CapacityFile): string {
  const { slo, id, tool } = file.run;
  const column = latencyColumn(slo);
  const blocks = [
    `## Capacity within ${code(slo)}, nothing lost`,
    missingFrom(file)
      .map((line) => `> ${escapeMarkdown(line)}`)
      .join('\n>\n'),
    summary(file.capacities),
    list(file.capacities.flatMap(sentencesOf)),
    ...file.capacities.map((capacity) => curve(capacity, column)),
    list(file.saturations.map(saturationSentence)),
    `${escapeMarkdown(tool.name)} ${escapeMarkdown(tool.version)}, ${code(id)}`,
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

const code = (text: string): string => `\`${text.replaceAll('`', '')}\``;
const list = (lines: readonly string[]): string => lines.map((line) => `- ${escapeMarkdown(line)}`).join('\n');
const row = (cells: readonly string[]): string => `| ${cells.map(escapeMarkdown).join(' | ')} |`;

function summary(capacities: readonly Capacity[]): string {
  if (capacities.length === 0) return '';
  return [
    row(['transport', 'how many', 'capacity', 'limited by']),
    '|---|---|---:|---|',
    ...capacities.map((capacity) => {
      const { transport, limitedBy } = capacity;
      return row([
        transport,
        questionOf(capacity),
        intervalOf(capacity),
        limitedBy === null ? NONE : limitName(limitedBy),
      ]);
    }),
  ].join('\n');
}

function curve(capacity: Capacity, column: LatencyColumn): string {
  return [
    `### ${escapeMarkdown(capacity.transport)}: ${escapeMarkdown(questionOf(capacity))}`,
    '',
    row([COUNTED[capacity.dimension], column, 'server CPU', 'generator CPU', 'target']),
    '|---:|---:|---:|---:|---|',
    ...curveOf(capacity, column).map(({ at, latencyNs, serverShare, generatorShare, probe }) =>
      row([
        format(at, 'count'),
        format(latencyNs, 'ns'),
        format(serverShare, 'share'),
        format(generatorShare, 'share'),
        verdictOf(probe),
      ]),
    ),
  ].join('\n');
}
