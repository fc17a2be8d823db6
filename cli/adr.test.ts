/** `pushbench adr` as a process: what it writes, what it refuses, and how it exits. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { costRun } from '../report/adr/decision.fixture.ts';
import type { RunFile } from '../results/schema.ts';
import { initWorkload } from './adr-init.ts';
import { folder, pushbench, resultIn, start, until } from './cli.fixture.ts';

const SHORT =
  'name: short\nusers: 20\nmessages: 10/s\nfanOut: all\npayload: 128B\nupstream: none\nstaleness: 5s\nroundTrip: 2ms\n';

let cwd: string;
let remove: () => void;
beforeEach(() => ({ path: cwd, remove } = folder()));
afterEach(() => remove());

const write = (name: string, value: unknown): void =>
  writeFileSync(join(cwd, name), typeof value === 'string' ? value : JSON.stringify(value));
const read = (name: string): string => readFileSync(join(cwd, name), 'utf8');

describe('pushbench adr', () => {
  it('begins with a workload file and ends with a record and its pictures', async () => {
    const init = await pushbench(cwd, ['adr', '--init', 'chat']);
    expect(init.stdout).toBe('chat.yaml is written. Make it yours, then: pushbench adr --workload chat.yaml\n');
    write('run.json', costRun());
    const { code, stdout, stderr } = await pushbench(cwd, [
      'adr',
      '--workload',
      'chat.yaml',
      'run.json',
      '--date',
      '2026-11-21',
    ]);
    expect([stderr, code]).toEqual(['', 0]);
    expect(stdout).toMatch(/^Proposed: [a-z-]+.*\nRecord {2}chat\.adr\.md\n$/);
    const record = read('chat.adr.md');
    expect(record).toMatch(/^---\nstatus: proposed\ndate: 2026-11-21\n/);
    const pictures = readdirSync(join(cwd, 'chat.adr.assets')).map((name) => `chat.adr.assets/${name}`);
    expect(pictures.length).toBeGreaterThan(2);
    for (const picture of pictures) expect(record).toContain(`](${picture})`);
    expect(readdirSync(cwd).sort()).toEqual(['chat.adr.assets', 'chat.adr.md', 'chat.yaml', 'run.json']);
  });

  it('makes the same record again by the command that stands in it', async () => {
    await pushbench(cwd, ['adr', '--init', 'stock-ticker']);
    write('run.json', costRun());
    await pushbench(cwd, ['adr', '--workload', 'stock-ticker.yaml', 'run.json']);
    const record = read('stock-ticker.adr.md');
    const [, command] = /^pushbench (adr .*)$/m.exec(record)!;
    const { code } = await pushbench(cwd, command!.split(' '));
    expect(code).toBe(0);
    expect(read('stock-ticker.adr.md')).toBe(record);
  });

  it('asks for the workload on a terminal, by number or by name, and answers a slip', async () => {
    const ask = async (answer: string): Promise<{ said: string; shown: string }> => {
      const stream = () => Object.assign(new PassThrough(), { isTTY: true });
      const [input, output] = [stream(), stream()];
      let shown = '';
      output.on('data', (data: Buffer) => (shown += data.toString()));
      input.end(`${answer}\n`);
      const here = process.cwd();
      process.chdir(cwd);
      try {
        const said = await initWorkload(null, true, { input, output }).catch(
          (error: unknown) => (error as Error).message,
        );
        return { said, shown };
      } finally {
        process.chdir(here);
      }
    };
    const byNumber = await ask('2');
    expect(byNumber.shown).toMatch(
      /Which comes nearest\?\n {2}1 {2}chat\n {2}2 {2}job-progress\n[\s\S]*Number or name: /,
    );
    expect(byNumber.said).toContain('job-progress.yaml is written.');
    expect((await ask(' chat ')).said).toContain('chat.yaml is written.');
    expect((await ask('caht')).said).toMatch(/--init has no workload "caht"; did you mean "chat"\?/);
    expect((await ask('9')).said).toMatch(/--init has no workload "9"/);
    expect(readdirSync(cwd).sort()).toEqual(['chat.yaml', 'job-progress.yaml']);
  });

  it('makes a record of a real quick run, and says what that did not measure', async () => {
    write('short.yaml', SHORT);
    const flags = '--scenarios broadcast,idle --transports sse,websocket --clients 20 --repetitions 2';
    const short = '--duration 300ms --warmup 100ms --out results/runs';
    const run = await pushbench(cwd, ['run', ...flags.split(' '), ...short.split(' ')]);
    expect(run.code, run.stderr).toBe(0);
    const file = resultIn(cwd).slice(cwd.length + 1);
    const { code, stdout, stderr } = await pushbench(cwd, ['adr', '--workload', 'short.yaml', file]);
    expect([stderr, code]).toEqual(['', 0]);
    expect(stdout).toMatch(/^(Proposed: (sse|websocket)|No option is left)/);
    const record = read('short.adr.md');
    expect(record).toContain(
      createHash('sha256')
        .update(readFileSync(resultIn(cwd)))
        .digest('hex'),
    );
    // Beside the record, so that whoever reads it may open it.
    expect(record).toContain(`| [${file}](${file}) | `);
    expect(record).toMatch(/\| served again after all connections are cut \| not measured \| not measured \|/);
    expect(record).toMatch(/\| bytes per message, [^|]*\| \d+ B[^|]*\[E\d+\]/);
  });

  it.each([
    ['tls', 'HTTP/1.1 over TLS'],
    ['h2', 'HTTP/2 over TLS'],
  ])('counts bytes anew where the results are not over the carrier %s, and says so', async (carrier, title) => {
    write('plain.yaml', SHORT);
    write('other.yaml', `${SHORT}carrier: ${carrier}\n`);
    write('run.json', costRun({ transports: ['sse', 'websocket'] }));
    expect((await pushbench(cwd, ['adr', '--workload', 'plain.yaml', 'run.json'])).stderr).toBe('');
    const { code, stderr } = await pushbench(cwd, ['adr', '--workload', 'other.yaml', 'run.json']);
    expect(code, stderr).toBe(0);
    expect(stderr).toBe(
      `pushbench: the results are over HTTP/1.1 without TLS, the workload over ${title}: bytes are counted anew, all else is as it was measured. To measure it, too, leave the results out.\n`,
    );
    const record = read('other.adr.md');
    expect(record).toMatch(new RegExp(`^In short: .*: bytes are counted anew over ${title}; `, 'm'));
    const bytes = (of: string): number[] =>
      [...of.matchAll(/a message of 128 B costs \d+ B up and (\d+) B down/g)].map(([, down]) => Number(down));
    expect(bytes(record)).toHaveLength(2);
    // A record of TLS comes on top, and a frame of HTTP/2.
    for (const [place, down] of bytes(record).entries()) {
      expect(down).toBeGreaterThan(bytes(read('plain.adr.md'))[place]!);
    }
    await pushbench(cwd, ['adr', '--workload', 'other.yaml', 'run.json', '--record', 'again.md', '--force']);
    expect(bytes(read('again.md'))).toEqual(bytes(record));
  });

  it('has no bytes over another carrier of a server that it cannot count, and says so', async () => {
    write('other.yaml', `${SHORT}carrier: tls\n`);
    const run = costRun({ transports: ['sse', 'websocket'] });
    run.run.config['target'] = { name: 'mine' };
    write('run.json', run);
    const { code, stderr } = await pushbench(cwd, ['adr', '--workload', 'other.yaml', 'run.json']);
    expect(code, stderr).toBe(0);
    expect(stderr).toContain(
      'bytes are not measured over it, because the results are of a server of your own (target=mine).',
    );
    expect(read('other.adr.md')).toContain('are not measured over HTTP/1.1 over TLS');
    expect(read('other.adr.md')).not.toContain('counted exactly');
  });

  it('takes of several runs those over the carrier of the workload', async () => {
    write('other.yaml', `${SHORT}carrier: tls\n`);
    const run = costRun({ transports: ['sse'] });
    write('h1.json', run);
    write('tls.json', { ...run, run: { ...run.run, id: 'of-tls' }, exact: { ...run.exact!, carrier: 'tls' } });
    const { code, stderr } = await pushbench(cwd, ['adr', '--workload', 'other.yaml', 'h1.json', 'tls.json']);
    expect([stderr, code]).toEqual(['', 0]);
    expect(read('other.adr.md')).toMatch(/is of another machine, carrier or headers than of-tls: it is left out/);
  });

  // Seventeen loads, each with its warm-up, and what is repeated six times: two minutes on a machine of its own.
  it('measures what it needs first, and writes the record of it', async () => {
    write('short.yaml', SHORT);
    const args = [
      'adr',
      '--workload',
      'short.yaml',
      '--transports',
      'sse',
      '--duration',
      '300ms',
      '--repetitions',
      '1',
    ];
    const { code, stdout, stderr } = await pushbench(cwd, args, { PUSHBENCH_WARMUP: '100ms' });
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/^(Proposed: sse\.|No option is left)/);
    const run = JSON.parse(readFileSync(resultIn(cwd), 'utf8')) as RunFile;
    const scenarios = new Set(run.measurements.map(({ scenario }) => scenario));
    expect([...scenarios].sort()).toEqual(['connect', 'cost', 'idle', 'memory', 'reconnect-storm']);
    const record = read('short.adr.md');
    expect(record).toContain(`pushbench adr --workload short.yaml ${resultIn(cwd).slice(cwd.length + 1)} --record`);
    expect(record).toContain(run.run.id);
  }, 300_000);

  it('never writes over a workload or a record that is there, unless it is told to', async () => {
    write('chat.yaml', 'mine');
    const init = await pushbench(cwd, ['adr', '--init', 'chat']);
    expect([init.code, init.stderr]).toEqual([
      2,
      'pushbench: chat.yaml is there already. Give --force to write over it.\n',
    ]);
    expect(read('chat.yaml')).toBe('mine');
    expect((await pushbench(cwd, ['adr', '--init', 'chat', '--force'])).code).toBe(0);
    write('run.json', costRun());
    write('chat.adr.md', 'accepted');
    const again = await pushbench(cwd, ['adr', '--workload', 'chat.yaml', 'run.json']);
    expect(again.code).toBe(2);
    expect(again.stderr).toContain('chat.adr.md is there already. Choose another with --record, or give --force.');
    expect(read('chat.adr.md')).toBe('accepted');
  });

  it.each([
    [['adr'], /adr needs --workload FILE\. Write one to begin with: pushbench adr --init chat/],
    [['adr', '--init'], /--init needs a name where nobody can be asked\. There are: chat, job-progress, /],
    [['adr', '--init', 'caht'], /--init has no workload "caht"; did you mean "chat"\? There are: /],
    [['adr', '--workload', 'none.yaml', 'run.json'], /none\.yaml cannot be read \(ENOENT\)/],
    [
      ['adr', '--workload', 'bad.yaml', 'run.json'],
      /bad\.yaml is no workload yet:\n {2}usres is no field; did you mean "users"\?[\s\S]*\n {2}users is missing; write /,
    ],
    [['adr', '--workload', 'good.yaml', 'none.json'], /none\.json cannot be read \(ENOENT\)/],
    [['adr', '--workload', 'good.yaml', 'empty.json'], /no transport with exact byte counts/],
    [
      ['adr', '--workload', 'good.yaml', 'run.json', '--date', 'soon'],
      /--date "soon" must be a day such as 2026-11-21\./,
    ],
    [
      ['adr', '--workload', 'good.yaml', 'run.json', '--record', '/dev/null/x.md'],
      /\/dev\/null\/x\.md cannot be written \(ENOTDIR\)/,
    ],
  ])('meets %j with a sentence and exit code 2', async (args, message) => {
    write(
      'good.yaml',
      'name: a\nusers: 100\nmessages: 1/s\nfanOut: all\npayload: 100B\nupstream: none\nstaleness: 5s\nroundTrip: 20ms\n',
    );
    write('bad.yaml', 'name: a\nusres: 100\n');
    const run = costRun();
    delete run.exact;
    write('empty.json', run);
    write('run.json', costRun());
    const { code, stderr } = await pushbench(cwd, args);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(code).toBe(2);
  });

  it('measures what it needs first, and leaves no record where it is interrupted', async () => {
    await pushbench(cwd, ['adr', '--init', 'job-progress']);
    const running = start(cwd, [
      'adr',
      '--workload',
      'job-progress.yaml',
      '--transports',
      'sse',
      '--duration',
      '300ms',
    ]);
    await until(() => /\[\d+\/\d+, about .* left\]/.test(running.stderr()), 'the first measurement');
    running.process.kill('SIGINT');
    const { code, stderr } = await running.finished;
    expect(stderr).toContain('interrupted; what was measured is kept, and no record is written.');
    expect(code).toBe(130);
    expect(JSON.parse(readFileSync(resultIn(cwd), 'utf8'))).toMatchObject({ partial: true });
    expect(existsSync(join(cwd, 'job-progress.adr.md'))).toBe(false);
  });
});
