/** What a run will measure, in which order: pure, and the same for the same settings and seed. */
import { isMultiplexed } from '../../clients/connection.ts';
import { parametersOf, scenarioConfig, type Resolved } from '../config.ts';
import { scenario, type ScenarioName } from '../index.ts';
import { linkOf, parseLink } from '../link.ts';
import type { Parameters } from '../scenario.ts';
import { FLOORS, transport as transportOf, TRANSPORTS, type TransportName } from '../transports.ts';
import { connectingMs } from './connecting.ts';
import { shuffled, uniform } from './random.ts';

export interface Planned {
  readonly order: number;
  readonly transport: TransportName;
  readonly scenario: ScenarioName;
  readonly parameters: Parameters;
  readonly repetition: number;
  /** Seed of this measurement's schedule and phases: the same for all transports of one repetition. */
  readonly seed: number;
  /** The second of an A/A pair: see `twin` in results/schema.ts. */
  readonly twin?: true;
}

export interface Plan {
  readonly planned: readonly Planned[];
  /** What was asked for and does not apply, for people. */
  readonly notes: readonly string[];
}

/**
 * All measurements, repetition by repetition, each in a random order of its own.
 *
 * Interleaved and not one transport after the other: a machine that slows down over the minutes then slows all alike.
 * One seed for all transports of a repetition: they get the same Poisson gaps, and differ only in what they are.
 */
export function makePlan(resolved: Resolved): Plan {
  const { config } = resolved;
  const random = uniform(config.seed, 'order');
  const notes: string[] = [];
  const all: Omit<Planned, 'order'>[] = [];
  for (const name of config.scenarios) {
    const { transports = TRANSPORTS, variants, publishes, needs } = scenario(name);
    const wanted = [...config.transports, ...floorsOf(resolved, name, notes)];
    const applicable = wanted.filter((transport) => transports.includes(transport));
    if (applicable.length === 0) notes.push(`${name} is only for ${transports.join(', ')}, so it was left out.`);
    const settings = scenarioConfig(resolved, name);
    const link = parseLink(settings.link);
    if (scenario(name).needsItsConnections === true && link.cutEveryMs !== null) {
      notes.push(`${name} needs connections that last, so over a link that cuts it was left out.`);
      continue;
    }
    const twinOf = twinIn(name, applicable, settings.repetitions);
    for (const transport of applicable) {
      for (const variant of variants(transport, { rttMs: 2 * link.delayMs })) {
        // HTTP/2 has one connection for all requests: there is nothing to close after each (RFC 9113 §8.2.2).
        if (isMultiplexed(settings.carrier) && variant.parameters.connection === 'close') continue;
        const { server, generator } = publishes(variant.name);
        const set = parametersOf(settings, variant);
        const parameters = { ...set, ...needs?.(set) };
        for (let repetition = 0; repetition < settings.repetitions; repetition++) {
          const item = {
            transport,
            scenario: name,
            parameters: server || generator ? parameters : { ...parameters, ratePerSecond: 0 },
            repetition,
            seed: (config.seed + repetition * 7_919) % 2 ** 31,
          };
          all.push(item);
          // Interleaved like all others, so that it meets the machine as a rival would.
          if (transport === twinOf) all.push({ ...item, twin: true });
        }
      }
    }
  }
  const rounds = Math.max(0, ...all.map(({ repetition }) => repetition + 1));
  const planned = Array.from({ length: rounds }, (_, round) =>
    shuffled(
      all.filter(({ repetition }) => repetition === round),
      random,
    ),
  ).flat();
  return { planned: planned.map((item, order) => ({ ...item, order })), notes };
}

/** The floor comes with the scenarios that show it, where the user has not named it, and it is then measured as any other. */
function floorsOf(resolved: Resolved, name: ScenarioName, notes: string[]): readonly TransportName[] {
  const { withFloor } = scenario(name);
  const named = resolved.sources.transports !== 'default';
  if (withFloor === undefined || (withFloor === 'unless-named' && named)) return [];
  const { carrier } = scenarioConfig(resolved, name);
  return FLOORS.filter((floor) => !resolved.config.transports.includes(floor)).filter((floor) => {
    const rides = transportOf(floor).client.carriers.includes(carrier);
    if (!rides) notes.push(`${floor} cannot ride ${carrier}, so ${name} shows no limit.`);
    return rides;
  });
}

/**
 * The transport that is measured twice, where repetitions make intervals to compare it by: WebSocket, or else one that
 * pushes. A poll's latency is its interval, whatever the machine does. One alone has its twin too: its figures are compared
 * with those of other runs, and need to know their noise.
 */
function twinIn(
  name: ScenarioName,
  transports: readonly TransportName[],
  repetitions: number,
): TransportName | undefined {
  const rivals = transports.filter((transport) => !FLOORS.includes(transport));
  if (scenario(name).withTwin !== true || repetitions < 2) return undefined;
  const pushes = (transport: TransportName): boolean => transportOf(transport).client.asks === 'once';
  return rivals.find((transport) => transport === 'websocket') ?? rivals.find(pushes) ?? rivals[0];
}

/** Starting one process more, ms. */
const PROCESS_MS = 150;

/**
 * Starting two processes, connecting, and leaving, ms: what a measurement takes beside its warm-up and window. 310 to 360 on
 * two cores that had little else to do.
 */
const OVERHEAD_MS = 450;

/** Reading memory at one number of clients, ms: at least two readings that agree, see `memory.ts`. */
const MEMORY_STEP_MS = 1_000;

/** Of all measurements of a plan, ms. */
export const expectedMsOf = ({ planned }: Pick<Plan, 'planned'>): number =>
  planned.reduce((sum, each) => sum + expectedMs(each), 0);

/** Estimated length of a measurement, ms; for the ETA, which learns how far off it is. */
export function expectedMs({ parameters, transport, scenario: name }: Planned): number {
  const drain = transportOf(transport).client.asks === 'each-interval' ? parameters.pollIntervalMs / 2 : 0;
  const processes = (parameters.workers ?? 1) + (parameters.serverWorkers ?? 1) - 2;
  const connecting = parameters.clients / 4 + connectingMs(linkOf(parameters), parameters.clients);
  const reading = (scenario(name).grows?.length ?? 0) * MEMORY_STEP_MS;
  const beside = OVERHEAD_MS + processes * PROCESS_MS + drain + connecting + reading;
  return beside + parameters.warmupMs + parameters.durationMs;
}
