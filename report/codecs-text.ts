/** The codecs' times as a person reads them in a terminal: a table for each payload. */
import colors from 'picocolors';
import type { CodecFigure, Codecs } from '../results/codecs.ts';
import { codecNotes, codecRows, payloadsOf } from './codec-figures.ts';
import { format, NOTHING, plain } from './format.ts';
import { wrap } from './published.ts';
import type { Floors } from './transports.ts';

const HALF = ['', '±', 'payload'] as const;
const WIDTHS = [9, 6, 12] as const;

export function renderCodecs(codecs: Codecs, floors: Floors, look: { color: boolean; width: number }): string {
  const paint = colors.createColors(look.color);
  const tables = payloadsOf(codecs).map((payloadBytes) => {
    const head = `${'transport'.padEnd(16)}${'encoded'.padStart(9)}${cells(['encode', ...HALF.slice(1)])}${cells(['decode', ...HALF.slice(1)])}`;
    const rows = codecRows(codecs, payloadBytes, floors).map(
      ({ title, encodedBytes, encode, decode }) =>
        `${plain(title).padEnd(16)}${`${encodedBytes} B`.padStart(9)}${cells(half(encode))}${cells(half(decode))}`,
    );
    return [paint.bold(`Messages of ${payloadBytes} B`), paint.dim(head), ...rows].join('\n');
  });
  const notes = codecNotes(codecs).flatMap((note) => wrap(note, look.width));
  return [...tables, notes.join('\n')].join('\n\n');
}

const cells = (texts: readonly string[]): string => texts.map((text, i) => text.padStart(WIDTHS[i] ?? 0)).join('');

function half(figure: CodecFigure | undefined): string[] {
  if (figure === undefined) return [NOTHING, '', NOTHING];
  const { value, low, high } = figure.nsPerMessage;
  const off = Math.round((Math.max(high - value, value - low) / value) * 100);
  return [format(value, 'ns'), `${off}%`, format(figure.payloadBytesPerSecond, 'bytesPerSecond')];
}
