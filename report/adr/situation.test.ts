import { expect, it } from 'vitest';
import { CHAT } from './decision.fixture.ts';
import { situationOf } from './situation.ts';

it.each([
  ['a hold and a sign of life that are safe on most paths where nothing is said of this one', null, 30_000, 30_000],
  ['half of what the path lets it be silent, like polls', 60_000, 30_000, 30_000],
  ['half of it where that is soon', 8_000, 4_000, 4_000],
  ['no others where this one is patient', 350_000, 30_000, 30_000],
])('a connection has %s', (_, afterMs, holdMs, heartbeatMs) => {
  const infrastructure = afterMs === null ? [] : [{ name: 'idle-timeout' as const, afterMs }];
  expect(situationOf({ ...CHAT, infrastructure }).load).toMatchObject({ holdMs, heartbeatMs });
});
