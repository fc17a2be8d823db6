/**
 * A private network for one measurement, so that the counters of its loopback interface count that measurement's packets
 * and nobody else's.
 *
 * A small program holds it open: `ip`, which reads commands until its input ends, and so ends with this process however
 * that happens. Server and generator are started into it by nsenter, which becomes them: their ids and their channels to
 * the runner are as ever. It is made anew for every measurement, for what the one before left behind (sockets in
 * TIME_WAIT, segments sent again) would be counted in the next.
 *
 * The interface carries 1,500 bytes a packet, as Ethernet does. What is larger passes it in one piece all the same, as it
 * passes a stack whose card cuts it up (TSO): to have the kernel cut it would cost a server three times the CPU for
 * messages of 64 KiB, and change what is measured. How many segments a piece is, the kernel counts itself (RFC 4022,
 * tcpOutSegs, tcpRetransSegs), and each of them but the first weighs a header more. The receiver then acknowledges pieces, as behind a
 * card that merges segments (GRO). What stays different from a network: no delay, so an acknowledgement has less time to
 * ride on data, and no loss, so nothing is sent twice. Ethernet's own bytes are not in it.
 */
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { accessSync, constants, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { HEADER_BYTES } from '../../clients/packets.ts';

/** Since the namespace began, both directions. On loopback what is sent is received: each packet counts once. */
export interface WireCount {
  readonly packets: number;
  /** From the IP header up. */
  readonly ipBytes: number;
}

export interface Namespace {
  /** What to put before a program and its arguments to start it in here. */
  readonly enter: readonly string[];
  /** Null where the system does not say. */
  count(): WireCount | null;
  /** Lets go of it, and resolves when its holder has ended; it is gone when the last process in it is. */
  close(): Promise<void>;
}

/** How this machine makes one: found out once. */
interface Way {
  readonly hold: readonly string[];
  readonly enter: (pid: number) => string[];
  /** Settings of this machine that a new namespace does not have. */
  readonly settings: readonly (readonly [file: string, value: string])[];
}
export type Support = { readonly possible: true; readonly way: Way } | { readonly possible: false; reason: string };

/** Of the interface in there, as `ip` takes it. The second command answers, and so tells that the first was done. */
const COMMANDS = 'link set dev lo up mtu 1500\nlink show dev lo\n';

/** How long a namespace may take; it takes about 10 ms, ms. */
const PATIENCE_MS = 5_000;

/** `ip` and others are there, and ordinary users have them not always in their PATH. */
const SYSTEM_PATHS = ['/usr/sbin', '/sbin', '/usr/bin', '/bin'];

/** What of the machine's settings touches a measurement and is a namespace's own: a new one begins with the kernel's defaults. */
const SETTINGS = [
  'core/somaxconn',
  'ipv4/ip_local_port_range',
  ...[
    'congestion_control',
    'fin_timeout',
    'max_syn_backlog',
    'max_tw_buckets',
    'notsent_lowat',
    'pingpong_thresh',
    'rmem',
    'sack',
    'slow_start_after_idle',
    'syncookies',
    'timestamps',
    'tw_reuse',
    'window_scaling',
    'wmem',
  ].map((name) => `ipv4/tcp_${name}`),
].map((name) => `/proc/sys/net/${name}`);

let support: Promise<Support> | undefined;

/** Whether one can be made here, and if not, why. Tried once. */
export function namespaceSupport(): Promise<Support> {
  return (support ??= probe());
}

/** Null where none can be made: what is counted in one is then modelled. */
export async function openNamespace(): Promise<Namespace | null> {
  const found = await namespaceSupport();
  return found.possible ? open(found.way).catch(() => null) : null;
}

async function probe(): Promise<Support> {
  if (process.platform !== 'linux') return { possible: false, reason: 'only Linux has them' };
  const programs = ['unshare', 'nsenter', 'ip', 'grep', 'tee'].map((name) => [name, find(name)] as const);
  const missing = programs.filter(([, path]) => path === undefined).map(([name]) => name);
  if (missing.length > 0) return { possible: false, reason: `this machine has no ${missing.join(' and no ')}` };
  const reasons: string[] = [];
  for (const way of ways(Object.fromEntries(programs) as Record<string, string>)) {
    try {
      return { possible: true, way: await tryOut(way) };
    } catch (error) {
      reasons.push((error as Error).message);
    }
  }
  return { possible: false, reason: [...new Set(reasons)].join('; ') };
}

/** As root, plainly. As anybody, and as a root that may not, within a user namespace of one's own. */
function ways({ unshare, nsenter, ip }: Record<string, string>): Way[] {
  const batch = [ip!, '-batch', '-'];
  const plain: Way = {
    hold: [unshare!, '--net', ...batch],
    enter: (pid) => [nsenter!, `--target=${pid}`, '--net'],
    settings: [],
  };
  const asUser: Way = {
    hold: [unshare!, '--user', '--map-root-user', '--net', ...batch],
    enter: (pid) => [nsenter!, `--target=${pid}`, '--user', '--net', '--preserve-credentials'],
    settings: [],
  };
  return process.getuid?.() === 0 ? [plain, asUser] : [asUser];
}

/** Makes one, learns which settings it lacks, and checks that it can be given them. */
async function tryOut(way: Way): Promise<Way> {
  const bare = await open(way);
  try {
    if (bare.count() === null) throw new Error('its counters cannot be read');
    const settings = await missingSettings(bare);
    await furnish(bare, settings);
    const still = await missingSettings(bare);
    if (still.length > 0) throw new Error(`${still.map(([file]) => file).join(', ')} cannot be set in it`);
    return { ...way, settings };
  } finally {
    await bare.close();
  }
}

async function open(way: Way): Promise<Namespace> {
  const [program, ...args] = way.hold;
  const holder = spawn(program!, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  const ended = new Promise<void>((resolve) => holder.on('close', () => resolve()).on('error', () => resolve()));
  const close = (): Promise<void> => {
    holder.stdin.destroy();
    return ended;
  };
  try {
    await answered(holder);
    const pid = holder.pid!;
    const namespace: Namespace = { enter: [...way.enter(pid), '--'], count: () => countOf(pid), close };
    await furnish(namespace, way.settings);
    return namespace;
  } catch (error) {
    void close();
    throw error;
  }
}

/** Resolves when the interface is as asked for. */
function answered(holder: ChildProcessByStdio<Writable, Readable, Readable>): Promise<void> {
  return new Promise((resolve, reject) => {
    let complaint = '';
    const fail = (): void => {
      clearTimeout(timer);
      reject(new Error(complaint.trim().split('\n')[0] || 'it could not be made'));
    };
    const timer = setTimeout(fail, PATIENCE_MS);
    holder.stderr.on('data', (data: Buffer) => (complaint += data.toString()));
    holder.on('error', (error) => {
      complaint ||= error.message;
      fail();
    });
    // After the last of what it wrote.
    holder.on('close', fail);
    holder.stdin.on('error', () => {});
    holder.stdout.once('data', () => {
      clearTimeout(timer);
      resolve();
    });
    holder.stdin.write(COMMANDS);
  });
}

/**
 * `/proc/PID/net/dev` has what passed the interface: bytes received, without a link header on loopback, and then pieces.
 * `/proc/PID/net/snmp` has what they are on a wire; nothing but TCP runs in here.
 */
function countOf(pid: number): WireCount | null {
  try {
    const interfaces = readFileSync(`/proc/${pid}/net/dev`, 'utf8');
    const passed = /^\s*lo:\s*(\d+)\s+(\d+)/m.exec(interfaces);
    const [names, values] = readFileSync(`/proc/${pid}/net/snmp`, 'utf8').match(/^Tcp: .*$/gm) ?? [];
    const counter = (name: string): number => Number(values?.split(' ')[names?.split(' ').indexOf(name) ?? -1]);
    // Linux counts what is sent again, such as a FIN that a busy machine has not answered in time, in the second only.
    const packets = counter('OutSegs') + counter('RetransSegs');
    if (passed === null || Number.isNaN(packets)) return null;
    const [bytes, pieces] = [Number(passed[1]), Number(passed[2])];
    return { packets, ipBytes: bytes + (packets - pieces) * HEADER_BYTES };
  } catch {
    return null;
  }
}

/** /proc/sys shows everyone the settings of their own namespace, so they are read by a program in it. */
async function missingSettings({ enter }: Namespace): Promise<[file: string, value: string][]> {
  const lines = await run([...enter, find('grep')!, '-s', '', ...SETTINGS]);
  return lines.split('\n').flatMap((line): [string, string][] => {
    const colon = line.indexOf(':');
    const file = line.slice(0, colon);
    if (colon === -1) return [];
    const here = readFileSync(file, 'utf8').trim();
    return here === line.slice(colon + 1).trim() ? [] : [[file, here]];
  });
}

async function furnish({ enter }: Namespace, settings: Way['settings']): Promise<void> {
  for (const [file, value] of settings) await run([...enter, find('tee')!, file], value);
}

/** What a short program printed; how it ended is for who looks at what it was to do. */
function run([program, ...args]: readonly string[], input = ''): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program!, args, { stdio: ['pipe', 'pipe', 'ignore'] });
    let output = '';
    child.stdout.on('data', (data: Buffer) => (output += data.toString()));
    child.on('error', reject);
    child.on('close', () => resolve(output));
    child.stdin.on('error', () => {});
    child.stdin.end(input);
  });
}

function find(program: string): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== ''), ...SYSTEM_PATHS];
  return folders.map((folder) => join(folder, program)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
