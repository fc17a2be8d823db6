/** The example records: what the command of today makes of the run that is stored beside them. */
import { readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { budgetLines } from '../report/adr/confirmation.ts';
import { guardOf, MOST_BEHIND_LINK } from '../report/adr/guard.ts';
import { situationOf } from '../report/adr/situation.ts';
import { parseBudgets } from '../results/gate/budget.ts';
import { optionOf } from '../results/model/option.ts';
import { fitModel } from '../results/model/fit.ts';
import { readRun } from '../results/store.ts';
import { SAMPLES_FOR_P99 } from '../results/thresholds.ts';
import { parseWorkload } from '../scenarios/workload/read.ts';
import { workloadNames } from './adr-init.ts';
import { folder, pushbench, ROOT } from './cli.fixture.ts';

const EXAMPLES = join(ROOT, 'report/examples');
const read = (name: string): string => readFileSync(join(EXAMPLES, name), 'utf8');

const stored = () => fitModel([readRun(join(EXAMPLES, 'run.json.gz'))]);

describe('the example records', () => {
  it.each(workloadNames())('%s is what its own command makes', async (name) => {
    const { path, remove } = folder();
    try {
      const [, command] = /^pushbench (adr .*)$/m.exec(read(`${name}.md`))!;
      const out = join(path, `${name}.md`);
      const args = command!.split(' ').map((word, at, words) => (words[at - 1] === '--record' ? out : word));
      const { code, stderr } = await pushbench(ROOT, args);
      expect([stderr, code]).toEqual(['', 0]);
      // From a folder elsewhere nothing leads to the run.
      const unlinked = (record: string): string => record.replace(/\[([^\]]*)\]\(run\.json\.gz\)/g, '$1');
      const made = readFileSync(out, 'utf8').replace(out, join('report/examples', basename(out)));
      expect(made, 'npm run examples makes them again').toBe(unlinked(read(`${name}.md`)));
    } finally {
      remove();
    }
  });

  /** In percent: what the stored run shows today. Who measures it again writes what that shows. */
  it.each([
    ['short-polling', { cores: [6, 9.3], memory: [1.2, 3.6], packets: [1.5, 4.8], serviceMs: [0.2, 0.8], far: 0.6 }],
    ['long-polling', { cores: [4.4, 9.3], memory: [1.5, 3], packets: [3.1, 11.6], serviceMs: [4.6, 12.8], far: 4.6 }],
    [
      'forever-iframe',
      { cores: [5.4, 14.3], memory: [0.3, 0.5], packets: [1.3, 5.3], serviceMs: [10.4, 21.5], far: 0.9 },
    ],
    ['sse', { cores: [6, 10.3], memory: [0.2, 0.9], packets: [1, 4.6], serviceMs: [5.5, 22.6], far: 0.9 }],
    ['websocket', { cores: [5.1, 9.5], memory: [1.6, 4.2], packets: [0.8, 6], serviceMs: [5.9, 29.6], far: 0.7 }],
  ] as const)('are of a model that predicts held-out loads of %s no worse than it did', (name, bounds) => {
    const model = stored().transports.find(({ transport }) => transport === name)!;
    for (const quantity of ['cores', 'memory', 'packets', 'serviceMs'] as const) {
      const { median, most, points } = model[quantity]!.heldOut!;
      expect(points.length, quantity).toBeGreaterThan(5);
      expect(median * 100, `${name}, ${quantity}: half within`).toBeLessThanOrEqual(bounds[quantity][0]);
      expect(most * 100, `${name}, ${quantity}: nine of ten within`).toBeLessThanOrEqual(bounds[quantity][1]);
    }
    const { distant } = model.serviceMs!;
    expect(distant!.points.length).toBe(2);
    expect(distant!.most * 100, `${name}: mean latency over a link`).toBeLessThanOrEqual(bounds.far);
  });

  it.each(workloadNames())('have a gate for %s that can tell: samples enough, and a link that carries it', (name) => {
    const file = join(ROOT, 'examples/workloads', `${name}.yaml`);
    const situation = situationOf(parseWorkload(readFileSync(file, 'utf8'), file));
    for (const model of stored().transports) {
      const { transport } = model;
      const { load, seconds, limits } = guardOf({ model, option: optionOf(model, situation) }, situation.stalenessMs);
      const budgets = parseBudgets(budgetLines(transport, limits).join('\n'));
      const slugs = budgets.map(({ metric }) => metric.slug);
      expect(slugs, transport).toContain('latency-mean');
      // Of another percentile it would have to be asked how many samples that takes.
      expect(['latency-p99', 'latency-mean'], transport).toEqual(expect.arrayContaining(slugs));
      const expected = load.ratePerSecond * seconds;
      const least = load.arrivals === 'constant' ? expected - 1 : expected - 4 * Math.sqrt(expected);
      expect(Math.floor(least + 1e-9) * load.clients, `${transport}: samples`).toBeGreaterThanOrEqual(SAMPLES_FOR_P99);
      if (load.rttMs > 0) expect(load.clients, transport).toBeLessThanOrEqual(MOST_BEHIND_LINK);
    }
  });

  it('come from a run that is small enough to be kept', () => {
    expect(statSync(join(EXAMPLES, 'run.json.gz')).size).toBeLessThan(1_000_000);
  });
});
