import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fixtureExact } from '../../report/exact.fixture.ts';
import { agreeing, baselineOf, cellsOf, differentSettings, type Baseline } from './baseline.ts';
import { EXACT_METRICS } from './metrics.ts';
import { baselineError, baselineText } from './stored.ts';

const baseline = baselineOf(fixtureExact());

/** Baselines of any names: of a file, they may be anything. */
const anyBaseline = fc
  .dictionary(fc.string(), fc.dictionary(fc.string(), fc.integer({ min: 0, max: 5 })), { maxKeys: 4 })
  .map((transports): Baseline => ({ ...baseline, transports }));

describe('a baseline', () => {
  it('has every exact metric of each transport, and fits its schema', () => {
    expect(baselineError(baseline)).toBeNull();
    const slugs = EXACT_METRICS.map(({ slug }) => slug).sort();
    for (const counts of Object.values(baseline.transports)) expect(Object.keys(counts)).toEqual(slugs);
    expect(baseline.transports['short-polling']).toMatchObject({
      'bytes-per-message': 517 + 181 + 32 + 128,
      'header-bytes-per-message': 517 + 181,
      'requests-per-message': 1,
      'handshake-bytes': 715,
    });
  });

  it('leaves out what a transport has no count of', () => {
    const exact = { ...fixtureExact(), payloadBytes: 77 };
    expect(Object.keys(baselineOf(exact).transports['websocket']!)).not.toContain('bytes-per-message');
  });

  it('is the same text whatever the order in which transports were counted', () => {
    const exact = fixtureExact();
    expect(baselineText(baselineOf({ ...exact, transports: exact.transports.toReversed() }))).toBe(
      baselineText(baseline),
    );
  });

  it('changes by one line where one byte changes', () => {
    const exact = fixtureExact();
    exact.transports[0]!.connect.down.total += 1;
    const lines = baselineText(baseline).split('\n');
    const others = baselineText(baselineOf(exact)).split('\n');
    expect(others.filter((line, index) => line !== lines[index])).toEqual(['      "handshake-bytes": 716,']);
  });
});

describe('two counts of the same', () => {
  it('agree on themselves', () => {
    fc.assert(
      fc.property(anyBaseline, (one) => {
        expect(agreeing(one, one)).toEqual({ baseline: one, unsteady: [] });
      }),
    );
  });

  it('keep what they agree on, and name the rest', () => {
    fc.assert(
      fc.property(anyBaseline, anyBaseline, (one, other) => {
        const { baseline: kept, unsteady } = agreeing(one, other);
        for (const { counts } of cellsOf(kept, kept)) expect(counts[0]).not.toBeNull();
        for (const { transport, metric, counts } of cellsOf(one, other)) {
          const named = unsteady.some((each) => each.transport === transport && each.metric === metric);
          expect(named).toBe(counts[0] !== counts[1]);
          const own = Object.hasOwn(kept.transports, transport) ? kept.transports[transport]! : {};
          expect(Object.hasOwn(own, metric)).toBe(!named);
        }
      }),
    );
  });
});

describe('settings', () => {
  it('that differ are named with both values', () => {
    const other = { ...baseline.settings, headers: 'minimal', payloadBytes: 64 };
    expect(differentSettings(baseline.settings, baseline.settings)).toEqual([]);
    expect(differentSettings(baseline.settings, other)).toEqual([
      'headers chrome and minimal',
      'payloadBytes 128 and 64',
    ]);
  });
});
