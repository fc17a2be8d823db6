import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  CONFIG_FILE,
  ConfigError,
  parametersOf,
  resolveConfig,
  scenarioConfig,
  type Inputs,
  type Source,
} from './config.ts';
import { scenario, SCENARIOS } from './index.ts';
import { PROFILES } from './profiles.ts';
import { SETTING_NAMES, SETTINGS, type Config } from './settings.ts';
import { CHOICES } from './transports.ts';

const resolve = (inputs: Partial<Inputs> = {}) => resolveConfig({ flags: {}, env: {}, file: undefined, ...inputs });

describe('resolveConfig', () => {
  const flags = { clients: '1' };
  const env = { PUSHBENCH_CLIENTS: '2' };
  const file = { clients: 3 };
  it.each<{ given: string; inputs: Partial<Inputs>; clients: number; source: Source }>([
    { given: 'a flag, the environment and the file', inputs: { flags, env, file }, clients: 1, source: 'flag' },
    { given: 'a flag and the file', inputs: { flags, file }, clients: 1, source: 'flag' },
    { given: 'the environment and the file', inputs: { env, file }, clients: 2, source: 'environment' },
    { given: 'the file', inputs: { file }, clients: 3, source: 'file' },
    { given: 'nothing', inputs: {}, clients: PROFILES.quick.settings.clients!, source: 'profile' },
  ])('takes --clients from the $source when it is given $given', ({ inputs, clients, source }) => {
    const { config, sources } = resolve(inputs);
    expect([config.clients, sources.clients]).toEqual([clients, source]);
  });

  it('takes from the default what neither user nor profile says', () => {
    const { config, sources } = resolve();
    expect([config.payload, sources.payload]).toEqual([128, 'default']);
  });

  it('holds to flag over environment over file over profile over default for every setting', () => {
    const anySources = fc.uniqueArray(fc.constantFrom('flag', 'environment', 'file'));
    // Values that are no default and in no profile, by where they come from.
    const values = { flag: '11', environment: '12', file: '13' } as const;
    const numbers = ['clients', 'rate', 'payload', 'repetitions', 'seed', 'port'] as const;
    fc.assert(
      fc.property(fc.constantFrom(...numbers), anySources, (name, given) => {
        const has = (source: (typeof given)[number]): boolean => given.includes(source);
        const { config, sources } = resolve({
          flags: has('flag') ? { [name]: values.flag } : {},
          env: has('environment') ? { [SETTINGS[name].env]: values.environment } : {},
          file: has('file') ? { [name]: values.file } : undefined,
        });
        const winner = (['flag', 'environment', 'file'] as const).find(has);
        const otherwise = name in PROFILES.quick.settings ? 'profile' : 'default';
        expect(sources[name]).toBe(winner ?? otherwise);
        if (winner !== undefined) expect(config[name]).toBe(Number(values[winner]));
      }),
    );
  });

  it('measures every transport that is a choice, and every scenario that need not be asked for, unless told otherwise', () => {
    const { config } = resolve();
    const usual = SCENARIOS.filter((name) => scenario(name).onRequest !== true);
    expect(usual).toContain('broadcast');
    expect([config.transports, config.scenarios]).toEqual([CHOICES, usual]);
  });

  it.each(['quick', 'standard', 'full'] as const)('takes over the settings of the profile %s', (profile) => {
    const { config, sources } = resolve({ flags: { profile } });
    expect(config).toMatchObject(PROFILES[profile].settings);
    for (const name of Object.keys(PROFILES[profile].settings)) expect(sources[name as keyof Config]).toBe('profile');
  });

  it('lets the environment and the file choose the profile too', () => {
    expect(resolve({ env: { PUSHBENCH_PROFILE: 'full' } }).config.repetitions).toBe(PROFILES.full.settings.repetitions);
    expect(resolve({ file: { profile: 'full' } }).config.repetitions).toBe(PROFILES.full.settings.repetitions);
  });

  it('keeps what the user gave against any profile', () => {
    expect(resolve({ file: { repetitions: 2 }, flags: { profile: 'full' } }).config.repetitions).toBe(2);
  });

  it('reads a file in which numbers, truths and lists are what JSON has for them', () => {
    const { config } = resolve({
      file: {
        $schema: './x.json',
        clients: 5,
        rate: 0.5,
        deflate: true,
        transports: ['sse', 'websocket'],
        duration: '5s',
      },
    });
    expect(config).toMatchObject({
      clients: 5,
      rate: 0.5,
      deflate: true,
      transports: ['sse', 'websocket'],
      duration: 5_000,
    });
  });

  it('reads back from a file every configuration that it made', () => {
    const made = resolve({ flags: { profile: 'full', seed: '9', transports: 'sse', deflate: 'true' } }).config;
    const shown = Object.fromEntries(SETTING_NAMES.map((name) => [name, SETTINGS[name].show(made[name] as never)]));
    expect(resolve({ file: shown }).config).toEqual(made);
  });

  it('leaves the defaults as they are, whatever a run made of them', () => {
    const before = structuredClone(resolve().config);
    resolve({ flags: { transports: 'sse', clients: '7' } });
    expect(resolve().config).toEqual(before);
  });
});

it('does not refuse a poll interval for a window that only the profile made short', () => {
  const window = (flags: Inputs['flags']): number => scenarioConfig(resolve({ flags }), 'broadcast').duration;
  expect(window({})).toBe(PROFILES.quick.scenarios.broadcast!.duration);
  expect(window({ pollInterval: '1s' })).toBe(PROFILES.quick.settings.duration);
  expect(window({ pollInterval: '1s', duration: '3s' })).toBe(3_000);
});

it('leaves variables of other programs alone', () => {
  expect(() => resolve({ env: { PUSHBENCHMARK: '1', CLIENTS: '2', XPUSHBENCH_CLIENT: '3' } })).not.toThrow();
});

describe('a value that cannot be used', () => {
  it.each<{ inputs: Partial<Inputs>; message: string }>([
    {
      inputs: { flags: { clients: 'many' } },
      message: '--clients must be a whole number from 1 to 10000000; got "many".',
    },
    {
      inputs: { env: { PUSHBENCH_POLL_INTERVAL: '5' } },
      message: 'PUSHBENCH_POLL_INTERVAL must be a duration with its unit, such as 250ms, 10s or 2m; got "5".',
    },
    {
      inputs: { env: { PUSHBENCH_CLIENT: '5' } },
      message:
        'PUSHBENCH_CLIENT in the environment is no setting; did you mean "PUSHBENCH_CLIENTS"? Unset or rename it.',
    },
    { inputs: { file: { deflate: 1 } }, message: `"deflate" in ${CONFIG_FILE} must be true or false; got "1".` },
    {
      inputs: { flags: { connection: 'closed' } },
      message: '--connection has no connection "closed"; did you mean "close"? There are: keep-alive, close.',
    },
    { inputs: { file: { client: 5 } }, message: `${CONFIG_FILE} has no setting "client"; did you mean "clients"?` },
    {
      inputs: { file: { pollinterval: '1s' } },
      message: `${CONFIG_FILE} has no setting "pollinterval"; did you mean "pollInterval"?`,
    },
    {
      inputs: { file: { clients: null } },
      message: `"clients" in ${CONFIG_FILE} must be a string, a number, true, false or a list.`,
    },
    {
      inputs: { file: { clients: {} } },
      message: `"clients" in ${CONFIG_FILE} must be a string, a number, true, false or a list.`,
    },
    ...[[], null, 'clients', 5].map((file) => ({
      inputs: { file },
      message: `${CONFIG_FILE} must hold a JSON object, such as {"clients": 100, "duration": "5s"}.`,
    })),
    {
      inputs: { flags: { link: 'custom:delay=2ms,jitter=3ms' } },
      message:
        '--link cannot be used, because jitter 3ms is more than delay 2ms, and nothing arrives before it was sent; write a name, or a name and what differs, such as custom:delay=20ms,jitter=2ms,bandwidth=10Mbit,cut=30s (down= and up= where they differ); got "custom:delay=2ms,jitter=3ms".',
    },
  ])('is refused with where and what: $message', ({ inputs, message }) => {
    expect(() => resolve(inputs)).toThrow(new ConfigError(message));
  });

  it('is refused in one line, whatever the file holds', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (file) => {
        try {
          resolve({ file });
        } catch (error) {
          expect(error).toBeInstanceOf(ConfigError);
          expect((error as Error).message).toContain(CONFIG_FILE);
        }
      }),
    );
  });

  it('is found in the file even when a flag overrules another of its settings', () => {
    expect(() => resolve({ flags: { clients: '5' }, file: { clients: 5, rtae: 1 } })).toThrow('did you mean "rate"?');
  });

  it.each(['__proto__', 'constructor', 'toString'])('is refused in the file under the name %s', (name) => {
    const file: unknown = JSON.parse(`{"${name}": 1}`);
    expect(() => resolve({ file })).toThrow(`${CONFIG_FILE} has no setting "${name}"`);
  });
});

describe('scenarioConfig', () => {
  it('lets a profile ask for something else in one scenario', () => {
    const resolved = resolve();
    expect(scenarioConfig(resolved, 'echo').rate).toBe(PROFILES.quick.scenarios.echo!.rate);
    expect(scenarioConfig(resolved, 'broadcast').rate).toBe(PROFILES.quick.settings.rate);
  });

  it.each<[Source, Partial<Inputs>]>([
    ['flag', { flags: { rate: '7' } }],
    ['environment', { env: { PUSHBENCH_RATE: '7' } }],
    ['file', { file: { rate: 7 } }],
  ])('holds to what the user gave by %s, in every scenario', (_, inputs) => {
    for (const name of SCENARIOS) expect(scenarioConfig(resolve(inputs), name).rate).toBe(7);
  });

  it('gives up only the setting that the user gave, and keeps the scenario’s others', () => {
    const config = scenarioConfig(resolve({ flags: { clients: '7' } }), 'shared-port');
    expect([config.clients, config.rate]).toEqual([7, PROFILES.quick.scenarios['shared-port']!.rate]);
  });
});

describe('parametersOf', () => {
  it('carries every setting over under a name with its unit', () => {
    const { config } = resolve({
      flags: { pollInterval: '2s', hold: '3s', recycle: '1KiB', payload: '32', warmup: '1s' },
    });
    expect(parametersOf(config, { name: null, parameters: {} })).toMatchObject({
      variant: null,
      pollIntervalMs: 2_000,
      holdMs: 3_000,
      recycleBytes: 1_024,
      payloadBytes: 32,
      warmupMs: 1_000,
    });
  });

  it('names the link in the one way to write it, and none where there is none', () => {
    const of = (link: string) => parametersOf(resolve({ flags: { link } }).config, { name: null, parameters: {} });
    expect(of('custom:bandwidth=1000kbit,delay=0.02s').link).toBe('custom:delay=20ms,bandwidth=1Mbit');
    expect(of('none')).not.toHaveProperty('link');
  });

  it('lets the variant have the last word on what it is', () => {
    const { config } = resolve({ flags: { connection: 'close', clients: '9' } });
    const parameters = parametersOf(config, { name: 'kept', parameters: { connection: 'keep-alive' } });
    expect(parameters).toMatchObject({ variant: 'kept', connection: 'keep-alive', clients: 9 });
  });
});
