/** `pushbench doctor`: what this machine has, what will limit a run here, and how to lift it. */
import { availableParallelism } from 'node:os';
import type { Command } from 'commander';
import { clockResolutionNs } from '../scenarios/runner/clock.ts';
import { describeMachine, machineLimits, readProcess } from '../scenarios/runner/machine.ts';
import { namespaceSupport } from '../scenarios/runner/namespace.ts';
import { print } from './terminal.ts';

interface Finding {
  readonly name: string;
  readonly value: string;
  readonly good: boolean;
  /** What it means for a run, and how to change it. */
  readonly meaning: string;
}

/** Sockets that a run of the suite's largest scenario needs in one process. */
const COMFORTABLE_DESCRIPTORS = 20_000;

async function findings(): Promise<Finding[]> {
  const network = await namespaceSupport();
  const { comparable } = describeMachine();
  const { descriptors, ports } = machineLimits();
  const cores = availableParallelism();
  const most = Math.min(descriptors ?? Infinity, ports ?? Infinity) - 100;
  return [
    {
      name: 'Node.js',
      value: process.versions.node,
      good: supported(process.versions.node),
      meaning: 'needs 20.19 or newer; figures of different versions do not compare',
    },
    {
      name: 'cores',
      value: `${cores} × ${String(comparable['cpuModel'])}`,
      good: cores >= 2,
      meaning:
        cores >= 4
          ? 'server and generator get cores of their own'
          : 'server and generator share cores: watch the machine-busy warning, and keep other programs closed',
    },
    {
      name: 'open files',
      value: descriptors === null ? 'unknown' : String(descriptors),
      good: descriptors === null || descriptors >= COMFORTABLE_DESCRIPTORS,
      meaning: `at most ${Number.isFinite(most) ? most : 'an unknown number of'} clients a process; more with --workers and --server-workers`,
    },
    {
      name: 'ports',
      value: ports === null ? 'unknown' : String(ports),
      good: ports === null || ports >= COMFORTABLE_DESCRIPTORS,
      meaning: 'clients of one address; each of --workers has an address of its own',
    },
    {
      name: 'memory',
      value: `${String(comparable['memoryGiB'])} GiB`,
      good: Number(comparable['memoryGiB']) >= 2,
      meaning: 'each client takes memory in the server and in the generator; "npm run bench:self" measures how much',
    },
    {
      name: 'process meter',
      value: readProcess(process.pid).cpuNs === null ? 'none' : '/proc',
      good: readProcess(process.pid).cpuNs !== null,
      meaning: 'CPU and memory of the server are read from outside; only Linux shows them',
    },
    {
      name: 'packets',
      value: network.possible ? 'measured' : 'modelled',
      good: network.possible,
      meaning: network.possible
        ? 'each measurement gets a private network namespace, whose interface counts its packets'
        : `no private network namespace can be made (${network.reason}); packets below the socket are modelled instead`,
    },
    {
      name: 'clock',
      value: `${clockResolutionNs()} ns`,
      good: clockResolutionNs() <= 1_000,
      meaning: 'smallest difference that a latency can show',
    },
  ];
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
      const found = await findings();
      if (json === true) return print(JSON.stringify(found));
      return print(
        found
          .map(
            ({ name, value, good, meaning }) =>
              `${good ? 'ok  ' : 'note'} ${name.padEnd(14)} ${value}\n${' '.repeat(20)}${meaning}`,
          )
          .join('\n'),
      );
    });
}
