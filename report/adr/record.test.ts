/** The record as a whole: what a reader finds in it, and that what a file says stays text. */
import { describe, expect, it } from 'vitest';
import { HOSTILE, hostileRun } from '../hostile.fixture.ts';
import { parseBudgets } from '../../results/gate/budget.ts';
import { decide, NothingToDecide } from './decision.ts';
import { CHAT, costRun, decisionInput } from './decision.fixture.ts';
import { budgetLines } from './confirmation.ts';
import { renderRecord } from './record.ts';
import { listed, percent } from './words.ts';

const markdownOf = (input = decisionInput()): string => renderRecord(decide(input), 'chat.assets').markdown;

describe('a record', () => {
  it('reads as the golden file', async () => {
    await expect(markdownOf(decisionInput({}, costRun({ storm: true })))).toMatchFileSnapshot('record.golden.md');
  });

  it('has the sections of MADR in their order, proposes and never accepts', () => {
    const text = markdownOf();
    const heads = [...text.replace(/^```[\s\S]*?^```/gm, '').matchAll(/^##? (.*)$/gm)].map(([, title]) => title);
    expect(heads).toEqual([
      'How messages reach the users of chat',
      'Context and Problem Statement',
      'Decision Drivers',
      'Considered Options',
      'Decision Outcome',
      'Break-even points',
      'Pros and Cons of the Options',
      'Scores',
      'Evidence',
      'Judgement',
      'More Information',
    ]);
    expect(text).toMatch(/^---\nstatus: proposed\ndate: 2026-11-21\ndecision-makers: \["architecture"\]\n---\n/);
    expect(text).not.toMatch(/status: accepted/i);
  });

  it('links each claim to a row of evidence that is there, and each row to a file and a run', () => {
    const text = markdownOf();
    const claims = new Set([...text.matchAll(/\]\(#(e\d+)\)/g)].map(([, id]) => id!));
    const anchors = new Set([...text.matchAll(/<a id="(e\d+)"><\/a>/g)].map(([, id]) => id!));
    expect(claims.size).toBeGreaterThan(10);
    expect([...claims].filter((id) => !anchors.has(id))).toEqual([]);
    const rows = text.split('\n').filter((line) => line.startsWith('| <a id='));
    for (const row of rows) expect(row).toMatch(/\| run\.json \| 2026-01-15T10-00-00Z-f1x \|/);
  });

  it('has evidence behind each cell of a table and each sentence with a figure of an option', () => {
    const text = markdownOf(decisionInput({ latencyP99Ms: 300 }, costRun({ storm: true })));
    const part = (from: string, to: string): string[] =>
      text.slice(text.indexOf(from), text.indexOf(to, text.indexOf(from) + from.length)).split('\n');
    const cells = ['### Constraints', '## Pros and Cons', '## Scores'].flatMap((head) =>
      part(`\n${head}`.trim(), '\n## ').flatMap((line) => (line.startsWith('| ') ? line.split(' | ').slice(1) : [])),
    );
    const items = ['## Considered Options', '### Consequences', '## Break-even points', '### short-polling'].flatMap(
      (head) => part(head, '\n#').filter((line) => line.startsWith('- ')),
    );
    // What the head of the table asks for, and what only repeats the workload, is no figure of an option.
    const isFigure = (claim: string): boolean =>
      /(EUR |\d (?:ms|s|µs|B|KiB|MiB|GB|cores?|users)\b)/.test(claim) && !/ × \d|weighted score/.test(claim);
    const claims = [...cells, ...items].filter(isFigure);
    expect(claims.length).toBeGreaterThan(60);
    expect(claims.filter((claim) => !/\]\(#e\d+\)/.test(claim))).toEqual([]);
  });

  it('knocks out what nobody measured upstream, and calls it not measured', () => {
    const run = costRun();
    const exact = structuredClone(run.exact!);
    delete exact.transports.find(({ transport }) => transport === 'sse')!.upstream;
    const text = markdownOf(decisionInput({}, { ...run, exact }));
    expect(text).toMatch(/^\| sse \| kept: .* \| not measured \| \*\*not measured\*\* \|$/m);
    expect(text).toMatch(/^- sse, \*\*knocked out\*\*: nothing measured says what its messages upstream take/m);
    expect(text).not.toMatch(/^Proposed option:.*sse/m);
  });

  it('links a result file that is in reach, and names one that is not', () => {
    const decision = decide(decisionInput());
    const linked = renderRecord(decision, 'a', (file) => `../runs (1)/${file}`).markdown;
    expect(linked).toContain('| [run.json](../runs%20%281%29/run.json) | 2026-01-15T10-00-00Z-f1x |');
    expect(renderRecord(decision, 'a').markdown).toContain('| run.json | 2026-01-15T10-00-00Z-f1x |');
  });

  it('says what was not measured, what is extrapolated, and how far off the model was', () => {
    const text = markdownOf();
    expect(text).toMatch(/\| served again after all connections are cut \|( not measured \|)+/);
    expect(text).toContain('*extrapolated*');
    expect(text).toMatch(
      /10,000 users, where at most 400 users were measured for processor time and latency; 10,000 users, where at most 6,000 users were for memory/,
    );
    expect(text).toMatch(/on 6 loads held out: half within [\d.]+ %/);
  });

  it('has what messages upstream take of the CPU where clients that send were measured, and says so where not', () => {
    const without = markdownOf();
    expect(without).toContain('What they take of the server’s CPU is not measured.');
    const text = markdownOf(decisionInput({}, costRun({ sends: true })));
    expect(text).toContain('What they take of the server’s CPU is in the cores, fitted to clients that send.');
    expect(text).not.toMatch(/CPU is not measured/);
    expect(text).toMatch(/[34]\d(\.\d)? µs a message upstream/);
    expect(text).toMatch(/cost \([^)]*sends-usual/);
  });

  it('links to its pictures, each of which is there', () => {
    const { markdown, pictures } = renderRecord(decide(decisionInput()), 'chat.assets');
    const linked = [...markdown.matchAll(/\]\(chat\.assets\/(.*?)\.svg\)/g)].map(([, name]) => name);
    expect(linked.sort()).toEqual(pictures.map(({ name }) => name).sort());
    for (const { svg } of pictures) expect(svg).toMatch(/^<svg [^>]*role="img"/);
  });

  it('guards its proposal by a budget that check understands', () => {
    const lines = budgetLines('sse', [
      { figure: 'p99', ms: 500 },
      { figure: 'mean', ms: 48 },
    ]);
    const read = parseBudgets(lines.join('\n')).map(({ metric, limit }) => [metric.slug, limit]);
    expect(read).toEqual([
      ['latency-p99', 500e6],
      ['latency-mean', 48e6],
    ]);
  });

  it('says in its first line who would lead without what is judged, where that is another', () => {
    const weights = { ...CHAT.weights, 'resource-utilisation': 1, maintainability: 10 };
    const { leaders, sensitivity } = decide(decisionInput({ weights }));
    expect(sensitivity.byEvidence).not.toContain(leaders[0]!.option.transport);
    expect(markdownOf(decisionInput({ weights }))).toContain(
      `. By evidence alone it would be ${sensitivity.byEvidence.length > 1 ? 'a tie of ' : ''}${listed(sensitivity.byEvidence)}. `,
    );
    expect(markdownOf()).not.toContain('By evidence alone');
  });

  it('says in its first line how far ahead the proposal is, what could change it, and by which drivers', () => {
    const { ranking, sensitivity } = decide(decisionInput());
    const [first, next] = ranking.map(({ option, total }) => `${option.transport} ${percent(total.value)}`);
    const text = markdownOf();
    const [, line] = /^(In short: .*)$/m.exec(text)!;
    const [, name, score, other, its] =
      /\*\*(.*?)\*\* is proposed: its weighted score is (.*?), that of the next, (.*?), ([\d.]+ %)/.exec(line!)!;
    expect([`${name} ${score}`, `${other} ${its}`]).toEqual([first, next]);
    for (const { winner } of sensitivity.flips) expect(line).toContain(winner);
    // The points are what the two are apart by.
    const [, points] = /^Proposed option: .*; the [\d.]+ points between them: (.*)\.$/m.exec(text)!;
    const sum = [...points!.matchAll(/([+−])([\d.]+)/g)].reduce(
      (total, [, sign, value]) => total + (sign === '+' ? 1 : -1) * Number(value),
      0,
    );
    expect(sum).toBeCloseTo(100 * (ranking[0]!.total.value - ranking[1]!.total.value), 0);
    expect(points).toContain('(judgement)');
  });

  it('guards by a payload that was measured', () => {
    const payloadOf = (payloadBytes: number): string =>
      /^pushbench run .* --payload (\d+)/m.exec(markdownOf(decisionInput({ payloadBytes })))![1]!;
    expect([16, 128, 200, 60_000].map(payloadOf)).toEqual(['128', '128', '200', '4096']);
  });

  it('says so where no option is left', () => {
    const out = decisionInput({
      latencyP99Ms: 61,
      rttMs: 120,
      infrastructure: [
        { name: 'buffering-proxy', afterMs: null },
        { name: 'no-websocket', afterMs: null },
      ],
    });
    const text = markdownOf(out);
    expect(text).toContain('No option is left: each of them is knocked out.');
    expect(text).not.toContain('Proposed option');
  });

  it('compares without what was not measured of every option, and says so', () => {
    const run = costRun();
    const text = markdownOf(
      decisionInput({}, { ...run, measurements: run.measurements.filter((m) => m.scenario !== 'memory') }),
    );
    expect(text).toContain('cost a month (EUR, without memory: not measured of every option)');
    expect(text).toMatch(/\| of it memory \|( not measured \|)+/);
    expect(text).toMatch(/it takes EUR [\d.,]+/);
  });

  it('does not call a break-even point sure where nobody knows how far off the costs are', () => {
    const run = costRun();
    const few = run.measurements.filter(({ parameters: { variant } }) => variant === 'usual' || variant === 'fast');
    const text = markdownOf(decisionInput({}, { ...run, measurements: few }));
    expect(text).toMatch(/^ {2}- to the end: a tie of websocket and sse, on parts of it also of /m);
  });

  it('cannot be made of results without exact counts', () => {
    const run = costRun();
    delete run.exact;
    expect(() => decide(decisionInput({}, run))).toThrow(NothingToDecide);
  });
});

describe('a hostile file', () => {
  const input = decisionInput(
    {
      name: HOSTILE,
      decisionMakers: [HOSTILE],
      prices: { currency: 'EUR', source: HOSTILE, date: '2026-11-01', egressPerGB: 0.08 },
    },
    { ...hostileRun(), measurements: costRun().measurements, exact: costRun().exact! },
  );
  const hostile = { ...input, runs: [{ ...input.runs[0], file: `${HOSTILE}.json` }] as const };
  const { markdown, pictures } = renderRecord(decide({ ...hostile, command: ['pushbench', HOSTILE] }), 'a b');

  it('stays text in Markdown', () => {
    const outside = markdown.replace(/^```[\s\S]*?^```/gm, '');
    expect(outside).not.toMatch(/<(script|img|\/style)/i);
    expect(outside).not.toMatch(/[^\\]\[a\]\(javascript/);
    expect(markdown.split('---\n')[1]!.trim().split('\n')).toHaveLength(3);
    expect(markdown).not.toMatch(/[\u001B\u202E\u2028]/);
  });

  it('stays text in pictures', () => {
    for (const { svg } of pictures) {
      expect(svg).not.toMatch(/<(script|img|image|foreignObject)/i);
      expect(svg).not.toMatch(/\son\w+="/);
    }
  });
});
