/**
 * The validity certificate: what every measurement must prove about itself before it may be believed. Pure.
 *
 * Each warning of the closed set has one threshold, named here, and advice that says which setting to change. Those that
 * `invalidates` mean that the figures are not the server's: the measurement is shown with the reason and never compared.
 */
import type { Warning, WarningCode } from './schema.ts';

/** Share of one core above which a generator has no room left, and its own queue is in the latencies. */
export const GENERATOR_CPU_SHARE = 0.9;
/** Event-loop delay of the generator that is no longer small against what is measured, ns. */
export const GENERATOR_LOOP_NS = 50e6;
/** Schedule slip that shows that the load was not offered when it was due, ns. */
export const SCHEDULE_SLIP_NS = 50e6;
/** Share of the machine that others used during the window. */
export const MACHINE_BUSY_SHARE = 0.2;

/**
 * How late what passes a link's relay may leave it, in the 99th percentile: a share of the link's delay, and for short
 * links what a relay can keep on a machine that is not idle, ns. A later relay is in the latencies; a mean is then still
 * several times nearer.
 */
export const LINK_LATE_SHARE = 0.1;
export const LINK_LATE_NS = 5e6;
/** Share of one core above which a relay has no room left, and what arrives waits unseen before its delay begins. */
export const LINK_CPU_SHARE = 0.9;

const INVALIDATING: ReadonlySet<WarningCode> = new Set([
  'generator-cpu',
  'generator-event-loop',
  'schedule-slip',
  'deliveries-lost',
  'deliveries-duplicated',
  'deliveries-reordered',
  'client-errors',
  'ledger-mismatch',
  'link-late',
]);

export interface Facts {
  readonly counts: { offered: number; delivered: number; lost: number; duplicated: number; reordered: number };
  readonly clients: number;
  readonly ratePerSecond: number;
  /** CPU time of the generator over the window's length; null where not measured. */
  readonly generatorCpuShare: number | null;
  /** 99th percentile, or the maximum where the window is too short for one; ns. */
  readonly generatorLoopDelayNs: number | null;
  /** Slip of the load that the generator offers. */
  readonly generatorSlipNs: number | null;
  /** Slip of what the server publishes by itself: a stall of the server shows in it, and that is a finding. */
  readonly serverSlipNs: number | null;
  readonly ledgerDifference: { up: number; down: number };
  readonly errors: { count: number; examples: readonly string[] };
  /** Samples of the scenario's main latency; null when it has none. */
  readonly samples: number | null;
  /** Share of the machine's CPU that neither server, generator nor runner used, stolen time included. */
  readonly othersShare: number | null;
  readonly serverCpuMeasured: boolean;
  /** Of the relay where a link lies between; missing where none does. */
  readonly link?: {
    readonly delayNs: number;
    /** 99th percentile, or the maximum where there is too little for one; null where nothing passed. */
    readonly lateNs: number | null;
    readonly cpuShare: number;
  };
}

const ms = (ns: number): string => `${(ns / 1e6).toFixed(0)} ms`;
const counted = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;
const percent = (share: number): string => `${Math.round(share * 100)} %`;

/** The certificate. Invalid as soon as one warning invalidates. */
export function certify(facts: Facts): { valid: boolean; warnings: Warning[] } {
  const warnings = [
    ...generatorWarnings(facts),
    ...deliveryWarnings(facts),
    ...linkWarnings(facts),
    ...measuringWarnings(facts),
  ];
  return { valid: !warnings.some(({ invalidates }) => invalidates), warnings };
}

function warn(code: WarningCode, message: string, advice: string, invalidates = INVALIDATING.has(code)): Warning {
  return { code, invalidates, message, advice };
}

function generatorWarnings(facts: Facts): Warning[] {
  const {
    generatorCpuShare: cpu,
    generatorLoopDelayNs: loop,
    generatorSlipNs,
    serverSlipNs,
    clients,
    ratePerSecond,
  } = facts;
  const less =
    ratePerSecond > 0
      ? `Lower --clients (now ${clients}) or --rate (now ${ratePerSecond}/s).`
      : `Lower --clients (now ${clients}).`;
  const warnings: Warning[] = [];
  if (cpu !== null && cpu > GENERATOR_CPU_SHARE) {
    const message = `The generator used ${percent(cpu)} of a core: the limit measured here is its own, not the server's.`;
    warnings.push(warn('generator-cpu', message, less));
  }
  // Where no latency is measured, a late loop spoils nothing: bytes and counts do not hurry.
  if (facts.samples !== null && loop !== null && loop > GENERATOR_LOOP_NS) {
    const message = `The generator's event loop was late by ${ms(loop)}: its own delay is in the latencies.`;
    warnings.push(warn('generator-event-loop', message, `${less} If the machine was busy with other work, run again.`));
  }
  if (serverSlipNs !== null && serverSlipNs > SCHEDULE_SLIP_NS) {
    const message = `The server published up to ${ms(serverSlipNs)} after messages were due; the latencies count that, from the due time.`;
    warnings.push(warn('schedule-slip', message, `A server or a machine at its limit does this. ${less}`, false));
  }
  if (generatorSlipNs !== null && generatorSlipNs > SCHEDULE_SLIP_NS) {
    const message = `Messages were sent up to ${ms(generatorSlipNs)} after they were due: the load was not offered as scheduled.`;
    warnings.push(warn('schedule-slip', message, `${less} If the machine was busy with other work, run again.`));
  }
  return warnings;
}

function deliveryWarnings({ counts, errors }: Facts): Warning[] {
  const { offered, lost, duplicated, reordered } = counts;
  const warnings: Warning[] = [];
  if (lost > 0) {
    const message = `${lost} of ${offered} deliveries did not arrive in time: a shortfall makes a measurement invalid, not fast.`;
    warnings.push(warn('deliveries-lost', message, 'Lower --rate or --clients until everything arrives.'));
  }
  if (duplicated > 0) {
    const message = `${counted(duplicated, 'delivery', 'deliveries')} arrived twice, against the contract.`;
    warnings.push(warn('deliveries-duplicated', message, 'This is a defect of the server or the client: report it.'));
  }
  if (reordered > 0) {
    const message = `${counted(reordered, 'delivery', 'deliveries')} arrived out of order, against the contract.`;
    warnings.push(warn('deliveries-reordered', message, 'This is a defect of the server or the client: report it.'));
  }
  if (errors.count > 0) {
    const message = `Clients complained ${counted(errors.count, 'time', 'times')}: ${errors.examples.join('; ')}.`;
    warnings.push(
      warn('client-errors', message, 'Look at the first complaint; lower --clients if connections were refused.'),
    );
  }
  return warnings;
}

/** One warning, for the worse of the two: what is late is late because there is no room. */
function linkWarnings({ link, samples, clients, ratePerSecond }: Facts): Warning[] {
  // As for a late event loop: bytes and counts do not hurry.
  if (link === undefined || samples === null) return [];
  const { delayNs, lateNs, cpuShare } = link;
  const busy = cpuShare > LINK_CPU_SHARE;
  const late = lateNs !== null && lateNs > Math.max(LINK_LATE_NS, LINK_LATE_SHARE * delayNs);
  if (!busy && !late) return [];
  const delay = delayNs < 1e6 ? 'its delay' : `its ${ms(delayNs)}`;
  const message = busy
    ? `The link's relay used ${percent(cpuShare)} of a core: it was longer than ${delay}.`
    : `The link was up to ${(lateNs! / 1e6).toFixed(1)} ms longer than ${delay}: its relay was late.`;
  const less = ratePerSecond > 0 ? ` or --rate (now ${ratePerSecond}/s)` : '';
  const advice = `Lower --clients (now ${clients})${less}. If the machine was busy with other work, run again.`;
  return [warn('link-late', message, advice)];
}

function measuringWarnings(facts: Facts): Warning[] {
  const {
    ledgerDifference: { up, down },
    samples,
    othersShare,
    serverCpuMeasured,
  } = facts;
  const warnings: Warning[] = [];
  if (up !== 0 || down !== 0) {
    const message = `The ledger differs from the sockets by ${up} bytes up and ${down} down.`;
    warnings.push(warn('ledger-mismatch', message, 'This is a defect of this suite: report it.'));
  }
  if (samples !== null && samples < 1_000) {
    const message = `${samples} samples do not support a 99th percentile (1,000 do).`;
    warnings.push(warn('few-samples', message, 'Raise --duration, --rate or --clients.'));
  }
  if (othersShare !== null && othersShare > MACHINE_BUSY_SHARE) {
    const message = `Other work used ${percent(othersShare)} of the machine during the window.`;
    warnings.push(warn('machine-busy', message, 'Close other programs, or raise --repetitions.'));
  }
  if (!serverCpuMeasured) {
    const message = 'CPU and memory of the server could not be read on this system.';
    warnings.push(warn('not-measured', message, 'Run on Linux to have them.'));
  }
  return warnings;
}
