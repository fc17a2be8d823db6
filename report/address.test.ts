/** What is shown and where, in one address: whoever writes one field loses none of the others. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fieldsOf, hashOf, isPlainAnchor, withAnchor } from './address.ts';
import { settingsOf, withPlan } from './planner.ts';
import { LOAD } from '../results/model/model.fixture.ts';

describe('an address', () => {
  it('keeps its fields and ends in its section', () => {
    expect(hashOf(fieldsOf('#at=planner&scenario=echo&without=sse&without=tcp&plan=rate:1,rtt:40'))).toBe(
      '#scenario=echo&without=sse&without=tcp&plan=rate:1,rtt:40&at=planner',
    );
  });

  it('takes a plain anchor as its section, whoever writes first', () => {
    expect(isPlainAnchor('#planner')).toBe(true);
    expect(['', '#', '#scenario=echo'].map(isPlainAnchor)).toEqual([false, false, false]);
    expect(withAnchor('#scenario=echo&at=latency', '#planner')).toBe('#scenario=echo&at=planner');
    expect(withPlan('#planner', settingsOf(LOAD))).toMatch(/^#plan=.*&at=planner$/);
  });

  it('reads back what was written, whatever the names', () => {
    fc.assert(
      fc.property(fc.string(), fc.string({ minLength: 1 }), (scenario, at) => {
        const hash = withAnchor(`#${new URLSearchParams({ scenario }).toString()}`, `#${encodeURIComponent(at)}`);
        expect(fieldsOf(hash).get('scenario')).toBe(scenario);
        expect(fieldsOf(hash).get('at')).toBe(at);
      }),
    );
  });

  it('is not believed: what is no encoding is text', () => {
    expect(fieldsOf('#%E0%A4%A').get('at')).toBe('%E0%A4%A');
  });
});
