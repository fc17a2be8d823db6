/** Inside GitHub Actions a verdict is announced where people look: annotations, and the summary of the job. */
import { appendFileSync, statSync } from 'node:fs';
import { annotationsOf } from '../report/github-annotations.ts';
import { judgementMarkdown } from '../report/judgement-markdown.ts';
import { SUMMARY_BYTES, withinBytes } from '../report/markdown-limit.ts';
import type { Judgement } from '../results/gate/judgement.ts';

/**
 * Does nothing outside of GitHub Actions. Never throws: a verdict is not lost because it could not be announced.
 *
 * Annotations go to stderr, which the runner reads as it reads stdout, so that `--json` stays one document.
 */
export function announce(judgement: Judgement, env: NodeJS.ProcessEnv): void {
  if (env['GITHUB_ACTIONS'] !== 'true') return;
  for (const command of annotationsOf(judgement)) process.stderr.write(`${command}\n`);
  summarise(judgementMarkdown(judgement), env);
}

/** Adds to the summary of this step, within what GitHub keeps. Nothing where there is no summary to add to. */
export function summarise(markdown: string, env: NodeJS.ProcessEnv): void {
  const file = env['GITHUB_STEP_SUMMARY'];
  if (env['GITHUB_ACTIONS'] !== 'true' || file === undefined || file === '') return;
  try {
    const taken = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
    appendFileSync(file, withinBytes(`${markdown}\n`, SUMMARY_BYTES - taken));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    process.stderr.write(`The job summary ${file} cannot be written (${code ?? 'unwritable'}); the verdict stands.\n`);
  }
}
