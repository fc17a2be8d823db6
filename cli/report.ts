/** `pushbench report FILE`: a stored run as page, Markdown or terminal table. */
import type { Command } from 'commander';
import { loadPageAssets } from '../report/assets.ts';
import { renderHtml } from '../report/html.ts';
import { renderMarkdown } from '../report/markdown.ts';
import { renderTerminal } from '../report/terminal.ts';
import { readRun, writeWhole } from '../results/store.ts';
import { print, terminal } from './terminal.ts';

interface ReportOptions {
  readonly html?: string;
  readonly markdown?: string | true;
  readonly json?: boolean;
}

export function addReport(program: Command): void {
  program
    .command('report')
    .description('render a stored run: the HTML page beside it, and the table here')
    .argument('<file>', 'a result file of pushbench run (.json or .json.gz)')
    .option('--html <FILE>', 'where to write the page (default: beside the result)')
    .option('--markdown [FILE]', 'write Markdown to FILE, or to stdout, instead of the table')
    .option('--json', 'print the document on stdout and nothing else')
    .action(async (file: string, options: ReportOptions) => {
      const run = readRun(file);
      if (options.json === true) return print(JSON.stringify(run));
      const page = options.html ?? `${file.replace(/\.json(\.gz)?$/, '')}.html`;
      writeWhole(page, renderHtml(run, loadPageAssets()));
      if (options.markdown === true) return print(renderMarkdown(run));
      if (options.markdown !== undefined) writeWhole(options.markdown, renderMarkdown(run));
      else await print(renderTerminal(run, terminal()));
      process.stderr.write(`Report  ${page}\n`);
    });
}
