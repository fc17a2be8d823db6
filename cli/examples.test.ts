/** The example records: what the command of today makes of the run that is stored beside them. */
import { readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { workloadNames } from './adr-init.ts';
import { folder, pushbench, ROOT } from './cli.fixture.ts';

const EXAMPLES = join(ROOT, 'report/examples');
const read = (name: string): string => readFileSync(join(EXAMPLES, name), 'utf8');

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

  it('come from a run that is small enough to be kept', () => {
    expect(statSync(join(EXAMPLES, 'run.json.gz')).size).toBeLessThan(300_000);
  });
});
