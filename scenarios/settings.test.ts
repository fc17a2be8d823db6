import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CARRIERS } from '../clients/connection.ts';
import { HEADER_PROFILES } from '../clients/headers.ts';
import { SCENARIOS } from './index.ts';
import { PROFILE_NAMES, PROFILES } from './profiles.ts';
import { SETTING_NAMES, SETTINGS, type Config, type Setting } from './settings.ts';
import { TRANSPORTS } from './transports.ts';
import { InvalidValue } from './units.ts';

const duration = fc.nat(168 * 3_600_000);
const someOf = <T>(names: readonly T[]) => fc.subarray([...names], { minLength: 1 });

/** Any valid value of every setting. */
const VALUES: { readonly [K in keyof Config]: fc.Arbitrary<Config[K]> } = {
  profile: fc.constantFrom(...PROFILE_NAMES),
  transports: someOf(TRANSPORTS),
  scenarios: someOf(SCENARIOS),
  clients: fc.integer({ min: 1, max: 10_000_000 }),
  rate: fc.oneof(fc.integer({ min: 1, max: 10_000_000 }), fc.double({ min: 0.001, max: 10_000, noNaN: true })),
  arrivals: fc.constantFrom('constant', 'poisson'),
  payload: fc.nat(4 * 2 ** 20),
  pollInterval: duration,
  pollPacing: fc.constantFrom('fixed-rate', 'fixed-delay'),
  hold: duration,
  batch: fc.boolean(),
  heartbeat: duration,
  recycle: fc.integer({ min: 1, max: 2 ** 30 }),
  connection: fc.constantFrom('keep-alive', 'close'),
  headers: fc.constantFrom(...HEADER_PROFILES, 'file:headers.txt', 'chrome+file:a/b'),
  responseHeaders: fc.constantFrom('minimal', 'typical'),
  carrier: fc.constantFrom(...CARRIERS),
  link: fc.constantFrom('none', 'wan', 'wifi:cut=30s', 'custom:delay=20ms,down=1500bit,up=10Mbit'),
  deflate: fc.boolean(),
  contextTakeover: fc.boolean(),
  gzip: fc.boolean(),
  duration,
  warmup: duration,
  workers: fc.integer({ min: 1, max: 256 }),
  serverWorkers: fc.integer({ min: 1, max: 256 }),
  repetitions: fc.integer({ min: 1, max: 1_000 }),
  seed: fc.nat(2 ** 31 - 1),
  port: fc.nat(65_535),
  out: fc.string(),
};

const TEXTS_THAT_NOBODY_MEANS = [
  '',
  ' ',
  '-1',
  '1e999',
  'NaN',
  'Infinity',
  '0x10',
  '1_000',
  '１２',
  '1;rm -rf /',
  '\n5\n',
  '5\n',
  '__proto__',
  'constructor',
  '5constructor',
  'null',
  'undefined',
  '9'.repeat(400),
  '☃',
];

const settings = SETTING_NAMES.map((name) => [name, SETTINGS[name] as Setting] as const);

describe('SETTINGS', () => {
  it.each(settings)('reads every valid value of %s back from what it shows', (name, setting) => {
    fc.assert(
      fc.property(VALUES[name] as fc.Arbitrary<unknown>, (value) => {
        expect(setting.parse(setting.show(value))).toEqual(value);
      }),
    );
  });

  it.each(settings)('names %s alike as flag and as environment variable', (name, { flag, env }) => {
    const kebab = name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    expect(flag).toMatch(new RegExp(`^--${kebab} <[A-Z_,]+>$`));
    expect(env).toBe(`PUSHBENCH_${kebab.replaceAll('-', '_').toUpperCase()}`);
  });

  it.each(settings)('explains %s in one line', (_, { help }) => {
    expect(help).toMatch(/^[^\n]{5,}[^.\n]$/);
  });

  it.each(settings.filter(([name]) => name !== 'out'))(
    'reads hostile texts for %s as a usable value or refuses them in a clause',
    (_, setting) => {
      for (const text of TEXTS_THAT_NOBODY_MEANS) {
        let value: unknown;
        try {
          value = setting.parse(text);
        } catch (error) {
          expect(error).toBeInstanceOf(InvalidValue);
          expect((error as Error).message).toMatch(/^(must be|has no) /);
          continue;
        }
        // What was accepted is a plain finite value that can be shown and stored.
        expect(setting.parse(setting.show(value))).toEqual(value);
        expect(JSON.parse(JSON.stringify(value))).toEqual(value);
      }
    },
  );

  it.each<[keyof Config, string, string]>([
    ['clients', '0', 'must be a whole number from 1 to 10000000'],
    ['clients', '10000001', 'must be a whole number from 1 to 10000000'],
    ['clients', '1.5', 'must be a whole number from 1 to 10000000'],
    ['repetitions', '0', 'must be a whole number from 1 to 1000'],
    ['repetitions', '1001', 'must be a whole number from 1 to 1000'],
    ['seed', '2147483648', 'must be a whole number from 0 to 2147483647'],
    ['seed', '-1', 'must be a whole number from 0 to 2147483647'],
    ['port', '65536', 'must be a whole number from 0 to 65535'],
    ['rate', '0', 'must be a number above 0 and at most 10000000'],
    ['rate', '10000001', 'must be a number above 0 and at most 10000000'],
    ['recycle', '0', 'must be at least 1B'],
    ['recycle', '1025MiB', 'must be at most 1024MiB'],
    ['deflate', 'yes', 'must be true or false'],
    ['duration', '10', 'must be a duration with its unit, such as 250ms, 10s or 2m'],
    ['payload', '64K', 'must be a size such as 128, 1KB or 64KiB'],
    ['arrivals', 'poison', 'has no arrivals "poison"; did you mean "poisson"? There are: constant, poisson'],
    ['profile', 'ful', 'has no profile "ful"; did you mean "full"? There are: quick, standard, full'],
  ])('refuses --%s %s', (name, text, message) => {
    expect(() => SETTINGS[name].parse(text)).toThrow(new InvalidValue(message));
  });

  it.each<[keyof Config, string, unknown]>([
    ['clients', '1', 1],
    ['clients', '10000000', 10_000_000],
    ['rate', '0.5', 0.5],
    ['seed', '2147483647', 2_147_483_647],
    ['port', '65535', 65_535],
    ['recycle', '1', 1],
    ['transports', 'sse, websocket', ['sse', 'websocket']],
    ['transports', 'sse,sse', ['sse']],
    ['scenarios', 'shared-port', ['shared-port']],
  ])('accepts --%s %s', (name, text, value) => {
    expect(SETTINGS[name].parse(text)).toEqual(value);
  });

  it.each(['sse,', ',', 'sse,,websocket'])('refuses an empty name in the list "%s"', (text) => {
    expect(() => SETTINGS.transports.parse(text)).toThrow('has no transport ""');
  });

  it.each(TRANSPORTS)('suggests %s for a slip of the finger', (name) => {
    const slip = `${name.slice(0, -2)}${name.at(-1)}${name.at(-2)}x`;
    expect(() => SETTINGS.transports.parse(slip)).toThrow(`did you mean "${name}"?`);
  });
});

describe('PROFILES', () => {
  const all = PROFILE_NAMES.flatMap((name) => [PROFILES[name].settings, ...Object.values(PROFILES[name].scenarios)]);

  it('hold only values that a user could have given', () => {
    for (const settingsOf of all) {
      for (const [name, value] of Object.entries(settingsOf) as [keyof Config, never][]) {
        expect(SETTINGS[name].parse(SETTINGS[name].show(value))).toEqual(value);
      }
    }
  });

  it('choose no transports, scenarios, seed or folder: those are the user’s', () => {
    const names = new Set(all.flatMap((settingsOf) => Object.keys(settingsOf)));
    for (const name of ['profile', 'transports', 'scenarios', 'seed', 'out', 'port']) expect(names).not.toContain(name);
  });
});
