import { expect, it } from 'vitest';
import { PROFILES, PROFILE_NAMES } from './profiles.ts';
import { codecSizes, codecsTakeMs } from './runner/codecs.ts';
import { expectedMsOf } from './runner/plan.ts';
import { planOf, resolved } from './runner/planned.fixture.ts';
import { SETTINGS, type ProfileName } from './settings.ts';

/** Loading the program before, writing and printing the report after, ms. */
const AROUND_MS = 1_000;

/** What is estimated for the whole command, ms: preparation, measurements, report. */
function wholeMs(profile: ProfileName): number {
  const plan = planOf({ profile });
  const transports = [...new Set(plan.planned.map(({ transport }) => transport))];
  const { config } = resolved({ profile });
  const { codecMs: durationMs } = PROFILES[profile];
  const codecs = codecsTakeMs({ transports, payloads: codecSizes(config.payload), durationMs, seed: 1 });
  return AROUND_MS + codecs + expectedMsOf(plan);
}

it('quick ends within the minute that it promises, by its own estimate and with two seconds to spare', () => {
  expect(wholeMs('quick')).toBeLessThanOrEqual(58_000);
  expect(PROFILES.quick.takes).toBe('under a minute');
});

it.each([
  ['standard', 5],
  ['full', 20],
] as const)('%s takes about as many minutes as it says: %d', (profile, minutes) => {
  expect(PROFILES[profile].takes).toBe(`about ${minutes} minutes`);
  expect(Math.abs(wholeMs(profile) / 60e3 / minutes - 1)).toBeLessThan(0.2);
});

it('says in --help how long each profile takes', () => {
  const each = PROFILE_NAMES.map((name) => `${name} (${PROFILES[name].takes})`);
  expect(SETTINGS.profile.help).toBe(`how much to measure: ${each.join(', ')}`);
});
