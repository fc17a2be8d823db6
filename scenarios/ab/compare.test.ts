import { tmpdir } from 'node:os';
import { beforeEach, describe, expect, it } from 'vitest';
import type { AbFile, Role } from '../../results/ab.ts';
import { abError } from '../../results/ab-store.ts';
import type { ExactCounts } from '../../results/gate/judge-ab.ts';
import { EXACT_METRICS, NOISY_METRICS } from '../../results/gate/metrics.ts';
import type { Measurement } from '../../results/schema.ts';
import type { Planned } from '../runner/plan.ts';
import { measurementOf, resolved } from '../runner/planned.fixture.ts';
import type { Build } from './build.ts';
import { compareBuilds, type AbDependencies, type AbHeader, type Question } from './compare.ts';
import { gateConfig } from './plan.ts';

const build = (name: string, path: string): Build => ({
  ...{ path, kind: 'checkout', label: name, version: '1.0.0', commit: null, changed: false },
  ...{ transports: ['sse', 'websocket'], server: { module: new URL('file:///nowhere') } },
  refuses: () => null,
  lacks: () => null,
  anatomy: () => Promise.reject(new Error('is not called')),
});

const question: Question = {
  base: build('old', process.cwd()),
  head: build('new', tmpdir()),
  config: gateConfig(resolved()),
  transports: ['sse', 'websocket'],
  pairs: 10,
  exact: EXACT_METRICS,
  metrics: NOISY_METRICS.filter(({ slug }) => slug === 'server-cpu'),
  relativeFloor: 0.05,
};
const BLOCKS = 10;

const header: AbHeader = {
  run: { id: 'test', startedAt: '2026-01-01T00:00:00.000Z', tool: { name: 'pushbench', version: '0' }, argv: [] },
  environment: { fingerprint: 'f', comparable: {}, provenance: {} },
};

/** A comparison without processes and without time: CPU per delivery is what a test says of each invocation. */
class FakeComparison {
  readonly interruption = new AbortController();
  readonly measured: { planned: Planned; role: Role }[] = [];
  readonly written: AbFile[] = [];
  readonly said: string[] = [];
  cpuNs: (role: Role, planned: Planned) => number = () => 10_000;
  counts: (role: Role) => ExactCounts | null = () => ({});
  before: (role: Role, planned: Planned) => void = () => {};
  valid: (planned: Planned) => boolean = () => true;
  nowMs = 1_000;

  execute(changed: Partial<Question> = {}): Promise<AbFile> {
    const dependencies: AbDependencies = {
      measure: async (planned, role) => {
        this.measured.push({ planned, role });
        this.before(role, planned);
        this.interruption.signal.throwIfAborted();
        this.nowMs += 2_000;
        return this.#measurement(planned, this.cpuNs(role, planned) * (1 + 0.02 * Math.sin(7 * planned.order)));
      },
      count: async (role) => {
        const counts = this.counts(role);
        return counts === null ? { counts, note: `${role} cannot be counted.` } : { counts };
      },
      write: (file) => this.written.push(structuredClone(file)),
      progress: {
        counting: () => this.said.push('counting'),
        begin: () => {},
        end: ({ transport }, judged) => this.said.push(`${transport}: ${judged.map(({ outcome }) => outcome).join()}`),
        confirming: (transports) => this.said.push(`again: ${transports.join()}`),
      },
      now: () => this.nowMs,
      signal: this.interruption.signal,
    };
    return compareBuilds({ ...question, ...changed }, header, dependencies);
  }

  #measurement(planned: Planned, cpuNs: number): Measurement {
    const measurement = measurementOf(planned);
    const warnings = this.valid(planned)
      ? []
      : [{ code: 'deliveries-lost' as const, invalidates: true, message: '', advice: '' }];
    return {
      ...measurement,
      window: { ...measurement.window, deliveries: 100 },
      server: { ...measurement.server, cpuNs: cpuNs * 100 },
      validity: { valid: warnings.length === 0, warnings },
    };
  }
}

let fake: FakeComparison;
beforeEach(() => {
  fake = new FakeComparison();
});

/** Slower on every transport, or on one. */
const slower = (transport?: string) => (role: Role, planned: Planned) =>
  role === 'head' && (transport ?? planned.transport) === planned.transport ? 15_000 : 10_000;

describe('compareBuilds', () => {
  it('measures every block in order, each build twice in it, and passes what is the same', async () => {
    const file = await fake.execute();
    expect(fake.measured.map(({ planned }) => planned.order)).toEqual([...Array(4 * BLOCKS).keys()]);
    for (const { invocations, pattern } of file.blocks) {
      expect(invocations.map(({ role }) => (role === 'base' ? 'A' : 'B')).join('')).toBe(pattern);
    }
    expect(file).toMatchObject({ partial: false, judgement: { command: 'ab', outcome: 'pass' } });
    expect(file.judgement.base).toEqual({ label: 'old', fingerprint: 'f' });
    expect(file.run.wallTimeMs).toBe(4 * BLOCKS * 2_000);
  });

  it('writes before anything is measured, after each block and at the end, valid each time, and judges only the whole', async () => {
    await fake.execute();
    expect(fake.written.map(({ blocks }) => blocks.length)).toEqual([...Array(BLOCKS + 1).keys(), BLOCKS]);
    expect(fake.written.map(abError)).toEqual(fake.written.map(() => null));
    for (const { judgement, partial } of fake.written.slice(0, -1)) {
      expect(partial).toBe(true);
      expect(judgement).toMatchObject({ outcome: 'inconclusive', judged: [] });
    }
  });

  it('tells after each block what can be said of its transport', async () => {
    await fake.execute();
    expect(fake.said[0]).toBe('counting');
    expect(fake.said.slice(1, 3).sort()).toEqual(['sse: inconclusive', 'websocket: inconclusive']);
    expect(fake.said.slice(-2).sort()).toEqual(['sse: pass', 'websocket: pass']);
  });

  it('measures again, with as many pairs, only what has failed', async () => {
    fake.cpuNs = slower('sse');
    const file = await fake.execute();
    expect(fake.said).toContain('again: sse');
    const again = file.blocks.filter(({ confirmation }) => confirmation);
    expect(again.map(({ transport }) => transport)).toEqual(Array(5).fill('sse'));
    expect(file.judgement.outcome).toBe('fail');
    const failed = file.judgement.judged.filter(({ outcome }) => outcome === 'fail');
    expect(failed.map(({ transport, metric }) => [transport, metric])).toEqual([['sse', 'server-cpu']]);
    expect(abError(file)).toBeNull();
  });

  it('only warns of what does not come again', async () => {
    fake.cpuNs = (role, planned) => (planned.order < 4 * BLOCKS ? slower('sse')(role, planned) : 10_000);
    const file = await fake.execute();
    expect(file.judgement.outcome).toBe('warn');
  });

  it('fails on bytes that both builds count exactly, without measuring again', async () => {
    fake.counts = (role) => ({ sse: { 'bytes-per-message': role === 'head' ? 41 : 40 } });
    const file = await fake.execute();
    expect(file.judgement.outcome).toBe('fail');
    expect(file.blocks).toHaveLength(BLOCKS);
  });

  it('cannot tell of bytes that one build cannot count, and says so', async () => {
    fake.counts = (role) => (role === 'base' ? null : { sse: { 'bytes-per-message': 40 } });
    const file = await fake.execute();
    expect(file.judgement.outcome).toBe('inconclusive');
    expect(file.judgement.notes).toContain('base cannot be counted.');
  });

  it('leaves out invalid invocations, and cannot tell where too few are left', async () => {
    fake.valid = ({ transport }) => transport === 'sse';
    const file = await fake.execute();
    const unsure = file.judgement.judged.filter(({ outcome }) => outcome === 'inconclusive');
    expect(unsure.map(({ transport }) => transport)).toEqual(['websocket']);
    expect(unsure[0]!.reason).toContain('10 of 10 pairs left out: deliveries-lost');
  });

  it('measures nothing where only exact counts are asked for, and counts nothing where none is', async () => {
    fake.counts = (role) => ({ sse: { 'bytes-per-message': role === 'head' ? 41 : 40 } });
    const file = await fake.execute({ metrics: [], pairs: 0 });
    expect(fake.measured).toEqual([]);
    expect(file).toMatchObject({ partial: false, blocks: [], run: { pairs: 0 }, judgement: { outcome: 'fail' } });
    expect(abError(file)).toBeNull();
    fake.said.length = 0;
    const noisy = await fake.execute({ exact: [] });
    expect(fake.said).not.toContain('counting');
    expect(noisy.judgement).toMatchObject({ outcome: 'pass', judged: [{ kind: 'noisy' }, { kind: 'noisy' }] });
    expect(noisy.run.metrics).toEqual(['server-cpu']);
  });

  it('notes that both builds are one', async () => {
    const file = await fake.execute({ head: question.base });
    expect(file.judgement.notes).toContain('Base and head are the same build: whatever differs, the machine has made.');
  });
});

describe('a comparison that does not come to its end', () => {
  it('keeps what it has when it is interrupted, valid, partial and without a verdict', async () => {
    fake.before = (_role, { order }) => order === 9 && fake.interruption.abort(new Error('interrupted'));
    const file = await fake.execute();
    expect(file).toMatchObject({ partial: true, judgement: { outcome: 'inconclusive', judged: [] } });
    expect(file.blocks.flatMap(({ invocations }) => invocations)).toHaveLength(9);
    expect(fake.written.at(-1)).toEqual(file);
    expect(abError(file)).toBeNull();
    expect(file.run.failures).toEqual([]);
  });

  it('begins nothing when it is interrupted while counting', async () => {
    fake.counts = () => {
      fake.interruption.abort(new Error('interrupted'));
      return null;
    };
    expect((await fake.execute()).blocks).toEqual([]);
    expect(fake.measured).toEqual([]);
  });

  it('ends when one build fails twice in a row, and names it', async () => {
    fake.before = (role) => {
      if (role === 'head') throw new Error('The server process ended with exit code 1.');
    };
    const file = await fake.execute();
    expect(file).toMatchObject({ partial: true, judgement: { outcome: 'inconclusive' } });
    expect(file.run.failures).toHaveLength(2);
    expect(file.run.failures[0]).toMatch(/^head, \w+: The server process ended with exit code 1\.$/);
    expect(fake.measured.filter(({ role }) => role === 'head')).toHaveLength(2);
    expect(abError(file)).toBeNull();
  });

  it('goes on after a failure that does not come again, and leaves its pairs out', async () => {
    fake.before = (_role, { order }) => {
      if (order === 5) throw new Error('The generator process ended.');
    };
    const file = await fake.execute();
    expect(file).toMatchObject({ partial: false, judgement: { outcome: 'pass' } });
    expect(file.judgement.judged.filter(({ reason }) => reason.includes('1 of 10 pairs left out'))).toHaveLength(1);
    expect(file.judgement.notes).toEqual(file.run.failures);
  });
});
