/** A process of a measurement as the runner holds it: started, asked, and always ended. */
import { fork, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { processState, allowedCores } from './machine.ts';

/** The process ended, failed or did not answer; the message says which and how. */
export class ProcessFailure extends Error {}

/** How long a process may take beyond what it was asked to take, before it counts as hung, ms. */
const PATIENCE_MS = 30_000;

export const TASKSET = '/usr/bin/taskset';
/** From this many cores on, server and generator get cores of their own; with fewer, pinning starves one that has much to do. */
const CORES_TO_PIN = 4;

/** Enough for one core each. */
const CORES_APART = 2;

/** How long the news of a process's exit may take after its channel broke, ms. */
const EXIT_NEWS_MS = 1_000;

type Role = 'server' | 'generator' | 'relay' | 'codecs' | 'saturation' | 'awake';

/**
 * Half of the cores for each, so that neither can slow the other; null where the machine or the system does not allow. A
 * relay shares the generator's: both are the instrument, and not what it measures.
 */
export function coresFor(role: Role, allowed: readonly number[], from = CORES_TO_PIN): string | null {
  if (allowed.length < from || !existsSync(TASKSET)) return null;
  const half = Math.floor(allowed.length / 2);
  return (role === 'server' ? allowed.slice(0, half) : allowed.slice(half)).join(',');
}

/** How many processes of a measurement there are. */
export interface Crowd {
  readonly servers: number;
  readonly generators: number;
  /** Whether a relay is between them, which nobody may keep waiting. */
  readonly relayed: boolean;
}

/** By role the cores of its processes, so that each has one and no relay waits; null where there are too few. */
export function apart(
  { servers, generators, relayed }: Crowd,
  cores: readonly number[],
): Record<'server' | 'generator', string | null> | null {
  const half = Math.floor(cores.length / 2);
  if (relayed || servers > half || generators > cores.length - half) return null;
  const of = (role: Role): string | null => coresFor(role, cores, CORES_APART);
  return { server: of('server'), generator: of('generator') };
}

export class Child<In extends { type: string }, Out extends { type: string }> {
  readonly #process: ChildProcess;
  readonly #role: Role;
  #ended: string | undefined;
  #stderr = '';
  #waiting: { type: string; resolve: (message: Out) => void; reject: (error: Error) => void } | undefined;

  /**
   * @param enter what starts it in a namespace: a program and its arguments that end by becoming what follows them
   * @param module what it runs; this build's process of that role where nothing is said
   * @param cores where it runs, as `taskset` lists them; null: anywhere
   */
  constructor(
    role: Role,
    enter: readonly string[] = [],
    module: URL = new URL(`./${role}-process.js`, import.meta.url),
    cores: string | null = coresFor(role, allowedCores()),
  ) {
    this.#role = role;
    const pin = cores === null ? [] : [TASKSET, '-c', cores];
    // Each of these becomes the next (execve), so the process keeps its id, its channel and its end.
    const [execPath = process.execPath, ...execArgv] = [...enter, ...pin, process.execPath];
    this.#process = fork(module, {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      // Always its own: those of this process, an --eval among them, would be inherited and run again in every child.
      execPath,
      execArgv,
    });
    this.#process.stderr!.on('data', (data: Buffer) => (this.#stderr = (this.#stderr + data.toString()).slice(-2_000)));
    this.#process.on('message', (message: Out) => this.#receive(message));
    this.#process.on('error', (error) => this.#fail(`could not be started (${error.message})`));
    this.#process.on('exit', (code, signal) => this.#exited(code, signal));
  }

  /** 0 when it could not be started. */
  get pid(): number {
    return this.#process.pid ?? 0;
  }

  /**
   * Sends a message and waits for the answer of that type.
   *
   * @param takesMs how long the answer may take by itself
   */
  ask<T extends Out['type']>(message: In, type: T, takesMs = 0): Promise<Extract<Out, { type: T }>> {
    return new Promise((resolve, reject) => {
      if (this.#ended !== undefined) return reject(new ProcessFailure(this.#ended));
      const timer = setTimeout(() => {
        const waited = Math.round((takesMs + PATIENCE_MS) / 1e3);
        const state = processState(this.pid) ?? 'gone';
        this.#fail(
          `did not answer "${message.type}" within ${waited} s (its state: ${state}). Run again when the machine is less busy`,
        );
      }, takesMs + PATIENCE_MS);
      this.#waiting = {
        type,
        resolve: (answer) => {
          clearTimeout(timer);
          resolve(answer as Extract<Out, { type: T }>);
        },
        reject: (error) => {
          clearTimeout(timer);
          reject(error);
        },
      };
      this.#process.send(message, (error) => {
        // A process that has just died is told of by its exit, which says more; it may come a moment later.
        if (error !== null) setTimeout(() => this.#fail(`cannot be reached (${error.message})`), EXIT_NEWS_MS).unref();
      });
    });
  }

  /** Ends the process, and resolves when it is gone. */
  kill(): Promise<void> {
    this.#waiting = undefined;
    if (this.#process.exitCode !== null || this.#process.signalCode !== null || this.pid === 0)
      return Promise.resolve();
    const gone = new Promise<void>((resolve) => this.#process.once('exit', () => resolve()));
    // SIGKILL: what is measured is over, and a paused or hung process must end too.
    this.#process.kill('SIGKILL');
    return gone;
  }

  /** Asks the process to end, which it does in order, and kills it when it has not after `graceMs`. */
  async end(graceMs: number): Promise<void> {
    const late = setTimeout(() => void this.kill(), graceMs);
    const gone = new Promise<void>((resolve) => this.#process.once('exit', () => resolve()));
    const asked = this.#ended === undefined && this.#process.kill('SIGTERM');
    await (asked ? gone : this.kill());
    clearTimeout(late);
  }

  #receive(message: Out): void {
    if (message.type === 'failed') {
      this.#fail(`failed: ${(message as unknown as { message: string }).message}`);
    } else if (this.#waiting?.type === message.type) {
      const { resolve } = this.#waiting;
      this.#waiting = undefined;
      resolve(message);
    }
  }

  #exited(code: number | null, signal: NodeJS.Signals | null): void {
    const how = signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`;
    const last = this.#stderr.trim().split('\n').at(-1);
    this.#fail(last === undefined || last === '' ? how : `${how}: ${last}`);
  }

  #fail(what: string): void {
    this.#ended ??= `The ${this.#role} process ${what}.`;
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.reject(new ProcessFailure(this.#ended));
  }
}
