/**
 * What follows from exact byte counts, as points to draw and numbers to say: overhead over payload and header size, bytes
 * per useful message over the message rate, and when a handshake has paid for itself. Pure.
 */
import type { Exact, ExactLayers, ExactTransport, Exchange } from '../results/exact.ts';

export const EXACT_LAYERS = ['payload', 'framing', 'header', 'control', 'handshake'] as const;
export type ExactLayer = (typeof EXACT_LAYERS)[number] | 'tls';

export const exactLayers = (carrier: string): ExactLayer[] =>
  carrier === 'tls' || carrier === 'h2' ? [...EXACT_LAYERS, 'tls'] : [...EXACT_LAYERS];

/** How the counts came about, and what they leave out: sentences for terminal, Markdown and page. */
export function exactNotes({ carrier, headers, responseHeaders, deflate, contextTakeover, gzip }: Exact): string[] {
  const multiplexed = carrier === 'h2' || carrier === 'h2c';
  const window = contextTakeover ? '' : ', each frame by itself';
  const compression = [
    ...(deflate ? [`permessage-deflate${window}`] : []),
    ...(gzip ? ['gzip on polls of 1 KiB and more'] : []),
  ];
  return [
    `Carrier ${carrier}, request headers ${headers}, response headers ${responseHeaders}${compression.length === 0 ? '' : `, ${compression.join(', ')}`}.`,
    ...(multiplexed
      ? [
          'Date stands still here. A live server’s changes each second, and HPACK then sends it in full: some 23 B more in the first answer of that second.',
        ]
      : []),
    ...(compression.length > 0 ? ['The payload is this suite’s filler text: yours compresses otherwise.'] : []),
    ...(carrier === 'tls' || carrier === 'h2'
      ? ['TLS is Node.js’s, with one certificate and no chain: a browser’s first flight and a site’s chain are larger.']
      : []),
  ];
}

export const bothWays = ({ up, down }: Exchange): number => up.total + down.total;

export interface Curve {
  readonly transport: string;
  readonly floor: boolean;
  readonly points: (readonly [x: number, y: number])[];
}

const curves = (exact: Exact, points: (of: ExactTransport) => Curve['points']): Curve[] =>
  exact.transports.map((of) => ({ transport: of.transport, floor: of.floor, points: points(of) }));

/** x: payload bytes; y: every other byte that one message costs, both ways. */
export const overheadByPayload = (exact: Exact): Curve[] =>
  curves(exact, ({ perMessage }) =>
    perMessage.map(({ payloadBytes, exchange }) => [payloadBytes, bothWays(exchange) - payloadBytes]),
  );

/** x: header bytes that each request has beyond the profile; y: bytes of one message, both ways. */
export const bytesByHeader = (exact: Exact): Curve[] =>
  curves(exact, ({ perHeader }) => perHeader.map(({ headerBytes, message }) => [headerBytes, bothWays(message)]));

/** One message of the run's payload. */
export function messageOf({ perMessage, batch }: ExactTransport): Exchange {
  const found = perMessage.find(({ payloadBytes }) => payloadBytes === batch.payloadBytes);
  return found?.exchange ?? batch.exchange!;
}

export interface Rhythm {
  readonly pollIntervalMs: number;
  readonly holdMs: number;
  readonly heartbeatMs: number;
}

/** With what is missing of a server that is not this project's own: see `results/exact.ts`. */
export type Complete = ExactTransport & {
  readonly idle: Exchange;
  readonly batch: Required<ExactTransport['batch']>;
};
export const isComplete = (of: ExactTransport): of is Complete =>
  of.idle !== undefined && of.batch.exchange !== undefined;

/**
 * Bytes per useful message where messages come as a Poisson stream of `rate` per second, from exact counts and the laws of
 * design.md's facts, on a link without delay: empty polls and heartbeats are shared out among the messages.
 *
 * - polling each T: an interval is empty with e^(−λT); one that is not costs one answer and λT messages on average
 * - long polling held for τ: λe^(−λτ)/(1 − e^(−λτ)) holds a second end empty; each message is answered by itself
 * - streams: a WebSocket pings each period H; the others say something after a silence of H, λ/(e^(λH) − 1) times a second
 */
export function bytesPerUseful(of: Complete, rate: number, rhythm: Rhythm): number {
  const message = bothWays(messageOf(of));
  const idle = bothWays(of.idle);
  if (of.asks === 'each-interval') {
    const each = (bothWays(of.batch.exchange) - message) / (of.batch.messages - 1);
    const expected = (rate * rhythm.pollIntervalMs) / 1e3;
    const empty = Math.exp(-expected);
    return (empty * idle + (1 - empty) * (message - each)) / expected + each;
  }
  if (of.asks === 'and-waits') {
    const held = (rate * rhythm.holdMs) / 1e3;
    return message + idle / Math.expm1(held);
  }
  if (rhythm.heartbeatMs === 0) return message;
  const period = (rate * rhythm.heartbeatMs) / 1e3;
  const always = of.idle.up.total > 0;
  return message + idle / (always ? period : Math.expm1(period));
}

/** Messages per second and client, from one in some minutes to as many as a ticker has. */
const RATES = [0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100] as const;

export const usefulByRate = (exact: Exact, rhythm: Rhythm): Curve[] =>
  curves(exact, (of) => (isComplete(of) ? RATES.map((rate) => [rate, bytesPerUseful(of, rate, rhythm)]) : []));

const SESSION_LENGTHS = [1, 2, 3, 5, 10, 20, 50, 100, 1_000, 10_000] as const;

/** x: messages in a session; y: bytes per message when connecting is shared out among them. */
export const amortised = (exact: Exact): Curve[] =>
  curves(exact, (of) => {
    const connect = bothWays(of.connect);
    const message = bothWays(messageOf(of));
    return SESSION_LENGTHS.map((n) => [n, connect / n + message]);
  });

export interface BreakEven {
  readonly upgraded: string;
  readonly rival: string;
  /** Messages after which the session has cost fewer bytes in all; null: never. 1: from the first on. */
  readonly messages: number | null;
}

/** After how many messages the transport with the smallest message has paid for connecting, against each of the others. */
export function breakEven(exact: Exact): BreakEven[] {
  const rivals = exact.transports.filter(({ floor }) => !floor);
  const size = (of: ExactTransport): number => bothWays(messageOf(of));
  const [one] = [...rivals].sort((a, b) => size(a) - size(b));
  if (one === undefined) return [];
  return rivals
    .filter((other) => other !== one)
    .map((other) => ({ upgraded: one.transport, rival: other.transport, messages: paidAfter(one, other) }));
}

function paidAfter(one: ExactTransport, other: ExactTransport): number | null {
  const connecting = bothWays(one.connect) - bothWays(other.connect);
  const saved = bothWays(messageOf(other)) - bothWays(messageOf(one));
  if (saved <= 0) return connecting < 0 ? 1 : null;
  return Math.max(1, Math.floor(connecting / saved) + 1);
}

/** Overhead of one message by layer, without its payload: for the stacked picture. */
export const layersOfMessage = (of: ExactTransport, layer: ExactLayer): number => {
  const { up, down } = messageOf(of);
  const sum = (from: ExactLayers): number => from[layer];
  return sum(up) + sum(down);
};
