import { describe, expect, it } from 'vitest';
import { fixtureRun } from '../../report/run.fixture.ts';
import type { Measurement, RunFile } from '../schema.ts';
import { readRun } from '../store.ts';
import { bytesChecks } from './bytes-check.ts';
import { bytesPerSecond } from './bytes.ts';
import { fitModel } from './fit.ts';
import { loadOf } from './load.ts';

const example = readRun(new URL('../../report/examples/run.json.gz', import.meta.url).pathname);

/** Windows over WebSocket whose sockets carried what the counts predict, and `factor` times that. */
function runOf(change: (m: Measurement) => void = () => {}, factor = 1): RunFile {
  const run = fixtureRun({ repetitions: 2 });
  const own = run.measurements.filter(
    ({ transport, scenario }) => transport === 'websocket' && scenario === 'broadcast',
  );
  const { bytes } = fitModel([run]).transports.find(({ transport }) => transport === 'websocket')!;
  for (const m of own) {
    const load = loadOf(m);
    const { up, down } = bytesPerSecond(bytes!, load)!;
    const times = (load.clients * m.window.durationNs * factor) / 1e9;
    m.bytes = {
      up: { ...m.bytes.up, payload: 0, total: up * times },
      down: { ...m.bytes.down, total: down * times },
    };
    change(m);
  }
  return { ...run, measurements: own };
}

const checkOf = (run: RunFile) => bytesChecks([run], fitModel([run])).get('websocket');

describe('bytes of measured windows', () => {
  it('beside their prediction: repetitions of a load are one point, and the error has its sign', () => {
    expect(checkOf(runOf())!.points).toHaveLength(1);
    expect(checkOf(runOf())!.most).toBeLessThan(1e-9);
    expect(checkOf(runOf(undefined, 0.8))!.points[0]!.error).toBeCloseTo(0.25, 9);
    expect(checkOf(runOf(undefined, 1.25))!.points[0]!.error).toBeCloseTo(-0.2, 9);
  });

  it('count only where they were sent as the exact counts were, and the window is valid and no twin', () => {
    const spoilers: ((m: Measurement) => void)[] = [
      (m) => (m.parameters.headers = 'minimal'),
      (m) => (m.parameters.carrier = 'h2'),
      (m) => (m.parameters.responseHeaders = 'typical'),
      (m) => (m.parameters.deflate = true),
      (m) => (m.parameters.gzip = true),
      (m) => (m.parameters.connection = 'close'),
      (m) => (m.validity = { valid: false, warnings: [] }),
      (m) => (m.twin = true),
      (m) => (m.bytes.up.payload = 1),
    ];
    for (const spoil of spoilers) expect(checkOf(runOf(spoil))).toBeUndefined();
  });

  it('say nothing of a silent stream, in whose window a sign of life falls by chance', () => {
    const silent = runOf((m) => {
      m.parameters.ratePerSecond = 0;
      m.counts = { ...m.counts, offered: 0, publications: 0 };
    });
    expect(checkOf(silent)).toBeUndefined();
  });

  it('lie within a tenth of the prediction for most loads of the measured example, of every transport', () => {
    const checks = bytesChecks([example], fitModel([example]));
    expect([...checks.keys()].sort()).toEqual(['forever-iframe', 'long-polling', 'short-polling', 'sse', 'websocket']);
    for (const [transport, { median, points }] of checks) {
      expect([transport, points.length >= 10]).toEqual([transport, true]);
      expect([transport, median < 0.05]).toEqual([transport, true]);
      const near = points.filter(({ error }) => Math.abs(error) < 0.1);
      expect(near.length).toBeGreaterThanOrEqual(points.length - 1);
    }
  });
});
