import { describe, expect, it } from 'vitest';
import { fixedIn } from './facts.ts';
import { planOf } from './planned.fixture.ts';

/** By variant, so that a scenario of one has one entry. */
const fixedOf = (scenarios: string, transports: string, link = 'none'): Map<string | null, string[]> =>
  new Map(
    planOf({ scenarios, transports, link })
      .planned.filter(({ transport }) => transport === transports)
      .map((planned) => [planned.parameters.variant, fixedIn(planned).sort()]),
  );

describe('what of the load flags cannot change', () => {
  it('is nothing where a scenario has no variants, or variants of something else', () => {
    expect([...fixedOf('broadcast', 'short-polling').values()]).toEqual([[]]);
    expect(new Set([...fixedOf('payload', 'sse').values()].flat())).toEqual(new Set());
  });

  it('is the poll interval in its own sweep, of the transport that polls', () => {
    expect(new Set([...fixedOf('poll-interval', 'short-polling').values()].flat())).toEqual(
      new Set(['--poll-interval']),
    );
  });

  it.each([
    ['cost', 'short-polling', 'none', ['--clients', '--poll-interval', '--rate']],
    ['laws', 'short-polling', 'none', ['--clients', '--poll-interval', '--rate']],
    // The names of its points depend on the round trip.
    ['laws', 'short-polling', 'custom:delay=20ms', ['--clients', '--poll-interval', '--rate']],
    ['laws', 'websocket', 'custom:delay=20ms', ['--clients', '--rate']],
  ])('is all of it in %s, over %s and the link %s', (scenario, transport, link, fixed) => {
    const found = [...fixedOf(scenario, transport, link).values()];
    expect(found.length).toBeGreaterThan(3);
    for (const each of found) expect(each).toEqual(fixed);
  });
});
