/** How far off the cost model is on loads that it had not seen, of a stored run or of one that is measured now. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { bytesChecks } from '../../results/model/bytes-check.ts';
import { fitModel } from '../../results/model/fit.ts';
import type { HeldOut } from '../../results/model/linear.ts';
import type { TransportModel } from '../../results/model/model.ts';
import type { RunFile } from '../../results/schema.ts';
import { readRun } from '../../results/store.ts';

const MAIN = fileURLToPath(new URL('../../cli/main.js', import.meta.url));

interface Quantity {
  readonly title: string;
  readonly of: (model: TransportModel) => HeldOut | null;
  /** Share of what was measured, which nine of ten loads are to be within; null: it has none. */
  readonly aim: number | null;
}

const LATENCY = 'mean latency';

const QUANTITIES: readonly Quantity[] = [
  { title: 'server CPU', of: ({ cores }) => cores?.heldOut ?? null, aim: 0.1 },
  { title: 'memory', of: ({ memory }) => memory?.heldOut ?? null, aim: 0.1 },
  { title: 'mean latency over a link', of: ({ serviceMs }) => serviceMs?.distant ?? null, aim: 0.05 },
  { title: 'packets', of: ({ packets }) => packets?.heldOut ?? null, aim: null },
  // Without a distance it is the scheduler's time: how many milliseconds is what counts.
  { title: LATENCY, of: ({ serviceMs }) => serviceMs?.heldOut ?? null, aim: null },
];

const BYTES = 'bytes';

export interface ErrorRow {
  readonly transport: string;
  readonly quantity: string;
  /** Null: not measured. */
  readonly off: HeldOut | null;
  readonly aim: number | null;
}

/** A row for each transport and quantity. Bytes are counted: what they are off by is the law of the window, and its edges. */
export function errorsOf(runs: readonly [RunFile, ...RunFile[]]): ErrorRow[] {
  const model = fitModel(runs);
  const bytes = bytesChecks(runs, model);
  return model.transports.flatMap((one): ErrorRow[] => [
    { transport: one.transport, quantity: BYTES, off: bytes.get(one.transport) ?? null, aim: null },
    ...QUANTITIES.map(({ title, of, aim }) => ({ transport: one.transport, quantity: title, off: of(one), aim })),
  ]);
}

export const storedErrors = (file: string): ErrorRow[] => errorsOf([readRun(file)]);

/** As `pushbench adr` measures where it has no results: costs beside a link, latencies over it. */
export async function measuredErrors(): Promise<ErrorRow[]> {
  const beside = await runOf(['--scenarios', 'cost,memory']);
  return errorsOf([beside, await runOf(['--scenarios', 'cost', '--link', 'custom:delay=20ms'])]);
}

async function runOf(flags: readonly string[]): Promise<RunFile> {
  const out = mkdtempSync(join(tmpdir(), 'pushbench-'));
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [MAIN, 'run', ...flags, '--out', out, '--json'], {
      maxBuffer: 2 ** 28,
    });
    return JSON.parse(stdout) as RunFile;
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

/** Of what is spread normally, nine of ten lie within so many standard deviations. */
const NINE_OF_TEN = 1.645;

/**
 * `6.1 %, mean 7.0 %, 9 of 10 within 29.0 % (10 loads; each known to 3.2 %, so that of a model without error 9 of 10 would be within
 * 5.3 %)`: half within the first, the mean of the absolute errors, how many loads, and the standard error of what was measured
 * of one; of a latency without distance also in ms.
 */
export function errorText({ off, quantity }: ErrorRow): string {
  if (off === null) return 'not measured';
  const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
  const most = quantity === LATENCY ? `${percent(off.most)}, ${off.mostBy.toFixed(1)} ms` : percent(off.most);
  const mean = off.points.reduce((sum, { error }) => sum + Math.abs(error), 0) / off.points.length;
  const known =
    off.scatter === undefined
      ? ''
      : `; each known to ${percent(off.scatter)}, so that of a model without error 9 of 10 would be within ${percent(NINE_OF_TEN * off.scatter)}`;
  return `${percent(off.median)}, mean ${percent(mean)}, 9 of 10 within ${most} (${off.points.length} loads${known})`;
}

export const aimText = ({ aim }: ErrorRow): `aim ${string}` | 'reported' =>
  aim === null ? 'reported' : `aim 9 of 10 within ${aim * 100} %`;
