/** `pushbench doctor`: what this machine has, what will limit a run here, and how to lift it. */
import { availableParallelism } from 'node:os';
import type { Command } from 'commander';
import { format } from '../report/format.ts';
import { OTHER_DESCRIPTORS } from '../scenarios/limits.ts';
import { clockResolutionNs } from '../scenarios/runner/clock.ts';
import { describeMachine, machineLimits, portRange, readProcess } from '../scenarios/runner/machine.ts';
import { namespaceSupport } from '../scenarios/runner/namespace.ts';
import type { PortRange } from '../scenarios/runner/share.ts';
import { print } from './terminal.ts';

interface Finding {
  readonly name: string;
  readonly value: string;
  readonly good: boolean;
  /** What it means for a run. */
  readonly meaning: string;
  /** How to have more of it, where that is a setting of the system. */
  readonly lift?: string;
}

/** What was read of this machine; null where the system does not say. */
export interface Readings {
  readonly node: string;
  readonly cores: number;
  readonly cpuModel: string;
  readonly memoryGiB: number;
  readonly descriptors: number | null;
  readonly ports: PortRange | null;
  /** Whether CPU and memory of a process can be read from outside it. */
  readonly meter: boolean;
  /** Why no private network namespace can be made; null where one can. */
  readonly noNamespace: string | null;
  readonly clockNs: number;
}

/** Sockets that a run of the suite's largest scenario needs in one process. */
const COMFORTABLE_SOCKETS = 20_000;

const count = (value: number): string => format(value, 'count');

export function findingsOf(read: Readings): Finding[] {
  const { node, cores, cpuModel, memoryGiB, meter, noNamespace, clockNs } = read;
  return [
    {
      name: 'Node.js',
      value: node,
      good: supported(node),
      meaning: 'needs 20.19 or newer; figures of different versions do not compare',
    },
    {
      name: 'cores',
      value: `${cores} × ${cpuModel}`,
      good: cores >= 2,
      meaning:
        cores >= 4
          ? 'server and generator get cores of their own'
          : 'server and generator share cores: watch the machine-busy warning, and keep other programs closed',
    },
    openFiles(read),
    ports(read),
    {
      name: 'memory',
      value: `${memoryGiB} GiB`,
      good: memoryGiB >= 2,
      meaning: 'each client takes memory in the server and in the generator; "npm run bench:self" measures how much',
    },
    {
      name: 'process meter',
      value: meter ? '/proc' : 'none',
      good: meter,
      meaning: 'CPU and memory of the server are read from outside; only Linux shows them',
    },
    {
      name: 'packets',
      value: noNamespace === null ? 'measured' : 'modelled',
      good: noNamespace === null,
      meaning:
        noNamespace === null
          ? 'each measurement gets a private network namespace, whose interface counts its packets'
          : `no private network namespace can be made (${noNamespace}); packets below the socket are modelled instead`,
    },
    {
      name: 'clock',
      value: `${clockNs} ns`,
      good: clockNs <= 1_000,
      meaning: 'smallest difference that a latency can show',
    },
  ];
}

/** Node.js raises its own limit to the hard one when it starts, so the hard one is what there is to lift. */
function openFiles({ descriptors }: Readings): Finding {
  const name = 'open files';
  const meaning = 'a socket is a file, in the generator and in the server';
  if (descriptors === null) return { name, value: 'unknown', good: true, meaning };
  const clients = Math.max(0, descriptors - OTHER_DESCRIPTORS);
  return {
    name,
    value: count(descriptors),
    good: descriptors >= COMFORTABLE_SOCKETS,
    meaning: `${meaning}: at most ${count(clients)} clients for each process of --workers and --server-workers, half as many where each has a second connection (echo over HTTP) or with --link`,
    lift: 'ulimit -n 65536 in the shell before pushbench, as root where that is above the hard limit (ulimit -Hn); for good: nofile in /etc/security/limits.conf, LimitNOFILE in a unit of systemd, docker run --ulimit nofile=65536',
  };
}

function ports({ ports: range }: Readings): Finding {
  const name = 'ports';
  const meaning = 'each connection takes a port of the address that it comes from';
  if (range === null) return { name, value: 'unknown', good: true, meaning };
  return {
    name,
    value: `${range.first} to ${range.first + range.count - 1} (${count(range.count)})`,
    good: range.count >= COMFORTABLE_SOCKETS,
    meaning: `${meaning}: at most ${count(range.count)} clients for each of --workers, which has an address of its own once ports would run out`,
    lift: "sudo sysctl -w net.ipv4.ip_local_port_range='1024 65535'; for good: that setting in a file of /etc/sysctl.d",
  };
}

async function readings(): Promise<Readings> {
  const network = await namespaceSupport();
  const { comparable } = describeMachine();
  return {
    node: process.versions.node,
    cores: availableParallelism(),
    cpuModel: String(comparable['cpuModel']),
    memoryGiB: Number(comparable['memoryGiB']),
    descriptors: machineLimits().descriptors,
    ports: portRange(),
    meter: readProcess(process.pid).cpuNs !== null,
    noNamespace: network.possible ? null : network.reason,
    clockNs: clockResolutionNs(),
  };
}

/** `ok` or `note`, then what it means, and how to lift it. */
export function findingsText(findings: readonly Finding[]): string {
  const indent = ' '.repeat(20);
  return findings
    .map(({ name, value, good, meaning, lift }) =>
      [
        `${good ? 'ok  ' : 'note'} ${name.padEnd(14)} ${value}`,
        `${indent}${meaning}`,
        ...(lift === undefined ? [] : [`${indent}more: ${lift}`]),
      ].join('\n'),
    )
    .join('\n');
}

function supported(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 20 || (major === 20 && minor >= 19);
}

export function addDoctor(program: Command): void {
  program
    .command('doctor')
    .description('show what this machine has, what will limit a run here, and how to lift it')
    .option('--json', 'as one JSON document')
    .action(async ({ json }: { json?: boolean }) => {
      const found = findingsOf(await readings());
      return print(json === true ? JSON.stringify(found) : findingsText(found));
    });
}
