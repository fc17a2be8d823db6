/**
 * The validity certificate: what every measurement must prove about itself before it may be believed. Pure.
 *
 * Each warning of the closed set has its threshold in `thresholds.ts`, and advice that fits the flags in use. Those that
 * `invalidates` mean that the figures are not the server's: the measurement is shown with the reason and never compared.
 */
import { lessLoad, lessLoadOrAgain, moreSamples, type LoadSettings } from './advice.ts';
import type { Evidence, Warning, WarningCode } from './schema.ts';
import {
  CLOCK_AGREEMENT_NS,
  CLOCK_STEP_SHARE,
  DELAY_FLOOR_NS,
  DELAY_SHARE,
  GENERATOR_BUSY_SHARE,
  LINK_CPU_SHARE,
  LINK_LATE_NS,
  LINK_LATE_SHARE,
  MACHINE_BUSY_SHARE,
  MACHINE_STOLEN_SHARE,
  SAMPLES_FOR_P99,
  STOLEN_TOO_MUCH,
  WAIT_SHARE,
  WAITED_SHARE,
} from './thresholds.ts';

/** ns by quantile; null where the samples cannot support it. */
export interface Delay {
  readonly p50: number | null;
  readonly p90: number | null;
  readonly p99: number | null;
  readonly max: number | null;
}

/** What the rest of the certificate is judged by; `null` throughout means that it could not be measured. */
export interface Facts {
  readonly counts: { offered: number; delivered: number; lost: number; duplicated: number; reordered: number };
  readonly settings: LoadSettings;
  /** The latency that the scenario is about, ns; null when it has none. */
  readonly latencyNs: (Delay & { readonly count: number }) | null;
  readonly generator: {
    /** CPU time over the window's length. */
    readonly cpuShare: number | null;
    /** Share of the window during which its main thread was ready to run and waited for a core. */
    readonly waitedShare: number | null;
    readonly loopDelayNs: Delay;
    /** Slip of the load that the generator offers. */
    readonly slipNs: Delay;
  };
  /** Slip of what the server publishes by itself: a stall of the server shows in it, and that is a finding. */
  readonly serverSlipNs: Delay;
  readonly ledgerDifference: { up: number; down: number };
  readonly errors: { count: number; examples: readonly string[] };
  readonly clock: {
    /** Smallest step that the coarser of the two processes' clocks shows. */
    readonly resolutionNs: number;
    /** How far the clocks of the processes are apart, as far as can be told: 0 where nothing contradicts. */
    readonly offsetNs: number;
    /** Messages that seemed to arrive before they were sent by more than the clocks' agreement, and the worst. */
    readonly early: { readonly count: number; readonly worstNs: number };
  } | null;
  readonly machine: {
    /** Share of the machine's CPU that neither server, generator nor runner used. */
    readonly othersShare: number | null;
    readonly stolenShare: number | null;
    /** Share of the window in which server or generator, the larger, was ready to run and waited for a core. */
    readonly waitedShare: number | null;
    /** What server and generator together waited for a core each time that they were ready to run, mean. */
    readonly waitNs: number | null;
    readonly loadAverage: number | null;
    /** The other process that used most, and how much of one core. */
    readonly busiest: { readonly name: string; readonly share: number } | null;
  };
  readonly serverCpuMeasured: boolean;
  /** Of the relay where a link lies between; missing where none does. */
  readonly link?: {
    readonly delayNs: number;
    /** 99th percentile, or the 90th where there is too little for one; null where there is too little for that. */
    readonly lateNs: number | null;
    readonly cpuShare: number;
  };
}

const ms = (ns: number): string => `${ns < 9.95e6 ? (ns / 1e6).toFixed(1) : (ns / 1e6).toFixed(0)} ms`;
const counted = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;
const percent = (share: number): string => `${Math.round(share * 100)} %`;

/** The certificate. Invalid as soon as one warning invalidates. */
export function certify(facts: Facts): { valid: boolean; warnings: Warning[]; evidence: Evidence } {
  const warnings = [
    ...generatorWarnings(facts),
    ...scheduleWarnings(facts),
    ...deliveryWarnings(facts),
    ...linkWarnings(facts),
    ...measuringWarnings(facts),
    ...machineWarnings(facts),
  ];
  return { valid: !warnings.some(({ invalidates }) => invalidates), warnings, evidence: evidenceOf(facts) };
}

/** What the certificate was judged by, so that a valid measurement proves itself as an invalid one does. */
function evidenceOf({ generator, serverSlipNs, machine, clock, latencyNs }: Facts): Evidence {
  const { othersShare, stolenShare, waitedShare, waitNs, loadAverage, busiest } = machine;
  return {
    generatorCpuShare: generator.cpuShare,
    generatorWaitedShare: generator.waitedShare,
    generatorLoopDelayNs: { ...generator.loopDelayNs },
    generatorSlipNs: { ...generator.slipNs },
    serverSlipNs: { ...serverSlipNs },
    othersShare,
    stolenShare,
    waitedShare,
    waitNs,
    loadAverage,
    busiest: busiest === null ? null : { ...busiest },
    clockResolutionNs: clock?.resolutionNs ?? null,
    clockOffsetNs: clock?.offsetNs ?? null,
    samples: latencyNs?.count ?? null,
  };
}

function warn(code: WarningCode, invalidates: boolean, message: string, advice: string): Warning {
  return { code, invalidates, message, advice };
}

const QUANTILES = ['p99', 'p90', 'p50', 'max'] as const;

/**
 * A delay that is too much against what was measured, both read at the highest quantile that both can support: the
 * latency's p99 says nothing about a delay of which only a median is known. Null where it is not too much.
 *
 * Where no latency arrived at all the floor alone judges.
 */
export function tooLate(delay: Delay, latency: Delay): { ns: number; text: string } | null {
  const at = QUANTILES.find((each) => delay[each] !== null && latency[each] !== null);
  if (at === undefined) {
    const ns = delay.p99 ?? delay.p90 ?? delay.max;
    return ns === null || ns <= DELAY_FLOOR_NS ? null : { ns, text: `${ms(ns)} late` };
  }
  const [ns, measured] = [delay[at]!, latency[at]!];
  if (ns <= Math.max(DELAY_FLOOR_NS, DELAY_SHARE * measured)) return null;
  return { ns, text: `${ms(ns)} late at ${at}, where ${ms(measured)} were measured` };
}

function generatorWarnings({ generator, latencyNs, settings }: Facts): Warning[] {
  const { cpuShare, waitedShare, loopDelayNs } = generator;
  const warnings: Warning[] = [];
  const busy = cpuShare === null ? null : cpuShare + (waitedShare ?? 0);
  if (busy !== null && busy > GENERATOR_BUSY_SHARE) {
    const waited =
      waitedShare === null || waitedShare < 0.01 ? '' : ` and waited ${percent(waitedShare)} of the window for one`;
    const message = `The generator used ${percent(cpuShare!)} of a core${waited}: the limit measured here is its own, not the server's.`;
    // What it waited for was used by somebody.
    const advice = (waitedShare ?? 0) > cpuShare! ? lessLoadOrAgain(settings) : lessLoad(settings);
    warnings.push(warn('generator-cpu', true, message, advice));
  }
  // Where no latency is measured, a late loop spoils nothing: bytes and counts do not hurry.
  const late = latencyNs === null ? null : tooLate(loopDelayNs, latencyNs);
  if (late !== null) {
    const message = `The generator's event loop was ${late.text}: its own delay is in the latencies.`;
    warnings.push(warn('generator-event-loop', true, message, lessLoadOrAgain(settings)));
  }
  return warnings;
}

const NOTHING: Delay = { p50: null, p90: null, p99: null, max: null };

function scheduleWarnings({ generator, serverSlipNs, latencyNs, settings }: Facts): Warning[] {
  const warnings: Warning[] = [];
  const published = tooLate(serverSlipNs, latencyNs ?? NOTHING);
  if (published !== null) {
    const message = `The server published messages ${published.text}; the latencies count that, from the due time.`;
    const advice = `A server or a machine at its limit does this. ${lessLoad(settings)}`;
    warnings.push(warn('schedule-slip', false, message, advice));
  }
  const sent = tooLate(generator.slipNs, latencyNs ?? NOTHING);
  if (sent !== null) {
    const message = `The generator sent messages ${sent.text}: the load was not offered as scheduled.`;
    warnings.push(warn('schedule-slip', true, message, lessLoadOrAgain(settings)));
  }
  return warnings;
}

function deliveryWarnings({ counts, errors, settings }: Facts): Warning[] {
  const { offered, lost, duplicated, reordered } = counts;
  const defect = 'This is a defect of the server or the client: report it.';
  const warnings: Warning[] = [];
  if (lost > 0) {
    const message = `${lost} of ${offered} deliveries did not arrive in time: a shortfall makes a measurement invalid, not fast.`;
    warnings.push(warn('deliveries-lost', true, message, lessLoad(settings)));
  }
  if (duplicated > 0) {
    const message = `${counted(duplicated, 'delivery', 'deliveries')} arrived twice, against the contract.`;
    warnings.push(warn('deliveries-duplicated', true, message, defect));
  }
  if (reordered > 0) {
    const message = `${counted(reordered, 'delivery', 'deliveries')} arrived out of order, against the contract.`;
    warnings.push(warn('deliveries-reordered', true, message, defect));
  }
  if (errors.count > 0) {
    const message = `Clients complained ${counted(errors.count, 'time', 'times')}: ${errors.examples.join('; ')}.`;
    const advice = `Look at the first complaint. If connections were refused: ${lessLoad(settings)}`;
    warnings.push(warn('client-errors', true, message, advice));
  }
  return warnings;
}

/** One warning, for the worse of the two: what is late is late because there is no room. */
function linkWarnings({ link, latencyNs, settings }: Facts): Warning[] {
  // As for a late event loop: bytes and counts do not hurry.
  if (link === undefined || latencyNs === null) return [];
  const { delayNs, lateNs, cpuShare } = link;
  const busy = cpuShare > LINK_CPU_SHARE;
  const late = lateNs !== null && lateNs > Math.max(LINK_LATE_NS, LINK_LATE_SHARE * delayNs);
  if (!busy && !late) return [];
  const delay = delayNs < 1e6 ? 'its delay' : `its ${(delayNs / 1e6).toFixed(0)} ms`;
  const message = busy
    ? `The link's relay used ${percent(cpuShare)} of a core: it was longer than ${delay}.`
    : `The link was up to ${(lateNs! / 1e6).toFixed(1)} ms longer than ${delay}: its relay was late.`;
  // Generators can be several, the relay is one process.
  return [warn('link-late', true, message, lessLoadOrAgain({ ...settings, workers: null }))];
}

function measuringWarnings({ ledgerDifference: { up, down }, latencyNs, settings, clock }: Facts): Warning[] {
  const warnings: Warning[] = [];
  if (up !== 0 || down !== 0) {
    const message = `The ledger differs from the sockets by ${up} bytes up and ${down} down.`;
    warnings.push(warn('ledger-mismatch', true, message, 'This is a defect of this suite: report it.'));
  }
  const wrong = clock === null ? null : clockFault(clock, latencyNs?.p50 ?? null);
  if (wrong !== null) {
    const advice =
      'Run again; if it comes back, this machine’s clock cannot be used (pushbench doctor shows its step).';
    warnings.push(warn('clock', true, wrong, advice));
  }
  if (latencyNs !== null && latencyNs.count < SAMPLES_FOR_P99) {
    const { count } = latencyNs;
    const message = `${counted(count, 'sample does', 'samples do')} not support ${unsupported(count)}.`;
    warnings.push(warn('few-samples', false, message, moreSamples(SAMPLES_FOR_P99, count, settings)));
  }
  return warnings;
}

/** Samples that each percentile of a result takes: ten lie beyond it, as in `histogram.ts`. */
const SAMPLES_FOR = { p50: 20, p90: 100, p99: SAMPLES_FOR_P99, 'p99.9': 10 * SAMPLES_FOR_P99 } as const;

/** The percentiles that are null for want of samples: `p99 (1,000 do) and p99.9 (10,000 do)`. */
function unsupported(count: number): string {
  const missing = Object.entries(SAMPLES_FOR)
    .filter(([, samples]) => count < samples)
    .map(([name, samples]) => `${name} (${samples.toLocaleString('en-US')} do)`);
  return `${missing.slice(0, -1).join(', ')} and ${missing.at(-1)}`;
}

function clockFault(
  { offsetNs, early, resolutionNs }: NonNullable<Facts['clock']>,
  medianNs: number | null,
): string | null {
  if (Math.abs(offsetNs) > CLOCK_AGREEMENT_NS) {
    return `The clocks of server and generator are ${ms(Math.abs(offsetNs))} apart or more: latencies are off by that.`;
  }
  if (early.count > 0) {
    const messages = counted(early.count, 'message', 'messages');
    return `${messages} seemed to arrive before being sent, by up to ${ms(early.worstNs)}: the clocks disagree.`;
  }
  if (medianNs !== null && resolutionNs > CLOCK_STEP_SHARE * medianNs) {
    return `The clock moves in steps of ${ms(resolutionNs)}, too coarse for a median of ${ms(medianNs)}.`;
  }
  return null;
}

function machineWarnings({ machine, latencyNs, serverCpuMeasured }: Facts): Warning[] {
  const { othersShare, stolenShare, loadAverage, busiest } = machine;
  const warnings: Warning[] = [];
  if (othersShare !== null && othersShare > MACHINE_BUSY_SHARE) {
    const waited = latencyNs === null ? null : waitingFor(machine, latencyNs.p50);
    const who = busiest === null ? '' : `, most of it ${busiest.name} with ${percent(busiest.share)} of a core`;
    const load = loadAverage === null ? '' : ` Load average ${loadAverage.toFixed(1)}.`;
    const message = `Other work used ${percent(othersShare)} of the machine during the window${who}.${waited ?? ''}${load}`;
    const advice = `Close ${busiest === null ? 'other programs' : `${busiest.name} or whatever else runs`}, or raise --repetitions.`;
    warnings.push(warn('machine-busy', waited !== null, message, advice));
  }
  if (stolenShare !== null && stolenShare > MACHINE_STOLEN_SHARE) {
    const message = `The hypervisor gave ${percent(stolenShare)} of this machine's time to others during the window.`;
    const advice = 'Run again at a quieter time or on a machine of your own; raise --repetitions.';
    warnings.push(warn('machine-stolen', stolenShare > STOLEN_TOO_MUCH && latencyNs !== null, message, advice));
  }
  if (!serverCpuMeasured) {
    const message = 'CPU and memory of the server could not be read on this system.';
    warnings.push(warn('not-measured', false, message, 'Run on Linux to have them.'));
  }
  return warnings;
}

/** How waiting for a core spoilt latencies, as a sentence that follows another; null where it did not. */
function waitingFor({ waitNs, waitedShare }: Facts['machine'], medianNs: number | null): string | null {
  if (waitNs !== null && medianNs !== null && waitNs > WAIT_SHARE * medianNs) {
    return ` Server and generator waited ${ms(waitNs)} for a core each time, where the median latency is ${ms(medianNs)}.`;
  }
  if (waitedShare !== null && waitedShare > WAITED_SHARE) {
    return ` Server or generator waited for a core for ${percent(waitedShare)} of the window.`;
  }
  return null;
}
