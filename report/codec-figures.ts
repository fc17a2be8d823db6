/** What was timed of the codecs, in the usual order of transports, and what it means: for page, Markdown and terminal. */
import type { CodecFigure, Codecs } from '../results/codecs.ts';
import { compareTransports, titleOf, type Floors } from './transports.ts';

export const CODECS_LEAD =
  'What encoding a message costs the server and decoding it costs a client, timed apart from sockets by the code that serves and reads in a run.';

/** One transport's codec at one payload; undefined where a half was not timed. */
export interface CodecRow {
  readonly transport: string;
  readonly title: string;
  readonly encodedBytes: number;
  readonly encode: CodecFigure | undefined;
  readonly decode: CodecFigure | undefined;
}

export function codecNotes({ rounds, durationMs, clock }: Codecs): string[] {
  const time = clock === 'cpu' ? 'CPU time' : 'Time that passed (this system tells no CPU time finely)';
  return [
    `${time} in isolation: one process a transport, one message at a time, hot code, plain text. Medians and ranges of ${rounds} rounds in random order, ${durationMs} ms in all for each figure; garbage collection is in them.`,
    'Encoded bytes are without HTTP heads, chunk coding and TLS, and neither writing to a socket nor reading from one is in the times: for small messages that costs a server far more.',
    'A stream encodes a message once and writes it to all its clients; an answer to a poll is put together anew for each.',
  ];
}

export const payloadsOf = ({ figures }: Codecs): number[] =>
  [...new Set(figures.map(({ payloadBytes }) => payloadBytes))].sort((a, b) => a - b);

export function codecRows({ figures }: Codecs, payloadBytes: number, floors: Floors): CodecRow[] {
  const here = figures.filter((figure) => figure.payloadBytes === payloadBytes);
  const transports = [...new Set(here.map(({ transport }) => transport))];
  return transports
    .sort((a, b) => compareTransports(a, b, floors))
    .map((transport) => {
      const of = (direction: CodecFigure['direction']): CodecFigure | undefined =>
        here.find((figure) => figure.transport === transport && figure.direction === direction);
      const [encode, decode] = [of('encode'), of('decode')];
      const encodedBytes = (encode ?? decode)!.encodedBytes;
      return { transport, title: titleOf(transport, floors), encodedBytes, encode, decode };
    });
}
