import { describe, expect, it } from 'vitest';
import type { Client } from '../clients/client.ts';
import { scenario, type ScenarioName } from './index.ts';
import { plannedOf } from './runner/planned.fixture.ts';
import type { Generator, Parameters } from './scenario.ts';

/** Writes down what a scenario asks of the generator. */
class FakeGenerator implements Generator {
  readonly clients: Client[];
  readonly asked: unknown[][] = [];
  readonly parameters: Parameters;

  constructor(name: ScenarioName, parameters: Partial<Parameters> = {}) {
    this.parameters = plannedOf('websocket', name, { clients: 3, ...parameters }).parameters;
    this.clients = Array.from({ length: this.parameters.clients }, () => ({}) as Client);
  }

  subscribe(channelOf: (index: number) => string): Promise<void> {
    this.asked.push(['subscribe', ...Array.from({ length: this.parameters.clients }, (_, index) => channelOf(index))]);
    return Promise.resolve();
  }

  visit(dueUs: number, stayMs: number): void {
    this.asked.push(['visit', dueUs, stayMs]);
  }

  request(dueUs: number): void {
    this.asked.push(['request', dueUs]);
  }

  send(index: number, seq: number, dueUs: number, slipUs: number): void {
    this.asked.push(['send', index, seq, dueUs, slipUs]);
  }

  cut(part: number, of: number): void {
    this.asked.push(['cut', part, of]);
  }

  setAside(share: number): void {
    this.asked.push(['setAside', share]);
  }

  pauseAside(): void {
    this.asked.push(['pauseAside']);
  }

  resumeAside(): void {
    this.asked.push(['resumeAside']);
  }

  sampleStaleness(): void {
    this.asked.push(['sampleStaleness']);
  }

  checkUnknownUpgrade(): Promise<void> {
    this.asked.push(['checkUnknownUpgrade']);
    return Promise.resolve();
  }
}

async function prepared(name: ScenarioName, parameters?: Partial<Parameters>): Promise<unknown[][]> {
  const generator = new FakeGenerator(name, parameters);
  await scenario(name).prepare(generator);
  return generator.asked;
}

/** What happens to the clients, and when. */
function happened(name: ScenarioName): unknown[][] {
  return scenario(name).events!.map(({ atShare, happen }) => {
    const generator = new FakeGenerator(name);
    happen(generator);
    return [atShare, ...generator.asked.flat()];
  });
}

function offered(name: ScenarioName, publications: number, parameters?: Partial<Parameters>): unknown[][] {
  const generator = new FakeGenerator(name, parameters);
  for (let seq = 0; seq < publications; seq++) scenario(name).offer!(generator, seq, 1_000 * seq, 7);
  return generator.asked;
}

describe('what each scenario offers, and who owes what for it', () => {
  it.each<{ name: ScenarioName; variant: string | null; server: boolean; generator: boolean; owed: number }>([
    { name: 'broadcast', variant: null, server: true, generator: false, owed: 100 },
    { name: 'echo', variant: null, server: false, generator: true, owed: 1 },
    { name: 'idle', variant: null, server: false, generator: false, owed: 0 },
    { name: 'connect', variant: null, server: false, generator: true, owed: 0 },
    { name: 'connect', variant: 'close', server: false, generator: true, owed: 0 },
    { name: 'burst', variant: '5 at once', server: true, generator: false, owed: 100 },
    { name: 'slow-client', variant: '10 % slow', server: true, generator: false, owed: 100 },
    { name: 'stall', variant: 'stalled', server: true, generator: false, owed: 100 },
    { name: 'shared-port', variant: 'http-alone', server: false, generator: true, owed: 0 },
    { name: 'shared-port', variant: 'http-with-sockets', server: true, generator: true, owed: 100 },
  ])(
    '$name ($variant) owes $owed deliveries for a publication to 100 clients',
    ({ name, variant, owed, ...publishes }) => {
      expect(scenario(name).publishes(variant)).toEqual(publishes);
      expect(scenario(name).fanOut(100, variant)).toBe(owed);
    },
  );
});

describe('broadcast and idle', () => {
  it.each<ScenarioName>(['broadcast', 'idle'])('%s puts all clients on one channel', async (name) => {
    expect(await prepared(name)).toEqual([['subscribe', 'main', 'main', 'main']]);
  });
});

describe('echo', () => {
  it('gives each client a channel of its own', async () => {
    const [[, ...channels]] = (await prepared('echo')) as [string[]];
    expect(new Set(channels).size).toBe(3);
  });

  it('lets the clients send in turn, each numbering its own messages from 0 without a hole', () => {
    expect(offered('echo', 7)).toEqual([
      ['send', 0, 0, 0, 7],
      ['send', 1, 0, 1_000, 7],
      ['send', 2, 0, 2_000, 7],
      ['send', 0, 1, 3_000, 7],
      ['send', 1, 1, 4_000, 7],
      ['send', 2, 1, 5_000, 7],
      ['send', 0, 2, 6_000, 7],
    ]);
  });
});

describe('connect', () => {
  it('connects nobody before the window', async () => {
    expect(await prepared('connect')).toEqual([]);
  });

  it('lets each visitor leave as soon as it is ready, where it need not poll', () => {
    expect(offered('connect', 2, { variant: null })).toEqual([
      ['visit', 0, 0],
      ['visit', 1_000, 0],
    ]);
  });

  it.each(['keep-alive', 'close'])('lets a visitor who polls (%s) stay for two polls and more', (name) => {
    const variant = scenario('connect')
      .variants('short-polling', { rttMs: 0 })
      .find((one) => one.name === name)!;
    const [[, , stayMs]] = offered('connect', 1, { ...variant.parameters, variant: name }) as [
      [string, number, number],
    ];
    expect(variant.parameters.connection).toBe(name);
    expect(stayMs).toBeGreaterThan(2 * variant.parameters.pollIntervalMs!);
  });
});

describe('slow-client', () => {
  it('sets its share of the clients aside, stops them with the window, and lets them go on when it has ended', async () => {
    expect(await prepared('slow-client', { slowShare: 0.5 })).toEqual([
      ['subscribe', 'main', 'main', 'main'],
      ['setAside', 0.5],
    ]);
    expect(happened('slow-client')).toEqual([
      [0, 'pauseAside'],
      [1, 'resumeAside'],
    ]);
  });
});

describe('reconnect-storm', () => {
  it('cuts all once, early enough in the window for all to come back in it', () => {
    expect(happened('reconnect-storm')).toEqual([[0.25, 'cut', 0, 1]]);
  });
});

describe('what a scenario needs', () => {
  const needed = (name: ScenarioName, parameters: Partial<Parameters>): Partial<Parameters> =>
    scenario(name).needs!(plannedOf('websocket', name, parameters).parameters);

  it('is for poll-interval a window in which every client polls, and the one that was set where that is longer', () => {
    const longest = Math.max(
      ...scenario('poll-interval')
        .variants('short-polling', { rttMs: 0 })
        .map((one) => one.parameters.pollIntervalMs!),
    );
    expect(needed('poll-interval', { durationMs: 10 })).toEqual({ durationMs: longest });
    expect(needed('poll-interval', { durationMs: longest + 1 })).toEqual({ durationMs: longest + 1 });
  });

  it('is for staleness a warm-up in which every client receives something', () => {
    expect(needed('staleness', { warmupMs: 5, pollIntervalMs: 400, ratePerSecond: 10 })).toEqual({ warmupMs: 1_100 });
    expect(needed('staleness', { warmupMs: 5_000, pollIntervalMs: 400 })).toEqual({ warmupMs: 5_000 });
  });

  it('is for stall a tenth of the window standing still, in one of its variants', () => {
    expect(needed('stall', { durationMs: 3_000, variant: 'stalled' })).toEqual({ stallMs: 300 });
    expect(needed('stall', { durationMs: 3_000, variant: 'undisturbed' })).toEqual({ stallMs: 0 });
  });
});

describe('shared-port', () => {
  it('asks with an unknown Upgrade token in both variants, and has sockets in one', async () => {
    expect(await prepared('shared-port', { variant: 'http-alone' })).toEqual([['checkUnknownUpgrade']]);
    expect(await prepared('shared-port', { variant: 'http-with-sockets' })).toEqual([
      ['subscribe', 'main', 'main', 'main'],
      ['checkUnknownUpgrade'],
    ]);
  });

  it('makes one plain request for each publication, due when it is due', () => {
    expect(offered('shared-port', 2)).toEqual([
      ['request', 0],
      ['request', 1_000],
    ]);
  });
});
