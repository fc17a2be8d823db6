import { describe, expect, it } from 'vitest';
import { resolveConfig } from '../config.ts';
import { SCENARIOS } from '../index.ts';
import { makePlan } from '../runner/plan.ts';
import { faulty } from './faulty.fixture.ts';
import { planForTarget, settingsForTarget } from './plan.ts';

const everything = { scenarios: SCENARIOS.join(','), repetitions: '2' };

function planOf(more: object, flags: Readonly<Record<string, string>> = everything) {
  const target = faulty('none', more);
  const { resolved, notes } = settingsForTarget(resolveConfig({ flags, env: {}, file: undefined }), target);
  const { planned, notes: others } = planForTarget(makePlan(resolved), target);
  const measured = (transport: string): string[] => [
    ...new Set(planned.filter((one) => one.transport === transport).map(({ scenario }) => scenario)),
  ];
  return { planned, notes: [...notes, ...others], measured };
}

describe('the plan of a run on a target', () => {
  it('holds the transports that the target has, and no limit that would be of another server', () => {
    const { planned, notes } = planOf({});
    expect(new Set(planned.map(({ transport }) => transport))).toEqual(new Set(['sse']));
    expect(planned.map(({ order }) => order)).toEqual(planned.map((_, index) => index));
    expect(notes.at(-1)).toContain('Measured on the target "target" and not on this project\'s own servers');
    const without = 'No limit is measured beside it: the target file has no endpoint for tcp.';
    expect(notes.filter((note) => note === without)).toHaveLength(1);
    expect(planOf({}, { scenarios: 'echo' }).notes).not.toContain(without);
    const called = planOf({ publish: { http: { path: '/say/{channel}' } } });
    expect(called.notes.at(-1)).toContain('Latency counts from when a message was due, so the call is part of it.');
  });

  it('leaves out what only own servers can do, and says so once for each scenario', () => {
    const { measured, notes } = planOf({ transports: { websocket: { path: '/{channel}', upstream: true } } });
    expect(measured('websocket')).not.toContain('laws');
    expect(measured('websocket')).toContain('echo');
    expect(notes.filter((note) => note.startsWith('laws was left out'))).toHaveLength(1);
    expect(notes.filter((note) => note.startsWith('shared-port was left out for websocket: it asks for'))).toHaveLength(
      1,
    );
  });

  it.each([
    ['publish', { publish: undefined }, 'broadcast', 'the target file does not say how to publish'],
    ['upstream', { upstream: undefined }, 'echo', 'the target file does not say how a client sends'],
    ['channels', { transports: { sse: { path: '/events/main' } } }, 'echo', 'its path has no {channel}'],
    [
      'resuming',
      { transports: { sse: { path: '/{channel}' } } },
      'reconnect-storm',
      'clients of the target do not resume',
    ],
  ])('leaves out what needs %s where that is missing', (_what, more, scenario, reason) => {
    const { measured, notes } = planOf(more);
    expect(measured('sse')).not.toContain(scenario);
    expect(planOf({}).measured('sse')).toContain(scenario);
    expect(notes).toContain(`${scenario} was left out for sse: ${reason}.`);
    expect(measured('sse')).toEqual(expect.arrayContaining(['idle', 'connect']));
  });

  it.each([
    { flags: { carrier: 'tls' }, why: '--carrier tls is for this project' },
    { flags: { serverWorkers: '2' }, why: '--server-workers is for this project' },
    { flags: { port: '8080' }, why: '--port is for this project' },
  ])('refuses $flags, which no target can have', ({ flags, why }) => {
    expect(() => planOf({}, flags)).toThrow(why);
  });

  it('says which transports were asked for and are not there', () => {
    const { planned, notes } = planOf({}, { ...everything, transports: 'sse,websocket' });
    expect(new Set(planned.map(({ transport }) => transport))).toEqual(new Set(['sse']));
    expect(notes[0]).toBe('websocket was left out: the target file has no endpoint for it.');
  });
});
