/** `pushbench verify TARGET`: which sentences of the delivery contract a server of the user's own keeps. */
import type { Command } from 'commander';
import { plain } from '../report/format.ts';
import type { Verification, VerificationOutcome as Outcome } from '../results/verification.ts';
import { loadTarget } from '../scenarios/target/load.ts';
import { commandLine, type Target } from '../scenarios/target/target.ts';
import { verify, type Finding } from '../scenarios/target/verify.ts';
import { EXIT } from './failure.ts';
import { onInterrupt } from './run.ts';
import { print } from './terminal.ts';

const MARK: Readonly<Record<Outcome, string>> = { kept: '✓', broken: '✗', untested: '–' };

export function addVerify(program: Command, finish: (code: number) => void): void {
  program
    .command('verify')
    .description('check which sentences of the delivery contract a server of your own keeps')
    .argument('<target>', 'target file, or a folder that holds pushbench.target.json')
    .option('--json', 'print the findings as one JSON document and nothing else')
    .action(async (path: string, { json = false }: { json?: boolean }) => finish(await run(loadTarget(path), json)));
}

async function run(target: Target, json: boolean): Promise<number> {
  const interrupt = onInterrupt();
  if (!json) await print(`${plain(target.name)}: ${plain(commandLine(target))}`);
  let transport = '';
  const told = (finding: Finding): void => {
    if (json) return;
    if (finding.transport !== transport) void print(`\n${(transport = finding.transport)}`);
    void print(lineOf(finding));
  };
  try {
    const findings = await verify(target, interrupt.signal, told);
    await print(json ? JSON.stringify(documentOf(target, findings)) : `\n${summary(findings)}`);
    return findings.some(({ outcome }) => outcome === 'broken') ? EXIT.regression : EXIT.good;
  } catch (error) {
    if (interrupt.signal.aborted) return EXIT.interrupted;
    throw error;
  }
}

function lineOf({ outcome, sentence, detail }: Finding): string {
  const reason = outcome === 'untested' ? `not tested: ${detail}` : detail;
  return `  ${MARK[outcome]} ${sentence} (${plain(reason)})`;
}

function countOf(findings: readonly Finding[]): Record<Outcome, number> {
  const count = (outcome: Outcome): number => findings.filter((finding) => finding.outcome === outcome).length;
  return { kept: count('kept'), broken: count('broken'), untested: count('untested') };
}

function summary(findings: readonly Finding[]): string {
  const { kept, broken, untested } = countOf(findings);
  return `${kept} kept, ${broken} broken, ${untested} not tested`;
}

function documentOf({ name, file, command }: Target, findings: readonly Finding[]): Verification {
  return {
    schemaVersion: 1,
    kind: 'verification',
    target: { name, file, command: [...command] },
    ...countOf(findings),
    findings: [...findings],
  };
}
