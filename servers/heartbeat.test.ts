import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Heartbeat, NOTHING_SAID } from './heartbeat.ts';

const PERIOD_MS = 6_000;
/** Ticks in one period. */
const SLOTS = 60;

function beating(heartbeat: Heartbeat): { beats: number; beat(): void } {
  const member = { beats: 0, beat: () => void member.beats++ };
  heartbeat.add(member);
  return member;
}

describe('the heartbeat', () => {
  let heartbeat: Heartbeat;
  beforeEach(() => {
    vi.useFakeTimers();
    heartbeat = new Heartbeat(PERIOD_MS);
  });
  afterEach(() => {
    heartbeat.stop();
    vi.useRealTimers();
  });

  it('beats each connection once a period', () => {
    const members = Array.from({ length: 200 }, () => beating(heartbeat));
    for (let period = 1; period <= 3; period++) {
      vi.advanceTimersByTime(PERIOD_MS);
      expect(new Set(members.map(({ beats }) => beats))).toEqual(new Set([period]));
    }
  });

  it('spreads connections evenly: each tick beats its share, and no two periods differ', () => {
    const members = Array.from({ length: 3 * SLOTS }, () => beating(heartbeat));
    let before = 0;
    for (let tick = 0; tick < 2 * SLOTS; tick++) {
      vi.advanceTimersByTime(PERIOD_MS / SLOTS);
      const beats = members.reduce((sum, member) => sum + member.beats, 0);
      expect(beats - before).toBe(3);
      before = beats;
    }
  });

  it('spreads few connections over the whole period too', () => {
    const members = Array.from({ length: 4 }, () => beating(heartbeat));
    const ticks: number[] = [];
    for (let tick = 0; tick < SLOTS; tick++) {
      const before = members.reduce((sum, { beats }) => sum + beats, 0);
      vi.advanceTimersByTime(PERIOD_MS / SLOTS);
      if (members.reduce((sum, { beats }) => sum + beats, 0) > before) ticks.push(tick);
    }
    expect(ticks).toHaveLength(4);
    const gaps = ticks.map((tick, i) => (ticks[(i + 1) % 4]! - tick + SLOTS) % SLOTS);
    expect(Math.max(...gaps)).toBeLessThan(SLOTS / 2);
  });

  it('gives a window of whole seconds its share of a heartbeat of 15 s, whenever the window begins', () => {
    const [periodMs, clients] = [15_000, 60];
    const own = new Heartbeat(periodMs);
    const members = Array.from({ length: clients }, () => beating(own));
    vi.advanceTimersByTime(90);
    for (let second = 1; second <= 20; second++) {
      vi.advanceTimersByTime(1_000);
      const beats = members.reduce((sum, member) => sum + member.beats, 0);
      expect(beats).toBe((second * 1_000 * clients) / periodMs);
    }
    own.stop();
  });

  it.each([1, 10, 23, 46, 60, 92, 100, 115, 250, 1_000, 15_000])(
    'keeps a period of %d ms, all its slots in use',
    (periodMs) => {
      const own = new Heartbeat(periodMs);
      const members = Array.from({ length: 400 }, () => beating(own));
      const periods = 8;
      vi.advanceTimersByTime(periods * periodMs);
      own.stop();
      // A tick is a whole number of milliseconds, so that a period is off by less than one slot of it.
      for (const { beats } of members) expect(Math.abs(beats - periods)).toBeLessThanOrEqual(1);
      expect(new Set(members.map(({ beats }) => beats)).size).toBeLessThanOrEqual(2);
    },
  );

  it('reminds who has spoken before it has been silent for longer than a period, and hardly sooner', () => {
    const periodMs = 600;
    // It is looked at twelve times in a period.
    const leastMs = (11 / 12) * periodMs;
    const pauses = fc.array(fc.integer({ min: 1, max: 3 * periodMs }), { maxLength: 6 });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: periodMs }), pauses, (startMs, silences) => {
        const own = new Heartbeat(periodMs);
        vi.advanceTimersByTime(startMs);
        let [nowMs, heardMs, longestMs] = [0, 0, 0];
        const early: number[] = [];
        const hear = (): void => {
          longestMs = Math.max(longestMs, nowMs - heardMs);
          heardMs = nowMs;
        };
        const member = {
          saidAt: NOTHING_SAID,
          beat() {
            if (member.saidAt !== NOTHING_SAID && nowMs - heardMs < leastMs) early.push(nowMs - heardMs);
            hear();
          },
        };
        own.add(member);
        for (const silence of silences) {
          for (const endMs = nowMs + silence; nowMs < endMs;) {
            nowMs++;
            vi.advanceTimersByTime(1);
          }
          hear();
          member.saidAt = own.now;
        }
        own.stop();
        expect(early).toEqual([]);
        expect(longestMs).toBeLessThanOrEqual(periodMs);
      }),
      { numRuns: 30 },
    );
  });

  it('leaves alone who is deleted, also during a beat, and who never was a member', () => {
    const leaver = { beats: 0, beat: () => (leaver.beats++, heartbeat.delete(leaver)) };
    heartbeat.add(leaver);
    const gone = beating(heartbeat);
    heartbeat.delete(gone);
    heartbeat.delete({ beat: () => {} });
    vi.advanceTimersByTime(3 * PERIOD_MS);
    expect([leaver.beats, gone.beats]).toEqual([1, 0]);
  });

  it('has one timer for all, and none once it is stopped', () => {
    for (let i = 0; i < 100; i++) beating(heartbeat);
    expect(vi.getTimerCount()).toBe(1);
    const member = beating(heartbeat);
    heartbeat.stop();
    expect(vi.getTimerCount()).toBe(0);
    vi.advanceTimersByTime(2 * PERIOD_MS);
    expect(member.beats).toBe(0);
  });

  it('never beats for a period of 0', () => {
    const never = new Heartbeat(0);
    const member = beating(never);
    expect(vi.getTimerCount()).toBe(1);
    vi.advanceTimersByTime(10 * PERIOD_MS);
    expect(member.beats).toBe(0);
    never.delete(member);
    never.stop();
  });
});
