/** What the edges of a window saw of the simulated clients, and what lies between them. */
import { between, type Snapshot } from '../../clients/ledger.ts';
import type { PacketTally } from '../../clients/packets.ts';
import type { SimulatedClients } from './generator.ts';
import type { GeneratorReport } from './protocol.ts';

/** What one edge of the window saw. */
export interface Edge {
  readonly ledger: Snapshot;
  readonly modelled: PacketTally | null;
  readonly received: number;
  readonly cpuUs: number;
  readonly atUs: number;
}

export function edgeOf(clients: SimulatedClients): Edge {
  const cpu = process.cpuUsage();
  const { packets } = clients.ledger;
  return {
    ledger: clients.ledger.snapshot(),
    modelled: packets === undefined ? null : { packets: packets.packets, headerBytes: packets.headerBytes },
    received: clients.received,
    cpuUs: cpu.user + cpu.system,
    atUs: clients.clock.nowUs(),
  };
}

/** What lies between two edges, as the report has it. */
export function betweenEdges(
  before: Edge,
  after: Edge,
): Pick<GeneratorReport, 'window' | 'modelled' | 'windowNs' | 'windowDeliveries' | 'cpuNs'> {
  return {
    window: between(before.ledger, after.ledger),
    modelled: tallyBetween(before.modelled, after.modelled),
    windowNs: Math.round((after.atUs - before.atUs) * 1e3),
    windowDeliveries: after.received - before.received,
    cpuNs: (after.cpuUs - before.cpuUs) * 1e3,
  };
}

function tallyBetween(before: PacketTally | null, after: PacketTally | null): PacketTally | null {
  if (before === null || after === null) return null;
  return { packets: after.packets - before.packets, headerBytes: after.headerBytes - before.headerBytes };
}
