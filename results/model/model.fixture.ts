/** A model made by hand, so that tests know what must come out: round figures, one transport of each way to ask. */
import type { ByteModel } from './bytes.ts';
import type { HeldOut } from './linear.ts';
import type { Load } from './load.ts';
import type { Fit, Model, Part, TransportModel } from './model.ts';

export const LOAD: Load = {
  clients: 100,
  ratePerSecond: 1,
  arrivals: 'poisson',
  fanOut: 100,
  payloadBytes: 128,
  headerBytes: 0,
  pollIntervalMs: 1_000,
  pollPacing: 'fixed-rate',
  holdMs: 25_000,
  heartbeatMs: 15_000,
  recycleBytes: 131_072,
  rttMs: 40,
  processes: 1,
};

const off = (most: number): HeldOut => ({ points: [], median: most / 2, most, mostBy: most });

const fit = (costs: Partial<Record<Part, number>>, error: number): Fit => ({
  parts: Object.keys(costs) as Part[],
  coefficients: Object.values(costs),
  heldOut: off(error),
  loads: 8,
});

const bytes = (asks: ByteModel['asks'], message: number, more: Partial<ByteModel>): ByteModel => ({
  asks,
  overhead: [16, 64, 1_024, 65_536].map((payloadBytes) => ({
    payloadBytes,
    up: asks === 'once' ? 0 : message - 200,
    down: asks === 'once' ? message : 200,
  })),
  empty: { up: 0, down: 8 },
  beatsAlways: false,
  further: { up: 0, down: 3 },
  connect: { up: 500, down: 200 },
  opening: { up: 0, down: 0 },
  recycles: false,
  connectRequests: 1,
  upstream: null,
  ...more,
});

const transport = (name: string, byteModel: ByteModel, more: Partial<TransportModel>): TransportModel => ({
  transport: name,
  asks: byteModel.asks,
  bytes: byteModel,
  cores: { ...fit({ deliveries: 10e-6, beats: 15e-6 }, 0.1), warm: true, awake: false, together: [name] },
  packets: fit({ deliveries: 2 }, 0.05),
  serviceMs: fit({ process: 0.5, fanOut: 0.001 }, 0.05),
  serviceP99Ms: fit({ process: 1, fanOut: 0.002 }, 0.1),
  memory: { bytes: 10_000, low: 9_000, high: 11_000, clients: 6_000, heldOut: off(0.05) },
  kernelMemory: null,
  processBytes: 80e6,
  range: {
    clients: 400,
    deliveriesPerSecond: 6_000,
    requestsPerSecond: 1_000,
    upstreamPerSecond: 0,
    payloadBytes: { least: 128, most: 4_096 },
  },
  ...more,
});

export const TRANSPORTS: readonly TransportModel[] = [
  transport('short-polling', bytes('each-interval', 700, { empty: { up: 450, down: 200 } }), {
    cores: { ...fit({ requests: 60e-6 }, 0.1), warm: true, awake: false, together: ['short-polling'] },
    packets: fit({ requests: 3 }, 0.05),
    memory: { bytes: 4_000, low: 3_500, high: 4_500, clients: 6_000, heldOut: off(0.05) },
  }),
  transport('long-polling', bytes('and-waits', 720, { empty: { up: 470, down: 200 } }), {
    cores: { ...fit({ requests: 80e-6 }, 0.1), warm: true, awake: false, together: ['long-polling'] },
    packets: fit({ requests: 3 }, 0.05),
  }),
  transport('sse', bytes('once', 23, {}), {}),
  transport('websocket', bytes('once', 2, { beatsAlways: true, empty: { up: 6, down: 2 } }), {
    cores: { ...fit({ deliveries: 9e-6, beats: 15e-6 }, 0.1), warm: true, awake: false, together: ['websocket'] },
  }),
];

export const MODEL: Model = {
  fingerprint: 'fixture',
  carrier: 'h1',
  headers: 'chrome',
  transports: TRANSPORTS,
  usual: LOAD,
  notes: [],
};

export const modelOf = (name: string): TransportModel => TRANSPORTS.find(({ transport: one }) => one === name)!;
