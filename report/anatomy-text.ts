/** The anatomy of a transport's connection as a person reads it in a terminal: every byte range with its layer. */
import colors from 'picocolors';
import type { AnatomySpan, AnatomyStep, Exact, ExactLayers, ExactTransport } from '../results/exact.ts';
import { exactLayers, exactNotes } from './exact-figures.ts';
import { plain } from './format.ts';

export interface AnatomyLook {
  readonly color: boolean;
  readonly width: number;
  /** Whole heads instead of their first lines. */
  readonly full: boolean;
}

/** Lines of a head that are shown before it is folded. */
const FOLDED_LINES = 3;
const INDENT = 8;

export function renderAnatomy(exact: Exact, { transport, steps }: ExactTransport, look: AnatomyLook): string {
  const paint = colors.createColors(look.color);
  const title = `${transport} over ${exact.carrier}, headers ${plain(exact.headers)}`;
  const notes = exactNotes(exact).slice(1).map(plain);
  return [
    paint.bold(title),
    ...steps.map((step) => renderStep(step, look)),
    sums(exact, steps, look),
    ...(notes.length === 0 ? [] : [notes.join('\n')]),
  ].join('\n\n');
}

function renderStep({ name, exchange, spans }: AnatomyStep, look: AnatomyLook): string {
  const paint = colors.createColors(look.color);
  const { up, down } = exchange;
  const head = `${paint.bold(name)}  ${up.total} B up, ${down.total} B down${tlsNote(up, down)}`;
  const several = new Set(spans.map(({ connection }) => connection)).size > 1;
  return [head, ...spans.flatMap((span) => renderSpan(span, several, look))].join('\n');
}

const tlsNote = (up: ExactLayers, down: ExactLayers): string =>
  up.tls + down.tls === 0 ? '' : ` (of it TLS: ${up.tls} up, ${down.tls} down, in no range)`;

function renderSpan(span: AnatomySpan, several: boolean, look: AnatomyLook): string[] {
  const paint = colors.createColors(look.color);
  const arrow = span.direction === 'up' ? '↑' : '↓';
  const connection = several ? ` [${span.connection}]` : '';
  const start = `  ${arrow}${connection} ${span.layer.padEnd(9)} ${String(span.bytes).padStart(6)} B  ${span.what}`;
  if (span.what.includes('request head') || span.what.includes('response head'))
    return [start, ...foldedLines(span, look).map((line) => paint.dim(' '.repeat(INDENT) + line))];
  const room = Math.max(16, look.width - start.length - 4);
  return [`${start}  ${paint.dim(inline(span, room))}`];
}

/** A head line by line, cut to the terminal; the rest is counted. */
function foldedLines({ text, bytes }: AnatomySpan, { full, width }: AnatomyLook): string[] {
  const lines = text.split('\r\n').filter((line) => line !== '');
  const shown = full ? lines : lines.slice(0, FOLDED_LINES);
  const cut = (line: string): string =>
    full || line.length <= width - INDENT ? line : `${line.slice(0, width - INDENT - 1)}…`;
  const hidden = lines.length - shown.length;
  const tail = text.length < bytes && full ? ['… (cut)'] : [];
  return [
    ...shown.map((line) => cut(plain(line))),
    ...(hidden > 0 ? [`… ${hidden} more lines (--full shows them)`] : tail),
  ];
}

/** Hexadecimal for what is no text, text for the rest, whichever fits. */
function inline({ hex, text, bytes }: AnatomySpan, room: number): string {
  const legible = text !== '' && !text.includes('·');
  const pairs = hex.replaceAll(/(..)/g, '$1 ').trim();
  if (!legible) return pairs.length <= room && hex.length === 2 * bytes ? pairs : `${pairs.slice(0, room - 1)}…`;
  const shown = plain(text.replaceAll('\n', '\\n').replaceAll('\r', '\\r').replaceAll('\t', '\\t'));
  const both = bytes <= 8 ? `${pairs}  ${shown}` : shown;
  return both.length <= room ? both : `${both.slice(0, room - 1)}…`;
}

function sums(exact: Exact, steps: readonly AnatomyStep[], look: AnatomyLook): string {
  const paint = colors.createColors(look.color);
  const layers = exactLayers(exact.carrier);
  const names = [...layers, 'total'];
  const cell = (value: string | number): string => String(value).padStart(10);
  const rows = (['up', 'down'] as const).map((direction) => {
    const values = [...layers, 'total' as const].map((layer) =>
      steps.reduce((sum, { exchange }) => sum + exchange[direction][layer], 0),
    );
    return { direction, values };
  });
  const [up, down] = rows.map(({ values }) => values.at(-1) ?? 0);
  const wide = [
    paint.bold(`${'bytes'.padEnd(6)}${names.map(cell).join('')}`),
    ...rows.map(({ direction, values }) => `${direction.padEnd(6)}${values.map(cell).join('')}`),
  ];
  const narrow = [
    paint.bold(`${'bytes'.padEnd(10)}${rows.map(({ direction }) => cell(direction)).join('')}`),
    ...names.map((name, i) => `${name.padEnd(10)}${rows.map(({ values }) => cell(values[i]!)).join('')}`),
  ];
  return [
    ...(6 + names.length * cell('').length <= look.width ? wide : narrow),
    `The ranges add up to what was booked as it passed, layer\nby layer, and to what the sockets counted:\n${up} B up, ${down} B down.`,
  ].join('\n');
}

/** One line a transport: the bytes of each step, for who compares before looking closer. */
export function renderAnatomyTable(
  { transports, ...exact }: Exact,
  { color, width }: Pick<AnatomyLook, 'color' | 'width'>,
): string {
  const paint = colors.createColors(color);
  const names = transports[0]?.steps.map(({ name }) => name) ?? [];
  const widths = names.map((name) => Math.max(name.length, 12) + 2);
  const head = 'up / down, B'.padEnd(16) + names.map((name, i) => name.padStart(widths[i]!)).join('');
  const bytesOf = ({ exchange: { up, down } }: AnatomyStep): string => `${up.total} / ${down.total}`;
  const rows = transports.map(
    ({ transport, steps }) =>
      transport.padEnd(16) + steps.map((step, i) => bytesOf(step).padStart(widths[i]!)).join(''),
  );
  // Where a line has no room for all steps, each step has a line.
  const longest = Math.max(...names.map((name) => name.length));
  const blocks = transports.flatMap(({ transport, steps }) => [
    paint.bold(transport),
    ...steps.map((step) => `  ${step.name.padEnd(longest)}${bytesOf(step).padStart(14)}`),
  ]);
  const table = head.length <= width ? [paint.bold(head), ...rows] : ['up / down, B', ...blocks];
  return [
    `Bytes of one connection over ${exact.carrier}, headers ${plain(exact.headers)}`,
    ...table,
    'pushbench anatomy TRANSPORT names every byte of one of them.',
  ].join('\n');
}
