/** `pushbench report FILE`: a stored result of whatever kind as page, Markdown or terminal text. */
import type { Command } from 'commander';
import { loadPageAssets } from '../report/assets.ts';
import { renderCapacityHtml } from '../report/capacity-html.ts';
import { renderCapacityMarkdown } from '../report/capacity-markdown.ts';
import { renderCapacity } from '../report/capacity-text.ts';
import { renderHtml } from '../report/html.ts';
import { judgementMarkdown } from '../report/judgement-markdown.ts';
import { judgementText } from '../report/judgement-text.ts';
import { renderMarkdown } from '../report/markdown.ts';
import { renderTerminal } from '../report/terminal.ts';
import { readAnyResult, type AnyResult } from '../results/any-result.ts';
import type { Judgement } from '../results/gate/judgement.ts';
import { writeWhole } from '../results/store.ts';
import { UsageError } from './failure.ts';
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

export function addReport(program: Command): void {
  program
    .command('report')
    .description('render a stored result: the HTML page beside it, and the table here')
    .argument('<file>', 'a result file of pushbench run, capacity or ab (.json or .json.gz), or a judgement')
    .option('--html <FILE>', 'where to write the page (default: beside the result)')
    .option('--markdown [FILE]', 'write Markdown to FILE, or to stdout, instead of the table')
    .option('--json', 'print the document on stdout and nothing else')
    .action((file: string, options: ReportOptions) => report(file, options));
}

async function report(file: string, options: ReportOptions): Promise<void> {
  const { document, html, markdown, text } = renderingsOf(readAnyResult(file));
  if (options.json === true) return print(JSON.stringify(document));
  if (html === null && options.html !== undefined) {
    throw new UsageError(`${file} holds a verdict, which has no page. Leave --html out, or give --markdown a file.`);
  }
  const page = html === null ? null : (options.html ?? `${file.replace(/\.json(\.gz)?$/, '')}.html`);
  if (html !== null && page !== null) writeWhole(page, html());
  if (options.markdown === true) return print(markdown());
  if (options.markdown !== undefined) writeWhole(options.markdown, markdown());
  else await print(text().trimEnd());
  if (page !== null) process.stderr.write(`Report  ${page}\n`);
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
