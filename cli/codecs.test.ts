/** `codecs` as a process, and what a run keeps of it. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Check } from 'typebox/value';
import { CodecsSchema, type Codecs } from '../results/codecs.ts';
import { readRun } from '../results/store.ts';
import { TRANSPORTS } from '../scenarios/transports.ts';
import { folder, groupAlive, pushbench, resultIn, start, until } from './cli.fixture.ts';

let cwd: string;
let remove: () => void;
beforeEach(() => ({ path: cwd, remove } = folder()));
afterEach(() => remove());

const SHORT = ['--duration', '6ms'];

describe('pushbench codecs', () => {
  it('times both halves of every transport, and prints one document and nothing else with --json', async () => {
    const { code, stdout } = await pushbench(cwd, ['codecs', ...SHORT, '--json']);
    expect(code).toBe(0);
    const codecs = JSON.parse(stdout) as Codecs;
    expect(Check(CodecsSchema, codecs)).toBe(true);
    expect(new Set(codecs.figures.map(({ transport }) => transport))).toEqual(new Set(TRANSPORTS));
    expect(codecs.figures).toHaveLength(TRANSPORTS.length * 2 * 3);
    for (const { nsPerMessage, encodedBytes, payloadBytes } of codecs.figures) {
      expect(nsPerMessage.low).toBeLessThanOrEqual(nsPerMessage.value);
      expect(nsPerMessage.high).toBeGreaterThanOrEqual(nsPerMessage.value);
      expect(encodedBytes).toBeGreaterThan(payloadBytes);
    }
  });

  it('prints a table for each payload', async () => {
    const { code, stdout, stderr } = await pushbench(cwd, [
      'codecs',
      ...SHORT,
      '--transports',
      'sse',
      '--payload',
      '1KiB',
    ]);
    expect(code).toBe(0);
    for (const payload of [20, 1_024, 4_096]) expect(stdout).toContain(`Messages of ${payload} B`);
    expect(stdout.match(/^sse /gm)).toHaveLength(3);
    expect(stdout).not.toContain('websocket');
    expect(stderr).toMatch(/^Timing codecs, about \d+ s\n$/);
  });

  it.each([
    ['--transports websockets', 'did you mean "websocket"?'],
    ['--payload 2MiB', '--payload must be from 1B to 1MiB for codecs; got 2MiB.'],
    ['--payload 0', '--payload must be from 1B to 1MiB for codecs; got 0B.'],
    ['--payload lots', '--payload must be a size such as 128, 1KB or 64KiB; got "lots".'],
    ['--duration 1ms', '--duration must be at least 6ms for codecs; got 1ms.'],
  ])('refuses %s in one sentence', async (flags, sentence) => {
    const { code, stdout, stderr } = await pushbench(cwd, ['codecs', ...flags.split(' ')]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(sentence);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  it('leaves no process when it is ended', async () => {
    const running = start(cwd, ['codecs', '--duration', '10s']);
    await until(() => running.stderr().includes('Timing'), 'the timing to begin');
    running.process.kill('SIGINT');
    await until(() => !groupAlive(running.process.pid!), 'all processes to end');
  });
});

describe('pushbench run', () => {
  it('times the codecs of what it measures', async () => {
    const args = [
      'run',
      '--transports',
      'sse',
      '--scenarios',
      'idle',
      '--clients',
      '1',
      '--duration',
      '50ms',
      '--warmup',
      '0ms',
    ];
    const { code } = await pushbench(cwd, args);
    expect(code).toBe(0);
    const { codecs } = readRun(resultIn(cwd));
    expect(codecs?.figures.map(({ transport, direction }) => `${transport} ${direction}`)).toContain('sse decode');
    expect(new Set(codecs?.figures.map(({ transport }) => transport))).toEqual(new Set(['sse']));
  });
});
