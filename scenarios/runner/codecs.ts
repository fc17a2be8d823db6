/** Times encoding and decoding of every transport: rounds in seeded order, so that a machine's drift hits all alike. */
import type { CodecClock, CodecFigure, Codecs } from '../../results/codecs.ts';
import { estimate } from '../../results/statistics.ts';
import type { TransportName } from '../transports.ts';
import { Child } from './child-process.ts';
import type { CodecDirection } from './codec-task.ts';
import { shuffled, uniform } from './random.ts';

/** From six on, the whole range of the rounds is an interval of 95 % for their median. */
const ROUNDS = 6;
/** A round before those that count, this part of one: everything is compiled, for all transports, when the first begins. */
const WARMUP_SHARE = 0.5;
/** Until all processes have loaded. */
const STARTING_MS = 1_000;
const DIRECTIONS: readonly CodecDirection[] = ['encode', 'decode'];

/** Larger messages are no codec's business but memory's, bytes. */
export const LARGEST_CODEC_PAYLOAD = 2 ** 20;

/** What is timed: short messages, those of the run where they are not too large, and long ones. Bytes. */
export const codecSizes = (payloadBytes: number): number[] =>
  [...new Set([20, payloadBytes, 4_096])].filter((size) => size <= LARGEST_CODEC_PAYLOAD).sort((a, b) => a - b);

/** How long `timeCodecs` takes, ms, on a machine that has nothing else to do. */
export const codecsTakeMs = ({ transports, payloads, durationMs }: CodecOptions): number =>
  STARTING_MS + transports.length * payloads.length * DIRECTIONS.length * durationMs * (1 + WARMUP_SHARE / ROUNDS);

export interface CodecOptions {
  readonly transports: readonly TransportName[];
  readonly payloads: readonly number[];
  /** How long each codec is timed at each payload, ms, over all rounds. */
  readonly durationMs: number;
  readonly seed: number;
  readonly signal?: AbortSignal;
  /** Told before each step of all of them. */
  readonly progress?: (done: number, total: number) => void;
}

interface Codec {
  readonly transport: TransportName;
  readonly direction: CodecDirection;
  readonly payloadBytes: number;
}

export type ToCodecs = Codec & { readonly type: 'time'; readonly durationMs: number };

export interface FromCodecs {
  readonly type: 'timed';
  readonly clock: CodecClock;
  readonly encodedBytes: number;
  readonly nsPerMessage: number;
}

/** Asks for one stretch of time of one codec. */
export type Ask = (message: ToCodecs) => Promise<FromCodecs>;

/** @throws ProcessFailure when the process fails; the signal's reason when it is aborted */
export async function timeCodecs(options: CodecOptions): Promise<Codecs> {
  const children = new Map(
    options.transports.map((transport) => [transport, new Child<ToCodecs, FromCodecs>('codecs')]),
  );
  try {
    return await timeWith(options, (message) =>
      children.get(message.transport)!.ask(message, 'timed', message.durationMs),
    );
  } finally {
    await Promise.all([...children.values()].map((child) => child.kill()));
  }
}

export async function timeWith(options: CodecOptions, ask: Ask): Promise<Codecs> {
  const { durationMs, signal, progress } = options;
  const codecs = codecsOf(options);
  const timed = new Map(codecs.map((codec) => [codec, [] as FromCodecs[]]));
  const steps = stepsOf(codecs, options.seed);
  for (const [done, { codec, counts }] of steps.entries()) {
    signal?.throwIfAborted();
    progress?.(done, steps.length);
    const stretchMs = (durationMs / ROUNDS) * (counts ? 1 : WARMUP_SHARE);
    const answer = await ask({ type: 'time', ...codec, durationMs: stretchMs });
    if (counts) timed.get(codec)!.push(answer);
  }
  return {
    rounds: ROUNDS,
    durationMs,
    clock: [...timed.values()][0]?.[0]?.clock ?? 'wall',
    figures: [...timed].map(([codec, answers]) => figureOf(codec, answers)),
  };
}

function codecsOf({ transports, payloads }: CodecOptions): Codec[] {
  return transports.flatMap((transport) =>
    payloads.flatMap((payloadBytes) => DIRECTIONS.map((direction) => ({ transport, direction, payloadBytes }))),
  );
}

function stepsOf(codecs: readonly Codec[], seed: number): { codec: Codec; counts: boolean }[] {
  const random = uniform(seed, 'codecs');
  return Array.from({ length: 1 + ROUNDS }, (_, round) =>
    shuffled(codecs, random).map((codec) => ({ codec, counts: round > 0 })),
  ).flat();
}

function figureOf({ transport, direction, payloadBytes }: Codec, answers: readonly FromCodecs[]): CodecFigure {
  const { value, low, high } = estimate(answers.map(({ nsPerMessage }) => nsPerMessage))!;
  const messagesPerSecond = 1e9 / value;
  return {
    transport,
    direction,
    payloadBytes,
    encodedBytes: answers[0]!.encodedBytes,
    nsPerMessage: { value, low, high },
    messagesPerSecond,
    payloadBytesPerSecond: messagesPerSecond * payloadBytes,
  };
}
