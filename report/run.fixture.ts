/** A seeded synthetic run for tests: all five transports and scenarios, with real encoded histograms. */
import { fixtureCodecs } from './codecs.fixture.ts';
import { fixtureExact } from './exact.fixture.ts';
import { LatencyRecorder } from '../results/histogram.ts';
import {
  SCHEMA_VERSION,
  type Latency,
  type Layers,
  type Measurement,
  type MeasurementParameters,
  type RunFile,
} from '../results/schema.ts';

/** mulberry32: 32 bits of state are plenty for a fixture, and the same seed gives the same run for ever. */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** What tells the five apart: typical delivery latency, and bytes of one delivery by layer. */
interface Profile {
  name: string;
  medianMs: number;
  spreadMs: number;
  framing: number;
  headerUp: number;
  headerDown: number;
  idleRequestsPerHour: number;
  readyMs: number;
  cpuUs: number;
}
const PROFILES: readonly Profile[] = [
  profile('short-polling', [480, 470], [31, 491, 182], 3600, 1.1, 210),
  profile('long-polling', [2.1, 0.8], [29, 491, 171], 144, 1.3, 160),
  profile('forever-iframe', [1.15, 0.35], [54, 0, 3], 0, 1.9, 31),
  profile('sse', [1.05, 0.32], [23, 0, 2], 0, 1.6, 28),
  profile('websocket', [0.92, 0.22], [4, 0, 0], 0, 2.2, 22),
];
/** Better in everything than any transport: the limit. */
const FLOOR = profile('tcp', [0.71, 0.15], [2, 0, 0], 0, 0.9, 12);

function profile(
  name: string,
  [medianMs, spreadMs]: [number, number],
  [framing, headerUp, headerDown]: [number, number, number],
  idleRequestsPerHour: number,
  readyMs: number,
  cpuUs: number,
): Profile {
  return { name, medianMs, spreadMs, framing, headerUp, headerDown, idleRequestsPerHour, readyMs, cpuUs };
}

const QUESTIONS: Record<string, string> = {
  broadcast: 'How fast, and at what cost, does one message reach every client?',
  echo: 'How long does a message take from a client to the server and back?',
  idle: 'What does a client cost while nothing is published?',
  connect: 'How long until a new client can receive?',
  'shared-port': 'Are plain HTTP requests slower while sockets live on the same port?',
};

export interface FixtureOptions {
  seed: number;
  repetitions: number;
  clients: number;
  /** Whether the limit is measured beside broadcast, as in a run of the command line. */
  floor: boolean;
}

const DEFAULTS: FixtureOptions = { seed: 7, repetitions: 3, clients: 20, floor: false };

/** A complete, plausible run; tests change what they are about on the copy that they get. */
export function fixtureRun(options: Partial<FixtureOptions> = {}): RunFile {
  const { seed, repetitions, clients, floor } = { ...DEFAULTS, ...options };
  const random = seeded(seed);
  // Of its own, so that the figures of the others are the same with it and without.
  const floorRandom = seeded(seed + 1);
  const measurements: Measurement[] = [];
  for (let repetition = 0; repetition < repetitions; repetition++) {
    for (const profile of PROFILES) {
      for (const build of [broadcast, echo, idle, connect, sharedPort]) {
        measurements.push(...build({ profile, random, clients, repetition }));
      }
    }
    if (floor) measurements.unshift(...broadcast({ profile: FLOOR, random: floorRandom, clients, repetition }));
  }
  measurements.forEach((m, order) => (m.order = order));
  return {
    schemaVersion: SCHEMA_VERSION,
    partial: false,
    run: {
      id: '2026-01-15T10-00-00Z-f1x',
      startedAt: '2026-01-15T10:00:00.000Z',
      wallTimeMs: 184_000,
      tool: { name: 'pushbench', version: '0.1.0' },
      argv: ['run', '--profile', 'standard', '--clients', String(clients)],
      config: { profile: 'standard', clients, payload: 128 },
      seed,
      planned: measurements.length,
      ...(floor ? { floors: [FLOOR.name] } : {}),
      questions: { ...QUESTIONS },
      notes: [],
      failures: [],
    },
    environment: {
      fingerprint: 'c0ffee1234567890',
      comparable: { cpuModel: 'Synthetic CPU @ 3.0 GHz', cores: 2, node: 'v20.20.2', platform: 'linux x64' },
      provenance: { host: 'fixture', kernel: '6.6.0', clockResolutionNs: 41 },
    },
    exact: fixtureExact(),
    codecs: fixtureCodecs(floor),
    measurements,
  };
}

interface Context {
  profile: Profile;
  random: () => number;
  clients: number;
  repetition: number;
}

const PAYLOAD = 128;
const RATE = 10;
const DURATION_MS = 10_000;

/** `count` latencies of roughly log-normal shape around the median; polling is uniform up to its interval. */
function latencies({ profile, random }: Context, count: number, scale: number): Latency {
  const recorder = new LatencyRecorder();
  const drift = 1 + (random() - 0.5) * 0.06;
  for (let i = 0; i < count; i++) {
    const ms =
      profile.spreadMs > 100
        ? profile.medianMs + (random() * 2 - 1) * profile.spreadMs
        : profile.medianMs *
          drift *
          Math.exp((random() + random() + random() - 1.5) * (profile.spreadMs / profile.medianMs) * 2);
    recorder.record(ms * scale * 1e6);
  }
  return recorder.summary();
}

const none = (): Latency => new LatencyRecorder().summary();

function layers(parts: Partial<Omit<Layers, 'total'>>): Layers {
  const all = { payload: 0, framing: 0, header: 0, control: 0, handshake: 0, partial: 0, ...parts };
  return { ...all, total: Object.values(all).reduce((sum, bytes) => sum + bytes, 0) };
}

function parametersOf(clients: number, variant: string | null): MeasurementParameters {
  return {
    variant,
    clients,
    ratePerSecond: RATE,
    arrivals: 'poisson',
    payloadBytes: PAYLOAD,
    pollIntervalMs: 1000,
    holdMs: 25_000,
    heartbeatMs: 15_000,
    recycleBytes: 131_072,
    connection: variant === 'close' ? 'close' : 'keep-alive',
    headers: 'chrome',
    deflate: false,
    durationMs: DURATION_MS,
    warmupMs: 1000,
  };
}

/** A measurement of nothing, for the scenarios to fill in. */
function blank(context: Context, scenario: string, variant: string | null = null): Measurement {
  const { profile, random, clients, repetition } = context;
  return {
    transport: profile.name,
    scenario,
    parameters: parametersOf(clients, variant),
    repetition,
    order: 0,
    counts: { publications: 0, offered: 0, delivered: 0, lost: 0, duplicated: 0, reordered: 0 },
    deliveryLatencyNs: none(),
    transitTimeNs: none(),
    readinessNs: none(),
    bytes: { up: layers({}), down: layers({}) },
    window: { durationNs: DURATION_MS * 1e6, deliveries: 0, emptyPolls: 0, connections: 0 },
    requests: 0,
    handshakePerClient: { upBytes: profile.name === 'websocket' ? 499 : 547, downBytes: 129 + profile.framing * 9 },
    server: {
      cpuNs: 40e6 + random() * 5e6,
      rssBytes: 78e6 + Math.round(random() * 4e6),
      rssPerClientBytes: 21_000 + Math.round(random() * 3000),
      eventLoopDelayNs: { p50: 1.1e6, p99: 1.6e6 + random() * 2e5, max: 4e6 },
    },
    generator: {
      cpuNs: 1.9e9 + random() * 2e8,
      rssBytes: 95e6,
      eventLoopDelayNs: { p50: 1.1e6, p99: 1.9e6, max: 6e6 },
      scheduleSlipNs: { p50: 4e4, p99: 2.2e5, max: 9e5 },
    },
    validity: { valid: true, warnings: [] },
  };
}

function broadcast(context: Context): Measurement[] {
  const { profile, clients, random } = context;
  const publications = (RATE * DURATION_MS) / 1000;
  const deliveries = publications * clients;
  const empty = profile.name === 'short-polling' ? Math.round(clients * (2 + random())) : 0;
  const requests =
    profile.headerUp === 0 ? 0 : Math.round(deliveries * (profile.name === 'short-polling' ? 0.1 : 0.98)) + empty;
  const m = blank(context, 'broadcast');
  m.counts = { publications, offered: deliveries, delivered: deliveries, lost: 0, duplicated: 0, reordered: 0 };
  m.deliveryLatencyNs = latencies(context, deliveries, 1);
  m.transitTimeNs = latencies(context, deliveries, 0.93);
  m.readinessNs = latencies(
    { ...context, profile: { ...profile, medianMs: profile.readyMs, spreadMs: 0.5 } },
    clients,
    1,
  );
  m.requests = requests;
  m.window = { ...m.window, deliveries, emptyPolls: empty };
  m.bytes.up = layers({ header: requests * profile.headerUp, control: profile.name === 'websocket' ? clients * 6 : 0 });
  m.bytes.down = layers({
    payload: deliveries * PAYLOAD,
    framing: deliveries * profile.framing,
    header: (requests === 0 ? deliveries : requests) * profile.headerDown,
    control: profile.name === 'websocket' ? clients * 2 : 0,
  });
  const packets = 2 * deliveries;
  const ipBytes = m.bytes.up.total + m.bytes.down.total + packets * 52;
  m.network = { basis: profile.name === 'sse' ? 'modelled' : 'measured', packets, ipBytes };
  m.server.cpuNs = deliveries * profile.cpuUs * 1000 * (0.95 + random() * 0.1);
  return [m];
}

function echo(context: Context): Measurement[] {
  const m = broadcast(context)[0]!;
  const upstream = context.profile.name === 'websocket' ? { framing: 8 } : { header: 575 };
  m.scenario = 'echo';
  m.deliveryLatencyNs = latencies(context, m.window.deliveries, 1.7);
  m.bytes.up = layers({
    payload: m.window.deliveries * PAYLOAD,
    framing: m.window.deliveries * (upstream.framing ?? 0),
    header: m.bytes.up.header + m.window.deliveries * (upstream.header ?? 0),
  });
  return [m];
}

function idle(context: Context): Measurement[] {
  const { profile, clients } = context;
  const m = blank(context, 'idle');
  m.requests = Math.round((profile.idleRequestsPerHour * clients * DURATION_MS) / 3_600_000);
  m.window = { ...m.window, emptyPolls: m.requests };
  const beats = Math.round((clients * DURATION_MS) / 15_000);
  const streams = profile.idleRequestsPerHour === 0;
  m.bytes.up = layers({ header: m.requests * profile.headerUp, control: profile.name === 'websocket' ? beats * 6 : 0 });
  m.bytes.down = layers({
    header: m.requests * profile.headerDown,
    framing: m.requests * 12,
    control: streams ? beats * (profile.name === 'websocket' ? 2 : 9) : 0,
  });
  return [m];
}

function connect(context: Context): Measurement[] {
  const { profile, clients } = context;
  const variants = profile.name === 'short-polling' ? ['keep-alive', 'close'] : [null];
  return variants.map((variant) => {
    const m = blank(context, 'connect', variant);
    // As the scenario has it: a session that polls does so fast enough to keep its connection.
    if (variant !== null) m.parameters.pollIntervalMs = 20;
    const slower = variant === 'close' ? 1.6 : 1;
    const readyProfile = { ...profile, medianMs: profile.readyMs * slower, spreadMs: 0.5 };
    m.readinessNs = latencies({ ...context, profile: readyProfile }, clients * 60, 1);
    m.window = { ...m.window, connections: clients * 60 };
    m.bytes.up = layers({ handshake: clients * 60 * 520 });
    m.bytes.down = layers({ handshake: clients * 60 * 190 });
    return m;
  });
}

function sharedPort(context: Context): Measurement[] {
  if (context.profile.name !== 'websocket') return [];
  return ['http-alone', 'http-with-sockets'].map((variant) => {
    const m = blank(context, 'shared-port', variant);
    m.requestLatencyNs = latencies(context, 3000, variant === 'http-alone' ? 0.6 : 0.78);
    m.requests = 3000;
    return m;
  });
}
