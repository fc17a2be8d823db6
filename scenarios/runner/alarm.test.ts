import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { follow, type Waker } from './alarm.ts';
import type { Clock } from './clock.ts';

/** A clock that stands still until it is moved, and a waker that rings when it has been moved far enough. */
class FakeTime implements Waker {
  now = 0;
  /** What `nowUs` adds each time it is read: time that passes while the program runs. */
  tickUs = 0;
  #ring: { at: number; ring: () => void } | undefined;
  readonly clock = { nowUs: () => (this.now += this.tickUs) } as Clock;

  in(delayMs: number, ring: () => void): void {
    this.#ring = { at: this.now + delayMs * 1e3, ring };
  }

  get armed(): number | undefined {
    return this.#ring?.at;
  }

  /** Lets time pass, waking at most `lateUs` after each due time. */
  advance(untilUs: number, lateUs = 0): void {
    while (this.#ring !== undefined && this.#ring.at + lateUs <= untilUs) {
      const { at, ring } = this.#ring;
      this.#ring = undefined;
      this.now = Math.max(this.now, at + lateUs);
      ring();
    }
    this.now = Math.max(this.now, untilUs);
  }
}

type Fired = [seq: number, dueUs: number, slipUs: number];

let time: FakeTime;
let fired: Fired[];
const record = (...firing: Fired): void => void fired.push(firing);

beforeEach(() => {
  time = new FakeTime();
  fired = [];
});

async function settled(promise: Promise<void>): Promise<boolean> {
  let is = false;
  void promise.then(() => (is = true));
  await Promise.resolve();
  await Promise.resolve();
  return is;
}

describe('follow', () => {
  it('fires nothing before it is due, and each at its time', () => {
    follow([100, 250, 400], time.clock, time, record);
    time.advance(99);
    expect(fired).toEqual([]);
    time.advance(100);
    expect(fired).toEqual([[0, 100, 0]]);
    time.advance(399);
    expect(fired).toEqual([
      [0, 100, 0],
      [1, 250, 0],
    ]);
    time.advance(400);
    expect(fired).toHaveLength(3);
  });

  it('asks to be woken at the next due time, not sooner', () => {
    follow([100, 250.5], time.clock, time, record);
    expect(time.armed).toBe(100);
    time.advance(100);
    expect(time.armed).toBe(250.5);
  });

  it('fires what is overdue at once and in order, each with its own due time and slip', () => {
    follow([100, 200, 300, 900], time.clock, time, record);
    time.now = 450;
    time.advance(450, 0);
    expect(fired).toEqual([
      [0, 100, 350],
      [1, 200, 250],
      [2, 300, 150],
    ]);
    expect(time.armed).toBe(900);
  });

  it('fires at once what was overdue when it began', () => {
    time.now = 1_000;
    follow([100, 1_000, 1_001], time.clock, time, record);
    expect(fired).toEqual([
      [0, 100, 900],
      [1, 1_000, 0],
    ]);
  });

  it('counts the time that firing itself takes into the slip of those that wait behind it', () => {
    follow([10, 10, 10], time.clock, time, (...firing) => {
      record(...firing);
      time.now += 40;
    });
    time.advance(10);
    expect(fired.map(([, , slipUs]) => slipUs)).toEqual([0, 40, 80]);
  });

  it('goes on waiting when it is woken too early', () => {
    follow([100], time.clock, { in: (delayMs, ring) => time.in(delayMs / 2, ring) }, record);
    time.advance(60);
    expect(fired).toEqual([]);
    time.advance(101);
    expect(fired).toHaveLength(1);
  });

  it('fires each exactly once, in order, never early, whatever the lateness and the pace', () => {
    const anyDue = fc.array(fc.nat(10_000), { maxLength: 50 }).map((due) => due.sort((a, b) => a - b));
    fc.assert(
      fc.property(anyDue, fc.nat(2_000), fc.nat(3), fc.nat(500), (due, lateUs, tickUs, start) => {
        time = new FakeTime();
        fired = [];
        time.now = start;
        time.tickUs = tickUs;
        follow(due, time.clock, time, (seq, dueUs, slipUs) => {
          expect(Math.round(time.now - dueUs)).toBe(slipUs);
          record(seq, dueUs, slipUs);
        });
        time.advance(50_000, lateUs);
        expect(fired.map(([seq, dueUs]) => [seq, dueUs])).toEqual(due.map((dueUs, seq) => [seq, dueUs]));
        expect(fired.every(([, , slipUs]) => slipUs >= 0)).toBe(true);
      }),
    );
  });

  it('is done after the last one, not before', async () => {
    const { done } = follow([100, 200], time.clock, time, record);
    time.advance(150);
    expect(await settled(done)).toBe(false);
    time.advance(200);
    expect(await settled(done)).toBe(true);
  });

  it('is done at once with an empty schedule', async () => {
    expect(await settled(follow([], time.clock, time, record).done)).toBe(true);
    expect(time.armed).toBeUndefined();
  });

  it('fires nothing more once it is stopped, and is done', async () => {
    const following = follow([100, 200, 300], time.clock, time, record);
    time.advance(100);
    following.stop();
    expect(await settled(following.done)).toBe(true);
    time.advance(1_000);
    expect(fired).toEqual([[0, 100, 0]]);
  });

  it('can be stopped by what it fires', async () => {
    const following = follow([100, 100, 100], time.clock, time, (...firing) => {
      record(...firing);
      following.stop();
    });
    time.advance(1_000);
    expect(fired).toEqual([[0, 100, 0]]);
    expect(await settled(following.done)).toBe(true);
  });
});

describe('a process with an alarm', () => {
  it('ends by itself once nothing is due any more', () => {
    // Twice: the thread may not have started before the first, and its failure to start would come too late to be seen.
    const script = `import('./dist/scenarios/runner/alarm.js').then(({ Alarm }) => {
      const alarm = new Alarm();
      alarm.in(300, () => alarm.in(0.5, () => console.log('rung')));
    });`;
    // Ended by the timeout, it would have no status. No --input-type: the thread would inherit it, and refuse it.
    const options = { encoding: 'utf8', timeout: 20_000 } as const;
    const { status, stdout, stderr } = spawnSync(process.execPath, ['-e', script], options);
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: 'rung\n', stderr: '' });
  });
});
