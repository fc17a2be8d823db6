/** The README against the program: its commands run, its tables say what the registries say, its files exist. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SCENARIOS, scenario } from '../scenarios/index.ts';
import { SETTINGS, SETTING_NAMES } from '../scenarios/settings.ts';
import { TRANSPORTS, transport } from '../scenarios/transports.ts';
import { folder, pushbench, ROOT } from './cli.fixture.ts';

const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');

/** Commands of the `sh` blocks. */
const commands = [...readme.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, block]) => block!.trim().split('\n'));

let cwd: string;
let remove: () => void;
beforeEach(() => ({ path: cwd, remove } = folder()));
afterEach(() => remove());

describe('the README', () => {
  it('gives the two commands of a fresh machine', () => {
    expect(commands).toContain('npm ci && npm start');
    expect(commands).toContain('npm ci && npm test');
  });

  it.each(commands.filter((command) => command.startsWith('npx pushbench run')))(
    '%s is a command that is understood',
    async (command) => {
      const args = command
        .split(' ')
        .slice(2)
        .filter((word) => word !== '--json' && word !== '--print-config');
      const { code, stdout, stderr } = await pushbench(cwd, [...args, '--print-config']);
      expect(stderr).toBe('');
      expect(stdout).toContain('flag'.repeat(args.length > 1 ? 1 : 0));
      expect(code).toBe(0);
    },
  );

  it.each(commands.filter((command) => /^npx pushbench (list|doctor|anatomy|published|codecs)/.test(command)))(
    '%s works',
    async (command) => {
      const { code, stdout } = await pushbench(cwd, command.split(' ').slice(2));
      expect(stdout).not.toBe('');
      expect(code).toBe(0);
    },
  );

  it('guards a server by commands that work one after the other', async () => {
    const guards = commands.filter((command) => /^npx pushbench (baseline|compare) /.test(command));
    expect(guards).toHaveLength(3);
    for (const command of guards) {
      const { code, stdout } = await pushbench(cwd, command.split(' ').slice(2));
      expect([command, stdout === '', code]).toEqual([command, false, 0]);
    }
  });

  it('begins a decision by a command that works', async () => {
    const [init] = commands.filter((command) => command.startsWith('npx pushbench adr --init'));
    const { code, stdout } = await pushbench(cwd, init!.split(' ').slice(2));
    expect([stdout, code]).toEqual([expect.stringContaining('chat.yaml is written.'), 0]);
  });

  it.each(commands.filter((command) => command.startsWith('npx pushbench ab')))(
    '%s is understood up to the builds, which are elsewhere',
    async (command) => {
      const { code, stderr } = await pushbench(cwd, command.split(' ').slice(2));
      expect(stderr).toMatch(/--base \.\.\/main is not (there|a build)/);
      expect(code).toBe(2);
    },
  );

  it('asks of every scenario the question that the scenario asks', () => {
    for (const name of SCENARIOS) expect(readme).toContain(`| \`${name}\` | ${scenario(name).question} |`);
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
    for (const [, command] of readme.matchAll(/npx pushbench (\w+)/g)) expect(all).toContain(` ${command}`);
  });
});
