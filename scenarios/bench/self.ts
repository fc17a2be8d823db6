/**
 * `npm run bench:self`: the suite measures itself. Ratios within one run, printed beside what is aimed at; it judges
 * nothing and always exits 0, because an absolute figure of a shared machine is nobody's fault.
 *
 * `npm run bench:self -- cost ledger scale linear flat link laws aa model page` runs only the parts named; `--runs 20` is how
 * many runs `aa` makes, `--run FILE` the run whose page is measured (else the largest in results/runs) and whose cost model is
 * held out (else one is measured).
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { BOUNDS, type LawVerdict } from '../../results/law-check.ts';
import type { Measurement } from '../../results/schema.ts';
import { median } from '../../results/statistics.ts';
import type { TransportName } from '../transports.ts';
import { aaRun, type AaRun } from './aa.ts';
import { deliveryCost, emptyPollCost, type Cost } from './client-cost.ts';
import { namingCost } from './ledger-cost.ts';
import { lawsAt } from './laws.ts';
import { passage, roundTrips } from './link-accuracy.ts';
import { broadcastAt, memoryWithStoppedReader } from './memory.ts';
import { aimText, errorText, measuredErrors, storedErrors } from './model.ts';

const STREAMING = ['sse', 'forever-iframe', 'websocket'] as const satisfies TransportName[];
const ROUNDS = 6;

function line(what: string, figure: string, aim: string): void {
  process.stdout.write(`${what.padEnd(52)} ${figure.padEnd(30)} ${aim}\n`);
}

function ratioLine(what: string, { own, bare }: Cost, aim: string): void {
  const [mine, least] = [median(own)!, median(bare)!];
  line(what, `${(mine / least).toFixed(2)} ×  (${mine.toFixed(1)} / ${least.toFixed(1)} µs)`, aim);
}

async function cost(): Promise<void> {
  for (const name of STREAMING) {
    const aim = name === 'websocket' ? 'aim ≤ 1.50 ×' : 'aim ≤ 1.30 ×';
    ratioLine(`CPU per delivery, ${name}, 500 clients × 20/s`, await deliveryCost(name, 500, 20, ROUNDS), aim);
  }
  const many = await deliveryCost('websocket', 1_000, 30, ROUNDS);
  ratioLine('CPU per delivery, websocket, 1,000 clients × 30/s', many, 'aim ≤ 1.25 × (tcpkali, C: 7.8 µs)');
  ratioLine('CPU per empty poll, 50 clients each 20 ms', await emptyPollCost(50, 20, ROUNDS), 'aim ≤ 1.50 ×');
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
  const [few, many] = [1_000, 15_000];
  for (const name of STREAMING) {
    const small = await broadcastAt(name, few);
    const large = await broadcastAt(name, many);
    const { counts, validity } = large;
    const state = validity.valid ? 'valid' : `invalid: ${validity.warnings.map(({ code }) => code).join(', ')}`;
    line(`broadcast, ${name}, ${many} clients × 1/s`, `${counts.delivered} of ${counts.offered}, ${state}`, 'aim: all');
    const slope = (before: number | null, after: number | null): string =>
      before === null || after === null ? 'not measured' : `${((after - before) / (many - few) / 1e3).toFixed(1)} KB`;
    line(`  memory per simulated client`, slope(small.generator.rssBytes, large.generator.rssBytes), 'aim ≤ 10 KB');
    line(`  memory per client in the server`, slope(small.server.rssBytes, large.server.rssBytes), 'reported');
  }
}

/** The same deliveries a second to few clients and to many. */
async function linear(): Promise<void> {
  const each = ({ window, generator, server }: Measurement): { generator: number; server: number } => ({
    generator: (generator.cpuNs ?? NaN) / window.deliveries / 1e3,
    server: (server.cpuNs ?? NaN) / window.deliveries / 1e3,
  });
  for (const name of STREAMING) {
    const few = each(await broadcastAt(name, 100, 50));
    const many = each(await broadcastAt(name, 10_000, 0.5));
    for (const side of ['generator', 'server'] as const) {
      const figure = `${(many[side] / few[side]).toFixed(2)} ×  (${many[side].toFixed(1)} / ${few[side].toFixed(1)} µs)`;
      line(`${side} CPU per delivery, ${name}, 10,000 to 100`, figure, 'aim ≤ 1.30 ×');
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
      line(`laws over ${delayMs} ms, ${quantity}`, figure, `aim: all within ${BOUNDS[quantity] * 100} %`);
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

/** One way: half of what a round trip through the relay takes longer than one beside it. */
async function link(): Promise<void> {
  for (const delayMs of [10, 50, 100]) {
    const { direct, through } = await roundTrips(delayMs, Math.round(6_000 / delayMs));
    const beside = median(direct)!;
    const errors = through.map((roundTrip) => (roundTrip - beside) / 2 - delayMs).sort((a, b) => a - b);
    const [middle, most] = [median(errors)!, errors[Math.ceil(errors.length * 0.9) - 1]!];
    const figure = `+${middle.toFixed(2)} ms  (90 % within ${most.toFixed(2)} ms)`;
    line(`one way over a link of ${delayMs} ms, beyond it`, figure, 'aim within 1 ms');
  }
  const { sent, same, up, down } = await passage(20_000_000);
  const exact = same && up === sent && down === sent ? 'all, the same' : `${same ? 'the same' : 'NOT the same'}`;
  line('20 MB through a link with jitter and back', `${up} up, ${down} down: ${exact}`, 'aim: all, the same');
}

/** False alarms over all runs and metrics, with the noise floor and by intervals alone. */
async function aa(): Promise<void> {
  const runs: AaRun[] = [];
  for (let seed = 1; seed <= aaRuns; seed++) runs.push(await aaRun('websocket', seed));
  const all = runs.flatMap(({ found }) => Object.values(found));
  const share = (count: number, of: number): string =>
    `${of === 0 ? '—' : ((count / of) * 100).toFixed(1)} %  (${count} of ${of})`;
  for (const name of new Set(runs.flatMap(({ found }) => Object.keys(found)))) {
    const each = runs.flatMap(({ found }) => found[name] ?? []);
    const floor = median(each.map((one) => one.floor))!;
    const figure = share(each.filter(({ different }) => different).length, each.length);
    line(`A/A, ${name}`, figure, `could see from ${(floor * 100).toFixed(1)} %`);
  }
  const alarms = all.filter(({ different }) => different).length;
  line(`A/A, ${runs.length} runs of quick broadcast, all metrics`, share(alarms, all.length), 'aim ≤ 5 %');
  const bare = all.filter(({ differentByIntervals }) => differentByIntervals).length;
  line('  by intervals alone, without the noise floor', share(bare, all.length), 'reported');
  const invalid = runs.reduce((sum, run) => sum + run.invalid, 0);
  line('  invalid measurements among them', String(invalid), 'reported');
}

/** Of loads that the cost model had not seen. */
async function model(): Promise<void> {
  try {
    const rows = values.run === undefined ? await measuredErrors() : storedErrors(values.run);
    for (const row of rows) line(`model, ${row.transport}, ${row.quantity}`, errorText(row), aimText(row));
  } catch (error) {
    line('model', 'not measured', (error as Error).message);
  }
}

/** By a process of its own: this folder knows nothing of reports. */
async function page(): Promise<void> {
  const bench = fileURLToPath(new URL('../../report/bench/page.js', import.meta.url));
  const { error } = spawnSync(process.execPath, [bench, ...(values.run === undefined ? [] : [values.run])], {
    stdio: 'inherit',
  });
  if (error !== undefined) line('page', 'not measured', error.message);
}

const PARTS: Readonly<Record<string, () => Promise<void>>> = {
  ...{ cost, ledger, scale, linear, flat, link, laws, aa, model, page },
};

const { positionals: asked, values } = parseArgs({
  allowPositionals: true,
  options: { runs: { type: 'string' }, run: { type: 'string' } },
});
/** Of `aa`: a run takes about 15 s. */
const aaRuns = Math.max(1, Number(values.runs ?? 20) || 20);
for (const [name, part] of Object.entries(PARTS)) {
  if (asked.length === 0 || asked.includes(name)) await part();
}
