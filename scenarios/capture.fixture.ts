/** What tshark sees on the loopback interface between two marks: every packet of the ports that are asked for. */
import { spawn, spawnSync, type ChildProcessByStdio } from 'node:child_process';
import { connect } from 'node:net';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

/** Nobody listens there: a connection to it is refused, which makes two packets that are known. */
const MARK_PORT = 1;
const MARK = `127.0.0.1:${MARK_PORT}`;
/** In the order in which `#read` takes them. */
const FIELDS = [
  'ip.src',
  'ip.dst',
  'tcp.srcport',
  'tcp.dstport',
  'tcp.stream',
  'tcp.len',
  'ip.len',
  'tcp.flags',
  'tcp.analysis.retransmission',
  'tcp.analysis.spurious_retransmission',
].flatMap((field) => ['-e', field]);
const [FIN, RST] = [0x1, 0x4];
const PATIENCE_MS = 20_000;

/** A packet as it passed loopback, where it may be larger than Ethernet's. */
export interface Frame {
  /** Address and port: clients of other tests may have the same port at another address. */
  readonly from: string;
  readonly to: string;
  readonly stream: number;
  /** TCP payload, bytes. */
  readonly payload: number;
  readonly ipBytes: number;
  /** The end that sends it is done, by FIN or RST. */
  readonly last: boolean;
  /** The bytes have been seen before. Loopback loses nothing, but a reader that stalls makes a sender probe (RFC 8985 §7). */
  readonly sentAgain: boolean;
}

/** Null when tshark may capture here, else why not. */
export function captureTrouble(): string | null {
  const tried = spawnSync('tshark', ['-i', 'lo', '-a', 'duration:0', '-w', '/dev/null'], { encoding: 'utf8' });
  if (tried.error !== undefined) return 'there is no tshark. Install it (Debian, Ubuntu: apt install tshark)';
  if (tried.status !== 0) return `tshark may not capture: ${/.*permission.*/.exec(tried.stderr)?.[0] ?? tried.stderr}`;
  return null;
}

export class Capture {
  readonly #tshark: ChildProcessByStdio<null, Readable, Readable>;
  readonly #enter: readonly string[];
  readonly frames: Frame[] = [];
  #marks = 0;
  #rest = '';
  #complaint = '';

  private constructor(ports: readonly number[], enter: readonly string[]) {
    const filter =
      ports.length === 0 ? 'tcp' : `tcp and (${[MARK_PORT, ...ports].map((p) => `port ${p}`).join(' or ')})`;
    // -l: a line as soon as its packet is seen. -p and -n: nothing on the network but what is captured.
    const [program, ...args] = [
      ...enter,
      'tshark',
      '-i',
      'lo',
      '-l',
      '-p',
      '-n',
      '-f',
      filter,
      '-T',
      'fields',
      ...FIELDS,
    ];
    this.#enter = enter;
    this.#tshark = spawn(program!, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#tshark.stdout.on('data', (data: Buffer) => this.#read(data.toString()));
    this.#tshark.stderr.on('data', (data: Buffer) => (this.#complaint += data.toString()));
    this.#tshark.on('error', (error) => (this.#complaint += error.message));
  }

  /** @param ports none: all. @param enter what starts a program in the namespace whose loopback is meant */
  static async start(ports: readonly number[], enter: readonly string[] = []): Promise<Capture> {
    const capture = new Capture(ports, enter);
    const deadline = performance.now() + PATIENCE_MS;
    while (!(await capture.#mark(500))) {
      if (performance.now() > deadline) throw new Error(`tshark sees nothing: ${capture.#complaint}`);
    }
    capture.frames.length = 0;
    return capture;
  }

  /** From here on `frames` has every frame since the start. */
  async stop(): Promise<void> {
    const seen = await this.#mark(PATIENCE_MS);
    const gone = new Promise((resolve) => this.#tshark.once('close', resolve));
    this.#tshark.kill('SIGINT');
    await gone;
    if (!seen) throw new Error(`tshark no longer sees anything: ${this.#complaint}`);
  }

  /** Whether a mark set now was seen in time. What was sent before it was seen before it. */
  async #mark(patienceMs: number): Promise<boolean> {
    const due = this.#marks + 1;
    await refused(this.#enter);
    const deadline = performance.now() + patienceMs;
    while (this.#marks < due && performance.now() < deadline) await sleep(5);
    return this.#marks >= due;
  }

  #read(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop()!;
    for (const line of lines) {
      const [source, destination, fromPort, toPort, stream, payload, ipBytes, flags, ...again] = line.split('\t');
      const [from, to] = [`${source}:${fromPort}`, `${destination}:${toPort}`];
      const frame = { from, to, stream: Number(stream), payload: Number(payload) };
      // The refusal is the mark's second packet and its last.
      if (from === MARK) this.#marks++;
      else if (to !== MARK) {
        const last = (Number(flags) & (FIN | RST)) !== 0;
        this.frames.push({ ...frame, ipBytes: Number(ipBytes), last, sentAgain: again.some((field) => field !== '') });
      }
    }
  }
}

function refused(enter: readonly string[]): Promise<void> {
  if (enter.length === 0) {
    return new Promise((resolve) => connect(MARK_PORT, '127.0.0.1').on('error', () => resolve()));
  }
  const [program, ...args] = [
    ...enter,
    process.execPath,
    '--eval',
    `require('node:net').connect(${MARK_PORT}, '127.0.0.1').on('error', () => {})`,
  ];
  return new Promise((resolve) => spawn(program, args, { stdio: 'ignore' }).on('close', () => resolve()));
}
