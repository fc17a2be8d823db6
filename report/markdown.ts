/** A run as GitHub Markdown: the answer, a table a scenario, validity and method; hostile names stay text. */
import type { CodecFigure } from '../results/codecs.ts';
import type { Exchange } from '../results/exact.ts';
import type { RunFile } from '../results/schema.ts';
import { answerOf, loadOf, type Sentence } from './answer.ts';
import { BELOW_LEAD, basisText } from './below-socket.ts';
import { exactOf } from './chart-exact.ts';
import { CODECS_LEAD, codecNotes, codecRows, payloadsOf } from './codec-figures.ts';
import { COLUMNS, type Column } from './columns.ts';
import { exactNotes, messageOf } from './exact-figures.ts';
import { footnotesOf } from './footnotes.ts';
import { format, formatRange, NOTHING, plain } from './format.ts';
import { failureText, limitsOf, methodOf, missingOf } from './method.ts';
import { METRICS } from './metrics.ts';
import { LAWS_TITLE, lawReport } from './laws.ts';
import { noiseSentences } from './noise-text.ts';
import { markOf } from './ranking.ts';
import { summarise, type ReportView, type Row, type ScenarioView } from './summary.ts';
import { titleOf } from './transports.ts';
import { verdictsOf } from './verdicts.ts';
import { noteSentence } from './warnings.ts';

export function renderMarkdown(run: RunFile): string {
  const view = summarise(run);
  const blocks = [
    `# pushbench: run ${escapeMarkdown(run.run.id)}`,
    ...missing(view),
    ...answer(view),
    ...view.scenarios.map(scenarioTable),
    ...view.scenarios.filter(({ kind }) => kind === 'delivery').flatMap(belowTable),
    ...exactTable(view),
    ...codecTable(view),
    ...lawTable(run),
    validity(view),
    `## How it was measured\n\n${list(methodOf(view))}`,
    `## What the numbers cannot say\n\n${list(limitsOf(view))}`,
    `## Environment\n\n${environment(run)}`,
  ];
  return `${blocks.join('\n\n')}\n`;
}

/**
 * Text that GitHub shows as it is: no markup, no HTML, and neither mention, issue reference nor link. Those three are
 * found by GitHub after rendering, where a backslash no longer helps; an invisible word joiner does.
 */
export function escapeMarkdown(text: string): string {
  return plain(text)
    .replace(/[\\`*_[\]|~!$]/g, '\\$&')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/@(?=\w)/g, '@\u2060')
    .replace(/#(?=\d)/g, '#\u2060')
    .replace(/(https?|ftp|mailto)(:)/gi, '$1\u2060$2')
    .replace(/\b(www)\./gi, '$1\u2060.')
    .replace(/^(\s*)([-+#]|\d+[.)])(?=\s|$)/, '$1\u2060$2');
}

const list = (lines: readonly string[]): string => lines.map((line) => `- ${escapeMarkdown(line)}`).join('\n');
const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

function missing(view: ReportView): string[] {
  const { failures, notes } = view.run.run;
  const lines = [
    ...missingOf(view),
    ...failures.map((failure) => `Failed: ${failureText(failure)}`),
    ...notes.map((note) => `Note: ${note}`),
  ];
  if (lines.length === 0) return [];
  return [`> [!WARNING]\n${lines.map((line) => `> - ${escapeMarkdown(line)}`).join('\n')}`];
}

function sentenceText(sentence: Sentence): string {
  return sentence
    .map((part) => (typeof part === 'string' ? escapeMarkdown(part) : `**${escapeMarkdown(part.strong)}**`))
    .join('');
}

function answer(view: ReportView): string[] {
  const { sentences, caveats } = answerOf(view);
  return [sentences.map(sentenceText).join(' '), ...(caveats.length === 0 ? [] : [list(caveats)])];
}

function scenarioTable(scenario: ScenarioView): string {
  const columns = COLUMNS[scenario.kind].filter((column) =>
    scenario.rows.some((each) => each.figures[column.metric].missing !== 'no deliveries'),
  );
  const loads = [...new Set(scenario.rows.map((each) => loadOf(each.parameters, scenario.kind)))];
  const footnotes = footnotesOf(scenario.rows);
  return [
    `## ${escapeMarkdown(scenario.name)}`,
    '',
    `${escapeMarkdown(scenario.question)} ${escapeMarkdown(loads.join('; '))}.`,
    '',
    row(['transport', ...columns.map((column) => column.title), 'valid']),
    row([':--', ...columns.map(() => '--:'), ':--']),
    ...scenario.rows.map((each) =>
      row([
        label(each),
        ...columns.map((column) => figure(each, scenario, column)),
        `${each.valid}/${each.repetitions}${marked(footnotes.marksOf(each))}`,
      ]),
    ),
    ...(footnotes.texts.length === 0 ? [] : ['', ...footnotes.texts.map(footnote)]),
    ...verdictsOf(scenario).map((line) => `\n${escapeMarkdown(line)}`),
  ].join('\n');
}

const marked = (marks: string): string => (marks === '' ? '' : ` <sup>${marks}</sup>`);
/** An item of an ordered list: the numbers are those of the marks. */
const footnote = (text: string, index: number): string => `${index + 1}) ${escapeMarkdown(text)}`;

function label(each: Row): string {
  const text = escapeMarkdown(each.label);
  return each.trusted ? text : `~~${text}~~ (invalid)`;
}

function figure(each: Row, scenario: ScenarioView, column: Column): string {
  const { estimate, missing: reason } = each.figures[column.metric];
  if (estimate === null) return reason === 'too few samples' ? 'too few samples' : NOTHING;
  const { unit } = METRICS[column.metric];
  const middle = format(estimate.value, unit);
  const interval = formatRange(estimate.low, estimate.high, unit);
  const range = interval === middle ? '' : ` <sub>${interval}</sub>`;
  const mark = column.ranked ? markOf(each, scenario.rows, column.metric) : null;
  if (mark === 'best') return `**${middle}**${range}`;
  return `${mark === 'tie' ? '\\~ ' : ''}${middle}${range}`;
}

/** Packets of each delivery; nothing where they are not known. */
function belowTable({ name, rows }: ScenarioView): string[] {
  if (rows.every(({ networkBasis }) => networkBasis === null)) return [];
  const middle = (each: Row, metric: 'bytesPerDelivery' | 'packetsPerDelivery' | 'ipBytesPerDelivery'): string =>
    format(each.figures[metric].estimate?.value ?? null, METRICS[metric].unit);
  const lines = rows.map((each) =>
    row([
      label(each),
      middle(each, 'bytesPerDelivery'),
      middle(each, 'packetsPerDelivery'),
      middle(each, 'ipBytesPerDelivery'),
      basisText(each),
    ]),
  );
  const head = ['transport', 'bytes at the socket', 'packets', 'IP bytes', 'basis'];
  const table = [row(head), row([':--', '--:', '--:', '--:', ':--']), ...lines].join('\n');
  return [`## Below the socket: ${escapeMarkdown(name)}\n\n${BELOW_LEAD}\n\n${table}`];
}

/** Bytes of each step in lock-step; nothing where the run did not count them. */
function exactTable(view: ReportView): string[] {
  const exact = exactOf(view);
  if (exact === undefined) return [];
  const cell = (of: Exchange | undefined): string => (of === undefined ? NOTHING : `${of.up.total} / ${of.down.total}`);
  const head = ['transport', 'connect', 'message down', 'message up and back', 'empty poll or heartbeat'];
  const rows = exact.transports.map((of) =>
    row([
      escapeMarkdown(titleOf(of.transport, view.floors)),
      ...[of.connect, messageOf(of), of.upstream?.exchange, of.idle].map(cell),
    ]),
  );
  const how = [
    ...exactNotes(exact),
    `Messages of ${exact.payloadBytes} B; bytes up / down, the same in every repetition.`,
  ].join(' ');
  const table = [row(head), row(head.map((_, index) => (index === 0 ? '---' : '---:'))), ...rows].join('\n');
  return [`## Every byte\n\n${escapeMarkdown(how)}\n\n${table}`];
}

/** Times of each codec; nothing where the run did not time them. */
function codecTable({ run: { codecs }, floors }: ReportView): string[] {
  if (codecs === undefined) return [];
  const cell = (figure: CodecFigure | undefined): string =>
    figure === undefined
      ? NOTHING
      : `${format(figure.nsPerMessage.value, 'ns')} <sub>${formatRange(figure.nsPerMessage.low, figure.nsPerMessage.high, 'ns')}</sub>, ${format(figure.payloadBytesPerSecond, 'bytesPerSecond')}`;
  const head = ['transport', 'payload', 'encoded', 'encode, payload', 'decode, payload'];
  const rows = payloadsOf(codecs).flatMap((size) =>
    codecRows(codecs, size, floors).map(({ title, encodedBytes, encode, decode }) =>
      row([escapeMarkdown(title), `${size} B`, `${encodedBytes} B`, cell(encode), cell(decode)]),
    ),
  );
  const table = [row(head), row(head.map((_, index) => (index === 0 ? ':--' : '--:'))), ...rows].join('\n');
  return [`## Codecs\n\n${CODECS_LEAD} ${escapeMarkdown(codecNotes(codecs).join(' '))}\n\n${table}`];
}

/** Model against measured; nothing where the run did not measure the laws. */
function lawTable(run: RunFile): string[] {
  const report = lawReport(run);
  if (report === null) return [];
  const head = ['transport', 'law', 'figure', 'predicted', 'measured', 'divergence', 'verdict'];
  const rows = report.lines.map((line) =>
    row(
      [
        line.transport,
        `${line.law} ${line.point}`,
        line.quantity,
        line.predicted,
        line.measured,
        line.divergence,
        line.verdict,
      ].map(escapeMarkdown),
    ),
  );
  const table = [row(head), row(['---', '---', '---', '---:', '---:', '---:', '---']), ...rows].join('\n');
  return [`## ${LAWS_TITLE}\n\n${escapeMarkdown(report.lead)}\n\n${table}\n\n${list(report.notes)}`];
}

function validity(view: ReportView): string {
  const noise = noiseSentences(view)
    .map((line) => `\n\n${escapeMarkdown(line)}`)
    .join('');
  const summary = `${view.valid} of ${view.measured} measurements are valid. **Bold** is lowest with its interval apart from all others; \\~ marks a tie, or what is too close to tell.${noteSentence(view.warnings)}${noise}`;
  if (view.warnings.length === 0) return `## Validity\n\n${summary}`;
  const rows = view.warnings.map((warning) =>
    row([
      warning.invalidates ? '**invalid**' : 'note',
      escapeMarkdown(warning.scenario),
      escapeMarkdown(warning.label),
      warning.repetitions.join(', '),
      escapeMarkdown(`${warning.message} ${warning.advice}`),
    ]),
  );
  const head = [
    row(['kind', 'scenario', 'transport', 'repetition', 'warning and advice']),
    row([':--', ':--', ':--', ':--', ':--']),
  ];
  return ['## Validity', '', summary, '', ...head, ...rows].join('\n');
}

function environment(run: RunFile): string {
  const { fingerprint, comparable } = run.environment;
  const entries = Object.entries(comparable).map(
    ([key, value]) => `${key}: ${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  return list([
    `fingerprint: ${fingerprint}`,
    ...entries,
    `started: ${run.run.startedAt}`,
    `command: ${[run.run.tool.name, ...run.run.argv].join(' ')}`,
    `seed: ${run.run.seed}`,
  ]);
}
