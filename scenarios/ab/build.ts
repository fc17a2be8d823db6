/** A build: what of it serves, what it is called, and what is wrong with a folder that is none. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { BuildDescription, Role } from '../../results/ab.ts';
import type { Exact } from '../../results/exact.ts';
import type { Resolved } from '../config.ts';
import { headerProfileOf } from '../header-profiles.ts';
import type { ExactOptions } from '../runner/exact.ts';
import { exactOfTarget } from '../runner/exact-target.ts';
import type { MeasuredServer } from '../runner/measure.ts';
import { targetServer } from '../runner/measured-target.ts';
import type { Planned } from '../runner/plan.ts';
import type { Config } from '../settings.ts';
import { loadTarget, TARGET_FILE } from '../target/load.ts';
import { impossibleOn, refused } from '../target/plan.ts';
import { transportsOf as targetTransports, type Target } from '../target/target.ts';
import { TRANSPORTS, type TransportName } from '../transports.ts';
import { anatomyOf } from './anatomy.ts';

/** A folder that cannot be measured: which, why, and what to do. */
export class BuildError extends Error {}

export interface Build extends BuildDescription {
  /** What it can serve. */
  readonly transports: readonly TransportName[];
  /** What is measured as its server. */
  readonly server: MeasuredServer;
  /** Why it cannot be measured with these settings; null when it can. */
  readonly refuses: (resolved: Resolved) => string | null;
  /** Why it cannot serve a measurement; null when it can. */
  readonly lacks: (planned: Planned) => string | null;
  /** Counts its exact bytes. */
  readonly anatomy: (config: Config, signal: AbortSignal) => Promise<Exact>;
}

const SERVER_PROCESS = 'dist/scenarios/runner/server-process.js';
const MAIN = 'dist/cli/main.js';
/** Larger than any package.json of ours. */
const LARGEST_MANIFEST = 2 ** 20;

/**
 * @param place a folder with a built checkout of this project or with a target file, or a target file
 * @throws BuildError naming the flag, or what a target file throws
 */
export function readBuild(place: string, role: Role): Build {
  const path = resolve(place);
  const refuse = (what: string): BuildError => new BuildError(`--${role} ${place} ${what}`);
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) throw refuse('is not there. Give a folder.');
  const manifest = found.isDirectory() ? manifestOf(path) : null;
  if (manifest?.name === 'pushbench') return checkout(path, manifest.version, refuse);
  if (found.isFile() || existsSync(join(path, TARGET_FILE))) return targetBuild(loadTarget(path));
  throw refuse(`is not a build: it has neither a package.json of pushbench nor a ${TARGET_FILE}.`);
}

function checkout(path: string, named: unknown, refuse: (what: string) => BuildError): Build {
  const [server, main] = [join(path, SERVER_PROCESS), join(path, MAIN)];
  const missing = [server, main].find((file) => !existsSync(file));
  if (missing !== undefined) {
    throw refuse(`is a checkout that is not built: there is no ${relative(path, missing)}. Run npm ci in it.`);
  }
  const version = typeof named === 'string' ? named.slice(0, 40) : null;
  const { commit, changed } = commitOf(path, 'itself');
  return {
    path,
    kind: 'checkout',
    label: labelOf(`pushbench ${version ?? 'of no version'}`, path, commit, changed),
    version,
    commit,
    changed,
    transports: TRANSPORTS.filter((transport) => existsSync(join(path, `dist/servers/${transport}.js`))),
    server: { module: pathToFileURL(server) },
    refuses: () => null,
    lacks: () => null,
    anatomy: (config, signal) => anatomyOf(main, config, signal),
  };
}

/** Its file is most often somewhere inside the repository of the server that it describes. */
function targetBuild(target: Target): Build {
  const { commit, changed } = commitOf(dirname(target.file), 'inside');
  return {
    path: target.file,
    kind: 'target',
    label: labelOf(target.name, dirname(target.file), commit, changed),
    version: null,
    commit,
    changed,
    transports: targetTransports(target),
    server: targetServer(target),
    refuses: refused,
    lacks: (planned) => lackOf(target, planned),
    anatomy: (config) => exactOfTarget(target, exactOptionsOf(config)),
  };
}

function lackOf(target: Target, planned: Planned): string | null {
  const reason = impossibleOn(target, planned);
  return reason === null ? null : `${target.file}, ${planned.transport}: ${reason}.`;
}

function labelOf(name: string, folder: string, commit: string | null, changed: boolean): string {
  return commit === null ? `${name} in ${basename(folder)}` : `${name} (${commit}${changed ? ', changed' : ''})`;
}

function exactOptionsOf(config: Config): ExactOptions {
  const { carrier, headers, responseHeaders, deflate, contextTakeover, gzip, payload: payloadBytes } = config;
  const profile = headerProfileOf(headers);
  return { carrier, headers: profile, responseHeaders, deflate, contextTakeover, gzip, payloadBytes };
}

/** What the file has, without what only this process needs. */
export function descriptionOf({ path, kind, label, version, commit, changed }: Build): BuildDescription {
  return { path, kind, label, version, commit, changed };
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
        throw new BuildError(`${without.path} has no ${transport}, so there is nothing to compare.`);
    }
  }
  if (common.length === 0) throw new BuildError(`${base.path} and ${head.path} have no transport in common.`);
  return common;
}

/** Whether both names lead to one build. */
export const isSame = (one: Build, other: Build): boolean => realpathSync(one.path) === realpathSync(other.path);

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

/**
 * Null where the folder is in no repository.
 *
 * @param where `itself`: only of a repository that the folder is the top of. A build inside another one must not be called
 *   by the commit of that
 */
function commitOf(folder: string, where: 'itself' | 'inside'): { commit: string | null; changed: boolean } {
  const git = (...args: string[]): string =>
    execFileSync('git', ['-C', folder, ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: 10_000,
    }).trim();
  const none = { commit: null, changed: false };
  try {
    if (where === 'itself' && realpathSync(git('rev-parse', '--show-toplevel')) !== realpathSync(folder)) return none;
    return { commit: git('rev-parse', '--short=10', 'HEAD'), changed: git('status', '--porcelain', '-uno') !== '' };
  } catch {
    return none;
  }
}
