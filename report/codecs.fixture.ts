/** Codecs as a run has timed them: figures of a real one, rounded. */
import type { CodecFigure, Codecs } from '../results/codecs.ts';

const NS: readonly (readonly [transport: string, wraps: number, encode: number, decode: number])[] = [
  ['websocket', 2, 300, 400],
  ['tcp', 1, 450, 350],
  ['short-polling', 31, 1_200, 720],
  ['sse', 17, 350, 620],
];

function figure(transport: string, direction: CodecFigure['direction'], size: number, wraps: number, ns: number) {
  const value = ns + size / 4;
  return {
    transport,
    direction,
    payloadBytes: size,
    encodedBytes: size + wraps,
    nsPerMessage: { value, low: value * 0.9, high: value * 1.2 },
    messagesPerSecond: 1e9 / value,
    payloadBytesPerSecond: (1e9 / value) * size,
  };
}

/** @param floor whether the limit is among them */
export const fixtureCodecs = (floor: boolean): Codecs => ({
  rounds: 6,
  durationMs: 300,
  clock: 'cpu',
  figures: NS.filter(([transport]) => floor || transport !== 'tcp').flatMap(([transport, wraps, encode, decode]) =>
    [20, 128, 4_096].flatMap((size) => [
      figure(transport, 'encode', size, wraps, encode),
      figure(transport, 'decode', size, wraps, decode),
    ]),
  ),
});
