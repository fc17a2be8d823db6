/** A build as a folder: what in it serves, what it is called, and what is wrong with a folder that is none. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { BuildDescription, Role } from '../../results/ab.ts';
import type { Exact } from '../../results/exact.ts';
import type { Resolved } from '../config.ts';
import type { MeasuredServer } from '../runner/measure.ts';
import type { Config } from '../settings.ts';
import { TRANSPORTS, type TransportName } from '../transports.ts';
import { anatomyOf } from './anatomy.ts';

/** A folder that cannot be measured: which, why, and what to do. */
export class BuildError extends Error {}

export interface Build extends BuildDescription {
  /** What it can serve. */
  readonly transports: readonly TransportName[];
  /** What is measured as its server. */
  readonly server: MeasuredServer;
  /** Counts its exact bytes. */
  readonly anatomy: (config: Config, signal: AbortSignal) => Promise<Exact>;
}

const SERVER_PROCESS = 'dist/scenarios/runner/server-process.js';
const MAIN = 'dist/cli/main.js';
/** Larger than any package.json of ours. */
const LARGEST_MANIFEST = 2 ** 20;

/** @throws BuildError naming the flag */
export function readBuild(folder: string, role: Role): Build {
  const directory = resolve(folder);
  const refuse = (what: string): BuildError => new BuildError(`--${role} ${folder} ${what}`);
  if (!statSync(directory, { throwIfNoEntry: false })?.isDirectory()) throw refuse('is not a folder. Check the path.');
  const manifest = manifestOf(directory);
  if (manifest?.name !== 'pushbench') {
    throw refuse('is not a build: it has neither a package.json of pushbench nor a pushbench.target.json.');
  }
  const [server, main] = [join(directory, SERVER_PROCESS), join(directory, MAIN)];
  if (!existsSync(server) || !existsSync(main)) {
    throw refuse(
      `is a checkout that is not built: there is no ${existsSync(server) ? MAIN : SERVER_PROCESS}. Run npm ci in it.`,
    );
  }
  const version = typeof manifest.version === 'string' ? manifest.version.slice(0, 40) : null;
  const { commit, changed } = commitOf(directory);
  const name = `pushbench ${version ?? 'of no version'}`;
  return {
    directory,
    kind: 'checkout',
    label: commit === null ? name : `${name} (${commit}${changed ? ', changed' : ''})`,
    version,
    commit,
    changed,
    transports: TRANSPORTS.filter((transport) => existsSync(join(directory, `dist/servers/${transport}.js`))),
    server: { module: pathToFileURL(server) },
    anatomy: (config, signal) => anatomyOf(main, config, signal),
  };
}

/** What the file has, without what only this process needs. */
export function descriptionOf({ directory, kind, label, version, commit, changed }: Build): BuildDescription {
  return { directory, kind, label, version, commit, changed };
}

/** What is measured: the transports asked for, which both must have, or all choices that both have. */
export function transportsOf({ config, sources }: Resolved, base: Build, head: Build): TransportName[] {
  const missing = (transport: TransportName): Build | undefined =>
    [base, head].find(({ transports }) => !transports.includes(transport));
  const common = config.transports.filter((transport) => missing(transport) === undefined);
  if (sources.transports !== 'default') {
    for (const transport of config.transports) {
      const without = missing(transport);
      if (without !== undefined)
        throw new BuildError(`${without.directory} has no ${transport}, so there is nothing to compare.`);
    }
  }
  if (common.length === 0) throw new BuildError(`${base.directory} and ${head.directory} have no transport in common.`);
  return common;
}

/** Whether both names lead to one folder. */
export const isSame = (one: Build, other: Build): boolean =>
  realpathSync(one.directory) === realpathSync(other.directory);

function manifestOf(directory: string): { name?: unknown; version?: unknown } | null {
  const path = join(directory, 'package.json');
  try {
    if (statSync(path).size > LARGEST_MANIFEST) return null;
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return typeof value === 'object' ? value : null;
  } catch {
    return null;
  }
}

/** Null where the folder is no checkout of its own: a build inside another repository must not be called by that one's commit. */
function commitOf(directory: string): { commit: string | null; changed: boolean } {
  const git = (...args: string[]): string =>
    execFileSync('git', ['-C', directory, ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: 10_000,
    }).trim();
  try {
    if (realpathSync(git('rev-parse', '--show-toplevel')) !== realpathSync(directory))
      return { commit: null, changed: false };
    return { commit: git('rev-parse', '--short=10', 'HEAD'), changed: git('status', '--porcelain', '-uno') !== '' };
  } catch {
    return { commit: null, changed: false };
  }
}
