import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { between, LAYERS, Ledger, type Account } from './ledger.ts';

const accounts = [...LAYERS, 'partial'] as const;
const account = fc.constantFrom<Account>(...accounts);

describe('the ledger', () => {
  it('has totals that are the sums of what was booked, whatever was moved', () => {
    const step = fc.record({
      direction: fc.constantFrom('up' as const, 'down' as const),
      to: account,
      from: account,
      bytes: fc.nat(1_000),
    });
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const ledger = new Ledger();
        const booked = { up: 0, down: 0 };
        for (const { direction, to, from, bytes } of steps) {
          ledger[direction][from] += bytes;
          booked[direction] += bytes;
          ledger.move(direction, from, to, bytes);
        }
        const snapshot = ledger.snapshot();
        for (const direction of ['up', 'down'] as const) {
          expect(snapshot[direction].total).toBe(booked[direction]);
          expect(accounts.reduce((sum, name) => sum + snapshot[direction][name], 0)).toBe(booked[direction]);
        }
        // No socket counted any of it.
        expect(ledger.difference()).toEqual(booked);
      }),
    );
  });

  it('counts sockets while they are open and after they are closed', async () => {
    const server = createServer((socket) =>
      socket
        .end('twelve bytes')
        .on('error', () => {})
        .resume(),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const ledger = new Ledger();
    const sockets = Array.from({ length: 3 }, () => connect(port, '127.0.0.1').resume());
    for (const socket of sockets) ledger.track(socket, socket);
    expect([ledger.open, ledger.connections]).toEqual([3, 3]);
    const closed = sockets.map((socket) => once(socket, 'close'));
    for (const socket of sockets) socket.write('five!');
    await Promise.all(closed);
    server.close();
    expect(ledger.open).toBe(0);
    expect(ledger.difference()).toEqual({ up: -15, down: -36 });
    ledger.up.payload = 15;
    ledger.down.framing = 36;
    expect(ledger.difference()).toEqual({ up: 0, down: 0 });
  });

  it('tells what happened between two snapshots, which later bookings do not change', () => {
    const ledger = new Ledger();
    ledger.up.header = 10;
    ledger.requests = 1;
    const before = ledger.snapshot();
    ledger.up.header += 5;
    ledger.down.payload += 7;
    ledger.requests += 2;
    ledger.emptyPolls += 1;
    const after = ledger.snapshot();
    ledger.down.payload += 100;
    const zero = { payload: 0, framing: 0, header: 0, control: 0, handshake: 0, partial: 0, tls: 0, total: 0 };
    expect(between(before, after)).toEqual({
      up: { ...zero, header: 5, total: 5 },
      down: { ...zero, payload: 7, total: 7 },
      requests: 2,
      emptyPolls: 1,
      connections: 0,
    });
  });
});
