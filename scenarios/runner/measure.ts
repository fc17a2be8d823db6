/** One measurement: a fresh server process and a fresh generator process, and a window. */
import { setTimeout as sleep } from 'node:timers/promises';
import { isEncrypted } from '../../clients/connection.ts';
import { memoryOf } from '../../results/memory.ts';
import type { Measurement } from '../../results/schema.ts';
import { DEFAULT_SERVER_OPTIONS, type ServerOptions } from '../../servers/server.ts';
import { headerProfileOf } from '../header-profiles.ts';
import { scenario } from '../index.ts';
import { linkOf, longestRoundTripMs } from '../link.ts';
import { carrierOf, GRACE, type Parameters } from '../scenario.ts';
import { Awake, coresToKeep, ranBetween } from './awake.ts';
import { certificate } from './certificate.ts';
import { apart, Child } from './child-process.ts';
import { Clock, epochNow } from './clock.ts';
import { connectingMs } from './connecting.ts';
import { LinkRelay } from './link-relay.ts';
import type { ClockReading, Exchange } from './clock-check.ts';
import { documentOf, type Reading } from './document.ts';
import { machineTicks, portRange, readProcess, type ProcessReading } from './machine.ts';
import { readProcesses, type Processes } from './machine-load.ts';
import { mergeReports } from './merge-reports.ts';
import { openNamespace, type Namespace } from './namespace.ts';
import { readStep, stepsOf } from './memory.ts';
import type { Pace } from './pacer.ts';
import type { Planned } from './plan.ts';
import { addressOf, type PortRange } from './share.ts';
import type { FromGenerator, FromServer, Timeline, ToGenerator, ToServer } from './protocol.ts';
import { stall, stallOf } from './stall.ts';
import type { Target } from '../target/target.ts';

const HOST = '127.0.0.1';

/** Between the command to begin and the first publication: both processes must have heard of it, ms. */
const LEAD_MS = 60;

/** Beyond the grace of the target itself: what its process takes to hear of its end and to end, ms. */
const TARGET_GRACE_MS = 2_000;

/** What serves in a measurement, where it is not this build's own server: what is forked, and answers as `FromServer` has it. */
export interface MeasuredServer {
  readonly module: URL;
  /** What the module is to start, where it is no server itself: then it is asked to end before it is killed. */
  readonly target?: Target;
}

export interface MeasureOptions {
  readonly port: number;
  readonly server?: MeasuredServer;
  readonly signal: AbortSignal;
}

type Server = Child<ToServer, FromServer>;
type GeneratorChild = Child<ToGenerator, FromGenerator>;

/** Throws a ProcessFailure when a process dies, and the signal's reason when the run is interrupted. Leaves no process. */
export async function measure(planned: Planned, options: MeasureOptions): Promise<Measurement> {
  // A port that the user names is one of this machine: it must be reachable, and taken when it is taken. A target may need
  // others of this machine, such as a database.
  const own = options.port === 0 && options.server?.target === undefined;
  const namespace = own ? await openNamespace() : null;
  const awake = scenario(planned.scenario).keepsAwake === true ? new Awake(coresToKeep()) : null;
  try {
    options.signal.throwIfAborted();
    return await measureIn(namespace, awake, planned, options);
  } finally {
    await awake?.end();
    await namespace?.close();
  }
}

async function measureIn(
  namespace: Namespace | null,
  awake: Awake | null,
  planned: Planned,
  { port, signal, server: measured }: MeasureOptions,
): Promise<Measurement> {
  const link = linkOf(planned.parameters);
  const crowd = { servers: planned.parameters.serverWorkers ?? 1, generators: workersOf(planned.parameters) };
  // Where one wakes the other, it costs more across two cores than on one, and which it is would be the scheduler's mood.
  const pins = awake === null ? null : apart({ ...crowd, relayed: link !== null }, coresToKeep());
  const server: Server = new Child('server', namespace?.enter, measured?.module, pins?.server);
  const relay = link === null ? null : new LinkRelay(link, namespace?.enter);
  // With a relay every packet would be counted twice, once on each side of it: there they are modelled.
  const counting = relay === null ? namespace : null;
  const generators = Array.from(
    { length: crowd.generators },
    (): GeneratorChild => new Child('generator', namespace?.enter, undefined, pins?.generator),
  );
  let interrupt = (): void => {};
  const interrupted = new Promise<never>((_, reject) => {
    interrupt = () => reject(signal.reason as Error);
    signal.addEventListener('abort', interrupt);
  });
  try {
    return await Promise.race([
      conduct(planned, port, {
        ...{ server, target: measured?.target, generators, relay, awake, namespace: counting },
        restless: pins !== null,
      }),
      interrupted,
    ]);
  } finally {
    signal.removeEventListener('abort', interrupt);
    const children = [...generators, ...(relay === null ? [] : [relay])];
    const target = measured?.target;
    const ended = target === undefined ? server.kill() : server.end(target.stop.graceMs + TARGET_GRACE_MS);
    await Promise.all([ended, ...children.map((child) => child.kill())]);
  }
}

interface Stage {
  readonly server: Server;
  /** What the server process has started, where that serves. */
  readonly target: Target | undefined;
  readonly generators: readonly GeneratorChild[];
  /** Null where no link lies between the two. */
  readonly relay: LinkRelay | null;
  /** Null where cores may sleep. */
  readonly awake: Awake | null;
  /** Null: the packets are modelled. */
  readonly namespace: Namespace | null;
  /** Whether each generator has a core that nobody else needs, and never waits. */
  readonly restless: boolean;
}

async function conduct(planned: Planned, port: number, stage: Stage): Promise<Measurement> {
  const { server, target, generators, relay, awake, namespace, restless } = stage;
  const { transport, parameters } = planned;
  const link = linkOf(parameters);
  const epochNs = epochNow();
  const clock = new Clock(epochNs);
  const carrier = carrierOf(parameters);
  const secret = isEncrypted(carrier) ? await certificate() : undefined;
  const listening = await server.ask(
    {
      type: 'listen',
      transport,
      host: HOST,
      port,
      carrier,
      ...(secret === undefined ? {} : { certificate: secret }),
      options: serverOptions(parameters),
      workers: parameters.serverWorkers ?? 1,
      ...(target === undefined ? {} : { target }),
      epochNs,
    },
    'listening',
    target?.readyTimeoutMs,
  );
  const servingPid = listening.pid ?? server.pid;
  const rssBefore = readProcess(servingPid).rssBytes;
  const job = {
    ...planned,
    headers: headerProfileOf(parameters.headers),
    ...(secret === undefined ? {} : { certificate: secret.cert }),
    ...(target === undefined ? {} : { endpoint: target.endpoints[transport] }),
    epochNs,
    host: HOST,
    port: (await relay?.listen(HOST, listening.port, planned.seed, epochNs)) ?? listening.port,
    modelPackets: namespace === null,
    restless,
  };
  const ports = ownPorts(parameters);
  const connectMs = parameters.clients * 5 + connectingMs(link, parameters.clients);
  const [first = parameters.clients, ...others] = stepsOf(planned);
  await Promise.all(
    generators.map((generator, index) => {
      const share = { index, of: generators.length };
      const from = ports === null ? {} : { from: { address: addressOf(share), ports } };
      return generator.ask({ type: 'prepare', job: { ...job, share, ...from }, upTo: first }, 'prepared', connectMs);
    }),
  );
  const memory = others.length === 0 ? [] : [await readStep(first, servingPid)];
  for (const upTo of others) {
    await Promise.all(generators.map((one) => one.ask({ type: 'grow', upTo }, 'prepared', connectMs)));
    memory.push(await readStep(upTo, servingPid));
  }

  const timeline = timelineFrom(clock.nowUs() + LEAD_MS * 1e3, planned);
  const { publishes, channels: channelsOf } = scenario(planned.scenario);
  const { server: serverPublishes } = publishes(parameters.variant);
  const channels = channelsOf?.(parameters.clients, parameters.variant);
  const pace: Pace | null = parameters.ratePerSecond > 0 ? { ...parameters, seed: planned.seed } : null;
  const graceMs = GRACE.ms + 2 * parameters.pollIntervalMs + GRACE.roundTrips * longestRoundTripMs(link);
  const takesMs = LEAD_MS + parameters.warmupMs + parameters.durationMs + graceMs;
  const sentUs = clock.nowUs();
  const gotUs = (): number => clock.nowUs();
  const [published, reported, readings, stalled, linkWindow] = await Promise.all([
    server
      .ask(
        {
          type: 'window',
          timeline,
          pace: serverPublishes ? pace : null,
          payloadBytes: parameters.payloadBytes,
          ...(channels === undefined ? {} : { channels }),
        },
        'window',
        takesMs,
      )
      .then((answer) => ({ ...answer, gotUs: gotUs() })),
    Promise.all(
      generators.map((one) =>
        one
          .ask({ type: 'window', timeline, pace, graceMs }, 'report', takesMs)
          .then((answer) => ({ ...answer, gotUs: gotUs() })),
      ),
    ),
    readEdges(timeline, clock, servingPid, stage),
    stall(planned, timeline, clock, servingPid),
    relay?.window(timeline, takesMs),
  ]);
  const exchange = (answer: { clock: ClockReading; gotUs: number }): Exchange => {
    return { sentUs, gotUs: answer.gotUs, reading: answer.clock };
  };
  const clocks = { server: exchange(published), generators: reported.map(exchange) };
  const reports = reported.map(({ report }) => report);
  const report = mergeReports(reports, serverPublishes);
  const linked = linkWindow === undefined ? undefined : await relay?.evidence(linkWindow, report);
  const measured = documentOf(planned, {
    ...{ reports, report, readings, published, clocks, rssBefore },
    link: linked,
    awakeCores: awake === null ? undefined : ranBetween(readings[0].awakeNs, readings[1].awakeNs),
  });
  return { ...measured, ...stallOf(planned, stalled), ...(memory.length === 0 ? {} : { memory: memoryOf(memory) }) };
}

/** The ports of an address for each generator; null where those of one address will do for all, or where there is but one. */
function ownPorts({ clients, workers = 1 }: Parameters): PortRange | null {
  const range = portRange();
  // Twice: a client may have a connection for sending, and those that it had before linger.
  return range !== null && workers > 1 && process.platform === 'linux' && clients * 2 > range.count ? range : null;
}

/** No more than there are clients: a process without any has nothing to wait for. */
const workersOf = ({ workers = 1, clients }: Parameters): number => Math.min(workers, clients);

export function serverOptions(parameters: Parameters): Partial<ServerOptions> {
  const { holdMs, batch = true, heartbeatMs, recycleBytes, connection, deflate } = parameters;
  const { contextTakeover = true, gzip = false } = parameters;
  const responseHeaders = parameters.responseHeaders === 'typical' ? 'typical' : 'minimal';
  // A connection is kept from one poll to the next, however rare they are.
  const keepAliveMs = Math.max(DEFAULT_SERVER_OPTIONS.keepAliveMs, 1.1 * parameters.pollIntervalMs);
  return {
    keepAliveMs,
    holdMs,
    batch,
    heartbeatMs,
    recycleBytes,
    connection,
    deflate,
    contextTakeover,
    gzip,
    responseHeaders,
  };
}

function timelineFrom(startUs: number, { parameters }: Planned): Timeline {
  const windowStartUs = Math.round(startUs + parameters.warmupMs * 1e3);
  return {
    startUs: Math.round(startUs),
    windowStartUs,
    windowEndUs: windowStartUs + Math.round(parameters.durationMs * 1e3),
  };
}

async function readEdges(
  timeline: Timeline,
  clock: Clock,
  servingPid: number,
  { server, generators, relay, awake, namespace }: Stage,
): Promise<[Reading, Reading]> {
  const readAt = async (us: number, list: () => Processes | null): Promise<Reading> => {
    await sleep(Math.max(0, (us - clock.nowUs()) / 1e3));
    const cpu = process.cpuUsage();
    const serving = readProcess(servingPid);
    const awakeNs = awake?.cpuNs() ?? [];
    return {
      awakeNs,
      server: serving,
      generators: generators.map(({ pid }) => readProcess(pid)),
      machine: machineTicks(),
      wire: namespace?.count() ?? null,
      // What lies between, and what keeps cores awake, is this measurement's too.
      runnerNs:
        (cpu.user + cpu.system) * 1e3 +
        (relay?.cpuNs() ?? 0) +
        awakeNs.reduce<number>((sum, ns) => sum + (ns ?? 0), 0) +
        startersNs(server.pid, servingPid, serving),
      atMs: performance.now(),
      processes: list(),
    };
  };
  // All processes are listed before the load begins and after the window: the runner has other things to do in between.
  const before = readProcesses();
  return [await readAt(timeline.windowStartUs, () => before), await readAt(timeline.windowEndUs, readProcesses)];
}

/** CPU time of the server process where it has started what serves: that descends from it. */
function startersNs(pid: number, servingPid: number, serving: ProcessReading): number {
  return pid === servingPid ? 0 : Math.max(0, (readProcess(pid).cpuNs ?? 0) - (serving.cpuNs ?? 0));
}
