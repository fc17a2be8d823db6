/** `pushbench history add | show`: one line a run, kept for ever, and what it shows. */
import { appendFileSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Command } from 'commander';
import { loadPageAssets } from '../report/assets.ts';
import { plain } from '../report/format.ts';
import { renderHistoryHtml } from '../report/history-html.ts';
import { renderHistory } from '../report/history-text.ts';
import { seriesOf } from '../report/series.ts';
import { skippedText } from '../report/trend-words.ts';
import { commitUrlError } from '../results/commit-url.ts';
import { appendix, entryOf, isHistory, parseHistory, type History } from '../results/history.ts';
import { readRun, writeWhole } from '../results/store.ts';
import { trendsOf, type Machine, type Trend } from '../results/trends.ts';
import { commitFrom } from './commit.ts';
import { UsageError } from './failure.ts';
import { writeFirst } from './run.ts';
import { print, terminal } from './terminal.ts';

interface AddOptions {
  readonly file: string;
  readonly commit?: string;
}

interface ShowOptions {
  readonly transports?: string;
  readonly scenarios?: string;
  readonly metrics?: string;
  readonly html?: string;
  readonly commitUrl?: string;
  readonly json?: boolean;
}

export function addHistory(program: Command): void {
  const history = program
    .command('history')
    .description('the figures of every run in one file, and where they changed');
  history
    .command('add')
    .description('append a run as one line')
    .argument('<result>', 'a result file of pushbench run (.json or .json.gz)')
    .requiredOption('--file <FILE>', 'the history (JSON Lines); made where it is not there')
    .option('--commit <SHA>', 'what was measured (default: GITHUB_SHA, else git rev-parse HEAD)')
    .action((result: string, options: AddOptions) => add(result, options));
  history
    .command('show')
    .description('each figure over the runs of one machine, and the commits at which its level changed')
    .argument('<file>', 'a history')
    .option('--transports <A,B>', 'only these transports')
    .option('--scenarios <A,B>', 'only these scenarios')
    .option('--metrics <A,B>', 'only these figures, such as latency-p99,bytes-per-message')
    .option('--html <FILE>', 'write a page with charts, too')
    .option('--commit-url <URL>', 'where a commit can be looked at, as in https://example.com/project/commit/{commit}')
    .option('--json', 'print the trends as one JSON document on stdout and nothing else')
    .action((file: string, options: ShowOptions) => show(file, options));
}

function add(result: string, { file, commit: flag }: AddOptions): void {
  const run = readRun(result);
  if (run.partial) {
    throw new UsageError(
      `${result} is partial: it was interrupted before all was measured. Run again; nothing was added.`,
    );
  }
  const commit = commitFrom(flag, process.env, process.cwd());
  const { series, leftOut } = seriesOf(run);
  if (series.every(({ figures }) => Object.keys(figures).length === 0)) {
    throw new UsageError(
      `${result} holds no valid figure; nothing was added. Look at its warnings: pushbench report ${result}`,
    );
  }
  const before = textOf(file) ?? '';
  if (!isHistory(before)) throw new UsageError(`${file} is no history; nothing was added. Give --file another file.`);
  const { entries, skipped } = parseHistory(before);
  const same = entries.find(({ runId }) => runId === run.run.id);
  if (same !== undefined) {
    throw new UsageError(
      `${file} holds run ${plain(same.runId)} already, of commit ${same.commit}; nothing was added.`,
    );
  }
  note(skipped.map(skippedText));
  note(leftOut.map((line) => `Left out  ${plain(line)}`));
  const line = appendix(entryOf(run, series, commit), before);
  writeFirst(file, () => append(file, line), 'Give --file another file');
  const own = entries.filter(({ fingerprint }) => fingerprint === run.environment.fingerprint).length + 1;
  process.stderr.write(
    `History  ${file}: run ${own} of machine ${plain(run.environment.fingerprint)}, commit ${commit}\n`,
  );
}

/** In one write, so that of two jobs at once neither cuts the line of the other. */
function append(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  appendFileSync(file, text);
}

const note = (lines: readonly string[]): void => lines.forEach((line) => process.stderr.write(`${line}\n`));

/** Undefined for a file that is not there. */
function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    throw new UsageError(`${file} cannot be read (${code ?? 'unreadable'}). Check the path.`);
  }
}

async function show(file: string, options: ShowOptions): Promise<void> {
  const wrong = options.commitUrl === undefined ? null : commitUrlError(options.commitUrl);
  if (wrong !== null) throw new UsageError(`--commit-url "${options.commitUrl}" ${wrong}.`);
  const template = options.commitUrl ?? ownCommitUrl(process.env);
  const { entries, skipped } = historyIn(file);
  const machines = chosen(trendsOf(entries), options, file);
  const { html } = options;
  if (html !== undefined) {
    const page = renderHistoryHtml(machines, skipped, template, loadPageAssets());
    writeFirst(html, () => writeWhole(html, page), 'Give --html another file');
    process.stderr.write(`Report  ${html}\n`);
  }
  const document = { schemaVersion: 1, kind: 'trends', machines, skipped } satisfies Trends;
  await print(options.json === true ? JSON.stringify(document) : renderHistory(machines, skipped, terminal()));
}

interface Trends {
  readonly schemaVersion: 1;
  readonly kind: 'trends';
  readonly machines: readonly Machine[];
  readonly skipped: History['skipped'];
}

/** On GitHub the repository is known. */
function ownCommitUrl({ GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository }: NodeJS.ProcessEnv): string | null {
  const template = `${server}/${repository}/commit/{commit}`;
  return server === undefined || repository === undefined || commitUrlError(template) !== null ? null : template;
}

function historyIn(file: string): History {
  const text = textOf(file);
  if (text === undefined) throw new UsageError(`${file} is not there. "pushbench history add" makes it.`);
  const history = parseHistory(text);
  if (history.entries.length > 0) return history;
  const [first] = history.skipped;
  throw new UsageError(
    first === undefined
      ? `${file} is empty. "pushbench history add" adds a run to it.`
      : `${file} holds no run that can be read. Line ${first.line} ${plain(first.why)}.`,
  );
}

const FILTERS = [
  { flag: 'transports', of: ({ transport }: Trend) => transport },
  { flag: 'scenarios', of: ({ scenario }: Trend) => scenario },
  { flag: 'metrics', of: ({ metric }: Trend) => metric },
] as const;

/** A name that the history does not have is a slip, and not an empty answer. */
function chosen(all: readonly Machine[], options: ShowOptions, file: string): readonly Machine[] {
  return FILTERS.reduce<readonly Machine[]>((machines, { flag, of }) => {
    const wanted = options[flag]?.split(',');
    if (wanted === undefined) return machines;
    const there = new Set(machines.flatMap(({ trends }) => trends.map(of)));
    const missing = wanted.find((name) => !there.has(name));
    if (missing !== undefined) {
      const names = [...there].filter((name) => name !== null).map(plain);
      throw new UsageError(`--${flag}: ${file} has no "${missing}". It has: ${names.join(', ')}.`);
    }
    return machines.map((machine) => ({
      ...machine,
      trends: machine.trends.filter((trend) => wanted.includes(of(trend) ?? '')),
    }));
  }, all);
}
