/**
 * The thresholds of the validity certificate, each with its reason. The README's table of them is held to this file by a
 * test.
 *
 * Delays of the generator are judged against what was measured with them: 20 ms are nothing beside a p99 of 5 s and most
 * of a p99 of 25 ms. An absolute limit accuses the one and misses the other.
 */
import type { WarningCode } from './schema.ts';

/** Share of the window during which the generator ran, or was ready to run and waited for a core: beyond it no room is left, and its own queue is in the latencies. */
export const GENERATOR_BUSY_SHARE = 0.9;

/** A delay of the generator is too much from this share of the latency at the same quantile: half of the figure may then be its own. */
export const DELAY_SHARE = 0.5;

/**
 * Below this a delay is never too much, ns: a process that shares a core waits for a slice of the scheduler now and then
 * (3 to 4 ms on Linux), on an idle machine too. Differences of a few milliseconds are for the noise floor to judge.
 */
export const DELAY_FLOOR_NS = 5e6;

/** Share of the machine that others used, from which it is said. */
export const MACHINE_BUSY_SHARE = 0.2;

/** Share of the machine's time that the hypervisor gave to others, from which it is said. */
export const MACHINE_STOLEN_SHARE = 0.05;

/** Share of stolen time that spoils latencies: a fifth of all moments at which something was due then belonged to others. */
export const STOLEN_TOO_MUCH = 0.2;

/**
 * On a machine that others use, what server and generator together waited for a core each time that they had something to
 * do, as a share of the median latency: a delivery waits once in each. On an idle machine of two cores they wait for each
 * other, for up to an eighth of it; from a quarter on, the queue for the cores is being measured too.
 */
export const WAIT_SHARE = 0.25;

/**
 * On a machine that others use, share of the window that server or generator spent ready to run and waiting for a core.
 * A process that is preempted in the middle of its work waits often and shortly, so the mean wait alone misses it.
 */
export const WAITED_SHARE = 0.3;

/**
 * How late what passes a link's relay may leave it, in the 99th percentile: a share of the link's delay, and for short
 * links what a relay can keep on a machine that is not idle, ns. A later relay is in the latencies; a mean is then still
 * several times nearer.
 */
export const LINK_LATE_SHARE = 0.1;
export const LINK_LATE_NS = 5e6;
/** Share of one core above which a relay has no room left, and what arrives waits unseen before its delay begins. */
export const LINK_CPU_SHARE = 0.9;

/** How far the clocks of two processes may differ, ns, and how much earlier than sent a message may seem to arrive. */
export const CLOCK_AGREEMENT_NS = 50e3;

/** The clock's step as a share of the median latency, from which latencies are more of the step than of the transport. */
export const CLOCK_STEP_SHARE = 0.1;

/** Samples that a 99th percentile takes: ten lie beyond it. */
export const SAMPLES_FOR_P99 = 1_000;

/** What a warning means, for people: when it is given, and when it makes a measurement invalid. */
export interface Threshold {
  readonly given: string;
  readonly invalid: string;
}

const percent = (share: number): string => `${share * 100} %`;
const delay = `${DELAY_FLOOR_NS / 1e6} ms and ${percent(DELAY_SHARE)} of the latency at the same quantile`;

export const THRESHOLDS: Readonly<Record<WarningCode, Threshold>> = {
  'generator-cpu': {
    given: `the generator ran, or waited for a core, more than ${percent(GENERATOR_BUSY_SHARE)} of the window`,
    invalid: 'always',
  },
  'generator-event-loop': { given: `its event loop was late by more than ${delay}`, invalid: 'always' },
  'schedule-slip': {
    given: `messages were sent later than due by more than ${delay}`,
    invalid: 'when the generator sends; a stall of the server is a finding',
  },
  'deliveries-lost': { given: 'a delivery did not arrive within the grace', invalid: 'always' },
  'deliveries-duplicated': { given: 'a delivery arrived twice', invalid: 'always' },
  'deliveries-reordered': { given: 'a delivery arrived out of order', invalid: 'always' },
  'client-errors': { given: 'a client complained', invalid: 'always' },
  'ledger-mismatch': { given: 'named bytes and the socket’s own count differ', invalid: 'always' },
  'link-late': {
    given: `the relay of a link was late by more than ${LINK_LATE_NS / 1e6} ms and ${percent(LINK_LATE_SHARE)} of its delay at the 99th percentile (with few samples the 90th), or used more than ${percent(LINK_CPU_SHARE)} of a core`,
    invalid: 'always',
  },
  clock: {
    given: `clocks disagree, or a message seems to arrive before it was sent, by more than ${CLOCK_AGREEMENT_NS / 1e3} µs; or the clock’s step exceeds ${percent(CLOCK_STEP_SHARE)} of the median`,
    invalid: 'always',
  },
  'few-samples': { given: `under ${SAMPLES_FOR_P99} samples, so no p99`, invalid: 'never' },
  'machine-busy': {
    given: `others used more than ${percent(MACHINE_BUSY_SHARE)} of the machine`,
    invalid: `where latency is measured, when server and generator waited for a core longer than ${percent(WAIT_SHARE)} of the median each time, or one of them ${percent(WAITED_SHARE)} of the window`,
  },
  'machine-stolen': {
    given: `the hypervisor took more than ${percent(MACHINE_STOLEN_SHARE)} of the machine`,
    invalid: `where latency is measured, above ${percent(STOLEN_TOO_MUCH)}`,
  },
  'not-measured': { given: 'CPU and memory of the server cannot be read here', invalid: 'never' },
};
