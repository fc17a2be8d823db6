/** The laws over links of several delays, by the command itself: what `pushbench run --scenarios laws` says of its figures. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { checkLaws, type LawCheck } from '../../results/law-check.ts';
import type { RunFile } from '../../results/schema.ts';

const MAIN = fileURLToPath(new URL('../../cli/main.js', import.meta.url));

export async function lawsAt(delayMs: number, repetitions: number): Promise<LawCheck> {
  const out = mkdtempSync(join(tmpdir(), 'pushbench-'));
  const flags = ['--link', `custom:delay=${delayMs}ms`, '--repetitions', String(repetitions), '--out', out, '--json'];
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [MAIN, 'run', '--scenarios', 'laws', ...flags], {
      maxBuffer: 2 ** 28,
    });
    return checkLaws(JSON.parse(stdout) as RunFile)!;
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}
