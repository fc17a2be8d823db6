import { describe, expect, it } from 'vitest';
import { OUTCOMES, type Outcome } from '../results/gate/judgement.ts';
import { annotationsOf, MOST_ANNOTATIONS, workflowCommand } from './github-annotations.ts';
import { HOSTILE } from './hostile.fixture.ts';
import { judged, judgement } from './github-annotations.fixture.ts';

/** As the runner reads a line: github.com/actions/runner, src/Runner.Common/ActionCommand.cs, TryParseV2. */
function read(line: string): { level: string; title: string; message: string } {
  const [, level, title, message] = /^::(error|warning) title=([^:,\r\n]*)::([^\r\n]*)$/.exec(line)!;
  const unescape = (text: string): string =>
    text
      .replaceAll('%0A', '\n')
      .replaceAll('%0D', '\r')
      .replaceAll('%3A', ':')
      .replaceAll('%2C', ',')
      .replaceAll('%25', '%');
  return { level: level!, title: unescape(title!), message: unescape(message!) };
}

describe('the annotations of a judgement', () => {
  it('are none where all passed', () => {
    expect(annotationsOf(judgement({ outcome: 'pass', judged: [judged({ outcome: 'pass' })] }))).toEqual([]);
  });

  it('are one error a scenario, naming transport, metric and reason', () => {
    const both = judgement({ judged: [judged(), judged({ transport: 'websocket', metric: 'server-cpu' })] });
    expect(annotationsOf(both).map(read)).toEqual([
      {
        level: 'error',
        title: 'pushbench ab: broadcast: fail',
        message:
          'sse, latency-p99: 25 % more, 18 to 32 %: above the floor of 5 %.\n' +
          'websocket, server-cpu: 25 % more, 18 to 32 %: above the floor of 5 %.',
      },
    ]);
  });

  it('call what failed an error, and what warns or cannot be told a warning', () => {
    const levels = OUTCOMES.map((outcome) => [
      outcome,
      annotationsOf(judgement({ outcome, judged: [judged({ outcome })] })).map((line) => read(line).level),
    ]);
    expect(Object.fromEntries(levels)).toEqual({
      pass: [],
      warn: ['warning'],
      inconclusive: ['warning'],
      fail: ['error'],
    });
  });

  it('put exact counts, which belong to no scenario, together', () => {
    const exact = judged({ scenario: null, kind: 'exact', metric: 'bytes-per-message', change: null });
    const [line] = annotationsOf(judgement({ judged: [exact] }));
    expect(read(line!).title).toBe('pushbench ab: exact counts: fail');
  });

  it('come worst first, each with its worst line first', () => {
    const of = (scenario: string, outcome: Outcome) => judged({ scenario, outcome, reason: outcome });
    const lines = annotationsOf(
      judgement({ judged: [of('echo', 'warn'), of('idle', 'inconclusive'), of('burst', 'warn'), of('burst', 'fail')] }),
    ).map(read);
    expect(lines.map(({ title }) => title.split(': ')[1])).toEqual(['burst', 'idle', 'echo']);
    expect(lines[0]!.message.split('\n')).toEqual(['sse, latency-p99: fail', 'sse, latency-p99: warn']);
  });

  it('say why the whole is worse than its parts', () => {
    const moved = judgement({
      outcome: 'inconclusive',
      judged: [judged({ outcome: 'pass' })],
      notes: ['The A/A pair moved.'],
    });
    expect(annotationsOf(moved).map(read)).toEqual([
      { level: 'warning', title: 'pushbench ab: the verdict: inconclusive', message: 'The A/A pair moved.' },
    ]);
    expect(annotationsOf(judgement({ outcome: 'inconclusive', judged: [] }))).toHaveLength(1);
  });

  it('are never more than GitHub shows: the last says which are missing', () => {
    const many = Array.from({ length: 14 }, (_, index) => judged({ scenario: `scenario-${index}` }));
    const lines = annotationsOf(judgement({ judged: many })).map(read);
    expect(lines).toHaveLength(MOST_ANNOTATIONS);
    expect(lines.at(-1)).toMatchObject({ level: 'error', title: 'pushbench ab: 5 more: fail' });
    expect(lines.at(-1)!.message).toContain('scenario-13: fail');
    expect(annotationsOf(judgement({ judged: many.slice(0, 10) }))).toHaveLength(10);
  });

  it('are short: a scenario with many metrics points to the summary', () => {
    const many = Array.from({ length: 20 }, (_, index) => judged({ metric: `metric-${index}` }));
    const lines = read(annotationsOf(judgement({ judged: many }))[0]!).message.split('\n');
    expect(lines).toHaveLength(8);
    expect(lines.at(-1)).toBe('and 13 more: see the job summary');
  });

  it('stay one command each, whatever a file holds', () => {
    const evil = `x,y:z%0A::set-output name=a::b\r\n::error::${HOSTILE}`;
    const all = annotationsOf(
      judgement({ judged: [judged({ transport: evil, scenario: evil, metric: evil, reason: evil })], notes: [evil] }),
    );
    expect(all).toHaveLength(1);
    expect(all[0]).not.toMatch(/[\r\n\u001B]/);
    expect(read(all[0]!).title).toContain('x,y:z%0A');
  });
});

describe('a workflow command', () => {
  it('escapes what the runner takes for its own: in the message three characters, in a property five', () => {
    expect(workflowCommand('error', 'a: b, 100%', 'c: d, 100%\r\ne')).toBe(
      '::error title=a%3A b%2C 100%25::c: d, 100%25%0D%0Ae',
    );
  });
});
