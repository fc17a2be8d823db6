/** `anatomy` and `published` as processes. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Exact } from '../results/exact.ts';
import type { Published } from '../results/published.ts';
import { transport, TRANSPORTS } from '../scenarios/transports.ts';
import { folder, pushbench } from './cli.fixture.ts';

let cwd: string;
let remove: () => void;
beforeEach(() => ({ path: cwd, remove } = folder()));
afterEach(() => remove());

describe('pushbench anatomy', () => {
  it.each(TRANSPORTS)('shows of %s ranges that add up to the bytes of each direction', async (name) => {
    const { code, stdout, stderr } = await pushbench(cwd, ['anatomy', name, '--json']);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    const { steps } = (JSON.parse(stdout) as Exact).transports[0]!;
    for (const direction of ['up', 'down'] as const) {
      const ranges = steps.flatMap(({ spans }) => spans).filter((span) => span.direction === direction);
      const total = steps.reduce((sum, { exchange }) => sum + exchange[direction].total, 0);
      expect(ranges.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(total);
    }
  });

  it('shows the request that a Chromium would send', async () => {
    const { stdout } = await pushbench(cwd, ['anatomy', 'short-polling', '--headers', 'chrome', '--full']);
    expect(stdout).toContain('sec-ch-ua-platform: "Linux"');
    expect(stdout).toContain('Sec-Fetch-Mode: cors');
  });

  it('has a line for every transport that can ride the carrier where none is named', async () => {
    const { stdout } = await pushbench(cwd, ['anatomy', '--carrier', 'h2c']);
    const riding = TRANSPORTS.filter((name) => transport(name).client.carriers.includes('h2c'));
    for (const name of TRANSPORTS) expect(stdout.includes(`\n${name} `)).toBe(riding.includes(name));
  });

  it('refuses a carrier that the transport cannot ride, naming those that it can', async () => {
    const { code, stderr } = await pushbench(cwd, ['anatomy', 'tcp', '--carrier', 'h2']);
    expect(code).toBe(2);
    expect(stderr).toContain('tcp cannot ride --carrier h2; it can ride h1, tls.');
  });

  it('names the nearest transport', async () => {
    const { code, stderr } = await pushbench(cwd, ['anatomy', 'websockets']);
    expect(code).toBe(2);
    expect(stderr).toContain('did you mean "websocket"?');
  });

  it('sends the lines of a header file, and names the line that it cannot send', async () => {
    const file = join(cwd, 'headers.txt');
    writeFileSync(file, '# ours\nX-Tenant: 4711\n');
    const good = await pushbench(cwd, ['anatomy', 'sse', '--headers', `chrome+file:${file}`, '--full']);
    expect(good.stdout).toContain('X-Tenant: 4711');
    writeFileSync(file, 'X-Tenant: 4711\n folded\n');
    const bad = await pushbench(cwd, ['anatomy', 'sse', '--headers', `file:${file}`]);
    expect(bad.code).toBe(2);
    expect(bad.stderr).toContain('line 2');
  });
});

describe('pushbench published', () => {
  it('sets the measured bytes of Kaazing’s exchange beside the printed ones', async () => {
    const { code, stdout } = await pushbench(cwd, ['published']);
    expect(code).toBe(0);
    expect(stdout).toContain('6,968,000');
    expect(stdout).toContain('7,272,000');
  });

  it('prints one document and nothing else with --json', async () => {
    const { stdout } = await pushbench(cwd, ['published', '--json']);
    expect((JSON.parse(stdout) as Published).theirLineEndBytes).toBe(38);
  });

  it('prints tables that GitHub draws with --markdown', async () => {
    const { stdout } = await pushbench(cwd, ['published', '--markdown']);
    expect(stdout).toContain('| A | 1,000 | 6,968,000 |');
  });
});
