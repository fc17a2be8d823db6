/**
 * The process of a target: started in a process group of its own, and always ended with all of its group.
 *
 * Who started it may be killed at any moment and then ends nobody. So a small shell stands by that reads from a pipe
 * which nobody else holds: the pipe ends with this process, however that happens, and the shell then kills the group.
 */
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { commandLine, TargetFailure, type Target } from './target.ts';

/** What is kept of a line that does not end, characters. */
const LONGEST_LINE = 65_536;
/** What of its last words is shown. */
const LONGEST_WORDS = 300;

type Listener = (line: string) => void;

export class Spawned {
  readonly #process: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #guard: ChildProcessByStdio<Writable, null, null> | undefined;
  readonly #target: Target;
  readonly #listeners = new Set<Listener>();
  /** How it ended, in a clause that follows its command; undefined while it runs. */
  #ended: string | undefined;
  readonly ended: Promise<string>;
  #lastError = '';

  constructor(target: Target, port: number) {
    this.#target = target;
    const withPort = (text: string): string => text.replaceAll('{port}', String(port));
    const [program, ...args] = target.command.map(withPort);
    const env = Object.fromEntries(Object.entries(target.env).map(([name, value]) => [name, withPort(value)]));
    this.#process = spawn(program!, args, {
      cwd: target.cwd,
      env: { ...process.env, ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: true,
    });
    this.ended = new Promise((resolve) => {
      const end = (how: string): void => resolve((this.#ended ??= how));
      this.#process.on('error', ({ message }) => end(`could not be started (${message})`));
      this.#process.on('exit', (code, signal) =>
        end(signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`),
      );
    });
    // Of one that has ended its exit tells more.
    this.#process.stdin.on('error', () => {});
    eachLine(this.#process.stdout, (line) => this.#listeners.forEach((listener) => listener(line)));
    eachLine(this.#process.stderr, (line) => (this.#lastError = line.trim() === '' ? this.#lastError : line));
    this.#guard = this.#process.pid === undefined ? undefined : guardOf(this.#process.pid);
  }

  /** Also the id of its process group; 0 when it could not be started. */
  get pid(): number {
    return this.#process.pid ?? 0;
  }

  get running(): boolean {
    return this.#ended === undefined;
  }

  /** Hands each line of its standard output to the listener, until the returned function is called. */
  onLine(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** To its standard input. */
  write(text: string): void {
    this.#process.stdin.write(text);
  }

  /** What went wrong, with its command, how it ended where it has, and its last words. */
  failure(what?: string): TargetFailure {
    const words = this.#lastError.trim().slice(0, LONGEST_WORDS);
    const last = words === '' ? '' : ` Its last line on stderr: ${words}`;
    const how = [this.#ended, what].filter((clause) => clause !== undefined).join(' ');
    return new TargetFailure(`The target "${commandLine(this.#target)}" ${how}.${last}`);
  }

  /** Signals its group, waits for the grace, then kills what is left of the group. Resolves when the process is gone. */
  async stop(): Promise<void> {
    const { signal, graceMs } = this.#target.stop;
    if (this.running) signalGroup(this.pid, signal);
    const timer = new AbortController();
    await Promise.race([this.ended, sleep(graceMs, undefined, { signal: timer.signal }).catch(() => {})]);
    timer.abort();
    signalGroup(this.pid, 'SIGKILL');
    await this.ended;
    this.#guard?.kill('SIGKILL');
    this.#guard?.stdin.destroy();
  }
}

/** In a session of its own, so that nothing that ends this process ends it, too. */
function guardOf(group: number): ChildProcessByStdio<Writable, null, null> {
  const script = ['-c', 'read -r _; kill -KILL "-$1"', 'sh', String(group)];
  const guard = spawn('/bin/sh', script, { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  guard.on('error', () => {});
  guard.stdin.on('error', () => {});
  guard.unref();
  return guard;
}

function signalGroup(group: number, signal: NodeJS.Signals): void {
  // 0 would be the group of this process itself.
  if (group === 0) return;
  try {
    process.kill(-group, signal);
  } catch {
    // Nothing of it is left.
  }
}

function eachLine(stream: Readable, line: Listener): void {
  let rest = '';
  stream.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop()!.slice(-LONGEST_LINE);
    lines.forEach(line);
  });
  stream.on('end', () => {
    if (rest !== '') line(rest);
  });
}
