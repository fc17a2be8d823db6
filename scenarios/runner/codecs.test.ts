import { describe, expect, it } from 'vitest';
import { TRANSPORTS } from '../transports.ts';
import { codecSizes, LARGEST_CODEC_PAYLOAD, timeWith, type CodecOptions, type ToCodecs } from './codecs.ts';

const OPTIONS: CodecOptions = { transports: TRANSPORTS, payloads: [20, 128], durationMs: 60, seed: 7 };
const CODECS = TRANSPORTS.length * 2 * 2;
const ROUNDS = 6;
const keyOf = (of: { transport: string; direction: string; payloadBytes: number }): string =>
  `${of.transport} ${of.direction} ${of.payloadBytes}`;

/** Runs without processes: each answer is made from what was asked and how often. */
async function timed(
  options: CodecOptions = OPTIONS,
  nsOf: (asked: ToCodecs, times: number) => number = () => 100,
  before: (asked: ToCodecs) => void = () => {},
) {
  const asked: ToCodecs[] = [];
  const codecs = await timeWith(options, async (message) => {
    before(message);
    asked.push(message);
    const times = asked.filter((other) => keyOf(other) === keyOf(message)).length;
    return { type: 'timed', clock: 'cpu', encodedBytes: 150, nsPerMessage: nsOf(message, times) };
  });
  return { asked, codecs };
}

describe('the rounds', () => {
  it('hold every codec once, each in an order of its own', async () => {
    const { asked } = await timed();
    const rounds = Array.from({ length: 1 + ROUNDS }, (_, round) =>
      asked.slice(round * CODECS, (round + 1) * CODECS).map(keyOf),
    );
    expect(asked).toHaveLength(CODECS * (1 + ROUNDS));
    for (const round of rounds) expect(new Set(round).size).toBe(CODECS);
    expect(new Set(rounds.map((round) => round.join())).size).toBe(rounds.length);
  });

  it('are the same for the same seed and others for another', async () => {
    const orderOf = async (seed: number) => (await timed({ ...OPTIONS, seed })).asked.map(keyOf);
    expect(await orderOf(7)).toEqual(await orderOf(7));
    expect(await orderOf(8)).not.toEqual(await orderOf(7));
  });

  it('share out the time, with half a round more to warm up that does not count', async () => {
    const { asked, codecs } = await timed(OPTIONS, (_, times) => (times === 1 ? 1e9 : times * 10));
    expect(new Set(asked.slice(0, CODECS).map(({ durationMs }) => durationMs))).toEqual(new Set([5]));
    expect(new Set(asked.slice(CODECS).map(({ durationMs }) => durationMs))).toEqual(new Set([10]));
    for (const { nsPerMessage } of codecs.figures) expect(nsPerMessage).toEqual({ value: 45, low: 20, high: 70 });
  });
});

describe('the figures', () => {
  it('are there for both halves of every transport at every payload', async () => {
    const { codecs } = await timed();
    expect(codecs.figures.map(keyOf).sort()).toEqual(
      TRANSPORTS.flatMap((transport) =>
        [20, 128].flatMap((payloadBytes) =>
          (['encode', 'decode'] as const).map((direction) => keyOf({ transport, direction, payloadBytes })),
        ),
      ).sort(),
    );
  });

  it('say how much that is in a second', async () => {
    const { codecs } = await timed({ ...OPTIONS, transports: ['sse'], payloads: [128] }, () => 500);
    expect(codecs.figures[0]).toMatchObject({ messagesPerSecond: 2e6, payloadBytesPerSecond: 256e6 });
  });
});

describe('an interruption', () => {
  it('ends it before the next step', async () => {
    const controller = new AbortController();
    let asked = 0;
    const running = timed({ ...OPTIONS, signal: controller.signal }, undefined, () => {
      if (++asked === 3) controller.abort(new Error('interrupted'));
    });
    await expect(running).rejects.toThrow('interrupted');
    expect(asked).toBe(3);
  });
});

describe('codecSizes', () => {
  it.each([
    [128, [20, 128, 4_096]],
    [20, [20, 4_096]],
    [64 * 1_024, [20, 4_096, 64 * 1_024]],
    [LARGEST_CODEC_PAYLOAD + 1, [20, 4_096]],
  ])('of a run with %i B holds its payload where it is not too large, a short and a long one', (payload, sizes) => {
    expect(codecSizes(payload)).toEqual(sizes);
  });
});
