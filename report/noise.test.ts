/** The A/A pair in the report: no row of its own, and no difference believed that it makes by itself. */
import { describe, expect, test } from 'vitest';
import type { Measurement, RunFile } from '../results/schema.ts';
import { answerOf, textOf } from './answer.ts';
import { renderHtml } from './html.ts';
import { renderMarkdown } from './markdown.ts';
import { noiseSentences } from './noise-text.ts';
import { markOf, standingOf } from './ranking.ts';
import { fixtureRun } from './run.fixture.ts';
import { summarise } from './summary.ts';
import { renderTerminal } from './terminal.ts';

/** The twin of each websocket measurement in broadcast: latencies `factor` times as long in every other repetition. */
function withTwins(factor: number, change: (twin: Measurement) => void = () => {}): RunFile {
  const run = fixtureRun();
  const twins = run.measurements
    .filter((m) => m.transport === 'websocket' && m.scenario === 'broadcast')
    .map((m): Measurement => {
      const twin = structuredClone({ ...m, twin: true as const, order: m.order + 1_000 });
      const { p50, p99 } = twin.deliveryLatencyNs;
      const scale = m.repetition % 2 === 0 ? factor : 1 / factor;
      Object.assign(twin.deliveryLatencyNs, { p50: p50! * scale, p99: p99! * scale });
      change(twin);
      return twin;
    });
  run.measurements.push(...twins);
  run.run.planned += twins.length;
  return run;
}
const broadcast = (run: RunFile) => summarise(run).scenarios.find(({ name }) => name === 'broadcast')!;
const plainText = (run: RunFile) => renderTerminal(run, { color: false, width: 200 });
const html = (run: RunFile) => renderHtml(run, { script: 'void 0;', style: 'body{}' });

test('a twin makes no row, no figure and no mark', () => {
  const [with_, without] = [broadcast(withTwins(1)), broadcast(fixtureRun())];
  const bare = ({ rows }: typeof with_) => rows.map((row) => ({ ...row, noise: null }));
  expect(bare(with_)).toEqual(bare(without));
  expect(answerOf(summarise(withTwins(1))).sentences).toEqual(answerOf(summarise(fixtureRun())).sentences);
});

describe('a difference', () => {
  test('above the floor is believed', () => {
    const { rows, noise } = broadcast(withTwins(1.001));
    expect(noise!.floors.latencyP99!.ratio).toBeLessThan(0.01);
    expect(standingOf(rows, 'latencyP99').kind).toBe('leader');
  });

  test('below it is a tie, marked ~ everywhere, and the answer says why', () => {
    const run = withTwins(1.5);
    const { rows } = broadcast(run);
    const standing = standingOf(rows, 'latencyP99');
    expect(standing.kind === 'tie' && standing.leaders.map(({ transport }) => transport)).toContain('sse');
    const websocket = rows.find(({ transport }) => transport === 'websocket')!;
    expect(markOf(websocket, rows, 'latencyP99')).toBe('tie');
    expect(markOf(websocket, broadcast(fixtureRun()).rows.slice(0), 'latencyP99')).not.toBe('tie');
    const [first] = answerOf(summarise(run)).sentences;
    expect(textOf(first)).toMatch(
      / tie for the fastest .*, and the difference is smaller than this run could have seen\.$/,
    );
    expect(plainText(run)).toMatch(/^websocket .* ms ~/m);
  });

  test('far above even a wide floor is one: short polling does not tie', () => {
    const { rows } = broadcast(withTwins(1.5));
    const polling = rows.find(({ transport }) => transport === 'short-polling')!;
    expect(markOf(polling, rows, 'latencyP99')).toBeNull();
  });

  test('of another metric is judged by the floor of that metric alone', () => {
    const { rows, noise } = broadcast(withTwins(1.5));
    expect(noise!.floors.bytesPerDelivery!.ratio).toBe(0);
    expect(standingOf(rows, 'bytesPerDelivery').kind).toBe('leader');
  });
});

test('terminal, page and Markdown say which differences could have been seen', () => {
  const run = withTwins(1.01);
  const [sentence] = noiseSentences(summarise(run));
  expect(sentence).toBe(
    'In broadcast this run can tell apart latency p50 from 1.9 %, latency p99 from 1.9 %, server CPU from 0 %, bytes from 0 %: websocket was measured twice in each repetition, and 3 such A/A pairs are valid. Smaller differences are shown as ~.',
  );
  expect(plainText(run)).toContain('In broadcast this run can tell apart latency p50 from 1.9 %');
  expect(renderMarkdown(run)).toContain('In broadcast this run can tell apart latency p50 from 1.9 %');
  expect(html(run)).toContain(`<p class="note" data-noise>${sentence}</p>`);
});

describe('a floor that cannot be known', () => {
  test('is not made up: with one valid pair the run says so, and intervals alone decide', () => {
    const run = withTwins(1.5, (twin) => {
      if (twin.repetition > 0) twin.validity = { valid: false, warnings: [] };
    });
    expect(noiseSentences(summarise(run))[0]).toBe(
      'Which differences this run could have seen in broadcast is unknown: websocket was measured twice in each repetition, and 1 such A/A pair is valid; it takes two.',
    );
    expect(broadcast(run).rows.map((row) => row.noise)).toEqual(broadcast(run).rows.map(() => ({})));
    expect(standingOf(broadcast(run).rows, 'latencyP99').kind).toBe(
      standingOf(broadcast(fixtureRun()).rows, 'latencyP99').kind,
    );
  });

  test('is not carried over to rows of another load', () => {
    const run = withTwins(1.5);
    for (const m of run.measurements) if (m.transport === 'sse') m.parameters.clients = 7;
    expect(
      broadcast(run)
        .rows.filter((row) => row.noise === null)
        .map(({ transport }) => transport),
    ).toEqual(['sse']);
  });
});

describe('what a run lacks is said in one sentence', () => {
  const PAIR_ALONE =
    'No noise floor in echo, idle, connect, shared-port: no transport was measured twice there (an A/A pair), so intervals alone tell differences.';
  const NO_LIMIT = 'No limit was measured in this run, so no figure is seen against the least that it could be.';

  test('where scenarios hold no A/A pair, or no limit was measured', () => {
    expect(noiseSentences(summarise(withTwins(1))).slice(1)).toEqual([PAIR_ALONE, NO_LIMIT]);
    expect(noiseSentences(summarise(fixtureRun({ floor: true })))).toEqual([
      PAIR_ALONE.replace('in echo', 'in broadcast, echo'),
    ]);
  });

  test('where there is one repetition, which has no interval either', () => {
    const sentence =
      'No noise floor in broadcast, echo, idle, connect, shared-port: an A/A pair takes two repetitions and there was one, so differences cannot be told.';
    const run = fixtureRun({ repetitions: 1, floor: true });
    expect(noiseSentences(summarise(run))).toEqual([sentence]);
    expect(plainText(run)).toContain('No noise floor in broadcast');
    expect(renderMarkdown(run)).toContain('No noise floor in broadcast');
    expect(html(run)).toContain(`<p class="note" data-noise>${sentence}</p>`);
  });

  test('and not of a run that measured nothing, nor of one that measured the limit alone', () => {
    expect(noiseSentences(summarise({ ...fixtureRun(), measurements: [] }))).toEqual([]);
    const run = fixtureRun({ floor: true });
    const measurements = run.measurements.filter(({ transport }) => transport === 'tcp');
    expect(noiseSentences(summarise({ ...run, measurements }))).toEqual([]);
  });
});

test('an invalid twin is named as what it is', () => {
  const run = withTwins(1, (twin) => {
    const warning = { code: 'generator-cpu' as const, invalidates: true, message: 'Full.', advice: 'Less.' };
    twin.validity = { valid: false, warnings: [warning] };
  });
  expect(summarise(run).warnings.map(({ label }) => label)).toEqual(['websocket · A/A twin']);
});
