import { describe, expect, it } from 'vitest';
import { baselineOf, type Baseline } from '../results/gate/baseline.ts';
import { baselineTable, changesText } from './baseline-text.ts';
import { fixtureExact } from './exact.fixture.ts';
import { HOSTILE } from './hostile.fixture.ts';

const LOOK = { width: 100, color: false };
const baseline = baselineOf(fixtureExact());

const with_ = (transports: Baseline['transports']): Baseline => ({ ...baseline, transports });

describe('a baseline in the terminal', () => {
  it('is a row for each metric and a column for each transport', () => {
    expect(baselineTable(baseline, LOOK)).toMatchInlineSnapshot(`
      "carrier h1, headers chrome, responseHeaders minimal, deflate false, contextTakeover true, gzip
      false, payloadBytes 128

                                 short-polling  websocket
      batch-bytes                        2,030      1,304
      bytes-per-message                    858        132
      framing-bytes-per-message             32          4
      handshake-bytes                      715        723
      header-bytes-per-message             698          0
      idle-bytes                           654          8
      requests-per-message                   1          0
      upstream-bytes                       858        132"
    `);
  });

  it('goes on below where the terminal is narrow', () => {
    const text = baselineTable(baseline, { width: 45, color: false });
    expect(text.split('\n').filter((line) => line.startsWith('idle-bytes'))).toHaveLength(2);
  });

  it('shows — for a count that a transport has not, and no control character of a name', () => {
    const text = baselineTable(with_({ [HOSTILE]: {}, sse: { 'idle-bytes': 8 } }), LOOK);
    expect(text).toMatch(/idle-bytes +— +8/);
    expect(text.replaceAll('\n', '')).not.toMatch(/[\u0000-\u001F\u202E]/);
  });
});

describe('an update', () => {
  const [before, after] = [with_({ sse: { a: 1, b: 2 } }), with_({ sse: { a: 1, b: 3 }, tcp: { a: 4 } })];
  it('says a line for each count that changed', () => {
    expect(changesText(before, after, 'base.json', LOOK).split('\n')).toEqual([
      'base.json: 3 counts of 2 transports, 2 changed',
      '  sse b: 2 → 3',
      '  tcp a: — → 4',
    ]);
  });

  it('says so where none did, or none was there', () => {
    expect(changesText(before, before, 'base.json', LOOK)).toBe(
      'base.json: 2 counts of 1 transport, none of them changed',
    );
    expect(changesText(null, before, 'base.json', LOOK)).toMatch(/written for the first time$/);
  });
});
