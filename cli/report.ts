/** `pushbench report FILE…`: a stored result of whatever kind as page, Markdown or terminal text; several runs side by side. */
import { basename } from 'node:path';
import type { Command } from 'commander';
import { loadPageAssets } from '../report/assets.ts';
import { renderCapacityHtml } from '../report/capacity-html.ts';
import { renderCapacityMarkdown } from '../report/capacity-markdown.ts';
import { renderCapacity } from '../report/capacity-text.ts';
import { renderSideHtml } from '../report/html-side.ts';
import { renderHtml } from '../report/html.ts';
import { judgementMarkdown } from '../report/judgement-markdown.ts';
import { judgementText } from '../report/judgement-text.ts';
import { renderMarkdown } from '../report/markdown.ts';
import { digestOf } from '../report/run-digest.ts';
import { sideMarkdown, sideTerminal } from '../report/side-text.ts';
import { renderTerminal } from '../report/terminal.ts';
import { readAnyResult, type AnyResult } from '../results/any-result.ts';
import type { Judgement } from '../results/gate/judgement.ts';
import { readRun, writeWhole } from '../results/store.ts';
import { UsageError } from './failure.ts';
import { writeFirst } from './run.ts';
import { print, terminal } from './terminal.ts';

interface ReportOptions {
  readonly html?: string;
  readonly markdown?: string | true;
  readonly json?: boolean;
}

interface Renderings {
  readonly document: unknown;
  /** Null: a verdict has no page; it is a table and a sentence or two. */
  readonly html: (() => string) | null;
  readonly markdown: () => string;
  readonly text: () => string;
}

/** More columns than these nobody reads. */
const MOST_RUNS = 6;

export function addReport(program: Command): void {
  program
    .command('report')
    .description(
      'render a stored result, or several runs side by side: the HTML page beside the first, and the table here',
    )
    .argument(
      '<file...>',
      `a result file of pushbench run, capacity or ab (.json or .json.gz), or a judgement; or up to ${MOST_RUNS} runs`,
    )
    .option('--html <FILE>', 'where to write the page (default: beside the first result)')
    .option('--markdown [FILE]', 'write Markdown to FILE, or to stdout, instead of the table')
    .option('--json', 'print the document of one file on stdout and nothing else')
    .addHelpText(
      'after',
      '\nSeveral runs stand side by side: medians, changes against the first with their interval, exact byte counts.\nOf different machines only byte counts are compared. "pushbench compare" judges two of them, with an exit code.',
    )
    .action((files: string[], options: ReportOptions) => report(files, options));
}

async function report(files: readonly string[], options: ReportOptions): Promise<void> {
  const [file = ''] = files;
  const { document, html, markdown, text } = files.length > 1 ? sideBySide(files) : renderingsOf(readAnyResult(file));
  if (options.json === true) {
    if (files.length > 1) throw new UsageError('--json prints one document. Give one file, or leave --json out.');
    return print(JSON.stringify(document));
  }
  if (html === null && options.html !== undefined) {
    throw new UsageError(`${file} holds a verdict, which has no page. Leave --html out, or give --markdown a file.`);
  }
  const ending = files.length > 1 ? '.side-by-side.html' : '.html';
  const page = html === null ? null : (options.html ?? `${file.replace(/\.json(\.gz)?$/, '')}${ending}`);
  if (html !== null && page !== null)
    writeFirst(page, () => writeWhole(page, html()), 'Choose another file with --html');
  if (options.markdown === true) return print(markdown());
  if (options.markdown !== undefined) writeWhole(options.markdown, markdown());
  else await print(text().trimEnd());
  if (page !== null) process.stderr.write(`Report  ${page}\n`);
}

function sideBySide(files: readonly string[]): Renderings {
  if (files.length > MOST_RUNS) {
    throw new UsageError(
      `${files.length} files are too many to read side by side: up to ${MOST_RUNS} are shown. Leave some out, or give them to "pushbench history".`,
    );
  }
  const runs = files.map((file) => digestOf(readRun(file)));
  const labels = files.map((file) => basename(file));
  return {
    document: runs,
    html: () => renderSideHtml(runs, labels, loadPageAssets()),
    markdown: () => sideMarkdown(runs, labels),
    text: () => sideTerminal(runs, labels, terminal()),
  };
}

function renderingsOf(result: AnyResult): Renderings {
  switch (result.kind) {
    case 'run': {
      const { run } = result;
      return {
        document: run,
        html: () => renderHtml(run, loadPageAssets()),
        markdown: () => renderMarkdown(run),
        text: () => renderTerminal(run, terminal()),
      };
    }
    case 'capacity': {
      const { capacity } = result;
      return {
        document: capacity,
        html: () => renderCapacityHtml(capacity, loadPageAssets()),
        markdown: () => renderCapacityMarkdown(capacity),
        text: () => renderCapacity(capacity, terminal()),
      };
    }
    case 'ab':
      return verdict(result.ab, result.ab.judgement);
    case 'judgement':
      return verdict(result.judgement, result.judgement);
  }
}

const verdict = (document: unknown, judgement: Judgement): Renderings => ({
  document,
  html: null,
  markdown: () => judgementMarkdown(judgement),
  text: () => judgementText(judgement, terminal()),
});
