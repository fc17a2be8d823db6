/** The clients in C that the simulated ones are held against: `reader.c`, compiled where it is measured. */
import { execFile, spawn, type ChildProcessByStdio } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** Beside this file, or beside its source where this is built: the bench runs in the checkout, and no package holds it. */
const SOURCE = ['reader.c', '../../../scenarios/bench/reader.c']
  .map((path) => fileURLToPath(new URL(path, import.meta.url)))
  .find((path) => existsSync(path));

export interface CompiledReader {
  readonly program: string;
  remove(): void;
}

/** Null where this machine has no C compiler. */
export async function compileReader(): Promise<CompiledReader | null> {
  const folder = mkdtempSync(join(tmpdir(), 'pushbench-c-'));
  const program = join(folder, 'reader');
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    if (SOURCE === undefined) throw new Error('scenarios/bench/reader.c is not in this checkout.');
    await promisify(execFile)('cc', ['-O2', '-o', program, SOURCE]);
    return { program, remove };
  } catch (error) {
    remove();
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** What it has counted, and what that took, since its start. */
export interface ReaderUsage {
  readonly messages: number;
  readonly cpuUs: number;
}

export class CReader {
  readonly #process: ChildProcessByStdio<Writable, Readable, null>;
  readonly #lines: AsyncIterator<string>;

  private constructor(program: string, port: number, count: number, head: string) {
    this.#process = spawn(program, [String(port), String(count), head], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#lines = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]();
  }

  /** With all its connections upgraded. @param head the upgrade request that each sends */
  static async open(program: string, port: number, count: number, head: string): Promise<CReader> {
    const reader = new CReader(program, port, count, head);
    await reader.#line();
    return reader;
  }

  async usage(): Promise<ReaderUsage> {
    this.#process.stdin.write('\n');
    const [messages = NaN, cpuUs = NaN] = (await this.#line()).split(' ').map(Number);
    return { messages, cpuUs };
  }

  close(): void {
    this.#process.stdin.end();
  }

  async #line(): Promise<string> {
    const next = await this.#lines.next();
    if (next.done === true) throw new Error('The reader in C has ended.');
    return next.value;
  }
}
