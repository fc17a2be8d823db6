/**
 * One codec timed by tinybench: a batch of messages encoded by the server's half of a transport, or decoded by the
 * client's. Both are the code that serves and reads in a run.
 */
import { Bench } from 'tinybench';
import type { CodecClock } from '../../results/codecs.ts';
import type { Entry } from '../../servers/hub.ts';
import type { Transport } from '../transports.ts';
import { fillerText } from './envelope.ts';

export type CodecDirection = 'encode' | 'decode';

/** Messages that one sample of tinybench takes together: one alone is over before its clock has moved. */
const BATCH = 400;
/** Payload of a batch, bytes: of large messages fewer are taken together. */
const BATCH_BYTES = 2 ** 20;

/** Places in the log from here on have as many digits throughout, and so every message of a batch the same size. */
const FIRST_OFFSET = 1_001;

/** ms */
const CLOCKS: Readonly<Record<CodecClock, () => number>> = {
  cpu: () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e3;
  },
  wall: () => performance.now(),
};

/** How often a clock is read to see how fine it is, and how many of its steps are to be seen then: some µs each. */
const READINGS = 10_000;
const STEPS = 100;

/**
 * What the process has used, where the system tells it finely: others on the machine then have no say, and the threads
 * that collect garbage are in it. The time that passes elsewhere (Windows tells each 16 ms).
 */
export function codecClock(cpu: () => number = CLOCKS.cpu): CodecClock {
  let steps = 0;
  for (let reading = 0, last = cpu(); reading < READINGS; reading++) {
    const now = cpu();
    if (now > last) steps++;
    last = now;
  }
  return steps >= STEPS ? 'cpu' : 'wall';
}

export interface CodecTask {
  readonly messages: number;
  /** Of one message. */
  readonly encodedBytes: number;
  /** Encodes or decodes the whole batch. */
  readonly run: () => void;
}

/** The part of a transport that is timed. */
export interface Codec {
  readonly server: Pick<Transport['server'], 'name' | 'encode'>;
  readonly client: Pick<Transport['client'], 'decoder'>;
}

/** @throws Error when the transport does not read what it writes: its time would mean nothing */
export function codecTask({ server, client }: Codec, direction: CodecDirection, payloadBytes: number): CodecTask {
  const entries = batchOf(payloadBytes);
  const encodings = entries.map((entry) => encodingOf(server, [entry]));
  const count = { messages: 0 };
  const decode = client.decoder((payload, offset) => {
    // Compared the first time only: from then on it is known that all are read.
    const entry = entries[count.messages++];
    if (entry !== undefined && !reads(entry, payload, offset)) throw misread(server.name, entry);
  });
  const decodeAll = (): void => {
    for (const encoding of encodings) decode(encoding);
  };
  decodeAll();
  if (count.messages !== entries.length) throw misread(server.name, entries[count.messages]);
  const written = { bytes: 0 };
  // Counted, so that no compiler may leave it out.
  const write = (bytes: Buffer): void => void (written.bytes += bytes.length);
  const one = entries.map((entry) => [entry]);
  const encodeAll = (): void => {
    for (const each of one) server.encode(each, write);
  };
  return {
    messages: entries.length,
    encodedBytes: encodings[0]!.length,
    run: direction === 'encode' ? encodeAll : decodeAll,
  };
}

/** What the transport writes for these entries, in one piece. */
export function encodingOf(server: Codec['server'], entries: readonly Entry[]): Buffer {
  const pieces: Buffer[] = [];
  server.encode(entries, (bytes) => void pieces.push(bytes));
  return Buffer.concat(pieces);
}

/** @returns mean of this stretch of time, garbage collection included, ns */
export function timeTask({ messages, run }: CodecTask, durationMs: number, clock: CodecClock): number {
  const bench = new Bench({ time: durationMs, iterations: 1, warmup: false, throws: true, now: CLOCKS[clock] });
  const { result } = bench.add('codec', run).runSync()[0]!;
  if (!('latency' in result)) throw new Error(`the codec was not timed: ${result.state}`);
  return (result.latency.mean * 1e6) / messages;
}

function batchOf(payloadBytes: number): Entry[] {
  const size = Math.max(1, Math.min(BATCH, Math.floor(BATCH_BYTES / payloadBytes)));
  return Array.from({ length: size }, (_, index) => {
    const payload = `${index} ${fillerText(payloadBytes)}`.slice(0, payloadBytes);
    return { offset: FIRST_OFFSET + index, payload, bytes: payloadBytes, encoded: undefined, encoder: undefined };
  });
}

const reads = (entry: Entry, payload: string | Buffer, offset: number | undefined): boolean =>
  payload === entry.payload && (offset ?? entry.offset) === entry.offset;

const misread = (transport: string, entry: Entry | undefined): Error =>
  new Error(`${transport} does not read message ${entry?.offset ?? 'beyond the last'} as it was written`);
