import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fixtureExact } from '../../report/exact.fixture.ts';
import { gatedRun } from '../../report/gated-run.fixture.ts';
import type { RunFile } from '../schema.ts';
import { RunFileError } from '../store.ts';
import { baselineOf, type Counted } from './baseline.ts';
import { compareSides, sideOf, type Comparison, type Side } from './compare.ts';
import { EXACT_METRICS, NOISY_METRICS } from './metrics.ts';

const ALL: ReadonlySet<string> = new Set([...EXACT_METRICS, ...NOISY_METRICS].map(({ slug }) => slug));
const EXACT = new Set(EXACT_METRICS.map(({ slug }) => slug));
const NOISY = new Set<string>(NOISY_METRICS.map(({ slug }) => slug));

const side = (run: RunFile, path = 'a.json'): Side => sideOf({ kind: 'run', path, run });
const baseline = (): Side => sideOf({ kind: 'baseline', path: 'base.json', baseline: baselineOf(fixtureExact()) });

/** This build, counted anew, after something was done to its exact figures. */
function head(change: (exact: ReturnType<typeof fixtureExact>) => void = () => {}): Side {
  const exact = fixtureExact();
  change(exact);
  const counted: Counted = { baseline: baselineOf(exact), unsteady: [] };
  return { label: 'this build', fingerprint: null, counted, run: null };
}

function uncounted(): RunFile {
  const run = gatedRun();
  delete run.exact;
  return run;
}

const notPassed = ({ judged }: Comparison) =>
  judged
    .filter(({ outcome }) => outcome !== 'pass')
    .map(({ transport, metric, outcome, reason }) => `${transport} ${metric} ${outcome}: ${reason}`);

describe('exact counts against a baseline', () => {
  it('pass where nothing changed, whatever the machine', () => {
    const { outcome, judged, notes } = compareSides(baseline(), head(), ALL);
    expect([outcome, notes]).toEqual(['pass', []]);
    expect(judged).toHaveLength(2 * EXACT_METRICS.length);
    expect(judged.every(({ kind, scenario }) => kind === 'exact' && scenario === null)).toBe(true);
  });

  it('fail for one byte more, naming the metric and the bytes', () => {
    const fatter = head((exact) => (exact.transports[1]!.connect.down.total += 1));
    const comparison = compareSides(baseline(), fatter, ALL);
    expect(comparison.outcome).toBe('fail');
    expect(notPassed(comparison)).toEqual(['websocket handshake-bytes fail: 1 more: 724 instead of 723']);
  });

  it('ask for an update for one byte less, because the next increase up to here would go unseen', () => {
    const leaner = head((exact) => (exact.transports[1]!.connect.down.total -= 1));
    const comparison = compareSides(baseline(), leaner, ALL);
    expect(comparison.outcome).toBe('warn');
    expect(notPassed(comparison)).toEqual([
      'websocket handshake-bytes warn: less than the baseline has; keep it with "pushbench baseline update"',
    ]);
  });

  it('find every change, and only changes', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 2, maxLength: 2 }), (changes) => {
        const changed = head((exact) =>
          exact.transports.forEach((each, index) => (each.idle!.up.total += changes[index]!)),
        );
        const expected = Math.max(...changes) > 0 ? 'fail' : Math.min(...changes) < 0 ? 'warn' : 'pass';
        expect(compareSides(baseline(), changed, ALL).outcome).toBe(expected);
      }),
    );
  });

  it('cannot be told where the head was not counted', () => {
    const comparison = compareSides(
      baseline(),
      head((exact) => exact.transports.pop()),
      ALL,
    );
    expect(comparison.outcome).toBe('inconclusive');
    expect(comparison.judged.filter(({ outcome }) => outcome === 'inconclusive')).toHaveLength(EXACT_METRICS.length);
    expect(notPassed(comparison)[0]).toMatch(/^websocket \S+ inconclusive: missing in the head$/);
  });

  it('cannot be told where the head was not the same twice', () => {
    const [transport, metric] = ['websocket', 'idle-bytes'];
    const counted = head().counted!;
    delete counted.baseline.transports[transport]![metric];
    const unsteady = { ...head(), counted: { ...counted, unsteady: [{ transport, metric, counts: [8, 9] as const }] } };
    expect(notPassed(compareSides(baseline(), unsteady, ALL))).toEqual([
      'websocket idle-bytes inconclusive: not exact: 8 in one count and 9 in the next',
    ]);
  });

  it('name what only the head has, because nothing guards it', () => {
    const lesser = baseline();
    delete lesser.counted!.baseline.transports['websocket'];
    delete lesser.counted!.baseline.transports['short-polling']!['idle-bytes'];
    const { outcome, notes } = compareSides(lesser, head(), ALL);
    expect(outcome).toBe('pass');
    expect(notes).toEqual([
      'Not in the base, so not judged: short-polling idle-bytes, websocket. "pushbench baseline update" adds them.',
    ]);
  });

  it('are refused where they were made with other settings', () => {
    const other = head((exact) => (exact.headers = 'minimal'));
    expect(() => compareSides(baseline(), other, ALL)).toThrow(
      new RunFileError(
        'base.json and this build were made with different settings, which no count survives: headers chrome and minimal. Measure both alike.',
      ),
    );
  });

  it('are judged one by one where one is asked for', () => {
    const { judged } = compareSides(baseline(), head(), new Set(['idle-bytes']));
    expect(judged.map(({ metric }) => metric)).toEqual(['idle-bytes', 'idle-bytes']);
  });
});

describe('two runs of one machine', () => {
  const [base, same] = [gatedRun(), gatedRun({ seed: 8 })];

  it('pass where nothing changed, and say what such a comparison cannot see', () => {
    const comparison = compareSides(side(base), side(same, 'b.json'), ALL);
    expect(notPassed(comparison)).toEqual([]);
    expect(comparison.outcome).toBe('pass');
    expect(comparison.judged.some(({ metric, change }) => metric === 'latency-p99' && change?.pairs === 8)).toBe(true);
    expect(comparison.notes.join(' ')).toMatch(
      /not measured side by side.*want of an A\/A pair: noisy figures of idle\./,
    );
  });

  it('fail where all latencies are half as long again, naming them', () => {
    const comparison = compareSides(side(base), side(gatedRun({ seed: 8, slower: 1.5 }), 'b.json'), NOISY);
    expect(comparison.outcome).toBe('fail');
    expect(notPassed(comparison).join('\n')).toContain('sse latency-p99 fail');
  });

  it('pair by repetition: what is invalid on one side counts on neither', () => {
    const run = gatedRun({ seed: 8 });
    const one = run.measurements.find(({ transport, twin }) => transport === 'websocket' && twin !== true)!;
    one.validity.valid = false;
    const { judged } = compareSides(side(base), side(run, 'b.json'), NOISY);
    expect(
      judged.find(({ transport, metric }) => transport === 'websocket' && metric === 'server-cpu')!.change!.pairs,
    ).toBe(7);
  });

  it('cannot tell with too few repetitions, and exact counts are judged all the same', () => {
    const few = gatedRun({ repetitions: 3 });
    const comparison = compareSides(side(few), side(few, 'b.json'), ALL);
    expect(comparison.outcome).toBe('inconclusive');
    expect(notPassed(comparison)[0]).toMatch(/inconclusive: 3 pairs: an interval of 95 % takes 6/);
    expect(comparison.judged.filter(({ kind, outcome }) => kind === 'exact' && outcome === 'pass').length).toBe(16);
  });

  it('cannot tell without an A/A pair', () => {
    const lone = gatedRun({ twin: null });
    const { outcome, notes } = compareSides(side(lone), side(lone, 'b.json'), NOISY);
    expect(outcome).toBe('inconclusive');
    expect(notes[0]).toMatch(/^Noisy figures are not judged: no valid A\/A pair/);
  });

  it('cannot tell a metric that one side lacks, or that was measured under another load', () => {
    const other = gatedRun({ seed: 8 });
    other.measurements = other.measurements.filter(({ transport }) => transport !== 'websocket');
    for (const m of other.measurements) if (m.transport === 'long-polling') m.parameters.clients = 500;
    const reasons = notPassed(compareSides(side(base), side(other, 'b.json'), NOISY)).join('\n');
    expect(reasons).toContain('websocket server-cpu inconclusive: not measured on the side of the head');
    expect(reasons).toContain(
      'long-polling server-cpu inconclusive: measured with other parameters: clients 10 and 500',
    );
  });

  it('cannot tell where nothing of a transport is valid on either side', () => {
    const broken = gatedRun();
    for (const m of broken.measurements) if (m.transport === 'websocket') m.validity.valid = false;
    const { judged } = compareSides(side(broken), side(broken, 'b.json'), NOISY);
    const own = judged.filter(({ transport }) => transport === 'websocket');
    expect(new Set(own.map(({ reason }) => reason))).toEqual(new Set(['not measured on either side']));
  });
});

describe('two runs that do not compare', () => {
  const other = gatedRun();
  other.environment.fingerprint = 'feedface';

  it('because they are of different machines are judged by their exact counts alone, and that is not a pass', () => {
    const { outcome, notes, judged } = compareSides(side(gatedRun()), side(other, 'b.json'), ALL);
    expect(outcome).toBe('inconclusive');
    expect(notes[0]).toMatch(/^Noisy figures are not judged: different machines \(c0ffee1234567890 and feedface\)\./);
    expect(judged.every(({ kind, outcome: each }) => kind === 'exact' && each === 'pass')).toBe(true);
  });

  it('still fail by a byte', () => {
    const fatter = structuredClone(other);
    fatter.exact!.transports[0]!.idle!.up.total += 1;
    expect(compareSides(side(gatedRun()), side(fatter, 'b.json'), ALL).outcome).toBe('fail');
  });

  it('pass where only exact counts are asked for', () => {
    expect(compareSides(side(gatedRun()), side(other, 'b.json'), EXACT).outcome).toBe('pass');
  });

  it('because one is partial say which, and how much of it there is', () => {
    const partial = { ...gatedRun(), partial: true };
    partial.measurements = partial.measurements.slice(0, 7);
    const { outcome, notes } = compareSides(side(gatedRun()), side(partial, 'b.json'), ALL);
    expect(outcome).toBe('inconclusive');
    expect(notes[0]).toContain('b.json is partial (7 of 88 measurements)');
  });

  it('because one counted no bytes say so', () => {
    const { outcome, notes } = compareSides(side(gatedRun()), side(uncounted(), 'b.json'), EXACT);
    expect(outcome).toBe('inconclusive');
    expect(notes).toEqual(['Exact counts are not compared: there are none in b.json.']);
  });

  it('because one is empty are refused', () => {
    expect(() => side({ ...uncounted(), measurements: [] }, 'b.json')).toThrow(
      new RunFileError('b.json holds neither a measurement nor exact counts: there is nothing to judge.'),
    );
  });
});
