/** `pushbench serve` on the command line: what is refused, and the demo from its first line to its end. */
import { createServer, type AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { CHOICES } from '../scenarios/transports.ts';
import { folder, groupAlive, pushbench, start, until } from './cli.fixture.ts';

let cwd: string;
let remove: () => void;
beforeEach(() => ({ path: cwd, remove } = folder()));
afterEach(() => remove());

describe('pushbench serve', () => {
  it.each([
    [[], /serve needs a transport, as in "serve sse", or --demo .*There are: short-polling, /],
    [['sse', '--demo'], /serve --demo shows all transports: leave "sse" out/],
    [['--demo', '--carrier', 'h2', '--origin', 'http://x'], /serve --demo does not take --carrier, --origin/],
    [['sse', '--payload', '1KiB'], /serve sse does not take --payload; serve --demo does/],
    [['--demo', '--rate', '50'], /--rate must be from 0\.2 to 20 with --demo/],
    [['--demo', '--poll-interval', '20s'], /--poll-interval must be from 200ms to 10s with --demo/],
  ])('%j is refused in one sentence', async (args, sentence) => {
    const { code, stdout, stderr } = await pushbench(cwd, ['serve', ...args]);
    expect(stderr).toMatch(sentence);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect([code, stdout]).toEqual([2, '']);
  });

  it('--demo says where to look, serves its page and every transport there, and Ctrl-C ends all of it', async () => {
    const running = start(cwd, ['serve', '--demo', '--port', '0', '--rate', '20', '--poll-interval', '500ms']);
    onTestFinished(() => void running.process.kill('SIGKILL'));
    await until(() => running.stdout().includes('Ctrl-C'), 'the address');
    const url = /^Open in a browser: (http:\/\/127\.0\.0\.1:\d+)\/$/m.exec(running.stdout())![1]!;
    const page = await (await fetch(url)).text();
    expect(page).toContain('<title>pushbench demo');
    for (const name of CHOICES) {
      const status = async (): Promise<number> =>
        (await fetch(`${url}/${name}?cursor=0`, { signal: AbortSignal.timeout(20_000) })).status;
      // A poll before the first message is answered by 204.
      await expect.poll(status, { timeout: 20_000, message: name }).toBe(name === 'websocket' ? 426 : 200);
    }
    running.process.kill('SIGINT');
    expect((await running.finished).code).toBe(0);
    expect(groupAlive(running.process.pid!)).toBe(false);
    expect(running.stderr()).toBe('');
  });

  it('--demo on a port that is in use says so in one sentence and ends', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void other.close());
    const { port } = other.address() as AddressInfo;
    const { code, stderr } = await pushbench(cwd, ['serve', '--demo', '--port', String(port)]);
    expect(stderr).toBe(`pushbench: port ${port} on 127.0.0.1 is in use; choose another, or 0 for any free one\n`);
    expect(code).toBe(4);
  });

  it('--help names the demo and what its knobs are', async () => {
    const { stdout } = await pushbench(cwd, ['serve', '--help']);
    for (const word of ['[transport]', '--demo', '--rate', '--payload', '--poll-interval'])
      expect(stdout).toContain(word);
  });
});
