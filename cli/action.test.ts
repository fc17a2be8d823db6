/**
 * The GitHub action and the example workflows against the program: every command and flag that they use is one, and no
 * text that somebody else wrote gets into a script.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { pushbench, ROOT } from './cli.fixture.ts';

interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly shell?: string;
  readonly if?: string;
  readonly env?: Record<string, string>;
  readonly with?: Record<string, unknown>;
}
interface Action {
  readonly inputs: Record<string, { description: string; default: string }>;
  readonly outputs: Record<string, { value: string }>;
  readonly runs: { using: string; steps: Step[] };
}
interface Workflow {
  readonly on: unknown;
  readonly permissions: Record<string, string>;
  readonly jobs: Record<string, { 'timeout-minutes': number; if?: string; steps: Step[] }>;
}

const EXAMPLES = 'examples/github';
const read = (path: string): unknown => parse(readFileSync(join(ROOT, path), 'utf8'));
const action = read('action.yml') as Action;
const names = readdirSync(join(ROOT, EXAMPLES)).sort();
const workflows = names.map((name) => [name, read(join(EXAMPLES, name)) as Workflow] as const);
const workflowNamed = (name: string): Workflow => workflows.find(([each]) => each === name)![1];
const stepsOf = ({ jobs }: Workflow): Step[] => Object.values(jobs).flatMap(({ steps }) => steps);

const files: (readonly [string, readonly Step[]])[] = [
  ['action.yml', action.runs.steps],
  ...workflows.map(([name, workflow]) => [name, stepsOf(workflow)] as const),
];
const scripts = files.flatMap(([file, steps]) =>
  steps.flatMap(({ run }) => (run === undefined ? [] : [[file, run] as const])),
);

interface Use {
  readonly command: string;
  readonly flags: readonly string[];
}

/** `history add` and its flags; those that a script has collected in an array beforehand count where it is used. */
function usesIn(script: string): Use[] {
  const arrays = [...script.matchAll(/(\w+)=\(([^)]*)\)/g)].map(([, name, words]) => ({
    name,
    flags: flagsIn(words!),
  }));
  const lines = script
    .replaceAll('\\\n', ' ')
    .split('\n')
    .flatMap((line) => /(?:^|\s)pushbench ([a-z].*)/.exec(line)?.[1] ?? []);
  return lines.map((line) => {
    const used = [...line.matchAll(/\$\{(\w+)\[@\]\}/g)].map(([, name]) => name);
    const collected = arrays.filter(({ name }) => used.includes(name)).flatMap(({ flags }) => flags);
    return { command: /^(?:history |baseline )?[a-z]+/.exec(line)![0], flags: [...flagsIn(line), ...collected] };
  });
}
const flagsIn = (text: string): string[] => text.match(/(?<![\w-])--[a-z][a-z-]*/g) ?? [];

describe('the GitHub action', () => {
  it('is a composite action, and each input says what it is and what it is by default', () => {
    expect(action.runs.using).toBe('composite');
    for (const [name, input] of Object.entries(action.inputs)) {
      expect(name).toMatch(/^[a-z-]+$/);
      expect(input.description).toMatch(/\S/);
      expect(typeof input.default, name).toBe('string');
    }
  });

  it('uses every input that it has, and has every input that it uses', () => {
    const used = [...JSON.stringify(action.runs).matchAll(/inputs\.([a-z-]+)/g)].map(([, name]) => name);
    expect(new Set(used)).toEqual(new Set(Object.keys(action.inputs)));
  });

  it('keeps its verdict also when it fails', () => {
    const keep = action.runs.steps.find(({ uses }) => uses?.startsWith('actions/upload-artifact@'));
    expect(keep!.if).toContain('always()');
  });
});

describe('a workflow', () => {
  it.each(workflows)('%s names what its token may do, and ends in time', (_name, workflow) => {
    expect(Object.keys(workflow.permissions).length).toBeGreaterThan(0);
    for (const job of Object.values(workflow.jobs)) expect(job['timeout-minutes']).toBeGreaterThan(0);
  });

  it.each(workflows)('%s gives the action inputs that it has', (_name, workflow) => {
    for (const { uses, with: inputs = {} } of stepsOf(workflow)) {
      if (uses?.includes('/pushbench@') !== true) continue;
      expect(Object.keys(action.inputs)).toEqual(expect.arrayContaining(Object.keys(inputs)));
    }
  });

  it('that runs the code of a pull request may write nothing, and the one that writes runs none of it', () => {
    const judging = workflowNamed('pull-request.yml');
    expect(judging.on).toBe('pull_request');
    expect(Object.values(judging.permissions)).toEqual(['read']);
    const commenting = workflowNamed('pull-request-comment.yml');
    expect(Object.keys(commenting.on as object)).toEqual(['workflow_run']);
    const uses = stepsOf(commenting).flatMap(({ uses: used }) => used ?? []);
    expect(uses).toEqual(['actions/download-artifact@v4']);
  });
});

describe('a script', () => {
  it.each(scripts)(
    'of %s holds no expression: what GitHub writes into a script becomes a part of it',
    (_file, script) => {
      expect(script).not.toContain('${{');
    },
  );

  it('can fail the check above: an expression in a script is found', () => {
    const evil = parse('run: |\n  echo "${{ github.event.pull_request.title }}"\n') as Step;
    expect(evil.run).toContain('${{');
  });

  it.each(files)('of %s names its shell in every step, and quotes every variable', (_file, steps) => {
    for (const { run, shell } of steps) {
      if (run === undefined) continue;
      expect(shell).toBe('bash');
      const bare = run.replaceAll(/'[^']*'|"(?:[^"\\]|\\.)*"/g, '').match(/\$(?!\(|\?)\w+|\$\{/g) ?? [];
      expect(bare).toEqual([]);
    }
  });
});

describe('every command of the action and of the workflows', () => {
  let commands: Set<string>;
  beforeAll(async () => {
    const { stdout } = await pushbench(ROOT, ['--help']);
    commands = new Set([...stdout.matchAll(/^ {2}([a-z]+)/gm)].map(([, name]) => name!));
  });

  const uses = scripts.flatMap(([file, script]) =>
    usesIn(script).map(({ command, flags }) => [command, file, flags] as const),
  );

  it('is found where scripts use it', () => {
    expect(new Set(uses.map(([command]) => command))).toEqual(
      new Set(['ab', 'compare', 'check', 'run', 'export', 'history add', 'history show']),
    );
  });

  it.each(uses)('%s in %s is a command with these flags: %j', async (command, _file, flags) => {
    expect(commands).toContain(command.split(' ')[0]);
    const { stdout } = await pushbench(ROOT, [...command.split(' '), '--help']);
    for (const flag of flags) expect(stdout).toMatch(new RegExp(`${flag}(?![a-z-])`));
  });
});
