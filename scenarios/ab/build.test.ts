import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { plannedOf, resolved } from '../runner/planned.fixture.ts';
import { TargetError } from '../target/load.ts';
import { BuildError, isSame, readBuild, transportsOf } from './build.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pushbench-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
});

function write(path: string, text = ''): void {
  mkdirSync(join(folder, path, '..'), { recursive: true });
  writeFileSync(join(folder, path), text);
}

function builtCheckout(...transports: string[]): void {
  write('package.json', '{ "name": "pushbench", "version": "9.8.7" }');
  write('dist/cli/main.js');
  write('dist/scenarios/runner/server-process.js');
  for (const transport of transports) write(`dist/servers/${transport}.js`);
}

const git = (...args: string[]): string =>
  execFileSync('git', ['-C', folder, '-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args], {
    encoding: 'utf8',
  });

describe('a build', () => {
  it('is a built checkout, with the transports that it has', () => {
    builtCheckout('sse', 'websocket', 'carrier-pigeon');
    const build = readBuild(folder, 'base');
    expect(build).toMatchObject({
      kind: 'checkout',
      label: `pushbench 9.8.7 in ${basename(folder)}`,
      commit: null,
      path: folder,
    });
    expect([...build.transports].sort()).toEqual(['sse', 'websocket']);
    expect(build.server.module.pathname).toBe(join(folder, 'dist/scenarios/runner/server-process.js'));
  });

  it('is called by its commit, and by whether it differs from it', () => {
    builtCheckout('sse');
    git('init', '-q');
    git('add', 'package.json');
    git('commit', '-qm', 'first');
    const commit = git('rev-parse', '--short=10', 'HEAD').trim();
    expect(readBuild(folder, 'head')).toMatchObject({ commit, changed: false, label: `pushbench 9.8.7 (${commit})` });
    builtCheckout('sse');
    write('package.json', '{ "name": "pushbench", "version": "9.8.8" }');
    expect(readBuild(folder, 'head').label).toBe(`pushbench 9.8.8 (${commit}, changed)`);
  });

  it('inside another repository is not called by the commit of that', () => {
    git('init', '-q');
    git('commit', '-q', '--allow-empty', '-m', 'outer');
    const outer = folder;
    folder = join(outer, 'inner');
    builtCheckout('sse');
    expect(readBuild(folder, 'base').commit).toBeNull();
    folder = outer;
  });

  it.each<[string, () => void, string]>([
    ['that is not there', () => rmSync(folder, { recursive: true }), 'is not there'],
    ['that is empty', () => {}, 'is not a build'],
    ['of another package', () => write('package.json', '{ "name": "other" }'), 'is not a build'],
    ['with a manifest that is no JSON', () => write('package.json', '{'), 'is not a build'],
    ['with a manifest that is null', () => write('package.json', 'null'), 'is not a build'],
    ['that is not built', () => write('package.json', '{ "name": "pushbench" }'), 'Run npm ci in it'],
  ])('%s is refused in one sentence that names the flag', (_what, make, sentence) => {
    make();
    expect(() => readBuild(folder, 'head')).toThrow(BuildError);
    expect(() => readBuild(folder, 'head')).toThrow(`--head ${folder} `);
    expect(() => readBuild(folder, 'head')).toThrow(sentence);
  });

  it('is a target file too, or a folder with one, with the transports that it has endpoints for', () => {
    const example = join(import.meta.dirname, '../../examples/targets/node-http');
    const build = readBuild(example, 'head');
    expect(build).toMatchObject({ kind: 'target', path: join(example, 'pushbench.target.json'), version: null });
    expect(build.transports).toContain('sse');
    expect(isSame(build, readBuild(build.path, 'base'))).toBe(true);
    expect(build.refuses(resolved({ carrier: 'h2' }))).toContain('--carrier h2');
    expect(build.refuses(resolved())).toBeNull();
    expect(build.lacks(plannedOf('sse', 'broadcast'))).toBeNull();
  });

  it('of a target file that is none is refused by what is wrong with the file', () => {
    write('pushbench.target.json', '{');
    expect(() => readBuild(folder, 'head')).toThrow(TargetError);
  });

  it('is itself under any name', () => {
    builtCheckout('sse');
    const link = `${folder}-link`;
    symlinkSync(folder, link);
    onTestFinished(() => rmSync(link));
    expect(isSame(readBuild(folder, 'base'), readBuild(link, 'head'))).toBe(true);
  });
});

describe('what two builds are compared on', () => {
  const with_ = (...transports: string[]) => {
    builtCheckout(...transports);
    return { ...readBuild(folder, 'base'), path: transports.join('+') };
  };

  it('is every choice that both have', () => {
    const [base, head] = [with_('sse'), with_('websocket', 'tcp')];
    expect(transportsOf(resolved(), base, head)).toEqual(['sse']);
    expect(transportsOf(resolved(), head, head).sort()).toEqual(['sse', 'websocket']);
  });

  it('is what is asked for, and refused where one has it not', () => {
    const base = with_('sse', 'tcp');
    expect(transportsOf(resolved({ transports: 'tcp' }), base, base)).toEqual(['tcp']);
    expect(() => transportsOf(resolved({ transports: 'websocket' }), base, base)).toThrow('sse+tcp has no websocket');
  });

  it('is refused where there is nothing', () => {
    expect(() => transportsOf(resolved(), with_('sse'), { ...with_('sse'), transports: [] })).toThrow('in common');
  });
});
