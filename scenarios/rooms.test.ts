/**
 * The promise of the registries, kept: a new transport is one file in `servers/`, one in `clients/` and a line in each
 * registry; a new scenario is one file and one line. Nothing else is edited.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { clients } from '../clients/index.ts';
import { servers } from '../servers/index.ts';
import type * as registry from './index.ts';
import { SCENARIOS, scenarios } from './index.ts';
import { TRANSPORTS } from './transports.ts';

const ROOT = resolve(import.meta.dirname, '..');
const ROOMS = ['cli', 'servers', 'clients', 'scenarios', 'results', 'report'];

/** Sources that may name three transports or scenarios and more, and why a new one need not be added to them. */
const MAY_NAME_TRANSPORTS: Readonly<Record<string, string>> = {
  'servers/index.ts': 'the registry',
  'clients/index.ts': 'the registry',
  'servers/demo-page.ts': 'a demonstration of each for people; a transport without one has a page without it',
  'report/transports.ts': 'the customary order and looks; another transport follows by name and takes the next look',
  'report/adr/known.ts': 'published rules and judgement of each; another transport has none, and the record says so',
  'scenarios/runner/published.ts': 'compares the three that the papers compared',
  'scenarios/bench/client-cost.ts': 'measures the suite itself against sockets driven by hand',
  'scenarios/bench/self.ts': 'measures the suite itself, with aims for the transports that have one',
};
const MAY_NAME_SCENARIOS: Readonly<Record<string, string>> = {
  'scenarios/index.ts': 'the registry',
  'results/exact.ts': 'names no scenario: steps of a connection and layers bear the same words',
  'results/schema.ts': 'names no scenario: findings bear the same words',
  'results/model/break-even.ts': 'names no scenario: axes of a map bear the same words',
  'cli/adr-measure.ts': 'what a decision is made from; another one is no part of it until the record has a use for it',
  'scenarios/bench/aa.ts': 'measures the suite itself: the figures of the scoreboard by what each is read from',
  'scenarios/laws.ts': 'names no scenario but itself: laws bear the same words',
  'scenarios/profiles.ts': 'what single scenarios need otherwise; another one runs with the settings of all',
};

/** Not the report: its kinds of question bear the names of scenarios, and a scenario without a kind falls under deliveries. */
const WITHOUT_KINDS = ROOMS.filter((room) => room !== 'report');

function sources(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !/\.(test|fixture)\.ts$/.test(path))
    .map((path) => join(folder, path).split(sep).join('/'));
}
const text = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

/** Names that a source holds as a string or as the name of a property, comments aside. */
function named(path: string, names: readonly string[]): string[] {
  const code = text(path).replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
  return names.filter((name) => new RegExp(`(['"\`])${name}\\1|^\\s*${name}(:|,$)`, 'm').test(code));
}

/** Every source that names at least three, and which. */
function listing(names: readonly string[], rooms = ROOMS): Record<string, string[]> {
  const found = rooms.flatMap(sources).map((path) => [path, named(path, names)] as const);
  return Object.fromEntries(found.filter(([, which]) => which.length >= 3));
}

/** Files of a room that declare something of a type, by the name of the file. */
function declaring(folder: string, type: string): string[] {
  const declaration = new RegExp(`^export const \\w+: ${type} = `, 'm');
  return sources(folder)
    .filter((path) => declaration.test(text(path)))
    .map((path) => relative(folder, path).replace(/\.ts$/, ''));
}

describe('a transport', () => {
  it.each(TRANSPORTS)('%s has one file in each room, and one name', (name) => {
    for (const room of ['servers', 'clients']) expect(existsSync(join(ROOT, room, `${name}.ts`)), room).toBe(true);
    expect([servers[name].name, clients[name].name]).toEqual([name, name]);
  });

  it('that has a file is in the registry', () => {
    expect(declaring('servers', 'ServerTransport').sort()).toEqual(Object.keys(servers).sort());
    expect(declaring('clients', 'ClientTransport').sort()).toEqual(Object.keys(clients).sort());
  });

  it('is listed nowhere but in the registries and where a list needs no new entry', () => {
    const lists = listing(TRANSPORTS);
    const others = Object.keys(lists).filter((path) => !(path in MAY_NAME_TRANSPORTS));
    expect(others, 'these sources list transports by name; take them from the registry').toEqual([]);
  });

  it('has no exception here that nothing needs', () => {
    const lists = listing(TRANSPORTS);
    expect(Object.keys(MAY_NAME_TRANSPORTS).filter((path) => !(path in lists))).toEqual([]);
  });
});

describe('a scenario', () => {
  it.each(SCENARIOS)('%s has one file of its name, and asks a question', (name) => {
    expect(existsSync(join(ROOT, 'scenarios', `${name}.ts`))).toBe(true);
    expect(scenarios[name].name).toBe(name);
    expect(scenarios[name].question).toMatch(/^[A-Z].*\?$/);
  });

  it('that has a file is in the registry', () => {
    expect(declaring('scenarios', 'Scenario').sort()).toEqual([...SCENARIOS].sort());
  });

  it('is listed nowhere but in the registry and where a list needs no new entry', () => {
    const others = Object.keys(listing(SCENARIOS, WITHOUT_KINDS)).filter((path) => !(path in MAY_NAME_SCENARIOS));
    expect(others, 'these sources list scenarios by name; take them from the registry').toEqual([]);
  });

  it('has no exception here that nothing needs', () => {
    const lists = listing(SCENARIOS, WITHOUT_KINDS);
    expect(Object.keys(MAY_NAME_SCENARIOS).filter((path) => !(path in lists))).toEqual([]);
  });

  it.each(SCENARIOS)('%s offers a load by itself exactly when the generator has one to offer', (name) => {
    const one = scenarios[name];
    const variants = TRANSPORTS.flatMap((transport) => [0, 40].flatMap((rttMs) => one.variants(transport, { rttMs })));
    expect(variants.some((variant) => one.publishes(variant.name).generator)).toBe('offer' in one);
  });
});

describe('what a registry gains', () => {
  beforeEach(() => vi.resetModules());
  afterEach(() => {
    vi.doUnmock('../servers/index.ts');
    vi.doUnmock('../clients/index.ts');
    vi.doUnmock('./index.ts');
    // What was imported with them stays imported, and other files of this worker would have a scenario more.
    vi.resetModules();
  });

  it('as a transport is accepted, explained and measured in every scenario for all, with no other change', async () => {
    const name = 'carrier-pigeon';
    vi.doMock('../servers/index.ts', () => ({ servers: { ...servers, [name]: { ...servers.sse, name } } }));
    vi.doMock('../clients/index.ts', () => ({ clients: { ...clients, [name]: { ...clients.sse, name } } }));
    const { transport } = await import('./transports.ts');
    const { SETTINGS } = await import('./settings.ts');
    const { planOf } = await import('./runner/planned.fixture.ts');

    expect(transport(name as never).server.name).toBe(name);
    expect(SETTINGS.transports.parse(name)).toEqual([name]);
    expect(SETTINGS.transports.help).toContain(name);
    expect(() => SETTINGS.transports.parse('carrier-pidgin')).toThrow(`did you mean "${name}"?`);
    const forAll = SCENARIOS.filter((one) => !('transports' in scenarios[one]));
    const { planned: all } = planOf({ scenarios: SCENARIOS.join(',') });
    const measured = all.filter((planned) => (planned.transport as string) === name);
    expect(new Set(measured.map((planned) => planned.scenario))).toEqual(new Set(forAll));
  });

  it('as a scenario is accepted, explained and measured for every transport, with no other change', async () => {
    const name = 'storm';
    const actual = await vi.importActual<typeof registry>('./index.ts');
    vi.doMock('./index.ts', () => ({
      ...actual,
      SCENARIOS: [...actual.SCENARIOS, name],
      scenario: (wanted: string) =>
        wanted === name ? { ...actual.scenario('broadcast'), name } : actual.scenario(wanted as 'idle'),
    }));
    const { SETTINGS } = await import('./settings.ts');
    const { planOf } = await import('./runner/planned.fixture.ts');

    expect(SETTINGS.scenarios.parse(name)).toEqual([name]);
    expect(SETTINGS.scenarios.help).toContain(name);
    const measured = planOf().planned.filter((planned) => (planned.scenario as string) === name);
    expect(new Set(measured.map((planned) => planned.transport))).toEqual(new Set(TRANSPORTS));
  });
});
