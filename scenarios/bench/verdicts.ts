/**
 * `npm run bench:verdicts`: how often the gate is right. The same build against itself, and against builds that are worse by
 * a known amount, measured in blocks as `pushbench ab` does, in turn, and judged by its rule. It judges nobody and exits 0.
 *
 * `npm run bench:verdicts -- --runs 2 --transport websocket --only same,cpu-20 --keep FILE`, or `--from FILE` to judge again
 * what was kept. `--disturbed` judges latencies, too, that their certificate calls disturbed: on a machine that is never quiet.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Block } from '../../results/ab.ts';
import { judgeAb } from '../../results/gate/judge-ab.ts';
import { EXACT_METRICS, NOISY_METRICS } from '../../results/gate/metrics.ts';
import { RELATIVE_FLOOR } from '../../results/gate/rule.ts';
import { median, wilson } from '../../results/statistics.ts';
import { readBuild, type Build } from '../ab/build.ts';
import { compareBuilds, type AbDependencies, type Question } from '../ab/compare.ts';
import { countExactly } from '../ab/exact.ts';
import { AB_SCENARIO, DEFAULT_METRICS, gateConfig, PAIRS_A_BLOCK } from '../ab/plan.ts';
import { withProcesses } from '../ab/processes.ts';
import { resolveConfig } from '../config.ts';
import { shuffled, uniform } from '../runner/random.ts';
import { CHOICES, type TransportName } from '../transports.ts';
import { makeMutant, ownCheckout, type Mutation } from './mutants.ts';
import { operatingCurve, type Curve } from './operating-curve.ts';

/** Pairs of a comparison: what `pushbench ab` makes by itself, and once more of what looks worse. */
const PAIRS = 10;
const BLOCKS = PAIRS / PAIRS_A_BLOCK;
const METRICS = NOISY_METRICS.filter(({ slug }) => (DEFAULT_METRICS as readonly string[]).includes(slug));
/** Twice the absolute floor of latency: what is at the floor is neither to be found nor to be missed. */
const LEAST_DELAY_MS = 0.4;

/** What the base does, so that a mutant is worse by a known share. */
interface Usual {
  readonly cpuUsPerPublication: number;
  readonly latencyMs: number;
  readonly bytesPerClient: number;
}

/** How a build is worse, and where it must show. */
const CASES: Readonly<Record<string, { readonly mutation: (usual: Usual) => Mutation; readonly aim: string }>> = {
  same: { mutation: () => ({}), aim: 'aim: fail ≤ 1 % of comparisons' },
  'cpu-10': {
    mutation: ({ cpuUsPerPublication }) => ({ cpuUs: 0.1 * cpuUsPerPublication }),
    aim: 'aim: server-cpu found ≥ 60 %',
  },
  'cpu-20': {
    mutation: ({ cpuUsPerPublication }) => ({ cpuUs: 0.2 * cpuUsPerPublication }),
    aim: 'aim: server-cpu found ≥ 95 %',
  },
  'delay-20': {
    mutation: ({ latencyMs }) => ({ delayMs: Math.max(LEAST_DELAY_MS, 0.2 * latencyMs) }),
    aim: 'aim: latency-p50 found ≥ 95 %',
  },
  'delay-5ms': { mutation: () => ({ delayMs: 5 }), aim: 'aim: latency found ≥ 95 %' },
  'leak-20': {
    mutation: ({ bytesPerClient }) => ({ leakBytes: Math.round(0.2 * bytesPerClient) }),
    aim: 'aim: server-memory found ≥ 95 %',
  },
};

interface Kept {
  readonly transport: TransportName;
  readonly mutations: Record<string, Mutation>;
  readonly blocks: Record<string, Block[]>;
}

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '2' },
    transport: { type: 'string', default: 'websocket' },
    only: { type: 'string', default: Object.keys(CASES).join(',') },
    keep: { type: 'string' },
    from: { type: 'string' },
    disturbed: { type: 'boolean', default: false },
  },
});

const say = (text: string): void => void process.stdout.write(`${text}\n`);
const signal = new AbortController().signal;

function refuse(sentence: string): void {
  process.stderr.write(`${sentence}.\n`);
  process.exitCode = 2;
}

async function main(): Promise<void> {
  if (values.from !== undefined) return print(JSON.parse(readFileSync(values.from, 'utf8')) as Kept);
  const transport = CHOICES.find((name) => name === values.transport);
  const names = values.only.split(',');
  const unknown = names.filter((name) => !Object.hasOwn(CASES, name));
  const runs = Number(values.runs);
  if (transport === undefined) return refuse(`--transport is one of ${CHOICES.join(', ')}`);
  if (unknown.length > 0) return refuse(`--only takes ${Object.keys(CASES).join(', ')}, and not ${unknown.join(', ')}`);
  if (!Number.isInteger(runs) || runs < 1) return refuse('--runs is a whole number from 1');
  const folder = mkdtempSync(join(tmpdir(), 'pushbench-verdicts-'));
  try {
    const kept = await measured(transport, names, runs * 2 * BLOCKS, folder);
    print(kept);
    await oneByte(transport, folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Each round one block of every case, in random order, so that all meet the same minutes. */
async function measured(
  transport: TransportName,
  names: readonly string[],
  rounds: number,
  folder: string,
): Promise<Kept> {
  const base = readBuild(ownCheckout(), 'base');
  const usual = await usualOf(base, transport);
  const mutations = Object.fromEntries(names.map((name) => [name, CASES[name]!.mutation(usual)]));
  const heads = Object.entries(mutations).map(([name, mutation]) => ({
    name,
    head: mutantOf(join(folder, name), mutation),
  }));
  const blocks: Record<string, Block[]> = Object.fromEntries(names.map((name) => [name, []]));
  const random = uniform(1, 'verdicts');
  for (let round = 0; round < rounds; round++) {
    for (const { name, head } of shuffled(heads, random))
      blocks[name]!.push(...(await block(base, head, transport, round + 1)));
    if (values.keep !== undefined) writeFileSync(values.keep, JSON.stringify({ transport, mutations, blocks }));
    process.stderr.write(`round ${round + 1} of ${rounds}\n`);
  }
  return { transport, mutations, blocks };
}

function mutantOf(into: string, mutation: Mutation): Build {
  makeMutant(ownCheckout(), into, mutation);
  return readBuild(into, 'head');
}

/** One block by the code of `pushbench ab`: so few pairs are never judged, and so never confirmed. */
async function block(base: Build, head: Build, transport: TransportName, seed: number): Promise<Block[]> {
  const question = questionOf(base, head, transport, seed);
  const header = {
    run: { id: 'verdicts', startedAt: new Date().toISOString(), tool: { name: 'pushbench', version: '' }, argv: [] },
    environment: { fingerprint: '', comparable: {}, provenance: {} },
  };
  const silent = { counting() {}, begin() {}, end() {}, confirming() {} };
  const dependencies: AbDependencies = {
    measure: withProcesses(question).measure,
    count: () => Promise.resolve({ counts: null }),
    write: () => {},
    progress: silent,
    now: () => performance.now(),
    signal,
  };
  return (await compareBuilds(question, header, dependencies)).blocks;
}

function questionOf(base: Build, head: Build, transport: TransportName, seed: number): Question {
  const flags = { transports: transport, seed: String(seed) };
  const config = gateConfig(resolveConfig({ flags, env: {}, file: undefined }));
  return {
    base,
    head,
    config,
    transports: [transport],
    pairs: PAIRS_A_BLOCK,
    exact: [],
    metrics: METRICS,
    relativeFloor: RELATIVE_FLOOR,
  };
}

async function usualOf(base: Build, transport: TransportName): Promise<Usual> {
  const { clients } = questionOf(base, base, transport, 1).config;
  const invocations = (await block(base, base, transport, 1)).flatMap((each) => each.invocations);
  const middle = (slug: string): number => median(invocations.flatMap(({ values: found }) => found[slug] ?? [])) ?? NaN;
  return {
    cpuUsPerPublication: (middle('server-cpu') * clients) / 1e3,
    latencyMs: middle('latency-p50') / 1e6,
    bytesPerClient: middle('server-memory') / clients,
  };
}

function print({ transport, mutations, blocks }: Kept): void {
  for (const [name, own] of Object.entries(blocks)) {
    const judged = values.disturbed ? own.map(undisturbed) : own;
    const curves = operatingCurve(judged, BLOCKS, {
      scenario: AB_SCENARIO,
      metrics: METRICS,
      relativeFloor: RELATIVE_FLOOR,
    });
    say(`\n${transport}, ${name} ${JSON.stringify(mutations[name])}; ${CASES[name]?.aim ?? ''}`);
    const { drawn = 0, disjoint = 0 } = curves[0] ?? {};
    if (values.disturbed) say('  with latencies that a certificate calls disturbed');
    say(
      `  ${drawn} comparisons of ${PAIRS} pairs and ${PAIRS} more of what looks worse, each begun at another of ${own.length} blocks; intervals count ${disjoint}, which share none`,
    );
    for (const each of curves) say(`  ${lineOf(each)}`);
  }
}

const undisturbed = (each: Block): Block => ({
  ...each,
  invocations: each.invocations.map((one) => ({ ...one, invalid: [] })),
});

function lineOf({ metric, shares, disjoint, change, halfWidth }: Curve): string {
  const { low, high } = wilson(shares.fail, disjoint);
  const percent = (share: number): string => `${(share * 100).toFixed(share === 0 || share === 1 ? 0 : 1)} %`;
  const rates = [
    `fail ${percent(shares.fail)} (${percent(low)} – ${percent(high)})`,
    `warn ${percent(shares.warn)}`,
    `inconclusive ${percent(shares.inconclusive)}`,
    `pass ${percent(shares.pass)}`,
  ];
  const sign = (value: number): string => `${value < 0 ? '−' : '+'}${percent(Math.abs(value))}`;
  const estimate =
    change === null || halfWidth === null ? '' : `; median estimate ${sign(change)}, interval ±${percent(halfWidth)}`;
  return `${metric.padEnd(14)} ${rates.join(', ')}${estimate}`;
}

/** A header that is one byte longer: exact counts have no curve, one finding is as good as all. */
async function oneByte(transport: TransportName, folder: string): Promise<void> {
  const { config } = questionOf(readBuild(ownCheckout(), 'base'), readBuild(ownCheckout(), 'head'), transport, 1);
  const counted = (bytes: number) =>
    countExactly(mutantOf(join(folder, `header-${bytes}`), { headerBytes: bytes }), config, signal);
  const [base, head] = [await counted(20), await counted(21)];
  const exact = { base: base.counts, head: head.counts };
  const bytes = { counted: EXACT_METRICS, metrics: [], blocks: [] };
  const nothing = { scenario: AB_SCENARIO, ...bytes, relativeFloor: RELATIVE_FLOOR };
  say('\na response header one byte longer; aim: found always');
  for (const name of CHOICES) {
    const failed = judgeAb({ ...nothing, transports: [name], exact }).filter(({ outcome }) => outcome === 'fail');
    say(`  ${name.padEnd(14)} ${failed.map(({ metric, reason }) => `${metric} ${reason}`).join('; ') || 'NOT FOUND'}`);
  }
}

await main();
