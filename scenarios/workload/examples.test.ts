/** The example workloads: each can be read, and explains itself. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadWorkload } from './read.ts';

const FOLDER = resolve(import.meta.dirname, '../../examples/workloads');
const files = readdirSync(FOLDER);

describe('the example workloads', () => {
  it('are the five that the documentation names', () => {
    expect(files.sort()).toEqual(
      ['chat', 'job-progress', 'notification-badge', 'sensor-dashboard', 'stock-ticker'].map((name) => `${name}.yaml`),
    );
  });

  it.each(files)('%s can be read, bears its name, and has prices with their source', (file) => {
    const workload = loadWorkload(join(FOLDER, file));
    expect(`${workload.name}.yaml`).toBe(file);
    expect(workload.prices).toMatchObject({ currency: 'USD', date: '2026-03-10' });
  });

  it.each(files)('%s explains each of its fields', (file) => {
    const lines = readFileSync(join(FOLDER, file), 'utf8').split('\n');
    for (const [place, line] of lines.entries()) {
      if (/^(?!name)[a-z]\w*:/i.test(line)) expect(lines[place - 1], line).toMatch(/^# /);
    }
  });
});
