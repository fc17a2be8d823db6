import { describe, expect, it } from 'vitest';
import { gatedRun } from '../../report/gated-run.fixture.ts';
import { parseBudgets } from './budget.ts';
import { checkBudgets } from './check.ts';
import { sideOf } from './compare.ts';
import type { RunFile } from '../schema.ts';

/** A run with the given p99 of sse in broadcast, ms, a repetition each. */
function runWith(...p99: (number | null)[]): RunFile {
  const run = gatedRun({ repetitions: p99.length, twin: null });
  for (const m of run.measurements) {
    const ms = p99[m.repetition]!;
    if (m.transport === 'sse' && m.scenario === 'broadcast') m.deliveryLatencyNs.p99 = ms === null ? null : ms * 1e6;
  }
  return run;
}

const check = (text: string, run: RunFile) =>
  checkBudgets(parseBudgets(text), sideOf({ kind: 'run', path: 'a.json', run }));
const said = (text: string, run: RunFile) =>
  check(text, run).map(({ transport, scenario, outcome, reason }) => [transport, scenario, outcome, reason]);

describe('a budget', () => {
  it('is kept by the median of the repetitions', () => {
    expect(said('sse: p99 < 50ms', runWith(40, 45, 44))).toEqual([
      ['sse', 'broadcast', 'pass', 'kept by the median of 3 repetitions (line 1: sse: p99 < 50ms)'],
    ]);
  });

  it('is exceeded by the median of the repetitions, and says by how much', () => {
    const [judged] = check('sse: p99 < 50ms', runWith(40, 62, 70));
    expect(judged).toMatchObject({ kind: 'budget', base: 50e6, head: 62e6, unit: 'ns', outcome: 'fail' });
    expect(judged!.reason).toBe('exceeded by 24 % by the median of 3 repetitions (line 1: sse: p99 < 50ms)');
  });

  it('counts valid repetitions alone, and says how many are not', () => {
    const run = runWith(90, 45, 44);
    run.measurements.find(
      ({ transport, scenario }) => transport === 'sse' && scenario === 'broadcast',
    )!.validity.valid = false;
    expect(said('sse: p99 < 50ms', run)[0]!.slice(2)).toEqual([
      'pass',
      'kept by the median of 2 repetitions (1 more invalid) (line 1: sse: p99 < 50ms)',
    ]);
  });

  it('warns where the median keeps it and the interval reaches over', () => {
    expect(said('sse: p99 < 50ms', runWith(40, 45, 62))[0]![2]).toBe('warn');
  });

  it('with < is exceeded by its own limit, and with <= kept', () => {
    expect(said('sse: p99 < 50ms', runWith(50))[0]![2]).toBe('fail');
    expect(said('sse: p99 <= 50ms', runWith(50))[0]![2]).toBe('pass');
  });

  it('of counts holds to the byte, once each transport', () => {
    expect(said('handshake bytes <= 722', runWith(1)).map(([transport, , outcome]) => [transport, outcome])).toEqual([
      ['short-polling', 'pass'],
      ['websocket', 'fail'],
    ]);
    expect(said('websocket handshake bytes <= 723', runWith(1))[0]![2]).toBe('pass');
  });

  it('without a transport holds for each but the limit', () => {
    const run = runWith(1);
    run.run.floors = ['websocket'];
    expect(said('*/broadcast p99 < 10s', run).map(([transport]) => transport)).toEqual([
      'short-polling',
      'long-polling',
      'forever-iframe',
      'sse',
    ]);
    expect(said('websocket/broadcast p99 < 10s', run).map(([transport]) => transport)).toEqual(['websocket']);
  });
});

describe('a budget on what was not measured', () => {
  const run = runWith(1, 2);
  it.each([
    [
      'websockt: p99 < 50ms',
      'no websockt is in the result; it has forever-iframe, long-polling, short-polling, sse, websocket',
    ],
    ['sse/brodcast: p99 < 50ms', 'no brodcast is in the result; it has broadcast, idle'],
    ['sse/idle: p99 < 50ms', 'the result has no latency p99 of sse'],
    ['sse: idle bytes < 50B', 'a.json has no such count of it; it counts short-polling, websocket'],
  ])('could not be told, and the reason names what there is: %s', (text, why) => {
    expect(check(text, run)).toMatchObject([{ outcome: 'inconclusive', head: null }]);
    expect(check(text, run)[0]!.reason).toBe(`not measured: ${why} (line 1: ${text})`);
  });

  it('could not be told where one repetition does not support it', () => {
    expect(said('sse: p99 < 50ms', runWith(1, null))[0]).toMatchObject([
      ...['sse', 'broadcast', 'inconclusive'],
      expect.stringContaining('the samples do not support it'),
    ]);
  });

  it('could not be told where no repetition is valid', () => {
    const broken = runWith(1);
    for (const m of broken.measurements) m.validity.valid = false;
    expect(said('sse: p99 < 50ms', broken)[0]![3]).toContain('no repetition is valid');
  });

  it('could not be told of a partial run, of which exact counts are still held', () => {
    const partial = { ...runWith(90), partial: true };
    expect(said('sse: p99 < 50ms', partial)[0]!.slice(2)).toEqual([
      'inconclusive',
      'the run is partial (line 1: sse: p99 < 50ms)',
    ]);
    expect(said('websocket: handshake bytes < 1B', partial)[0]![2]).toBe('fail');
  });

  it('could not be told of a transport whose every measurement failed', () => {
    const failed = runWith(1);
    failed.run.failures = [{ transport: 'carrier-pigeon', scenario: 'broadcast', repetition: 0, message: 'lost' }];
    const own = check('*/broadcast: p99 < 10s', failed).find(({ transport }) => transport === 'carrier-pigeon');
    expect(own?.outcome).toBe('inconclusive');
  });

  it('could not be told of a file of counts alone', () => {
    const side = sideOf({ kind: 'run', path: 'a.json', run });
    expect(checkBudgets(parseBudgets('p99 < 1s'), { ...side, run: null })[0]!.reason).toContain(
      'a.json holds exact counts alone',
    );
    expect(checkBudgets(parseBudgets('idle bytes < 1B'), { ...side, counted: null })[0]!.reason).toContain(
      'holds no exact counts',
    );
  });
});
