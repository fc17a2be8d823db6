import { describe, expect, it } from 'vitest';
import { generator, GOOD } from './validity.fixture.ts';
import { certify, type Facts } from './validity.ts';

/** A relay that was on time. */
const LINK = { delayNs: 20e6, lateNs: 0.3e6, cpuShare: 0.1 };

describe('the relay of a link', () => {
  const certified = (link: Partial<NonNullable<Facts['link']>>) => certify({ ...GOOD, link: { ...LINK, ...link } });

  it('may be later over a longer link, by a tenth of its delay', () => {
    expect(certified({ delayNs: 300e6, lateNs: 30e6 }).valid).toBe(true);
    expect(certified({ delayNs: 300e6, lateNs: 30.1e6 }).valid).toBe(false);
  });

  it('must have had room on its core, for what waits to be read is not seen to be late', () => {
    expect(certified({ cpuShare: 0.9 })).toMatchObject({ valid: true, warnings: [] });
    const { valid, warnings } = certified({ cpuShare: 0.91 });
    expect(valid).toBe(false);
    expect(warnings.map(({ message }) => message)).toEqual([
      "The link's relay used 91 % of a core: it was longer than its 20 ms.",
    ]);
  });

  it('is accused once when it was both', () => {
    expect(certified({ cpuShare: 1, lateNs: 1e9 }).warnings).toHaveLength(1);
  });

  it('is not accused when nothing passed it', () => {
    expect(certified({ lateNs: null })).toMatchObject({ valid: true, warnings: [] });
  });
});

it('advises no second generator against a relay that is late, which is one process', () => {
  const settings = { ...GOOD.settings, clients: 2_000, workers: 1 };
  const late = { link: { delayNs: 20e6, lateNs: 9e6, cpuShare: 0.1 } };
  const adviceOf = (more: Partial<Facts>) =>
    certify({ ...GOOD, settings, ...more }).warnings.map(({ advice }) => advice);
  expect(adviceOf(late)).toEqual([
    'Lower --clients (now 2000) or --rate (now 20/s). If the machine was busy with other work, run again.',
  ]);
  expect(adviceOf(generator({ cpuShare: 1 }))[0]).toContain('--workers 2');
});
