import { describe, expect, it } from 'vitest';
import type { Load } from '../../results/model/load.ts';
import { LOAD, modelOf } from '../../results/model/model.fixture.ts';
import { predict } from '../../results/model/predict.ts';
import { guardOf, MOST_BEHIND_LINK } from './guard.ts';

const LOCAL: Load = { ...LOAD, clients: 300, fanOut: 300, ratePerSecond: 10, rttMs: 0 };

function guardFor(transport: string, load: Load, limitMs = 500) {
  const model = modelOf(transport);
  const option = { transport, load, prediction: predict(model, load), meets: true, surely: true };
  return guardOf({ model, option }, limitMs);
}

describe('the run that guards a target', () => {
  it('is the load of the workload where one machine can measure it', () => {
    const { load, said } = guardFor('sse', LOCAL);
    expect(load).toEqual(LOCAL);
    expect(said).toMatch(/^It is the load of the workload\. /);
  });

  it('has no more clients than were measured, and fewer behind a link, and says what that leaves unseen', () => {
    const many = { ...LOCAL, clients: 5_000, fanOut: 5_000 };
    expect(guardFor('sse', many).load.clients).toBe(modelOf('sse').range.clients);
    const far = guardFor('sse', { ...many, rttMs: 40 });
    expect(far.load.clients).toBe(MOST_BEHIND_LINK);
    expect(far.said).toContain('check then says that it could not tell');
    expect(far.said).toContain('20 users of 5,000 users');
    expect(far.said).toContain('What 5,000 users do to a server it does not see');
  });

  it.each(['poisson', 'constant'] as const)('is faster, not longer, where messages are rare: %s', (arrivals) => {
    const { load, seconds } = guardFor('sse', { ...LOAD, arrivals, ratePerSecond: 1 / 3_600 });
    expect(load.ratePerSecond).toBeGreaterThan(1);
    expect(seconds).toBeLessThanOrEqual(9);
  });

  it('expects more messages than its percentile takes where they come at random, and hardly more on a beat', () => {
    const expected = (arrivals: Load['arrivals']): number => {
      const { load, seconds } = guardFor('sse', { ...LOAD, arrivals });
      return load.ratePerSecond * seconds;
    };
    expect(expected('poisson')).toBeGreaterThan(1.5 * expected('constant'));
  });

  it('lasts for several polls of each client, and is then no faster than it must be', () => {
    const { load, seconds } = guardFor('short-polling', { ...LOAD, pollIntervalMs: 20_000, ratePerSecond: 2 }, 20_100);
    expect([load.ratePerSecond, seconds]).toEqual([2, 60]);
  });

  it('takes longer where the model was measured at no more messages', () => {
    const model = modelOf('sse');
    const option = { transport: 'sse', load: LOAD, prediction: predict(model, LOAD), meets: true, surely: true };
    const range = { ...model.range, deliveriesPerSecond: 100 };
    const { load, seconds } = guardOf({ model: { ...model, range }, option }, 500);
    expect(load.ratePerSecond).toBe(5);
    expect(seconds).toBeGreaterThan(9);
  });

  it('allows a link what a valid measurement allows it, beside the tenth', () => {
    const [local, far] = [0, 40].map((rttMs) => guardFor('sse', { ...LOAD, clients: 20, fanOut: 20, rttMs }));
    expect(local!.said).not.toContain('that a link may be late');
    expect(far!.said).toContain('a tenth, and the 5 ms that a link may be late, above');
    // The way takes 20 ms, a tenth of which is 2; limits are rounded up to whole ones.
    const [more, least] = [far!.limits[1]!.ms - local!.limits[1]!.ms, 20 + 2 + 5];
    expect(more).toBeGreaterThan(least - 1);
    expect(more).toBeLessThan(least + 1);
  });

  it('is broken by twice the time that the model says of it, the target or not', () => {
    const { load, limits } = guardFor('sse', { ...LOAD, clients: 20, fanOut: 20 }, 10_000);
    const [target, mean] = limits;
    expect(target).toEqual({ figure: 'p99', ms: 10_000 });
    const { meanMs } = predict(modelOf('sse'), load);
    expect(mean!.ms).toBeGreaterThan(meanMs!.high);
    expect(mean!.ms).toBeLessThan(2 * meanMs!.value);
  });

  it('has the target alone where the mean that the model says lies no nearer', () => {
    expect(guardFor('sse', { ...LOAD, clients: 20, fanOut: 20 }, 24).limits).toEqual([{ figure: 'p99', ms: 24 }]);
  });

  it('has a link of half a second late by a share of it', () => {
    expect(guardFor('sse', { ...LOAD, rttMs: 600 }, 1_000).said).toContain('the 30 ms that a link may be late');
  });

  it('does not name a target that its own rate would not keep', () => {
    const rare = { ...LOAD, ratePerSecond: 0.01 };
    expect(predict(modelOf('long-polling'), rare).p99Ms!.value).toBeLessThan(40);
    const { limits, said } = guardFor('long-polling', rare, 40);
    expect(limits.map(({ figure }) => figure)).toEqual(['mean']);
    expect(said).toContain('The target is no budget of it');
  });

  it('has the target alone where nobody knows how far off the model is', () => {
    const model = { ...modelOf('sse'), serviceMs: null, serviceP99Ms: null };
    const option = { transport: 'sse', load: LOAD, prediction: predict(model, LOAD), meets: null, surely: false };
    const { limits, said } = guardOf({ model, option }, 500);
    expect(limits).toEqual([{ figure: 'p99', ms: 500 }]);
    expect(said).toContain('the target is the only budget');
  });
});
