/** The section of codecs: what encoding and decoding a message costs, as bars and as a table for each payload. */
import type { CodecFigure, Codecs } from '../results/codecs.ts';
import type { ChartSet } from './chart-types.ts';
import { CODECS_LEAD, codecNotes, codecRows, payloadsOf } from './codec-figures.ts';
import { format, formatRange, NOTHING, plain } from './format.ts';
import { besideChart, chartFigure } from './html-figure.ts';
import { escapeHtml, number, table, type Cell } from './html-text.ts';
import type { ReportView } from './summary.ts';
import { looksOf } from './transports.ts';

export const CODECS_LINK = { id: 'codecs', title: 'Codecs' } as const;

export function codecsSection(view: ReportView): string {
  const { codecs } = view.run;
  const body =
    codecs === undefined
      ? '<p class="missing">Not timed in this run. <code>pushbench codecs</code> times it alone.</p>'
      : codecsBody(codecs, view);
  return `<section id="${CODECS_LINK.id}"><h2>${CODECS_LINK.title}</h2><p class="lead">${CODECS_LEAD}</p>${body}</section>`;
}

function codecsBody(codecs: Codecs, view: ReportView): string {
  const shows = `Time to encode and to decode a message of ${drawnPayload(codecs, view)} B`;
  return [
    `<p class="load">${escapeHtml(codecNotes(codecs).map(plain).join(' '))}</p>`,
    chartFigure({ name: 'codecs', shows, numbers: 'The tables that follow hold the numbers.' }),
    besideChart(
      'The figures of every payload',
      payloadsOf(codecs)
        .map((payloadBytes) => payloadTable(codecs, payloadBytes, view))
        .join(''),
    ),
  ].join('');
}

function payloadTable(codecs: Codecs, payloadBytes: number, view: ReportView): string {
  const rows = codecRows(codecs, payloadBytes, view.floors).map(
    ({ transport, title, encodedBytes, encode, decode }) => ({
      transport,
      cells: [
        { html: escapeHtml(title), kind: 'row-head' } as const,
        number(`${encodedBytes} B`),
        ...halfCells(encode),
        ...halfCells(decode),
      ],
    }),
  );
  const titles = ['encoded', 'encode', 'payload encoded', 'decode', 'payload decoded'];
  return table(
    `Encoding and decoding a message of ${payloadBytes} B`,
    ['transport', ...titles.map((title) => ({ number: title }))],
    rows,
  );
}

function halfCells(figure: CodecFigure | undefined): Cell[] {
  if (figure === undefined) return [number(NOTHING), number(NOTHING)];
  const { value, low, high } = figure.nsPerMessage;
  const range = `<small>${escapeHtml(formatRange(low, high, 'ns'))}</small>`;
  return [
    { html: `${escapeHtml(format(value, 'ns'))} ${range}`, kind: 'number' },
    number(format(figure.payloadBytesPerSecond, 'bytesPerSecond')),
  ];
}

/** The payload of the run; the middle one where it was not timed. */
function drawnPayload(codecs: Codecs, { run }: ReportView): number {
  const payloads = payloadsOf(codecs);
  const own = run.measurements[0]?.parameters.payloadBytes;
  return payloads.find((size) => size === own) ?? payloads[payloads.length >> 1] ?? 0;
}

export function codecCharts(view: ReportView): Record<string, ChartSet> {
  const { codecs } = view.run;
  if (codecs === undefined) return {};
  const rows = codecRows(codecs, drawnPayload(codecs, view), view.floors);
  if (rows.length === 0) return {};
  const looks = looksOf(
    rows.map(({ transport }) => transport),
    view.floors,
  );
  const values = (half: 'encode' | 'decode') => rows.map((row) => row[half]?.nsPerMessage.value ?? null);
  return {
    codecs: {
      '': {
        kind: 'bars',
        unit: 'ns',
        stacked: false,
        rows: rows.map(({ transport, title }) => ({
          label: title,
          transport,
          look: looks.get(transport) ?? 0,
          ordinal: 0,
          trusted: true,
        })),
        parts: [
          { label: 'encode (server)', color: '--down', values: values('encode') },
          { label: 'decode (client)', color: '--up', values: values('decode') },
        ],
      },
    },
  };
}
