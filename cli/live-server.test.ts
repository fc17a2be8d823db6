/** The server of a live view over real sockets: what it answers to whom, and that nobody keeps it open. */
import { request } from 'node:http';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { until } from './cli.fixture.ts';
import { follow } from './follower.fixture.ts';
import { LiveServer } from './live-server.ts';

let server: LiveServer;
beforeEach(async () => {
  server = await LiveServer.open(0, '<p>first</p>', { at: 1 });
});
afterEach(() => server.close());

interface Answer {
  readonly status: number;
  readonly headers: Record<string, unknown>;
  readonly body: string;
}

function ask(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    // Not a URL of the path: that would tidy it up.
    const asked = request(server.url, { path, method, headers }, (response) => {
      let body = '';
      response.on('data', (data: Buffer) => (body += data.toString()));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
    });
    asked.on('error', reject).end();
  });
}

describe('a live view answers', () => {
  it('with the page at /, which is kept nowhere and framed by nobody', async () => {
    const { status, headers, body } = await ask('/');
    expect([status, body]).toEqual([200, '<p>first</p>']);
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy': "frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
    });
  });

  it('by the name of this machine as well as by its address', async () => {
    const { port } = new URL(server.url);
    for (const host of [`127.0.0.1:${port}`, `localhost:${port}`]) expect((await ask('/', { host })).status).toBe(200);
  });

  it.each([
    ['a host of elsewhere', '/', { host: 'rebound.example' }],
    ['a host without the port', '/events', { host: '127.0.0.1' }],
    ['an origin of elsewhere', '/events', { origin: 'http://elsewhere.example' }],
    ['an origin that is none', '/events', { origin: 'null' }],
  ])('%s with 403', async (_what, path, headers) => {
    const { status, body } = await ask(path, headers);
    expect(status).toBe(403);
    expect(body).not.toContain('first');
  });

  it.each(['POST', 'PUT', 'DELETE', 'HEAD', 'OPTIONS'])('%s with 405', async (method) => {
    const { status, headers } = await ask('/', {}, method);
    expect([status, headers['allow']]).toEqual([405, 'GET']);
  });

  it.each(['/nothing', '//', '/events/', '/../package.json', '/%2e%2e/package.json'])('%s with 404', async (path) => {
    expect((await ask(path)).status).toBe(404);
  });

  it('more pages than anybody reads with 503', async () => {
    await Promise.all(Array.from({ length: 16 }, () => follow(server.url)));
    expect((await ask('/events')).status).toBe(503);
  });
});

describe('a page that follows', () => {
  it('is told at once what there is to say, and whatever is told later', async () => {
    const follower = await follow(server.url);
    server.tell({ at: 2 });
    await until(() => follower.events.length === 2, 'the second event');
    expect(follower.named('state')).toEqual([{ at: 1 }, { at: 2 }]);
    expect((await follow(server.url)).named('state')).toEqual([{ at: 2 }]);
  });

  it('is asked to load the page anew, and waited for until it follows again', async () => {
    const follower = await follow(server.url);
    let drawn = false;
    const drawing = server.redraw('<p>second</p>').then(() => (drawn = true));
    await until(() => follower.named('redraw').length === 1, 'the event');
    follower.close();
    expect((await ask('/')).body).toBe('<p>second</p>');
    expect(drawn).toBe(false);
    await follow(server.url);
    await drawing;
  });

  it('is left alone and not waited for when it wants to stay as it is, until the end', async () => {
    const follower = await follow(server.url, '?still');
    expect(server.followers).toEqual({ any: true, drawing: false });
    await server.redraw('<p>second</p>');
    const ending = server.end('<p>last</p>');
    await until(() => follower.named('over').length === 1, 'the end');
    expect(follower.named('redraw')).toEqual([]);
    expect((await ask('/')).body).toBe('<p>last</p>');
    await ending;
  });

  it('that does not come back is not waited for', async () => {
    await follow(server.url);
    await server.end('<p>last</p>');
  });

  it('is forgotten when it goes', async () => {
    const follower = await follow(server.url);
    follower.close();
    await until(() => !server.followers.any, 'nobody to follow');
  });
});

describe('closing', () => {
  it('ends streams that are open, requests that are half sent, and what waits for pages', async () => {
    const follower = await follow(server.url);
    const half = connect(Number(new URL(server.url).port), '127.0.0.1');
    await new Promise((resolve) => half.write('GET / HTTP/1.1\r\n', resolve));
    const gone = new Promise((resolve) => half.on('close', resolve).on('error', () => {}));
    const drawing = server.redraw('<p>second</p>');
    server.close();
    await Promise.all([follower.ended, gone, drawing]);
    await expect(ask('/')).rejects.toThrow('ECONNREFUSED');
  });

  it('twice does nothing more', () => {
    server.close();
    expect(() => server.close()).not.toThrow();
  });
});

it('a port that is taken is the system’s error', async () => {
  const port = Number(new URL(server.url).port);
  await expect(LiveServer.open(port, '', null)).rejects.toMatchObject({ code: 'EADDRINUSE', syscall: 'listen' });
});
