/**
 * Builds of this project whose server is worse by a known amount: what a gate must find, for its tests and for measuring
 * how often it does. A copy of `dist` is patched as text, so that a mutant differs from this build by that alone.
 */
import { copyFileSync, cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** How much worse; what is missing stays as it is. */
export interface Mutation {
  /** Slept before each publication is taken, ms, fractions too. It takes no CPU, and nothing else is served meanwhile. */
  readonly delayMs?: number;
  /** CPU burned for each publication, µs. */
  readonly cpuUs?: number;
  /** One header line more in every HTTP response and WebSocket handshake, bytes with its line end: 6 at least. */
  readonly headerBytes?: number;
  /** Kept for ever for each connection, bytes. */
  readonly leakBytes?: number;
}

/** Code that goes before a text which each of the files has exactly once. */
interface Patch {
  readonly files: readonly string[];
  readonly before: string;
  readonly code: string;
}

/** Where a measured server is built into one file. */
const PROCESSES = ['dist/scenarios/runner/server-process.js', 'dist/scenarios/runner/server-worker-process.js'];
/** Where byte counts are made, by a server in the same process: of the command line, and of the files it is built from. */
const counting = (name: 'http' | 'websocket'): string[] => ['dist/cli/main.js', `dist/servers/${name}.js`];

// Without a parameter: the bundler renames those that have the name of something else.
const APPENDING = 'const before = this.#bytes;';
const STARTING = 'const hub = new Hub(start.limits, start.sequencer);';
const UPGRADING = 'const { date } = options;';

/** The line `x: aaa`, with the shortest name that there is. */
const LEAST_HEADER = 'x: a\r\n'.length;

/**
 * @param checkout folder of a built checkout of this project
 * @param into folder of the mutant, made where it is missing; `pushbench ab` takes it for a checkout
 */
export function makeMutant(checkout: string, into: string, mutation: Mutation): void {
  const patches = patchesOf(mutation);
  mkdirSync(into, { recursive: true });
  cpSync(join(checkout, 'dist'), join(into, 'dist'), { recursive: true });
  copyFileSync(join(checkout, 'package.json'), join(into, 'package.json'));
  symlinkSync(join(checkout, 'node_modules'), join(into, 'node_modules'));
  for (const { files, before, code } of patches) {
    for (const file of files) insert(join(into, file), before, code);
  }
}

/** The checkout that this code is part of, be it run from the sources or from the build. */
export function ownCheckout(): string {
  const up = join(import.meta.dirname, '../..');
  return basename(up) === 'dist' ? dirname(up) : up;
}

function patchesOf({ delayMs, cpuUs, headerBytes, leakBytes }: Mutation): Patch[] {
  const patches: Patch[] = [];
  if (delayMs !== undefined) {
    const code = `Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ${delayMs});`;
    patches.push({ files: PROCESSES, before: APPENDING, code });
  }
  if (cpuUs !== undefined) {
    const code = `for (const end = performance.now() + ${cpuUs / 1e3}; performance.now() < end; );`;
    patches.push({ files: PROCESSES, before: APPENDING, code });
  }
  if (headerBytes !== undefined) patches.push(...headerPatches(headerBytes));
  if (leakBytes !== undefined) {
    // Filled, or the kernel would give it no memory.
    const keep = `(globalThis.leaked ??= []).push(Buffer.alloc(${leakBytes}, 1))`;
    patches.push({ files: PROCESSES, before: STARTING, code: `app.server.on("connection", () => ${keep});` });
  }
  return patches;
}

function headerPatches(bytes: number): Patch[] {
  if (bytes < LEAST_HEADER) throw new RangeError(`a header line takes ${LEAST_HEADER} bytes, and not ${bytes}`);
  const value = 'a'.repeat(bytes - LEAST_HEADER + 1);
  return [
    {
      files: [...PROCESSES, ...counting('http')],
      before: STARTING,
      code: `app.server.prependListener("request", (_, response) => response.setHeader("x", "${value}"));`,
    },
    {
      files: [...PROCESSES, ...counting('websocket')],
      before: UPGRADING,
      code: `wss.on("headers", (lines) => lines.push("x: ${value}"));`,
    },
  ];
}

/** Fails where the text is not there once: a mutant that is none would make a gate look blind. */
function insert(file: string, before: string, code: string): void {
  const parts = readFileSync(file, 'utf8').split(before);
  if (parts.length !== 2) {
    throw new Error(
      `${file} has "${before}" ${parts.length - 1} times instead of once: mend scenarios/bench/mutants.ts`,
    );
  }
  writeFileSync(file, parts.join(`${code}\n${before}`));
}
