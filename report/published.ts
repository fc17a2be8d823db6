/** The published tables beside what was measured here: for the terminal, and as Markdown to cite. */
import { differences, QUANTUM_LEAP, useCases, type Published } from '../results/published.ts';
import { escapeMarkdown } from './markdown.ts';

const GROUPED = new Intl.NumberFormat('en-US');
const bits = (value: number): string => GROUPED.format(value);

export interface PublishedTable {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly notes: readonly string[];
}

export function publishedTables(published: Published): PublishedTable[] {
  return [quantumLeap(published), againstTcp(published)];
}

function quantumLeap(published: Published): PublishedTable {
  return {
    title: `${QUANTUM_LEAP.title} (${QUANTUM_LEAP.url}): header bit/s, one poll or frame a second and client`,
    head: [
      'use case',
      'clients',
      'polling, published',
      'their headers, measured',
      `today (${published.today.headers})`,
      'frames, published',
      'today',
    ],
    rows: useCases(published).map(({ name, clients, polling, websocket }) => [
      name,
      GROUPED.format(clients),
      bits(polling.published),
      bits(polling.theirs),
      bits(polling.today),
      bits(websocket.published),
      bits(websocket.today),
    ]),
    notes: differences(published),
  };
}

function againstTcp({ sweep, connect }: Published): PublishedTable {
  return {
    title: 'WebSocket against bare TCP, bytes of one message (Agarwal 2012; Škvorc, Horvat, Srbljić 2014)',
    head: ['payload, B', 'tcp, B', 'websocket, B', 'ratio'],
    rows: sweep.map(({ payloadBytes, tcpBytes, websocketBytes }) => [
      GROUPED.format(payloadBytes),
      GROUPED.format(tcpBytes),
      GROUPED.format(websocketBytes),
      (websocketBytes / tcpBytes).toFixed(4),
    ]),
    notes: [
      `Bytes agree with Škvorc: after the handshake (${connect.websocketBytes} B here, against ${connect.tcpBytes} B for the bare one) a WebSocket adds next to nothing to TCP.`,
      `Agarwal’s overhead of up to 5 times, found in browsers, cannot come from bytes on the wire: the largest ratio here is ${Math.max(...sweep.map((each) => each.websocketBytes / each.tcpBytes)).toFixed(2)}.`,
    ],
  };
}

export function publishedMarkdown(published: Published): string {
  const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return publishedTables(published)
    .map(({ title, head, rows, notes }) =>
      [
        `### ${title}`,
        [row(head), row(head.map((_, index) => (index === 0 ? '---' : '---:'))), ...rows.map(row)].join('\n'),
        notes.map((note) => `- ${escapeMarkdown(note)}`).join('\n'),
      ].join('\n\n'),
    )
    .join('\n\n');
}

/** Columns padded to their widest cell; where they do not fit, each row becomes a block of lines. */
export function publishedText(published: Published, width: number): string {
  return publishedTables(published)
    .map((table) =>
      [...wrap(table.title, width), ...draw(table, width), ...table.notes.flatMap((note) => bullet(note, width))].join(
        '\n',
      ),
    )
    .join('\n\n');
}

function draw({ head, rows }: PublishedTable, width: number): string[] {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((cells) => cells[column]?.length ?? 0)),
  );
  if (widths.reduce((sum, each) => sum + each + 2, 0) <= width) {
    return [head, ...rows].map((cells) => cells.map((cell, column) => cell.padStart(widths[column]!)).join('  '));
  }
  const longest = Math.max(...head.map(({ length }) => length));
  return rows.flatMap((cells) => ['', ...cells.map((cell, column) => `${head[column]!.padEnd(longest)}  ${cell}`)]);
}

const bullet = (note: string, width: number): string[] =>
  wrap(note, width - 2).map((line, index) => (index === 0 ? `- ${line}` : `  ${line}`));

export function wrap(text: string, width: number): string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const last = lines.at(-1)!;
    if (last !== '' && last.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
  }
  return lines;
}
