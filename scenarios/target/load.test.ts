import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { loadTarget, parseTarget, TARGET_FILE } from './load.ts';
import { TargetSchema } from './schema.ts';

const PUBLISHED = join(import.meta.dirname, 'target-schema.json');
const TEXT = `${JSON.stringify({ $schema: 'https://json-schema.org/draft/2020-12/schema', ...TargetSchema }, null, 2)}\n`;
const FILE = join(import.meta.dirname, 'some', TARGET_FILE);

const LEAST = { command: ['server', '--port', '{port}'], cwd: '..', transports: { sse: { path: '/events' } } };
const parsed = (more: object) => parseTarget(JSON.stringify({ ...LEAST, ...more }), FILE);

/** The lines below the first of the sentence that refuses it. */
function errorsOf(more: object): string[] {
  try {
    parsed(more);
  } catch (error) {
    return (error as Error).message
      .split('\n')
      .slice(1)
      .map((line) => line.trim());
  }
  return [];
}

describe('target-schema.json', () => {
  it('is the schema that the code validates with', async () => {
    await expect(
      TEXT,
      'target-schema.json is not what schema.ts says. If the change is meant, write it anew with: npx vitest run scenarios/target/load.test.ts -u',
    ).toMatchFileSnapshot(PUBLISHED);
  });
});

describe('a target file', () => {
  it('needs a command and a transport, and is completed with what it leaves out', () => {
    expect(parsed({})).toMatchObject({
      name: 'some',
      file: FILE,
      cwd: import.meta.dirname,
      port: null,
      ready: {},
      readyTimeoutMs: 10_000,
      stop: { signal: 'SIGTERM', graceMs: 2_000 },
      publish: null,
      retains: null,
      endpoints: { sse: { path: '/events', protocol: 'plain', query: {}, resumes: false, sends: false } },
    });
  });

  it('reads durations with their units, and calls with what they leave out', () => {
    const target = parsed({
      readyTimeout: '1.5s',
      stop: { signal: 'SIGINT', grace: '250ms' },
      publish: { http: { path: '/say/{channel}' } },
      upstream: { path: '/say', method: 'PUT', contentType: 'application/json', body: '{"text":{json}}' },
    });
    expect(target.readyTimeoutMs).toBe(1_500);
    expect(target.stop).toEqual({ signal: 'SIGINT', graceMs: 250 });
    expect(target.publish).toEqual({
      http: { method: 'POST', path: '/say/{channel}', contentType: 'text/plain;charset=UTF-8', body: '{payload}' },
    });
    expect(target.endpoints.sse).toMatchObject({ sends: true, upstream: { method: 'PUT', body: '{"text":{json}}' } });
  });

  it('says of each transport whether clients resume and send', () => {
    const { endpoints } = parsed({
      transports: {
        sse: { path: '/a', protocol: 'pushbench' },
        websocket: { path: '/b', upstream: true },
        'long-polling': { path: '/c', cursor: 'after' },
        'forever-iframe': { path: '/d' },
      },
    });
    const said = Object.entries(endpoints).map(([name, { protocol, resumes, sends }]) => [
      name,
      protocol,
      resumes,
      sends,
    ]);
    expect(said).toEqual([
      ['sse', 'pushbench', true, false],
      ['websocket', 'plain', false, true],
      ['long-polling', 'pushbench', true, false],
      ['forever-iframe', 'pushbench', false, false],
    ]);
  });

  it.each([
    { wrong: { command: 'node server.js' }, path: '/command', what: 'array' },
    { wrong: { command: [] }, path: '/command', what: '1' },
    { wrong: { env: { PORT: 80 } }, path: '/env/PORT', what: 'string' },
    { wrong: { port: 0 }, path: '/port', what: '1' },
    { wrong: { transports: {} }, path: '/transports', what: '1' },
    { wrong: { transports: { sse: {} } }, path: '/transports/sse', what: 'path' },
    { wrong: { transports: { sse: { path: 'events' } } }, path: '/transports/sse/path', what: 'pattern' },
    { wrong: { transports: { sse: { path: '/a b\r\nX: y' } } }, path: '/transports/sse/path', what: 'pattern' },
    { wrong: { transports: { sse: { path: '/', cursor: 'a' } } }, path: '/transports/sse/cursor', what: 'no field' },
    { wrong: { transports: { tcp: { path: '/' } } }, path: '/transports/tcp', what: 'no field' },
    {
      wrong: { transports: { 'short-polling': { path: '/' } } },
      path: '/transports/short-polling/cursor',
      what: 'nothing without it',
    },
    {
      wrong: { transports: { sse: { path: '/', protocol: 'pushbench', resumes: true } } },
      path: '/transports/sse/resumes',
      what: 'plain',
    },
    {
      wrong: { transports: { websocket: { path: '/', cursor: 'after' } } },
      path: '/transports/websocket/cursor',
      what: 'pushbench',
    },
    { wrong: { publish: 'stdin' }, path: '/publish', what: '"control" or {"http": …}' },
    { wrong: { publish: { http: {} } }, path: '/publish/http', what: 'path' },
    { wrong: { publish: { http: { path: '/', body: 'x' } } }, path: '/publish/http/body', what: '{payload} or {json}' },
    { wrong: { message: { json: 'text' } }, path: '/message/json', what: 'pattern' },
    { wrong: { ready: { http: '/a', stdout: 'b' } }, path: '/ready', what: '1' },
    { wrong: { readyTimeout: '10' }, path: '/readyTimeout', what: 'unit' },
    { wrong: { readyTimeout: '1h' }, path: '/readyTimeout', what: 'at most 300s' },
    { wrong: { stop: { signal: 'SIGNOTHING' } }, path: '/stop/signal', what: 'must be' },
    { wrong: { cwd: 'nowhere' }, path: '/cwd', what: 'no folder' },
    { wrong: { command: ['server'] }, path: '/port', what: '{port}' },
    { wrong: { surprise: 1 }, path: '/surprise', what: 'no field' },
  ])('is refused at $path for $wrong', ({ wrong, path, what }) => {
    const errors = errorsOf(wrong);
    expect(errors).toHaveLength(1);
    expect(errors[0]).toContain(`${path}: `);
    expect(errors[0]).toContain(what);
  });

  it('is told all that is wrong with it at once', () => {
    expect(errorsOf({ port: 'x', surprise: 1, stop: { grace: 5 } })).toHaveLength(3);
    expect(errorsOf({ readyTimeout: 'soon', stop: { grace: 'later' } })).toHaveLength(2);
  });

  it('is found in its folder, and refused by name where it cannot be read or is not JSON', () => {
    const folder = mkdtempSync(join(tmpdir(), 'pushbench-target-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    expect(() => loadTarget(folder)).toThrow(`${TARGET_FILE} cannot be read (ENOENT)`);
    writeFileSync(join(folder, TARGET_FILE), '{');
    expect(() => loadTarget(folder)).toThrow(`${TARGET_FILE} is not JSON`);
    writeFileSync(join(folder, TARGET_FILE), JSON.stringify({ ...LEAST, cwd: '.' }));
    expect(loadTarget(folder)).toEqual(loadTarget(join(folder, TARGET_FILE)));
  });

  it.each(['node-http', 'python'])('of the example %s is one, and names the published schema', (example) => {
    const folder = join(import.meta.dirname, '../../examples/targets', example);
    const { $schema } = JSON.parse(readFileSync(join(folder, TARGET_FILE), 'utf8')) as { $schema: string };
    expect(join(folder, $schema)).toBe(PUBLISHED);
    expect(loadTarget(folder).command.length).toBeGreaterThan(1);
  });
});
