/** Each check of the contract against a server that keeps it, and against one that breaks just that. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { Bench, Broken, difference, Untested } from './bench.ts';
import { CHECKS } from './checks.ts';
import { faulty } from './faulty.fixture.ts';
import { TargetServer } from './server.ts';
import { verify, type Finding } from './verify.ts';

/** Of those that never come: long beside what a server takes, and short beside a test. */
const PATIENCE_MS = 1_500;

async function found(fault: string, sentence: string): Promise<string> {
  const server = await TargetServer.start(faulty(fault));
  onTestFinished(() => server.stop());
  await server.ready();
  const bench = new Bench(server, 'sse', 'room', PATIENCE_MS);
  onTestFinished(() => bench.close());
  const check = CHECKS.find((one) => one.sentence.includes(sentence));
  try {
    return `kept: ${await check!.run(bench)}`;
  } catch (error) {
    if (error instanceof Broken) return `broken: ${error.message}`;
    if (error instanceof Untested) return `untested: ${error.message}`;
    throw error;
  }
}

describe('a check of the contract', () => {
  it.each([
    ['drop', 'exactly once', 'of 300 messages came within 1.5 s'],
    ['twice', 'exactly once', 'broken: message 5 came twice'],
    ['swap', 'exactly once', 'broken: message 6 came where message 5 was due'],
    ['trim', 'byte for byte', 'broken: a space in front: message 1 came as "leading" where " leading" was sent; '],
    ['crash', '1 MiB', 'ended with exit code 7. Its last line on stderr: out of luck'],
    ['deaf', 'resumes', 'messages came; it lost its connection'],
    ['block', 'slow client', 'broken: beside a client that reads nothing, '],
    ['mute', 'upstream', 'broken: 0 of 13 messages came'],
    ['refuse', 'upstream', 'broken: the server answered 500 to a message where 204 was due, for ""'],
    ['upgrade', 'Upgrade', 'broken: GET /health is answered with 200, and with the token with an error'],
    ['leak', 'leave no socket', 'sockets of 20 clients that had left were not closed'],
  ])('finds what breaks a server that does "%s", where it is about %s', async (fault, sentence, seen) => {
    expect(await found(fault, sentence)).toContain(seen);
  });

  it('says why it cannot tell', async () => {
    expect(await found('none', 'gap')).toBe('untested: the plain protocol has no word for a gap');
  });
});

describe('verify', () => {
  it('starts a server anew that a check has brought down, holds it against that check alone, and tells as it goes', async () => {
    const told: Finding[] = [];
    const findings = await verify(faulty('crash'), new AbortController().signal, (finding) => told.push(finding));
    expect(told).toEqual(findings);
    expect(findings.map(({ sentence }) => sentence)).toEqual(CHECKS.map(({ sentence }) => sentence));
    const broken = findings.filter(({ outcome }) => outcome === 'broken');
    expect(broken.map(({ sentence }) => sentence)).toEqual(['A message of 1 MiB arrives']);
    expect(findings.filter(({ outcome }) => outcome === 'untested')).toHaveLength(1);
  });

  it('does not test what the file does not say how to do', async () => {
    const silent = faulty('none', { publish: undefined, upstream: undefined });
    const findings = await verify(silent, new AbortController().signal, () => {});
    const tested = findings.filter(({ outcome }) => outcome !== 'untested');
    expect(tested.map(({ outcome, sentence }) => [outcome, sentence.split(' ').at(-1)])).toEqual([
      ['kept', 'HTTP'],
      ['kept', 'behind'],
    ]);
  });

  it('stops at once when it is told to, and leaves no server', async () => {
    const stop = new AbortController();
    const running = verify(faulty('none'), stop.signal, () => stop.abort(new Error('enough')));
    await expect(running).rejects.toThrow('enough');
  });
});

describe('what came beside what was sent', () => {
  it.each([
    [['a', 'b'], ['a', 'b'], null],
    [['a'], ['a', 'b'], 'message 2 of 2 did not come'],
    [['a', 'b', 'b'], ['a', 'b'], '3 messages came where 2 were sent'],
    [['a', 'a', 'b'], ['a', 'b', 'c'], 'message 1 came twice'],
    [['b', 'a'], ['a', 'b'], 'message 2 came where message 1 was due'],
    [['a', 'x'], ['a', 'b'], 'message 2 came as "x" where "b" was sent'],
  ])('%j beside %j: %s', (received, sent, what) => {
    expect(difference(received, sent)).toBe(what);
  });
});
