import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Exact } from '../../results/exact.ts';
import { headerProfileOf } from '../header-profiles.ts';
import { resolved } from '../runner/planned.fixture.ts';
import { exactFigures } from '../runner/exact.ts';
import { anatomyOf } from './anatomy.ts';
import { countExactly, countsOf } from './exact.ts';

const { config } = resolved();
const never = new AbortController().signal;

const exactOf = (): Promise<Exact> => {
  const { carrier, responseHeaders, deflate, contextTakeover, gzip, payload: payloadBytes } = config;
  const options = { carrier, responseHeaders, deflate, contextTakeover, gzip, payloadBytes };
  return exactFigures(['sse'], { ...options, headers: headerProfileOf(config.headers) });
};

/** The same exact figures with so many bytes more in the handshake. */
const fatter = (exact: Exact, bytes: number): Exact => ({
  ...exact,
  transports: exact.transports.map((one) => {
    const down = { ...one.connect.down, total: one.connect.down.total + bytes };
    return { ...one, connect: { ...one.connect, down } };
  }),
});

describe('exact counts of a build', () => {
  it('are those on which two countings agree, though one between them was disturbed', async () => {
    const exact = await exactOf();
    const countings = [exact, fatter(exact, 9), exact];
    const anatomy = async (): Promise<Exact> => countings.shift()!;
    expect(await countExactly({ anatomy, label: 'x' }, config, never)).toEqual({ counts: countsOf(exact) });
    expect(countings).toEqual([]);
    const { sse } = countsOf(exact);
    const { up, down } = exact.transports[0]!.connect;
    expect(sse!['handshake-bytes']).toBe(up.total + down.total);
  });

  it('are missing where no two countings agree', async () => {
    const exact = await exactOf();
    let bytes = 0;
    const anatomy = async (): Promise<Exact> => fatter(exact, bytes++);
    const { counts, note } = await countExactly({ anatomy, label: 'the head' }, config, never);
    expect([counts, note]).toEqual([null, 'Exact counts of the head are missing: of 4 countings no two agree.']);
  });

  it('are missing, with the reason, where they cannot be counted', async () => {
    const anatomy = (): Promise<Exact> => Promise.reject(new Error('It has none.'));
    expect(await countExactly({ anatomy, label: 'x' }, config, never)).toEqual({
      counts: null,
      note: 'Exact counts of x are missing: It has none.',
    });
  });

  it('are given up by an interruption', async () => {
    const interruption = AbortSignal.abort(new Error('interrupted'));
    const anatomy = (): Promise<Exact> => Promise.reject(new Error('killed'));
    await expect(countExactly({ anatomy, label: 'x' }, config, interruption)).rejects.toThrow('interrupted');
  });
});

describe('the anatomy of a checkout', () => {
  /** A command line that does what the code says. */
  function commandLine(code: string): string {
    const folder = mkdtempSync(join(tmpdir(), 'pushbench-test-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const path = join(folder, 'main.mjs');
    writeFileSync(path, code);
    return path;
  }

  it('is asked for with the settings that bear on bytes, away from variables and files of this one', async () => {
    process.env['PUSHBENCH_CLIENTS'] = '5';
    onTestFinished(() => void delete process.env['PUSHBENCH_CLIENTS']);
    const main = commandLine(`
      import { readdirSync } from 'node:fs';
      const seen = { argv: process.argv.slice(2), clients: process.env.PUSHBENCH_CLIENTS, files: readdirSync('.') };
      console.error(JSON.stringify(seen)); process.exit(2);`);
    const wanted = { ...config, headers: 'chrome+file:own.txt', gzip: true };
    const failure = await anatomyOf(main, wanted, never).catch((error: Error) => error);
    const seen = JSON.parse((failure as Error).message) as { argv: string[]; clients?: string; files: string[] };
    expect(seen.argv.slice(0, 2)).toEqual(['anatomy', '--json']);
    expect(seen.argv.join(' ')).toContain(`--headers chrome+file:${process.cwd()}/own.txt`);
    expect(seen.argv.join(' ')).toContain('--gzip true');
    expect(seen).toMatchObject({ files: [] });
    expect(seen.clients).toBeUndefined();
  });

  it.each([
    [
      'what its last line says where it fails',
      'console.error("one\\nIt cannot ride h2."); process.exit(2);',
      'It cannot ride h2.',
    ],
    ['a shape that is not known', 'console.log("{}");', 'a shape that this pushbench does not know'],
    ['what is no JSON', 'console.log("Usage: …");', 'JSON'],
  ])('is refused with %s', async (_what, code, sentence) => {
    await expect(anatomyOf(commandLine(code), config, never)).rejects.toThrow(sentence);
  });

  it('ends with the interruption', async () => {
    const interruption = new AbortController();
    const counting = anatomyOf(commandLine('setInterval(() => {}, 1000);'), config, interruption.signal);
    interruption.abort(new Error('interrupted'));
    await expect(counting).rejects.toThrow('interrupted');
  });
});
