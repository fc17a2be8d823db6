/** The scenarios that disturb what they measure, with real processes: what must come of it is held to laws and counts. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CHOICES } from '../scenarios/transports.ts';
import { codes, folder, measured } from './cli.fixture.ts';

let cwd: string;
let remove: () => void;
beforeEach(() => ({ path: cwd, remove } = folder()));
afterEach(() => remove());

const broken = ['deliveries-lost', 'deliveries-duplicated', 'deliveries-reordered', 'client-errors', 'ledger-mismatch'];

describe('reconnect-storm', () => {
  it('serves every client again, loses nothing, and calls the cut no error, over every transport', async () => {
    const args = ['--clients', '20', '--rate', '50', '--duration', '1500ms', '--poll-interval', '100ms'];
    const all = await measured(cwd, '--scenarios', 'reconnect-storm', '--transports', CHOICES.join(','), ...args);
    expect(all).toHaveLength(CHOICES.length);
    for (const each of all) {
      expect(each.counts.delivered, each.transport).toBe(each.counts.offered);
      expect(each.storm, each.transport).toMatchObject({ clients: 20, recoveryNs: { count: 20 } });
      expect(each.storm!.connections).toBeGreaterThanOrEqual(20);
      expect(codes(each).filter((code) => broken.includes(code))).toEqual([]);
    }
  });
});

describe('slow-client', () => {
  it('keeps the slow apart from the others, and accounts for every message of both', async () => {
    const transports = ['short-polling', 'sse', 'websocket'];
    const args = [
      '--clients',
      '10',
      '--rate',
      '40',
      '--payload',
      '64KiB',
      '--duration',
      '1s',
      '--poll-interval',
      '100ms',
    ];
    const all = await measured(cwd, '--scenarios', 'slow-client', '--transports', transports.join(','), ...args);
    const slow = all.filter(({ parameters }) => parameters.slowShare === 0.5);
    expect(slow).toHaveLength(transports.length);
    for (const each of slow) {
      const { counts, deliveryLatencyNs, slow: apart } = each;
      expect(counts.delivered + apart!.toldLost, each.transport).toBe(counts.offered);
      expect([counts.lost, apart!.clients]).toEqual([0, 5]);
      expect(deliveryLatencyNs.count).toBe(counts.offered / 2);
      // They read nothing for the window: half of what is due in it waits for at least half of it.
      expect(apart!.deliveryLatencyNs.p50! / deliveryLatencyNs.p50!).toBeGreaterThan(1.5);
      expect(codes(each).filter((code) => broken.includes(code))).toEqual([]);
    }
    for (const { slow: apart } of all.filter(({ parameters }) => parameters.slowShare === 0)) {
      expect(apart).toBeUndefined();
    }
  });

  it('counts what slow clients were told is gone, and does not call it silence', async () => {
    // The hub retains 16 MiB of a channel and sockets hold some: who reads nothing while 60 MiB are published must be told of
    // a gap, on a machine that is seconds behind, too; the other client would have to be more than a second late.
    const args = ['--clients', '2', '--rate', '12', '--payload', '1MiB', '--duration', '5s'];
    const all = await measured(cwd, '--scenarios', 'slow-client', '--transports', 'websocket', ...args);
    const each = all.find(({ parameters }) => parameters.slowShare === 0.5)!;
    expect(each.slow!.toldLost).toBeGreaterThan(0);
    expect(each.counts).toMatchObject({ lost: 0, delivered: each.counts.offered - each.slow!.toldLost });
    expect(codes(each).filter((code) => broken.includes(code))).toEqual([]);
  });
});

describe('staleness', () => {
  it('is at least half a publishing period on average, and half a poll more where clients poll', async () => {
    const args = ['--clients', '20', '--rate', '20', '--duration', '1500ms', '--poll-interval', '400ms'];
    const all = await measured(cwd, '--scenarios', 'staleness', '--transports', 'short-polling,websocket', ...args);
    const meanMs = (name: string): number => all.find(({ transport }) => transport === name)!.stalenessNs!.mean! / 1e6;
    expect(meanMs('websocket')).toBeGreaterThan(0.9 * 25);
    expect(meanMs('short-polling')).toBeGreaterThan(0.9 * (25 + 200));
    expect(meanMs('short-polling')).toBeGreaterThan(meanMs('websocket'));
  });
});
