import { describe, expect, it } from 'vitest';
import { differences, useCases, type Published } from './published.ts';

const PUBLISHED: Published = {
  theirs: { upBytes: 716, downBytes: 214 },
  theirPayloadBytes: 21,
  theirLineEndBytes: 38,
  theirCookieBytes: 282,
  today: { headers: 'chrome', poll: { upBytes: 514, downBytes: 181 }, frameBytes: 2 },
  sweep: [{ payloadBytes: 20, tcpBytes: 21, websocketBytes: 22 }],
  connect: { tcpBytes: 190, websocketBytes: 720 },
};

describe('the published tables', () => {
  it('repeat the figures of use cases A, B and C as they were printed', () => {
    expect(
      useCases(PUBLISHED).map(({ clients, polling, websocket }) => [clients, polling.published, websocket.published]),
    ).toEqual([
      [1_000, 6_968_000, 16_000],
      [10_000, 69_680_000, 160_000],
      [100_000, 696_800_000, 1_600_000],
    ]);
  });

  it('set 909 bytes of headers on the wire beside the printed 871', () => {
    expect(useCases(PUBLISHED)[0]!.polling.theirs).toBe(909 * 8 * 1_000);
    expect(differences(PUBLISHED)[0]).toContain('909 B on the wire, 38 B more');
  });

  it('set today’s headers beside theirs', () => {
    expect(useCases(PUBLISHED)[0]!.polling.today).toBe(695 * 8 * 1_000);
  });

  it('say that their megabits are of 2^20', () => {
    expect(6_968_000 / 2 ** 20).toBeCloseTo(6.6, 1);
    expect(differences(PUBLISHED)[1]).toContain('6.97 Mbit/s');
  });
});
