import { describe, expect, it } from 'vitest';
import { Recovery } from './recovery.ts';

describe('Recovery', () => {
  it('ends for a client with its first message that was due after the cut, not with one that it had missed', () => {
    let connections = 10;
    const recovery = new Recovery(() => connections);
    recovery.cut([0, 1], 1_000);
    connections = 12;
    recovery.received(0, 900, 1_400);
    recovery.received(0, 1_100, 1_500);
    recovery.received(0, 1_200, 1_600);
    expect(recovery.findings.recoveryNs).toMatchObject({ count: 1, max: 500e3 });
    recovery.received(1, 1_000, 1_700);
    expect(recovery.findings).toMatchObject({ clients: 2, connections: 2, lostAgain: 0 });
    expect(recovery.findings.recoveryNs).toMatchObject({ count: 2, min: 500e3, max: 700e3 });
  });

  it('counts from the moment at which each client was cut, and not those that were not', () => {
    const recovery = new Recovery(() => 0);
    recovery.cut([1], 1_000);
    recovery.cut([2], 2_000);
    for (const client of [0, 1, 2]) recovery.received(client, 2_100, 2_200);
    expect(recovery.findings).toMatchObject({ clients: 2, recoveryNs: { count: 2, min: 200e3, max: 1_200e3 } });
  });

  it('counts one that is cut anew before it was served from the first cut, so that the longest waits are not left out', () => {
    const recovery = new Recovery(() => 0);
    recovery.cut([0, 1], 1_000);
    recovery.received(1, 1_100, 1_200);
    recovery.cut([0, 1], 5_000);
    for (const client of [0, 1]) recovery.received(client, 5_100, 5_200);
    expect(recovery.findings).toMatchObject({ clients: 4, recoveryNs: { count: 3, min: 200e3, max: 4_200e3 } });
  });

  it('counts connections until the last client is served, and not what comes after', () => {
    let connections = 0;
    const recovery = new Recovery(() => connections);
    recovery.cut([0], 0);
    connections = 3;
    recovery.received(0, 1, 2);
    connections = 50;
    expect(recovery.findings.connections).toBe(3);
  });

  it('shows by its count that a client was never served again', () => {
    const recovery = new Recovery(() => 0);
    recovery.cut([0, 1], 0);
    recovery.received(1, 1, 2);
    expect(recovery.findings).toMatchObject({ clients: 2, recoveryNs: { count: 1 } });
  });
});
