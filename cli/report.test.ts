/** `pushbench report` as a process: whatever result of ours it is given, it shows. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { capacityFile } from '../report/capacity.fixture.ts';
import { fixtureExact } from '../report/exact.fixture.ts';
import { fatter } from '../report/judgement.fixture.ts';
import { baselineOf } from '../results/gate/baseline.ts';
import { folder, pushbench } from './cli.fixture.ts';

let cwd: string;
let remove: () => void;
beforeEach(() => ({ path: cwd, remove } = folder()));
afterEach(() => remove());

const write = (name: string, document: unknown): void => writeFileSync(join(cwd, name), JSON.stringify(document));

describe('pushbench report', () => {
  it('shows a capacity as table, page and Markdown, gzipped too', async () => {
    write('capacity.json', capacityFile());
    const table = await pushbench(cwd, ['report', 'capacity.json']);
    expect([table.code, table.stderr]).toEqual([0, 'Report  capacity.html\n']);
    expect(table.stdout).toContain('Target: p99<100ms, and nothing lost.');
    expect(readFileSync(join(cwd, 'capacity.html'), 'utf8')).toContain('<title>pushbench: capacity');
    writeFileSync(join(cwd, 'packed.json.gz'), gzipSync(JSON.stringify(capacityFile())));
    const markdown = await pushbench(cwd, ['report', 'packed.json.gz', '--markdown']);
    expect(markdown.stdout).toContain('## Capacity within `p99<100ms`');
    expect(existsSync(join(cwd, 'packed.html'))).toBe(true);
    const json = await pushbench(cwd, ['report', 'capacity.json', '--json']);
    expect(JSON.parse(json.stdout)).toEqual(capacityFile());
  });

  it('shows a judgement as text and Markdown, and says that it has no page', async () => {
    write('judgement.json', fatter());
    const text = await pushbench(cwd, ['report', 'judgement.json']);
    expect([text.code, text.stderr]).toEqual([0, '']);
    expect(text.stdout).toContain('Fail: 2 of 4 metrics got worse.');
    const markdown = await pushbench(cwd, ['report', 'judgement.json', '--markdown', 'verdict.md']);
    expect([markdown.code, markdown.stdout]).toEqual([0, '']);
    expect(readFileSync(join(cwd, 'verdict.md'), 'utf8')).toMatch(/^### ❌ Fail: 2 of 4 metrics got worse\./);
    const page = await pushbench(cwd, ['report', 'judgement.json', '--html', 'verdict.html']);
    expect([page.code, page.stderr]).toEqual([
      2,
      'pushbench: judgement.json holds a verdict, which has no page. Leave --html out, or give --markdown a file.\n',
    ]);
    expect(readdirSync(cwd).sort()).toEqual(['judgement.json', 'verdict.md']);
  });

  it('names the command that shows what it does not', async () => {
    write('baseline.json', baselineOf(fixtureExact()));
    const { code, stderr } = await pushbench(cwd, ['report', 'baseline.json']);
    expect([code, stderr]).toEqual([
      2,
      'pushbench: baseline.json is not a pushbench run: it is a baseline, which "pushbench baseline show" shows.\n',
    ]);
  });
});
