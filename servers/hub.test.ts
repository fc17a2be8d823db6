import fc from 'fast-check';
import { setImmediate as macrotask } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS, encodedOnce, Hub, Log, type Encoder, type Entry } from './hub.ts';

const limits = fc.record({
  retainMessages: fc.integer({ min: 1, max: 60 }),
  retainBytes: fc.integer({ min: 1, max: 500 }),
});
const payloads = fc.array(fc.string({ unit: 'binary', maxLength: 30 }), { maxLength: 200 });

describe('the log', () => {
  it('retains the newest messages, in order and with contiguous offsets, within both limits', () => {
    fc.assert(
      fc.property(limits, payloads, (bounds, sent) => {
        const log = new Log(bounds);
        for (const [index, payload] of sent.entries()) {
          expect(log.append(payload).offset).toBe(index + 1);
          const kept = log.after(0);
          expect(kept.map(({ payload }) => payload)).toEqual(sent.slice(index + 1 - kept.length, index + 1));
          expect(kept.map(({ offset }) => offset)).toEqual(kept.map((_, i) => log.first + i));
          expect(kept.at(-1)!.offset).toBe(log.last);
          expect(kept.length).toBeLessThanOrEqual(bounds.retainMessages);
          const bytes = kept.reduce((sum, entry) => sum + Buffer.byteLength(entry.payload), 0);
          expect(log.retainedBytes).toBe(bytes);
          expect(bytes <= bounds.retainBytes || kept.length === 1).toBe(true);
        }
      }),
    );
  });

  it('retains no less than both limits allow', () => {
    fc.assert(
      fc.property(limits, payloads, (bounds, sent) => {
        const log = new Log(bounds);
        for (const payload of sent) log.append(payload);
        const oneMore = sent[log.first - 2];
        if (oneMore === undefined) return;
        const isFull = log.last - log.first + 1 === bounds.retainMessages;
        expect(isFull || log.retainedBytes + Buffer.byteLength(oneMore) > bounds.retainBytes).toBe(true);
      }),
    );
  });

  it('accounts for every message after any cursor as lost or as retained', () => {
    fc.assert(
      fc.property(limits, payloads, fc.nat(250), (bounds, sent, anyCursor) => {
        const log = new Log(bounds);
        for (const payload of sent) log.append(payload);
        const cursor = Math.min(anyCursor, sent.length);
        expect(log.lostAfter(cursor) + log.after(cursor).length).toBe(sent.length - cursor);
        expect(log.next(cursor + log.lostAfter(cursor))?.payload).toBe(sent[cursor + log.lostAfter(cursor)]);
      }),
    );
  });

  it('cuts a batch after the message that exceeds its bytes, and never answers none while there are some', () => {
    fc.assert(
      fc.property(payloads, fc.nat(200), (sent, maxBytes) => {
        const log = new Log(DEFAULT_LIMITS);
        for (const payload of sent) log.append(payload);
        const received: unknown[] = [];
        for (let cursor = 0; cursor < sent.length;) {
          const batch = log.after(cursor, maxBytes);
          expect(batch.length).toBeGreaterThan(0);
          expect(batch.slice(0, -1).reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThanOrEqual(maxBytes);
          received.push(...batch.map(({ payload }) => payload));
          cursor = batch.at(-1)!.offset;
        }
        expect(received).toEqual(sent);
      }),
    );
  });

  it('begins empty: nothing is lost, nothing follows, a client starts at 0', () => {
    const log = new Log(DEFAULT_LIMITS);
    expect([log.first, log.last, log.lostAfter(0), log.next(0), log.after(0)]).toEqual([1, 0, 0, undefined, []]);
  });

  it('counts bytes as UTF-8 and as they are', () => {
    const log = new Log(DEFAULT_LIMITS);
    expect(log.append('é😀').bytes).toBe(6);
    expect(log.append(Buffer.alloc(5)).bytes).toBe(5);
    expect(log.retainedBytes).toBe(11);
  });

  it('lets go of what it does not retain', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const log = new Log({ ...DEFAULT_LIMITS, retainMessages: 2 });
    const entries = Array.from({ length: 20 }, (_, i) => new WeakRef(log.append(Buffer.alloc(100, i))));
    // A WeakRef holds its target until the job that made it ends.
    await macrotask();
    collect();
    expect(entries.map((entry) => entry.deref() !== undefined)).toEqual([
      ...Array<boolean>(18).fill(false),
      true,
      true,
    ]);
    expect(log.after(0)).toHaveLength(2);
  });
});

describe('waking', () => {
  it('wakes each subscriber once for a burst, after the whole of it', async () => {
    const log = new Log(DEFAULT_LIMITS);
    const seen: number[][] = [[], []];
    for (const calls of seen) log.subscribe({ wake: () => calls.push(log.last) });
    for (let i = 0; i < 10; i++) log.append('x');
    expect(seen).toEqual([[], []]);
    await macrotask();
    expect(seen).toEqual([[10], [10]]);
    log.append('x');
    await macrotask();
    expect(seen).toEqual([
      [10, 11],
      [10, 11],
    ]);
  });

  it('does not wake who has left, though the message came first', async () => {
    const log = new Log(DEFAULT_LIMITS);
    let woken = 0;
    const subscriber = { wake: () => void woken++ };
    log.subscribe(subscriber);
    log.append('x');
    log.unsubscribe(subscriber);
    await macrotask();
    expect([woken, log.subscribers]).toEqual([0, 0]);
  });

  it('wakes everyone though each leaves as it is woken', async () => {
    const log = new Log(DEFAULT_LIMITS);
    const woken: number[] = [];
    for (let i = 0; i < 5; i++) {
      const subscriber = {
        wake(): void {
          woken.push(i);
          log.unsubscribe(subscriber);
        },
      };
      log.subscribe(subscriber);
    }
    log.append('x');
    await macrotask();
    expect(woken).toEqual([0, 1, 2, 3, 4]);
  });
});

describe('waking thousands', () => {
  /** Subscribers that keep up: what each has been woken for. */
  const subscribed = (log: Log, count: number): number[][] =>
    Array.from({ length: count }, () => {
      const calls: number[] = [];
      log.subscribe({ wake: () => calls.push(log.last) });
      return calls;
    });

  it('lets other work come in between, and wakes each once', async () => {
    const log = new Log(DEFAULT_LIMITS);
    const calls = subscribed(log, 3_500);
    const woken = (): number => calls.filter(({ length }) => length > 0).length;
    log.append('x');
    const seen: number[] = [];
    for (let turn = 0; turn < 5; turn++) {
      await macrotask();
      seen.push(woken());
    }
    expect(seen).toEqual([...new Set(seen), ...Array<number>(5 - new Set(seen).size).fill(3_500)]);
    expect(seen[0]).toBeLessThan(3_500);
    expect(new Set(calls.map(({ length }) => length))).toEqual(new Set([1]));
  });

  it('tells everyone of the last message, whenever messages, clients and losses come in between', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(2_500),
        fc.array(fc.record({ appended: fc.nat(2), joining: fc.nat(1_200), leaving: fc.nat(1_200) }), { maxLength: 5 }),
        async (atFirst, turns) => {
          const log = new Log(DEFAULT_LIMITS);
          const all = new Map<{ wake: () => void }, { seen: number }>();
          const join = (): void => {
            const state = { seen: log.last };
            const subscriber = { wake: () => void (state.seen = log.last) };
            all.set(subscriber, state);
            log.subscribe(subscriber);
          };
          for (let i = 0; i < atFirst; i++) join();
          for (const { appended, joining, leaving } of [{ appended: 1, joining: 0, leaving: 0 }, ...turns]) {
            for (let i = 0; i < appended; i++) log.append('x');
            for (const [subscriber] of [...all].slice(0, leaving)) {
              all.delete(subscriber);
              log.unsubscribe(subscriber);
            }
            for (let i = 0; i < joining; i++) join();
            await macrotask();
          }
          for (let turn = 0; turn < 20; turn++) await macrotask();
          expect([...all.values()].filter(({ seen }) => seen !== log.last)).toEqual([]);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('comes to an end though more join in each turn than are woken in one', async () => {
    const log = new Log(DEFAULT_LIMITS);
    const [first] = subscribed(log, 2_500);
    log.append('x');
    for (let turn = 0; turn < 6; turn++) {
      await macrotask();
      subscribed(log, 1_500);
      if (turn === 0) log.append('x');
    }
    expect(first!.at(-1)).toBe(2);
  });
});

describe('an entry’s encoding', () => {
  it('is made once for one encoder, and anew for another', () => {
    const entry = new Log(DEFAULT_LIMITS).append('x');
    let made = 0;
    const upper = (e: Entry): Buffer => (made++, Buffer.from(String(e.payload).toUpperCase()));
    const twice = (e: Entry): Buffer => (made++, Buffer.from(String(e.payload).repeat(2)));
    expect(encodedOnce(entry, upper)).toBe(encodedOnce(entry, upper));
    expect(made).toBe(1);
    expect(encodedOnce(entry, twice).toString()).toBe('xx');
    expect(encodedOnce(entry, upper).toString()).toBe('X');
    expect(made).toBe(3);
  });

  it('is kept for the newest alone, within 8 MiB over all logs, also when a late reader encodes old messages again', () => {
    const logs = [new Log(DEFAULT_LIMITS), new Log(DEFAULT_LIMITS)];
    const megabyte: Encoder = () => Buffer.alloc(2 ** 20);
    const entries = Array.from({ length: 24 }, (_, i) => logs[i % 2]!.append('x'));
    const kept = (): Entry[] => entries.filter(({ encoded }) => encoded !== undefined);
    for (const entry of entries) encodedOnce(entry, megabyte);
    expect(kept()).toEqual(entries.slice(-8));
    for (const entry of entries) encodedOnce(entry, megabyte);
    expect(kept()).toHaveLength(8);
  });
});

describe('the hub', () => {
  it('makes a channel on first use and gives the same one again', () => {
    const hub = new Hub();
    hub.channel('a')!.append('x');
    expect(hub.channel('a')!.last).toBe(1);
    expect(hub.channel('b')!.last).toBe(0);
  });

  it('refuses one channel more than it may hold, and still gives those it has', () => {
    const hub = new Hub({ maxChannels: 2 });
    const [a, b] = [hub.channel('a'), hub.channel('b')];
    expect(hub.channel('c')).toBeUndefined();
    expect([hub.channel('a'), hub.channel('b')]).toEqual([a, b]);
  });

  it('counts the subscribers of all channels', () => {
    const hub = new Hub();
    for (const name of ['a', 'b', 'b']) hub.channel(name)!.subscribe({ wake() {} });
    expect(hub.subscribers).toBe(3);
  });

  it('keeps all channels together under one limit: what was silent longest is forgotten first, and its readers are told', () => {
    const hub = new Hub({ totalBytes: 100 });
    const [quiet, busy] = [hub.channel('quiet')!, hub.channel('busy')!];
    quiet.append('q'.repeat(60));
    for (let i = 0; i < 5; i++) busy.append('b'.repeat(10));
    expect(hub.retainedBytes).toBe(50);
    expect(quiet.lostAfter(0)).toBe(1);
    expect(busy.lostAfter(0)).toBe(0);
    expect(quiet.append('again').offset).toBe(2);
    expect(hub.retainedBytes).toBe(55);
  });

  it('never holds more than its limit and one message, however hostile the channels are', () => {
    const appends = fc.array(fc.tuple(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 40 })));
    fc.assert(
      fc.property(appends, (list) => {
        const hub = new Hub({ totalBytes: 100, retainBytes: 60 });
        for (const [channel, size] of list) {
          hub.channel(`c${channel}`)!.append('x'.repeat(size));
          expect(hub.retainedBytes).toBeLessThanOrEqual(100);
        }
      }),
    );
  });
});
