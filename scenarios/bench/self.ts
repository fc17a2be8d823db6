/**
 * `npm run bench:self`: the suite measures itself. Ratios within one run, each printed beside what is aimed at, or as
 * `reported` where there is no aim; it judges nothing and always exits 0, because an absolute figure of a shared machine is
 * nobody's fault.
 *
 * `npm run bench:self -- quick cost ledger scale linear flat link laws aa model page` runs only the parts named; `--runs 20` is
 * how many runs `aa` makes, `--run FILE` the run whose page is measured (else the largest in results/runs) and whose cost
 * model is held out (else one is measured).
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { BOUNDS, type LawVerdict } from '../../results/law-check.ts';
import type { Measurement } from '../../results/schema.ts';
import { median } from '../../results/statistics.ts';
import { CHOICES, type TransportName } from '../transports.ts';
import { aaRun, SCORED, type AaRun } from './aa.ts';
import { uncountedSizes, uncountedText } from './bytes.ts';
import { compileReader } from './c-reader.ts';
import { deliveryCost, emptyPollCost, type Cost } from './client-cost.ts';
import { namingCost } from './ledger-cost.ts';
import { lawsAt } from './laws.ts';
import { passage, roundTrips } from './link-accuracy.ts';
import { broadcastAt, memoryGrowth, memoryWithStoppedReader, type Growth } from './memory.ts';
import { aimText, errorText, measuredErrors, storedErrors } from './model.ts';
import { quickRun } from './quick.ts';

const STREAMING = ['sse', 'forever-iframe', 'websocket'] as const satisfies TransportName[];
const ROUNDS = 6;
const LINEAR_ROUNDS = 3;
const MEMORY_ROUNDS = 5;

/** What is aimed at, in one shape for all parts. */
type Aim = `aim ${string}` | 'reported';

function line(what: string, figure: string, aim: Aim): void {
  process.stdout.write(`${what.padEnd(52)} ${figure.padEnd(30)} ${aim}\n`);
}

function ratioLine(what: string, own: readonly number[], least: readonly number[], aim: Aim): void {
  const [mine, other] = [median(own)!, median(least)!];
  line(what, `${(mine / other).toFixed(2)} ×  (${mine.toFixed(1)} / ${other.toFixed(1)} µs)`, aim);
}

async function quick(): Promise<void> {
  const { wallMs, measured, valid } = await quickRun();
  line('quick profile, the whole command', `${(wallMs / 1e3).toFixed(0)} s`, 'aim ≤ 60 s');
  line('  valid measurements', `${valid} of ${measured}`, 'aim all');
}

async function cost(): Promise<void> {
  for (const name of STREAMING) {
    const aim = name === 'websocket' ? 'aim ≤ 1.50 ×' : 'aim ≤ 1.30 ×';
    const { own, bare } = await deliveryCost(name, 500, 20, ROUNDS);
    ratioLine(`CPU per delivery, ${name}, 500 clients × 20/s`, own, bare, aim);
  }
  await costOfMany();
  const polls = await emptyPollCost(50, 20, ROUNDS);
  ratioLine('CPU per empty poll, 50 clients each 20 ms', polls.own, polls.bare, 'aim ≤ 1.50 ×');
}

/** Against a bare socket, and against what a generator in C takes, compiled for the purpose. */
async function costOfMany(): Promise<void> {
  const reader = await compileReader();
  try {
    const { own, bare, c }: Cost = await deliveryCost('websocket', 1_000, 30, ROUNDS, reader);
    const what = 'CPU per delivery, websocket, 1,000 clients × 30/s';
    ratioLine(what, own, bare, 'aim ≤ 1.25 ×');
    if (reader === null) line('  to clients in C', 'not measured: no C compiler', 'aim ≤ 1.50 ×');
    else ratioLine('  to clients in C', own, c, 'aim ≤ 1.50 ×');
  } finally {
    reader?.remove();
  }
}

/** What naming every byte costs the generator: above 10 % only some clients would be itemised. */
async function ledger(): Promise<void> {
  for (const name of STREAMING) {
    const delivery = median((await deliveryCost(name, 500, 20, ROUNDS)).own)!;
    const naming = namingCost(name === 'websocket' ? 'frames' : 'lines');
    const figure = `${((naming / delivery) * 100).toFixed(1)} %  (${naming.toFixed(3)} of ${delivery.toFixed(1)} µs)`;
    line(`CPU of naming a delivery's bytes, ${name}`, figure, 'aim < 10 %');
  }
}

async function scale(): Promise<void> {
  const numbers = [1_000, 8_000, 15_000] as const;
  const most = numbers.at(-1)!;
  for (const name of STREAMING) {
    const all: Measurement[] = [];
    for (const clients of numbers) all.push(await broadcastAt(name, clients));
    const { counts, validity } = all.at(-1)!;
    const state = validity.valid ? 'valid' : `invalid: ${validity.warnings.map(({ code }) => code).join(', ')}`;
    line(`broadcast, ${name}, ${most} clients × 1/s`, `${counts.delivered} of ${counts.offered}, ${state}`, 'aim all');
    generatorMemory(all.map((m, index) => [numbers[index]!, m.generator.rssBytes] as const));
    await serverMemory(name, most);
  }
}

const kilobytes = (bytes: number): string => (bytes / 1e3).toFixed(1);

function growthLine(range: string, first: number, last: number): void {
  const figure = `${(last / first).toFixed(2)} ×  (${kilobytes(last)} / ${kilobytes(first)} KB)`;
  line(`    clients ${range}`, figure, 'aim ≤ 1.20 ×');
}

/** What each simulated client more takes, and whether a later one takes more than an earlier one. */
function generatorMemory(read: readonly (readonly [clients: number, bytes: number | null])[]): void {
  const slopeOf = (from: number, to: number): number => {
    const [[few, before], [many, after]] = [read.at(from)!, read.at(to)!];
    return before === null || after === null ? NaN : (after - before) / (many - few);
  };
  const [whole, earlier, later] = [slopeOf(0, -1), slopeOf(0, 1), slopeOf(1, -1)];
  const known = Number.isFinite(whole + earlier + later);
  line('  memory per simulated client', known ? `${kilobytes(whole)} KB` : 'not measured', 'aim ≤ 10 KB');
  const [[few], [some], [most]] = [read[0]!, read[1]!, read.at(-1)!];
  if (known) growthLine(`${some}–${most} to ${few}–${some}`, earlier, later);
}

/** The same in the server. Its heap grows in steps of V8's own, so that one growth says little of the next. */
async function serverMemory(name: TransportName, clients: number): Promise<void> {
  const rounds: Growth[] = [];
  for (let round = 0; round < MEMORY_ROUNDS; round++) {
    const growth = await memoryGrowth(name, clients);
    if (growth === null) return line('  memory per client in the server', 'not measured', 'reported');
    rounds.push(growth);
  }
  const [first, last] = [median(rounds.map((one) => one.first))!, median(rounds.map((one) => one.last))!];
  line('  memory per client in the server', `${kilobytes((first + last) / 2)} KB`, 'reported');
  growthLine('of the last half to those of the first', first, last);
}

/**
 * The same deliveries a second to few clients and to many, in turn; the limit beside them says how much of it is the kernel and
 * the processor's caches. Without signs of life, which clients cost and not deliveries: 10,000 are pinged 667 times a second.
 */
async function linear(): Promise<void> {
  const loads = [
    [100, 50],
    [10_000, 0.5],
  ] as const;
  for (const name of [...STREAMING, 'tcp'] as const) {
    const all: { clients: number; m: Measurement }[] = [];
    for (let round = 0; round < LINEAR_ROUNDS; round++) {
      for (const [clients, ratePerSecond] of round % 2 === 0 ? loads : loads.toReversed()) {
        all.push({ clients, m: await broadcastAt(name, clients, { ratePerSecond, heartbeatMs: 0 }) });
      }
    }
    for (const side of ['generator', 'server'] as const) {
      const eachUs = (of: number): number[] =>
        all.filter(({ clients }) => clients === of).map(({ m }) => (m[side].cpuNs ?? NaN) / m.window.deliveries / 1e3);
      const aim = name === 'tcp' ? 'reported' : 'aim ≤ 1.30 ×';
      ratioLine(`${side} CPU per delivery, ${name}, 10,000 to 100`, eachUs(10_000), eachUs(100), aim);
    }
  }
}

/** Each law at three points, over links of several delays. */
async function laws(): Promise<void> {
  for (const delayMs of [10, 30, 100]) {
    const { rows, leftOut } = await lawsAt(delayMs, 3);
    for (const quantity of Object.keys(BOUNDS) as (keyof typeof BOUNDS)[]) {
      const of = rows.filter((row) => row.quantity === quantity);
      const count = (verdict: LawVerdict): number => of.filter((row) => row.verdict === verdict).length;
      const worst = Math.max(...of.map(({ divergence }) => Math.abs(divergence?.mean ?? 0)));
      const figure = `${count('within')} of ${of.length}, ${count('outside')} outside, worst ${(worst * 100).toFixed(1)} %`;
      line(`laws over ${delayMs} ms, ${quantity}`, figure, `aim all within ${BOUNDS[quantity] * 100} %`);
    }
    line(`laws over ${delayMs} ms, measurements left out`, String(leftOut), 'reported');
  }
}

async function flat(): Promise<void> {
  const requests = {
    sse: { kind: 'eventsource', path: '/sse' },
    'forever-iframe': { kind: 'iframe', path: '/forever-iframe' },
    websocket: { kind: 'websocket', path: '/websocket' },
  } as const;
  for (const name of STREAMING) {
    const { beforeBytes, highestBytes } = await memoryWithStoppedReader(name, requests[name], 30_000);
    const figure = `+${((highestBytes - beforeBytes) / 1e6).toFixed(1)} MB on ${(beforeBytes / 1e6).toFixed(0)} MB`;
    line(`server memory, ${name}, 1 of 100 stops for 30 s`, figure, 'aim within 50 MB');
  }
}

/** One way: half of what a round trip through the relay takes longer than one beside it; of one connection, and of many. */
async function link(): Promise<void> {
  for (const connections of [1, 50]) {
    for (const delayMs of [10, 50, 100]) {
      const { direct, through } = await roundTrips(delayMs, Math.round(6_000 / delayMs), connections);
      const beside = median(direct)!;
      const errors = through.map((roundTrip) => (roundTrip - beside) / 2 - delayMs);
      // Too early is as wrong as too late.
      const sizes = errors.map(Math.abs).sort((a, b) => a - b);
      const [middle, most] = [median(errors)!, sizes[Math.ceil(sizes.length * 0.9) - 1]!];
      const figure = `${middle < 0 ? '−' : '+'}${Math.abs(middle).toFixed(2)} ms  (90 % within ${most.toFixed(2)} ms)`;
      const of = connections === 1 ? '' : `, ${connections} connections`;
      line(`one way over a link of ${delayMs} ms${of}, beyond it`, figure, 'aim within 1 ms');
    }
  }
  const { sent, same, up, down } = await passage(20_000_000);
  const counted = up === sent && down === sent ? 'all' : `NOT all of ${sent}`;
  const figure = `${up} up, ${down} down: ${counted}, ${same ? 'the same' : 'NOT the same'}`;
  line('20 MB through a link with jitter and back', figure, 'aim all, the same');
}

/** False alarms over all runs and metrics of the scoreboard, with the noise floor and by intervals alone. */
async function aa(): Promise<void> {
  const runs: AaRun[] = [];
  // Each transport in turn: all of them in each run would take an hour and a half.
  for (let seed = 1; seed <= aaRuns; seed++) runs.push(await aaRun(CHOICES[seed % CHOICES.length]!, seed));
  const share = (count: number, of: number): string =>
    `${of === 0 ? '—' : ((count / of) * 100).toFixed(1)} %  (${count} of ${of})`;
  for (const name of Object.keys(SCORED)) {
    const each = runs.flatMap(({ found }) => found[name] ?? []);
    const floor = median(each.map((one) => one.floor)) ?? 0;
    const figure = share(each.filter(({ different }) => different).length, each.length);
    line(`A/A, ${name}, seen from ${(floor * 100).toFixed(1)} %`, figure, 'reported');
  }
  const all = runs.flatMap(({ found }) => Object.entries(found).map(([name, one]) => ({ name, ...one })));
  const noisy = all.filter(({ name }) => !SCORED[name]!.exact);
  const alarms = (of: typeof all): string => share(of.filter(({ different }) => different).length, of.length);
  line(`A/A, ${runs.length} runs of quick, all metrics`, alarms(all), 'aim ≤ 5 %');
  line('  without those that are exact', alarms(noisy), 'aim ≤ 5 %');
  const bare = noisy.filter(({ differentByIntervals }) => differentByIntervals).length;
  line('  by intervals alone, without the noise floor', share(bare, noisy.length), 'reported');
  const invalid = runs.reduce((sum, run) => sum + run.invalid, 0);
  line('  invalid measurements among them', String(invalid), 'reported');
}

/** Of loads that the cost model had not seen. */
async function model(): Promise<void> {
  try {
    const rows = values.run === undefined ? await measuredErrors() : storedErrors(values.run);
    for (const row of rows) line(`model, ${row.transport}, ${row.quantity}`, errorText(row), aimText(row));
    for (const [transport, sizes] of await uncountedSizes()) {
      line(`model, ${transport}, bytes of sizes that were not counted`, uncountedText(sizes), 'aim 0 B off');
    }
  } catch (error) {
    line('model', `not measured: ${(error as Error).message}`, 'reported');
  }
}

/** By a process of its own: this folder knows nothing of reports. */
async function page(): Promise<void> {
  const bench = fileURLToPath(new URL('../../report/bench/page.js', import.meta.url));
  const { error } = spawnSync(process.execPath, [bench, ...(values.run === undefined ? [] : [values.run])], {
    stdio: 'inherit',
  });
  if (error !== undefined) line('page', `not measured: ${error.message}`, 'reported');
}

const PARTS: Readonly<Record<string, () => Promise<void>>> = {
  ...{ quick, cost, ledger, scale, linear, flat, link, laws, aa, model, page },
};

const { positionals: asked, values } = parseArgs({
  allowPositionals: true,
  options: { runs: { type: 'string' }, run: { type: 'string' } },
});
/** Of `aa`: a run takes about a minute. */
const aaRuns = Math.max(1, Number(values.runs ?? 20) || 20);
for (const [name, part] of Object.entries(PARTS)) {
  if (asked.length === 0 || asked.includes(name)) await part();
}
