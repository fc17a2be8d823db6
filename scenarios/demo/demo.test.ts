/** The demo's server: its page, its knobs, its live channel, and who may not have them. */
import { describe, expect, it } from 'vitest';
import { DEFAULT_KNOBS, DEMO_PATHS, readPublication } from '../../results/demo.ts';
import { CHOICES } from '../transports.ts';
import { ask, demoFor, livePage, until } from './demo.fixture.ts';
import { startDemo, type Demo } from './demo.ts';

const ONE_SENTENCE = /^[^\n]{1,200}\n$/;
const evil = (demo: Demo) => ({ host: `evil.example:${demo.port}`, origin: `http://evil.example:${demo.port}` });

const turn = (demo: Demo, body: string, headers: Record<string, string> = {}) =>
  ask(demo, DEMO_PATHS.knobs, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } });

describe('the page', () => {
  it('is what it was given, may be framed by nobody, and is never stored', async () => {
    const { status, headers, body } = await ask(await demoFor(), '/');
    expect([status, body]).toEqual([200, '<h1>demo</h1>']);
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': "frame-ancestors 'none'",
      'cache-control': 'no-store',
    });
  });

  it('is not shown under a name that somebody else may have made to lead here', async () => {
    const demo = await demoFor();
    const { status, body } = await ask(demo, '/', { headers: { host: `evil.example:${demo.port}` } });
    expect(status).toBe(403);
    expect(body).toMatch(ONE_SENTENCE);
    expect(body).not.toContain('evil');
  });
});

describe('the knobs', () => {
  it('are turned by a change within their bounds, and every page is told', async () => {
    const demo = await demoFor();
    const pages = [await livePage(demo), await livePage(demo)];
    expect((await turn(demo, '{"ratePerSecond":5,"paused":false}')).status).toBe(204);
    await until(() => pages.every((page) => page.last('knobs') !== undefined), 'both pages to be told');
    for (const page of pages) {
      expect(page.last('knobs')!.knobs).toEqual({ ...DEFAULT_KNOBS, ratePerSecond: 5, paused: false });
    }
  });

  it('make the server publish: what comes is of the size and the number that was asked for', async () => {
    const demo = await demoFor();
    await turn(demo, '{"ratePerSecond":20,"payloadBytes":48,"paused":false}');
    const log = demo.hub.channel('main')!;
    await until(() => log.last >= 3, 'three publications');
    const texts = log.after(0).map(({ payload }) => String(payload));
    expect(texts.map((text) => [text.length, readPublication(text)?.seq])).toEqual(texts.map((_, i) => [48, i + 1]));
  });

  it.each([
    ['no JSON', '{', /must be JSON/],
    ['nothing', '', /must be JSON/],
    ['no object', '[1]', /must be a JSON object/],
    ['too much', '{"ratePerSecond":1000000}', /ratePerSecond must be a number from 0\.2 to 20/],
    ['an unknown knob', '{"<script>":1}', /there is no such knob/],
  ])('are not turned by %s, and the answer is a sentence', async (_what, body, sentence) => {
    const demo = await demoFor();
    const answer = await turn(demo, body);
    expect(answer.status).toBe(400);
    expect(answer.body).toMatch(sentence);
    expect(answer.body).toMatch(ONE_SENTENCE);
    expect(demo.board.knobs).toEqual({ ...DEFAULT_KNOBS, paused: true });
  });

  it('are not turned by a change of a megabyte', async () => {
    const demo = await demoFor();
    expect((await turn(demo, `{"paused":false${' '.repeat(2 ** 20)}}`)).status).toBe(413);
    expect(demo.board.knobs.paused).toBe(true);
  });

  it('are not turned by a page of another origin, nor by one whose name was made to lead here', async () => {
    const demo = await demoFor();
    const own = { host: `127.0.0.1:${demo.port}` };
    for (const headers of [{ ...own, origin: 'http://evil.example' }, { ...own, origin: 'null' }, evil(demo)]) {
      const { status, body } = await turn(demo, '{"paused":false}', headers);
      expect([status, ONE_SENTENCE.test(body)]).toEqual([403, true]);
    }
    expect(demo.board.knobs.paused).toBe(true);
    expect((await turn(demo, '{"paused":false}', { ...own, origin: `http://${own.host}` })).status).toBe(204);
  });
});

describe('the live channel', () => {
  it('begins with a hello: a name for each page, where the log stands, what there is', async () => {
    const demo = await demoFor();
    demo.hub.channel('main')!.append('before');
    const [first, second] = [await livePage(demo), await livePage(demo)];
    const knobs = { ...DEFAULT_KNOBS, paused: true };
    expect(first.said[0]).toEqual({ type: 'hello', view: 1, cursor: 1, transports: CHOICES, knobs });
    expect(second.last('hello')!.view).toBe(2);
  });

  it('tells each page what it has cost, and nothing of the others', async () => {
    const demo = await demoFor();
    const [mine, other] = [await livePage(demo), await livePage(demo)];
    await ask(demo, `/short-polling?view=${mine.last('hello')!.view}`);
    await until(() => 'short-polling' in (mine.last('counters')?.transports ?? {}), 'the page’s counters');
    expect(mine.last('counters')!.transports['short-polling']).toMatchObject({ requests: 1, emptyPolls: 0 });
    await until(() => other.last('counters') !== undefined, 'the other’s counters');
    expect(other.last('counters')!.transports).toEqual({});
  });

  it('answers what time it is, between the asking and the answer', async () => {
    const demo = await demoFor();
    const page = await livePage(demo);
    for (const askedMs of [1.5, -3]) page.socket.send(JSON.stringify({ type: 'clock', askedMs }));
    await until(() => page.said.filter(({ type }) => type === 'clock').length === 2, 'two answers');
    const answers = page.said.filter((message) => message.type === 'clock');
    expect(answers.map(({ askedMs }) => askedMs)).toEqual([1.5, -3]);
    expect(answers[1]!.serverMs).toBeGreaterThanOrEqual(answers[0]!.serverMs);
  });

  it.each([
    ['no JSON', '{', 1008],
    ['null', 'null', 1008],
    ['another question', '{"type":"knobs"}', 1008],
    ['a clock without a time', '{"type":"clock","askedMs":"1"}', 1008],
    ['too much', `{"type":"clock","askedMs":1${' '.repeat(200)}}`, 1009],
  ])('is closed upon %s, and the others stay', async (_what, text, code) => {
    const demo = await demoFor();
    const [page, other] = [await livePage(demo), await livePage(demo)];
    page.socket.send(text);
    await until(() => page.closed !== undefined, 'the end of the connection');
    expect(page.closed!.code).toBe(code);
    expect(other.closed).toBeUndefined();
  });

  it('is refused to pages of another origin, and to those whose name was made to lead here', async () => {
    const demo = await demoFor();
    for (const headers of [{ origin: 'http://evil.example' }, evil(demo)]) {
      const page = await livePage(demo, headers);
      expect(page.said).toEqual([]);
      expect(page.closed).toBeDefined();
    }
  });

  it('has room for fifty pages; the next is refused until one leaves', async () => {
    const demo = await demoFor();
    const pages = await Promise.all(Array.from({ length: 50 }, () => livePage(demo)));
    expect((await livePage(demo)).closed).toBeDefined();
    pages[0]!.socket.close();
    await until(() => pages[0]!.closed !== undefined, 'one to leave');
    expect((await livePage(demo)).last('hello')).toBeDefined();
  });
});

describe('the demo', () => {
  it('ends with all that is connected to it', async () => {
    const demo = await demoFor();
    const page = await livePage(demo);
    await demo.close();
    await until(() => page.closed !== undefined, 'the end of the live channel');
    expect(demo.hub.subscribers).toBe(0);
    await expect(ask(demo, '/')).rejects.toThrow('ECONNREFUSED');
  });

  it('says which port is in use, and leaves nothing behind', async () => {
    const { port } = await demoFor();
    const again = startDemo({ host: '127.0.0.1', port, knobs: DEFAULT_KNOBS, page: '', server: {} });
    await expect(again).rejects.toThrow(`port ${port} on 127.0.0.1 is in use; choose another, or 0 for any free one`);
  });
});
