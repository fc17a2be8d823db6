/** The example records: what the command of today makes of the run that is stored beside them. */
import { readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fitModel } from '../results/model/fit.ts';
import { readRun } from '../results/store.ts';
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
    ['short-polling', { cores: [6.7, 12.9], memory: [1.7, 5], packets: [4.8, 10.6], serviceMs: [0.2, 0.4], far: 0.3 }],
    ['long-polling', { cores: [3.8, 12.5], memory: [1.3, 2.9], packets: [11.4, 14.7], serviceMs: [3.9, 13], far: 3.9 }],
    [
      'forever-iframe',
      { cores: [10.6, 17.9], memory: [0.3, 0.6], packets: [8.5, 17.1], serviceMs: [9.8, 32.4], far: 1.2 },
    ],
    ['sse', { cores: [8.2, 12.1], memory: [0.2, 0.8], packets: [3.2, 10.2], serviceMs: [6.7, 16.7], far: 2 }],
    ['websocket', { cores: [5.6, 20.7], memory: [1.1, 3.4], packets: [1.9, 3.1], serviceMs: [6.8, 23.4], far: 2 }],
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

  it('come from a run that is small enough to be kept', () => {
    expect(statSync(join(EXAMPLES, 'run.json.gz')).size).toBeLessThan(1_000_000);
  });
});
