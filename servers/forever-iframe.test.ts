import { createContext, runInContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { prelude, scriptString } from './forever-iframe.ts';
import { ask, AWKWARD, raw, serve, stream, subscribers, until } from './server.fixture.ts';

const text = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom('<', '/', '!', '-', 'script', '>', '\u2028', '\u2029', '\\', '"', '\n', '\0') }),
);

type Call = [offset: number, payload?: string | null, lost?: number];

/** Runs the scripts of a page as a browser would: each element's text ends at the first `</script`. */
function run(html: string): Call[] {
  const calls: Call[] = [];
  const parent = { onMessage: (...call: Call) => void calls.push(call) };
  const context = createContext({ parent });
  for (const [, code] of html.matchAll(/<script>([^]*?)<\/script/gi)) runInContext(code!, context);
  return calls;
}

describe('the frame’s escaping', () => {
  it('never leaves the script element nor opens a comment, and gives the payload back to JSON and to a script', () => {
    fc.assert(
      fc.property(text, (payload) => {
        const string = scriptString(payload);
        expect(string).not.toMatch(/<|\u2028|\u2029|\n|\r|\0/);
        expect(JSON.parse(string)).toBe(payload);
        expect(runInContext(string, createContext({}))).toBe(payload);
      }),
    );
  });

  it.each([
    ['plain', '"plain"'],
    ['</script>', '"\\u003c/script>"'],
    ['<!--', '"\\u003c!--"'],
    ['a\u2028\u2029b', '"a\\u2028\\u2029b"'],
  ])('writes %j as %s', (payload, string) => {
    expect(scriptString(payload)).toBe(string);
  });
});

describe('the frame’s prelude', () => {
  it('is over 1,024 bytes before its first script, for browsers render no less', () => {
    expect(Buffer.byteLength(prelude('parent.onMessage', 0).split('<script>')[0]!)).toBeGreaterThan(1_024);
  });

  it('calls back with the cursor', () => {
    expect(run(prelude('parent.onMessage', 41))).toEqual([[41]]);
  });
});

describe('the frame', () => {
  it('answers HEAD without a page that never ends', async () => {
    const server = await serve();
    const client = raw(server, 'HEAD /forever-iframe HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    await client.closed();
    expect(client.text).toMatch(/^HTTP\/1\.1 200 [^]*text\/html[^]*\r\n\r\n$/);
    expect(server.hub.subscribers).toBe(0);
  });

  it('is one HTML document that is neither cached, buffered, transformed nor sniffed', async () => {
    const server = await serve();
    const client = raw(server, 'GET /forever-iframe HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\n\r\n');
    await client.has('</script>');
    const head = client.text.split('\r\n\r\n')[0]!.toLowerCase();
    expect(head).toContain('\r\ncontent-type: text/html; charset=utf-8\r\n');
    expect(head).toContain('\r\ncache-control: no-cache, no-transform\r\n');
    expect(head).toContain('\r\nx-accel-buffering: no\r\n');
    expect(head).toContain('\r\nx-content-type-options: nosniff');
    expect(head).toContain('\r\ntransfer-encoding: chunked');
    expect(head).not.toContain('content-encoding');
  });

  it('calls back once for each message, in order, byte for byte', async () => {
    const server = await serve();
    const client = await stream(server, '/forever-iframe');
    for (const payload of AWKWARD) server.log.append(payload);
    await client.has(`(${AWKWARD.length},`);
    await client.has('byte order mark")</script>\n');
    expect(run(client.body())).toEqual([[0], ...AWKWARD.map((payload, i): Call => [i + 1, payload])]);
  });

  it('contains no script end and no comment but its own, whatever is published', async () => {
    const server = await serve();
    const client = await stream(server, '/forever-iframe');
    for (const payload of AWKWARD) server.log.append(payload);
    await client.has('byte order mark")</script>\n');
    expect(client.body().match(/<\/script/gi)).toHaveLength(1 + AWKWARD.length);
    expect(client.body().match(/<!--/g)).toHaveLength(1);
  });

  it('tells of a gap before it goes on', async () => {
    const server = await serve({ limits: { retainMessages: 1 } });
    for (let i = 1; i <= 9; i++) server.log.append(`m${i}`);
    const client = await stream(server, '/forever-iframe?cursor=3');
    await client.has('m9');
    expect(run(client.body())).toEqual([[3], [8, null, 5], [9, 'm9']]);
  });

  it.each(['parent.onMessage', 'f', '$', '_a.b0.$c', `a${'b'.repeat(63)}`, 'a.b.c.d.e.f.g.h'])(
    'calls back the name %j',
    async (callback) => {
      const server = await serve();
      const client = await stream(server, `/forever-iframe?callback=${callback}`);
      await client.has(`<script>${callback}(0)</script>\n`);
    },
  );

  it.each([
    '',
    'alert(1)//',
    'a;b',
    'a b',
    'a()',
    'a[0]',
    'a..b',
    '.a',
    'a.',
    '0a',
    'a-b',
    '</script><script>alert(1)',
    'a\nb',
    'a\n',
    'a\u2028',
    'ä',
    'a\0',
    "a'",
    'a"',
    'a`',
    `a${'b'.repeat(64)}`,
    'a.b.c.d.e.f.g.h.i',
  ])('refuses to call back %j', async (callback) => {
    const server = await serve();
    const { status, headers, body } = await ask(server, `/forever-iframe?callback=${encodeURIComponent(callback)}`);
    expect([status, body]).toEqual([400, 'callback must be a JavaScript name such as parent.onMessage\n']);
    expect(headers['content-type']).toMatch(/^text\/plain/);
    expect(server.hub.subscribers).toBe(0);
  });

  it('serves more callback names than it keeps encoders for, each with its own name', async () => {
    const server = await serve();
    const names = Array.from({ length: 40 }, (_, i) => `f${i}`);
    const clients = await Promise.all(names.map((name) => stream(server, `/forever-iframe?callback=${name}`)));
    await subscribers(server, names.length);
    server.log.append('m');
    for (const [i, client] of clients.entries()) await client.has(`<script>f${i}(1,"m")</script>`);
  });

  it('ends once it has grown over recycleBytes, and the next one goes on from the cursor', async () => {
    const server = await serve({ options: { recycleBytes: 3_000 } });
    const sent = Array.from({ length: 50 }, (_, i) => `${i} `.padEnd(500, 'x'));
    for (const payload of sent) server.log.append(payload);
    const received: string[] = [];
    let frames = 0;
    for (let cursor = 0; cursor < sent.length; frames++) {
      const { body } = await ask(server, `/forever-iframe?cursor=${cursor}`);
      expect(Buffer.byteLength(body)).toBeGreaterThanOrEqual(3_000);
      expect(Buffer.byteLength(body)).toBeLessThan(3_000 + 600);
      for (const [offset, payload] of run(body).slice(1)) received.push(((cursor = offset), payload!));
      if (cursor > 45) break;
    }
    expect(frames).toBeGreaterThan(5);
    expect(received).toEqual(sent.slice(0, received.length));
    expect(server.hub.subscribers).toBe(0);
  });

  it('keeps the connection when it is recycled, so that the next frame needs no new one', async () => {
    const server = await serve({ options: { recycleBytes: 1 } });
    const client = raw(server, 'GET /forever-iframe HTTP/1.1\r\nHost: x\r\n\r\n');
    await client.has('\r\n0\r\n\r\n');
    client.send('GET /health HTTP/1.1\r\nHost: x\r\n\r\n');
    await client.has('{"status":"ok"}');
  });

  it('says no more once it is recycled, though its reader is slow and what it has not read is gone', async () => {
    const server = await serve({ options: { recycleBytes: 8 * 2 ** 20 }, limits: { retainMessages: 10 } });
    const client = await stream(server, '/forever-iframe?cursor=0');
    await subscribers(server, 1);
    client.socket.pause();
    // One message that fills the kernel's buffers and the frame: it has ended itself, and the end is not yet sent.
    server.log.append('x'.repeat(16 * 2 ** 20));
    await until(
      () => server.sockets.some(({ writableLength }) => writableLength > 0),
      () => 'nothing is waiting to be sent',
    );
    for (let i = 0; i < 30; i++) server.log.append('too late');
    await until(
      () => server.hub.channel('main')!.first > 2,
      () => 'nothing is gone',
    );
    client.socket.resume();
    await client.closed();
    expect(run(client.body()).map(([offset, payload]) => [offset, payload?.length])).toEqual([
      [0, undefined],
      [1, 16 * 2 ** 20],
    ]);
    expect(client.body()).toMatch(/<\/script>\n$/);
  });

  it('says an empty comment when it was silent for a whole period', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    onTestFinished(() => void vi.useRealTimers());
    const server = await serve({ options: { heartbeatMs: 6_400 } });
    const client = await stream(server, '/forever-iframe');
    const comments = (): number => client.body().match(/<!---->/g)?.length ?? 0;
    vi.advanceTimersByTime(6_400);
    await client.has('<!---->\n');
    for (const text of ['m', 'n']) {
      server.log.append(text);
      await client.has(`"${text}")</script>\n`);
      vi.advanceTimersByTime(5_600);
    }
    server.log.append('last');
    await client.has('"last")</script>\n');
    expect(comments()).toBe(1);
    vi.advanceTimersByTime(6_400);
    await client.has('"last")</script>\n<!---->\n');
  });
});
