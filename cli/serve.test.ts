/** `pushbench serve` on the command line: what is refused, and the demo from its first line to its end. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { get, type ClientRequest } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { CHOICES, TRANSPORTS, type TransportName } from '../scenarios/transports.ts';
import { folder, groupAlive, pushbench, ROOT, start, until } from './cli.fixture.ts';

const README = readFileSync(join(ROOT, 'README.md'), 'utf8');

let cwd: string;
let remove: () => void;
beforeEach(() => ({ path: cwd, remove } = folder()));
afterEach(() => remove());

/** A message of `serve`, as JSON that is text inside of what it stands in. */
const MESSAGE = String.raw`\{"number":\d+,"time":"[-\dT:.]+Z"\}`;
const QUOTED = MESSAGE.replaceAll('"', String.raw`\\"`);

/** What the README says of each: how its bytes begin, and what a message looks like in them. */
const FORMATS: Readonly<Record<TransportName, RegExp>> = {
  'short-polling': new RegExp(`^\\{"cursor":\\d+,"messages":\\["${QUOTED}"(,"${QUOTED}")*\\]\\}$`),
  'long-polling': new RegExp(`^\\{"cursor":\\d+,"messages":\\["${QUOTED}"(,"${QUOTED}")*\\]\\}$`),
  'forever-iframe': new RegExp(
    `^<!doctype html>[^]*\\n<script>parent\\.onMessage\\((\\d+)\\)</script>\\n<script>parent\\.onMessage\\(\\d+,"${QUOTED}"\\)</script>\\n`,
  ),
  sse: new RegExp(`^retry: \\d+\\nid: \\d+\\n\\nid: \\d+\\ndata: ${MESSAGE}\\n\\n`),
  websocket: new RegExp(`^${MESSAGE}$`),
  // A control item that says where it begins; then the length of a message and of the byte more that a length counts.
  tcp: new RegExp(`^\\0r[\\x01-\\x10]\\d+[\\x2e-\\x40]${MESSAGE}`),
};

/** Of text in which a message would have been seen by now. */
const LONGEST = 4_096;

/** What follows the head of a response until it looks as it should, or ends. */
async function bodyOf(request: ClientRequest, upgraded: boolean, format: RegExp): Promise<string> {
  const [response, socket, first] = (await once(request, upgraded ? 'upgrade' : 'response')) as [
    Readable,
    Readable,
    Buffer,
  ];
  let text = upgraded ? first.toString() : '';
  const body = upgraded ? socket : response;
  if (format.test(text)) return text;
  for await (const data of body) {
    text += String(data);
    if (format.test(text) || text.length > LONGEST) break;
  }
  return text;
}

/** What one gets who does what was printed. */
async function tried(printed: string, format: RegExp): Promise<string> {
  const socket = /^Connect a WebSocket client: (\S+)$/m.exec(printed);
  if (socket !== null) {
    const client = new WebSocket(socket[1]!);
    // The first says where the client begins.
    await once(client, 'message');
    const [data] = (await once(client, 'message')) as [Buffer];
    client.terminate();
    return data.toString();
  }
  const [, curl, url] = /^Try: curl (.*)'(\S+)'$/m.exec(printed)!;
  const headers = Object.fromEntries(
    [...curl!.matchAll(/-H '([^:]+): ([^']+)'/g)].map(([, name, value]) => [name!, value!] as const),
  );
  for (;;) {
    const request = get(url!, { headers, agent: false });
    const text = await bodyOf(request, 'Upgrade' in headers, format);
    request.destroy();
    // A poll before the first message brings nothing.
    if (text !== '') return text;
  }
}

/** The README leaves -N out where an answer ends by itself, and says of long polling that it is the same. */
function asDocumented(advice: string, name: TransportName): string {
  if (name === 'long-polling') return '`/long-polling`';
  return name === 'short-polling' ? advice.replace('curl -N ', 'curl ') : advice;
}

describe('pushbench serve', () => {
  it.each(TRANSPORTS)(
    '%s prints what to try, which brings messages as the README has them, and Ctrl-C ends it',
    async (name) => {
      const running = start(cwd, ['serve', name, '--port', '0', '--rate', '50']);
      onTestFinished(() => void running.process.kill('SIGKILL'));
      await until(() => running.stdout().includes('Ctrl-C'), 'the address');
      const url = /^In a browser: (http:\/\/127\.0\.0\.1:\d+\/)$/m.exec(running.stdout())![1]!;
      expect(await (await fetch(`${url}health`)).json()).toEqual({ status: 'ok' });
      expect(await tried(running.stdout(), FORMATS[name])).toMatch(FORMATS[name]);
      const [documented] = new RegExp(`^\\| \\x60${name} --port 8080\\x60 \\|.*$`, 'm').exec(README)!;
      const advice = /^(?:Try|Connect a WebSocket client): (.*)$/m.exec(running.stdout())![1]!;
      expect(documented.replaceAll("'", '')).toContain(
        asDocumented(advice.replace(/127\.0\.0\.1:\d+/, '127.0.0.1:8080').replaceAll("'", ''), name),
      );
      running.process.kill('SIGINT');
      expect((await running.finished).code).toBe(0);
    },
  );

  it('names the nearest transport', async () => {
    const { code, stderr } = await pushbench(cwd, ['serve', 'ssee']);
    expect(stderr).toContain('did you mean "sse"');
    expect(code).toBe(2);
  });

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
