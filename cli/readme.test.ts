/** The README against the program: its commands run, its tables say what the registries say, its files exist. */
import { copyFileSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { gatedRun } from '../report/gated-run.fixture.ts';
import { WARNING_CODES } from '../results/certificate.ts';
import type { RunFile } from '../results/schema.ts';
import { schemaError } from '../results/store.ts';
import { USUAL_SCENARIOS } from '../scenarios/config.ts';
import { SCENARIOS, scenario, type ScenarioName } from '../scenarios/index.ts';
import { impossible } from '../scenarios/limits.ts';
import { PROFILES, PROFILE_NAMES } from '../scenarios/profiles.ts';
import { planOf, type Flags } from '../scenarios/runner/planned.fixture.ts';
import { SETTINGS, SETTING_NAMES } from '../scenarios/settings.ts';
import { TRANSPORTS, transport } from '../scenarios/transports.ts';
import { folder, pushbench, ROOT, start, until } from './cli.fixture.ts';

const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');

/** Every command line of the code blocks. */
const commands = [...readme.matchAll(/```\w*\n([\s\S]*?)```/g)]
  .flatMap(([, block]) => block!.trim().split('\n'))
  .filter((line) => /^np[mx] /.test(line));

/** The words after `npx pushbench`, as a shell has them. */
const wordsOf = (command: string): string[] =>
  [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, bare]) => (quoted ?? bare)!).slice(2);

const beginningWith = (...beginnings: readonly string[]): string[] =>
  commands.filter((command) => beginnings.some((beginning) => `${command} `.startsWith(`npx pushbench ${beginning} `)));

/** `--server-workers 4` as the settings have it. */
const flagsOf = (words: readonly string[]): Flags =>
  Object.fromEntries(
    SETTING_NAMES.flatMap((name) => {
      const at = words.indexOf(SETTINGS[name].flag.split(' ')[0]!);
      return at < 0 ? [] : [[name, words[at + 1]!] as const];
    }),
  );

/** The files that commands name, in the folder where they are run. */
function stage(): void {
  mkdirSync(join(cwd, 'results/runs'), { recursive: true });
  const stored = gunzipSync(readFileSync(join(ROOT, 'report/examples/run.json.gz')));
  writeFileSync(join(cwd, 'results/runs/<run>.json'), stored);
  const runs = { 'base.json': 7, 'head.json': 8, 'results/runs/<one>.json': 7, 'results/runs/<other>.json': 8 };
  for (const [path, seed] of Object.entries(runs)) writeFileSync(join(cwd, path), JSON.stringify(gatedRun({ seed })));
  copyFileSync(join(ROOT, 'examples/workloads/chat.yaml'), join(cwd, 'chat.yaml'));
  symlinkSync(join(ROOT, 'examples'), join(cwd, 'examples'));
  const [, budget] = /```\n(sse: p99[\s\S]*?)```/.exec(readme)!;
  writeFileSync(join(cwd, 'budget.txt'), budget!);
}

/** What `history add` goes by where there is no repository. */
const OF_A_COMMIT = { GITHUB_SHA: '0'.repeat(40) };

let cwd: string;
let remove: () => void;
beforeEach(() => ({ path: cwd, remove } = folder()));
afterEach(() => remove());

describe('the README', () => {
  it('gives the two commands of a fresh machine', () => {
    expect(commands).toContain('npm ci && npm start');
    expect(commands).toContain('npm ci && npm test');
  });

  it('gives npm no script that there is not', () => {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: object };
    const named = [...readme.matchAll(/npm run ([\w:]+)/g)].map(([, script]) => script!);
    expect(named.length).toBeGreaterThan(3);
    expect(named.filter((script) => !(script in scripts))).toEqual([]);
  });

  it.each(beginningWith('run'))('%s is a command that is understood', async (command) => {
    const args = wordsOf(command).filter((word) => word !== '--json' && word !== '--print-config');
    const { code, stdout, stderr } = await pushbench(cwd, [...args, '--print-config']);
    expect(stderr).toBe('');
    expect(stdout).toContain('flag'.repeat(args.some((word) => word.startsWith('--')) ? 1 : 0));
    expect(code).toBe(0);
  });

  it('has a command for a run as a document, and of it every layer sums to the total that was counted', async () => {
    const [command] = beginningWith('run').filter((each) => each.endsWith(' --json'));
    const small = '--clients 20 --rate 50 --duration 300ms --warmup 50ms --repetitions 2'.split(' ');
    const { code, stdout } = await pushbench(cwd, [...wordsOf(command!), ...small]);
    expect(code).toBe(0);
    const run = JSON.parse(stdout) as RunFile;
    expect(schemaError(run)).toBeNull();
    expect(run.partial).toBe(false);
    // Two transports twice, the twin of one of them, and the limit.
    expect(run.measurements).toHaveLength(8);
    for (const { bytes, counts, deliveryLatencyNs, validity } of run.measurements) {
      for (const { total, ...layers } of [bytes.up, bytes.down]) {
        const named = Object.values(layers).reduce((sum, count) => sum + count, 0);
        expect(named).toBe(total);
      }
      expect(bytes.down.total).toBeGreaterThan(0);
      expect(counts.offered).toBe(counts.delivered + counts.lost);
      // Three hundred samples: a 99th percentile takes a thousand.
      expect(deliveryLatencyNs.p50).toBeGreaterThan(0);
      expect([deliveryLatencyNs.p99, deliveryLatencyNs.p999]).toEqual([null, null]);
      expect(validity.warnings.map(({ code: warning }) => warning)).toContain('few-samples');
    }
  });

  it('gives a command for 60,000 clients that fits a machine with 20,000 open files, which without its flags would not', () => {
    const [command] = beginningWith('run').filter((each) => each.includes('60000'));
    const limits = { descriptors: 20_000, ports: 28_232, memoryBytes: null };
    const reasons = (flags: Flags): unknown[] => planOf(flags).planned.map((planned) => impossible(planned, limits));
    const flags = flagsOf(wordsOf(command!).slice(1));
    expect(flags).toMatchObject({ clients: '60000', workers: '4', serverWorkers: '4' });
    // Of WebSocket, and of the limit beside it.
    expect(reasons(flags)).toEqual([null, null]);
    for (const [flag, lifted] of [
      ['workers', '--workers 4'],
      ['serverWorkers', '--server-workers 4'],
    ] as const) {
      const refused = expect.stringContaining(lifted) as unknown;
      expect(reasons({ ...flags, [flag]: '1' })).toEqual([refused, refused]);
    }
  });

  it.each(beginningWith('list', 'doctor', 'anatomy', 'published', 'codecs'))('%s works', async (command) => {
    const { code, stdout } = await pushbench(cwd, wordsOf(command));
    expect(stdout).not.toBe('');
    expect(code).toBe(0);
  });

  it.each(beginningWith('capacity'))('%s is understood up to its budget, which is made too short', async (command) => {
    const { code, stderr } = await pushbench(cwd, [...wordsOf(command), '--budget', '1s']);
    expect(stderr).toMatch(/^pushbench: --budget 1s is too short for \d+ search/);
    expect(code).toBe(2);
  });

  it.each(beginningWith('serve'))('%s serves until Ctrl-C', async (command) => {
    const running = start(
      cwd,
      wordsOf(command).map((word) => word.replace(/^8080$/, '0')),
    );
    onTestFinished(() => void running.process.kill('SIGKILL'));
    await until(() => running.stdout().includes('Ctrl-C stops.'), 'the address');
    running.process.kill('SIGINT');
    expect((await running.finished).code).toBe(0);
  });

  it.each(beginningWith('verify', 'report', 'adr --workload', 'export', 'history add'))('%s works', async (command) => {
    stage();
    const { code, stderr } = await pushbench(cwd, wordsOf(command), OF_A_COMMIT);
    expect(code, stderr).toBe(0);
  });

  it.each(beginningWith('compare base.json', 'check'))('%s comes to a judgement', async (command) => {
    stage();
    const { code, stdout } = await pushbench(cwd, wordsOf(command));
    expect(stdout).toMatch(/\b(pass|warn|fail|could not tell)\b/i);
    expect([0, 1, 3]).toContain(code);
  });

  it('shows a history by a command that works after the one that adds to it', async () => {
    stage();
    const [add, show] = beginningWith('history');
    await pushbench(cwd, wordsOf(add!), OF_A_COMMIT);
    const { code, stdout, stderr } = await pushbench(cwd, wordsOf(show!));
    expect([code, stdout === '', stderr]).toEqual([0, false, 'Report  history.html\n']);
    expect(existsSync(join(cwd, 'history.html'))).toBe(true);
  });

  it('guards a server by commands that work one after the other', async () => {
    const guards = beginningWith('baseline', 'compare results/baselines/exact.json');
    expect(guards).toHaveLength(3);
    for (const command of guards) {
      const { code, stdout } = await pushbench(cwd, wordsOf(command));
      expect([command, stdout === '', code]).toEqual([command, false, 0]);
    }
  });

  it('begins a decision by a command that works', async () => {
    const [init] = beginningWith('adr --init');
    const { code, stdout } = await pushbench(cwd, wordsOf(init!));
    expect([stdout, code]).toEqual([expect.stringContaining('chat.yaml is written.'), 0]);
  });

  it.each(beginningWith('ab'))('%s is understood up to the builds, which are elsewhere', async (command) => {
    const { code, stderr } = await pushbench(cwd, wordsOf(command));
    expect(stderr).toMatch(/--base \.\.\/main is not (there|a build)/);
    expect(code).toBe(2);
  });

  it('gives no command that nothing here has tried', () => {
    const tried = beginningWith(
      ...['run', 'list', 'doctor', 'anatomy', 'published', 'codecs', 'capacity', 'serve', 'verify', 'report', 'export'],
      ...['adr --workload', 'adr --init', 'history', 'compare', 'check', 'baseline', 'ab'],
    );
    expect(commands.filter((command) => command.startsWith('npx ') && !tried.includes(command))).toEqual([]);
  });

  it('asks of every scenario the question that the scenario asks, the usual ones first, and of no other', () => {
    const tables = [...readme.matchAll(/\| scenario \| question \|\n\|---\|---\|\n((?:\|.*\n)+)/g)].map(
      ([, rows]) => rows!,
    );
    const row = (name: ScenarioName): string => `| \`${name}\` | ${scenario(name).question} |\n`;
    const onRequest = SCENARIOS.filter((name) => !USUAL_SCENARIOS.includes(name));
    expect(tables.map((rows) => rows.match(/.+\n/g))).toEqual([USUAL_SCENARIOS.map(row), onRequest.map(row)]);
  });

  it('says of every profile how long it takes, as list does', async () => {
    const { stdout } = await pushbench(cwd, ['list']);
    for (const name of PROFILE_NAMES) {
      expect(readme).toContain(`\`${name}\`: ${PROFILES[name].takes}`);
      expect(stdout).toMatch(new RegExp(`^  ${name} +${PROFILES[name].takes}$`, 'm'));
    }
    expect(readme).toContain(`in ${PROFILES.quick.takes} on two cores`);
    for (const name of [...TRANSPORTS, ...SCENARIOS]) expect(stdout).toMatch(new RegExp(`^  ${name} `, 'm'));
  });

  it('explains every warning that there is, and no other', () => {
    const [, rows] = /\| warning \| given when \| invalid \|\n\|---\|---\|---\|\n((?:\|.*\n)+)/.exec(readme)!;
    const explained = [...rows!.matchAll(/^\| `([\w-]+)` \|/gm)].map(([, code]) => code);
    expect(explained.sort()).toEqual([...WARNING_CODES].sort());
  });

  it('shows for every transport how to serve it, and a path that it serves', () => {
    for (const name of TRANSPORTS) {
      expect(readme).toContain(`| \`${name} --port 8080\` |`);
      expect(readme).toContain(transport(name).server.tryPath.split('?')[0]);
    }
  });

  it('links to files that exist', () => {
    const links = [...readme.matchAll(/\]\(([^)#]+)\)/g)]
      .map(([, target]) => target!)
      .filter((target) => !target.includes('://'));
    expect(links.length).toBeGreaterThan(2);
    expect(links.filter((target) => !existsSync(join(ROOT, target)))).toEqual([]);
  });

  it('is answered by a --help that names every setting and every subcommand that it mentions', async () => {
    const { stdout: run } = await pushbench(cwd, ['run', '--help']);
    for (const name of SETTING_NAMES) expect(run).toContain(SETTINGS[name].flag.split(' ')[0]);
    const { stdout: all } = await pushbench(cwd, ['--help']);
    for (const [, command] of readme.matchAll(/npx pushbench (\w+)/g))
      expect(all).toMatch(new RegExp(`^  ${command} `, 'm'));
    const named = [...all.matchAll(/^ {2}([a-z]+) /gm)]
      .map(([, command]) => command!)
      .filter((name) => name !== 'help');
    expect(named.length).toBeGreaterThan(15);
    expect(named.filter((command) => !readme.includes(`npx pushbench ${command}`))).toEqual([]);
  });
});
