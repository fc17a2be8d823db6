/** The quick profile, as `npm start` runs it: how long it takes, and how much of it may be believed. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { RunFile } from '../../results/schema.ts';

const MAIN = fileURLToPath(new URL('../../cli/main.js', import.meta.url));

export interface QuickRun {
  /** Of the whole command, its start and its report included. */
  readonly wallMs: number;
  readonly measured: number;
  readonly valid: number;
}

/** In a folder of its own, where no configuration file changes it. */
export async function quickRun(): Promise<QuickRun> {
  const cwd = mkdtempSync(join(tmpdir(), 'pushbench-'));
  const startMs = performance.now();
  try {
    const args = [MAIN, 'run', '--profile', 'quick', '--json'];
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd, maxBuffer: 2 ** 28 });
    const { measurements } = JSON.parse(stdout) as RunFile;
    return {
      wallMs: performance.now() - startMs,
      measured: measurements.length,
      valid: measurements.filter(({ validity }) => validity.valid).length,
    };
  } finally {
    rmSync(cwd, { recursive: true, force: true });
  }
}
