/** The generator process: connects the simulated clients, offers the scenario's load, and reports the window. */
import { setTimeout as sleep } from 'node:timers/promises';
import { LatencyRecorder } from '../../results/histogram.ts';
import { scenario } from '../index.ts';
import { transport } from '../transports.ts';
import { Alarm, follow, type Waker } from './alarm.ts';
import { serveRunner, until } from './child.ts';
import { clockReading } from './clock.ts';
import { betweenEdges, edgeOf } from './edge.ts';
import { SimulatedClients } from './generator.ts';
import { GENERATOR_SAMPLE_MS, LoopMonitor } from './loop-monitor.ts';
import { dealt, dueBetween, rushUs, schedule } from './pacer.ts';
import { RestlessLoop } from './restless-loop.ts';
import { countOf, partOf } from './share.ts';
import type {
  FromGenerator,
  GeneratorJob,
  GeneratorReport,
  Pace,
  Quantiles,
  Timeline,
  ToGenerator,
} from './protocol.ts';

let clients: SimulatedClients;
let job: GeneratorJob;

const alarm = new Alarm();

serveRunner<ToGenerator, FromGenerator>(async (message, reply) => {
  if (message.type === 'prepare') {
    job = message.job;
    clients = new SimulatedClients(job);
    clients.upTo = message.upTo ?? clients.upTo;
    await scenario(job.scenario).prepare(clients);
    reply({ type: 'prepared' });
  } else if (message.type === 'grow') {
    clients.upTo = message.upTo;
    await scenario(job.scenario).prepare(clients);
    reply({ type: 'prepared' });
  } else {
    const receivedUs = clients.clock.nowUs();
    const report = await measure(message.timeline, message.pace, message.graceMs);
    clients.close();
    reply({ type: 'report', report, clock: clockReading(clients.clock, receivedUs) });
  }
});

async function measure(timeline: Timeline, pace: Pace | null, graceMs: number): Promise<GeneratorReport> {
  clients.setWindow(timeline);
  const monitor = new LoopMonitor(GENERATOR_SAMPLE_MS);
  const loop = new RestlessLoop();
  if (job.restless) loop.start();
  const handshakeBefore = handshakeBytes();
  const offering = offer(timeline, pace);
  const hurrying = hurry(timeline);
  const happening = happen(timeline, 0, 1);
  await hurrying;
  await until(timeline.windowStartUs, clients.clock);
  monitor.start();
  const [start, workedMs] = [edgeOf(clients), loop.workedMs];
  await until(timeline.windowEndUs, clients.clock);
  const end = edgeOf(clients);
  const worked = job.restless ? { cpuNs: Math.round((loop.workedMs - workedMs) * 1e6) } : {};
  loop.stop();
  const eventLoopDelayNs = monitor.stop();
  await happening;
  // Only now: what follows the window is not to be in its bytes.
  await happen(timeline, 1, Infinity);
  const slipNs = await offering;
  const { publications, offered } = owed(timeline, pace);
  await drain(offered, graceMs);
  return {
    publications,
    offered,
    ...clients.reconciler.tally,
    deliveryLatencyNs: clients.delivery.summary(),
    transitTimeNs: clients.transit.summary(),
    readinessNs: clients.readiness.summary(),
    requestLatencyNs: clients.requests.summary(),
    findings: clients.findings(),
    ...{ ...betweenEdges(start, end), ...worked, restless: job.restless },
    handshakePerClient: clients.clients.length > 0 ? handshakeBefore : handshakeBytes(),
    ready: clients.ready,
    visits: clients.visits > 0,
    ledgerDifference: clients.ledger.difference(),
    rssBytes: process.memoryUsage.rss(),
    eventLoopDelayNs,
    slipNs,
    losses: clients.losses,
    errors: clients.errors,
    early: { count: clients.early.count, worstNs: clients.early.worstNs },
  };
}

/** Lets happen, each at its moment, what the scenario has for the moments from one share of the window up to another. */
async function happen({ windowStartUs, windowEndUs }: Timeline, fromShare: number, toShare: number): Promise<void> {
  for (const { atShare, happen: run } of scenario(job.scenario).events ?? []) {
    if (atShare < fromShare || atShare >= toShare) continue;
    await until(windowStartUs + atShare * (windowEndUs - windowStartUs), clients.clock);
    run(clients);
  }
}

/** Mean bytes of one client until ready; null before any was. */
function handshakeBytes(): GeneratorReport['handshakePerClient'] {
  const { ready, ledger } = clients;
  if (ready === 0) return { upBytes: null, downBytes: null };
  return { upBytes: ledger.up.handshake / ready, downBytes: ledger.down.handshake / ready };
}

/** Offers the generator's part of the load, open loop. */
async function offer({ startUs, windowStartUs, windowEndUs }: Timeline, pace: Pace | null): Promise<Quantiles> {
  const { publishes, offer: fire } = scenario(job.scenario);
  const { server, generator } = publishes(job.parameters.variant);
  const slip = new LatencyRecorder();
  if (pace === null || fire === undefined || !generator) return slip.delay();
  // Beside a server that publishes, requests have a schedule of their own: in step, each would meet a fan-out.
  const purpose = server ? 'requests' : 'publications';
  const due = partOf(schedule(pace, windowEndUs - startUs, purpose), job.share).map((us) => us + startUs);
  await follow(due, clients.clock, alarm, (seq, dueUs, slipUs) => {
    if (dueUs >= windowStartUs) slip.record(slipUs * 1e3);
    fire(clients, seq, dueUs, slipUs);
  }).done;
  return slip.delay();
}

/** In a rush who polls by the clock does it so many times as often: what comes beside the polls of the interval, evenly. */
async function hurry({ startUs }: Timeline): Promise<void> {
  const { rush = 1, pollIntervalMs } = job.parameters;
  const { length } = clients.clients;
  if (transport(job.transport).client.asks !== 'each-interval' || rush === 1) return;
  const polls = { ratePerSecond: ((rush - 1) * length * 1e3) / pollIntervalMs, arrivals: 'constant' } as const;
  const due = schedule({ ...polls, seed: job.seed }, rushUs(job.parameters), `hurry ${job.share.index}`).map(
    (us) => us + startUs,
  );
  const waker: Waker = { in: (delayMs, ring) => void setTimeout(ring, delayMs) };
  await follow(due, clients.clock, waker, (seq) => clients.clients[seq % length]!.hurry?.()).done;
}

/** What the schedule owes this process's clients inside the window, whatever anybody managed. */
function owed(timeline: Timeline, pace: Pace | null): { publications: number; offered: number } {
  const { fanOut, publishes, channels: channelsOf } = scenario(job.scenario);
  const { clients: all, variant } = job.parameters;
  const { startUs, windowStartUs, windowEndUs } = timeline;
  const channels = channelsOf?.(all, variant);
  const fan = fanOut(channels === undefined ? countOf(all, job.share) : all / channels, variant);
  if (pace === null || fan === 0) return { publications: 0, offered: 0 };
  const scheduled = schedule(pace, windowEndUs - startUs);
  if (channels !== undefined) {
    const { first, count } = dueBetween(scheduled, windowStartUs - startUs, windowEndUs - startUs);
    const to = dealt(scheduled.length, channels, pace).slice(first, first + count);
    return {
      publications: count,
      offered: to.filter((channel) => channel % job.share.of === job.share.index).length * fan,
    };
  }
  const due = publishes(variant).server ? scheduled : partOf(scheduled, job.share);
  const publications = dueBetween(due, windowStartUs - startUs, windowEndUs - startUs).count;
  return { publications, offered: publications * fan };
}

/** Waits until everything owed has arrived and everything begun has ended, or the grace is over. */
async function drain(offered: number, graceMs: number): Promise<void> {
  const deadline = performance.now() + graceMs;
  const complete = (): boolean => clients.settled && clients.accounted >= offered;
  while (!complete() && performance.now() < deadline) await sleep(5);
  clients.complainOfUnfinished();
}
