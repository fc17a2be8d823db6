/** The sections that say how far to trust the figures: validity, method, limits, environment and the raw data. */
import { gzipSync } from 'node:zlib';
import type { RunFile } from '../results/schema.ts';
import { csv } from './export-csv.ts';
import { format, formatMs, plain, plural } from './format.ts';
import { certificates } from './html-certificates.ts';
import { folded } from './html-figure.ts';
import { escapeHtml, number, table, text, type TableRow } from './html-text.ts';
import { limitsOf, methodOf } from './method.ts';
import type { ReportView } from './summary.ts';
import { labelOf, noteSentence, reasonsIn } from './warnings.ts';

const list = (lines: readonly string[]) => `<ul>${lines.map((line) => `<li>${escapeHtml(line)}</li>`).join('')}</ul>`;

export function validitySection(view: ReportView): string {
  const invalid = view.measured - view.valid;
  const count =
    view.measured === 0
      ? 'Nothing was measured.'
      : `${view.valid} of ${view.measured} measurements are valid${invalid === 0 ? '' : `; ${invalid} ${invalid === 1 ? 'is' : 'are'} shown greyed and left out of every estimate`}.${noteSentence(view.warnings)}`;
  const [reasons, notes] = [true, false].map((kind) => view.warnings.filter(({ invalidates }) => invalidates === kind));
  const long = view.warnings.length > MOST_WARNINGS;
  const body = !long
    ? warningTable('Warnings and advice', view.warnings)
    : warningTable('Why measurements are invalid, and advice', reasons!) +
      folded(`${plural(notes!.length, 'note')} on measurements`, warningTable('Notes and advice', notes!));
  const none = view.measured === 0 ? '' : '<p>No warnings.</p>';
  return `<section id="validity"><h2>Validity</h2><p class="lead">${escapeHtml(count)}</p>${view.warnings.length === 0 ? none : body}${invalidTable(view)}${certificates(view)}</section>`;
}

/** As many as a reader looks through before the notes among them stand in the way of the rest. */
const MOST_WARNINGS = 24;

function warningTable(caption: string, warnings: ReportView['warnings']): string {
  if (warnings.length === 0) return '';
  const rows = warnings.map((warning): TableRow => ({
    cells: [
      { html: warning.invalidates ? '<span class="mark invalid">invalid</span>' : 'note', kind: 'text' },
      text(warning.scenario),
      { html: escapeHtml(warning.label), kind: 'row-head' },
      text(warning.repetitions.join(', ')),
      { html: `${escapeHtml(warning.message)} <code>${escapeHtml(warning.code)}</code>`, kind: 'text' },
      text(warning.advice),
    ],
  }));
  const head = ['kind', 'scenario', 'transport', 'repetition', 'warning', 'what to try'];
  return `<div class="prose-table">${table(caption, head, rows)}</div>`;
}

/** The figures of invalid repetitions, kept for whoever wants to see what was thrown out. */
function invalidTable(view: ReportView): string {
  const invalid = view.run.measurements.filter((m) => !m.validity.valid);
  if (invalid.length === 0) return '';
  const rows = invalid.map((m): TableRow => {
    const total = m.bytes.up.total + m.bytes.down.total;
    const perDelivery = m.window.deliveries === 0 ? null : total / m.window.deliveries;
    return {
      cells: [
        {
          html: escapeHtml(labelOf(m, view.floors)),
          kind: 'row-head',
        },
        text(m.scenario),
        number(String(m.repetition + 1)),
        number(`${format(m.counts.delivered, 'count')} of ${format(m.counts.offered, 'count')}`),
        number(format(m.deliveryLatencyNs.p50, 'ns')),
        number(format(m.deliveryLatencyNs.p99, 'ns')),
        number(format(perDelivery, 'bytes')),
        text(
          reasonsIn(m)
            .map((reason) => reason.code)
            .join(', '),
        ),
      ],
      greyed: true,
    };
  });
  const head = [
    'transport',
    'scenario',
    { number: 'repetition' },
    { number: 'delivered' },
    { number: 'p50' },
    { number: 'p99' },
    { number: 'bytes per delivery' },
    'why',
  ];
  const caption = 'Invalid repetitions, for the record';
  return folded(caption, table(caption, head, rows));
}

export function methodSection(view: ReportView): string {
  return (
    `<section id="method"><h2>How it was measured</h2>${list(methodOf(view))}` +
    `<h3>What the numbers cannot say</h3>${list(limitsOf(view))}</section>`
  );
}

export function environmentSection(view: ReportView): string {
  const { run, environment } = view.run;
  const facts: [string, string][] = [
    ['run', run.id],
    ['started', run.startedAt],
    ['took', formatMs(run.wallTimeMs)],
    ['tool', `${run.tool.name} ${run.tool.version}`],
    ['command', [run.tool.name, ...run.argv].join(' ')],
    ['seed', String(run.seed)],
    ['fingerprint', environment.fingerprint],
  ];
  return (
    `<section id="environment"><h2>Environment and configuration</h2>` +
    `<p class="lead">Figures compare only between runs of equal fingerprint.</p><div class="facts">` +
    definitions('Run', facts) +
    definitions('Machine', flat(environment.comparable)) +
    definitions('Provenance', flat(environment.provenance)) +
    `</div>${parameterTable(view)}${folded('Configuration', definitions('Every setting', flat(run.config)))}</section>`
  );
}

function definitions(title: string, facts: readonly [string, string][]): string {
  if (facts.length === 0) return '';
  const rows = facts.map(([name, value]) => `<div><dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd></div>`);
  return `<div><h3>${escapeHtml(title)}</h3><dl>${rows.join('')}</dl></div>`;
}

/** Nested objects as dotted names; anything else as JSON, strings bare. */
function flat(record: Record<string, unknown>, prefix = ''): [string, string][] {
  return Object.entries(record).flatMap(([name, value]): [string, string][] => {
    if (typeof value === 'object' && value !== null && !Array.isArray(value) && prefix.length < 80) {
      return flat(value as Record<string, unknown>, `${prefix}${name}.`);
    }
    return [[prefix + name, typeof value === 'string' ? value : (JSON.stringify(value) ?? 'undefined')]];
  });
}

/** What each scenario ran with, equal sets once. */
function parameterTable(view: ReportView): string {
  const seen = new Set<string>();
  const rows: TableRow[] = [];
  for (const scenario of view.scenarios) {
    for (const row of scenario.rows) {
      // The variant and its kind of connection are in the tables; a set that differs only in them is the same.
      const key = JSON.stringify([scenario.name, { ...row.parameters, variant: null, connection: null }]);
      if (seen.has(key)) continue;
      seen.add(key);
      const p = row.parameters;
      rows.push({
        cells: [
          { html: escapeHtml(scenario.name), kind: 'row-head' },
          number(String(p.clients)),
          number(`${format(p.ratePerSecond, 'perSecond')} ${p.arrivals}`),
          number(format(p.payloadBytes, 'bytes')),
          number(formatMs(p.pollIntervalMs)),
          number(formatMs(p.holdMs)),
          number(formatMs(p.heartbeatMs)),
          number(format(p.recycleBytes, 'bytes')),
          text(`${plain(p.headers)}${p.deflate ? ', deflate' : ''}`),
          number(
            `${formatMs(p.durationMs)} after ${formatMs(p.warmupMs)}${p.rush === undefined ? '' : `, half of it ${p.rush}× as fast`}`,
          ),
        ],
      });
    }
  }
  const heads = ['clients', 'publications', 'payload', 'poll interval', 'hold', 'heartbeat', 'recycle'].map(
    (title) => ({ number: title }),
  );
  return rows.length === 0
    ? ''
    : table('Parameters of each scenario', ['scenario', ...heads, 'headers', { number: 'window' }], rows);
}

/**
 * Gzipped, since a run is mostly repetition; plain links, so that they work without script too.
 *
 * @param room bytes that the page has left for it
 */
export function rawSection(run: RunFile, room: number): string {
  const stem = run.run.id.replace(/[^\w.-]+/g, '-') || 'run';
  const json = packedLink('raw', `${stem}.json`, JSON.stringify(run));
  const table = packedLink('raw-csv', `${stem}.csv`, csv.render({ kind: 'run', run }).text);
  const hasFile = json.length <= room;
  const hasTable = table.length <= room - (hasFile ? json.length : 0);
  const links = [...(hasFile ? [json] : []), ...(hasTable ? [table] : [])].join(' ');
  const rows = 'every measurement as a row for a spreadsheet';
  const note = `<p class="note">The page carries its whole result file, <code>${escapeHtml(stem)}.json</code>, with all histograms${hasTable ? `, and ${rows}` : ''}. pushbench reads it gzipped as well as plain: <code>pushbench report ${escapeHtml(stem)}.json.gz</code>.</p>`;
  const gone = `<p>This run is too large to travel inside the page${hasTable ? `, which has ${rows}, without histograms` : ''}. Its file, <code>${escapeHtml(stem)}.json</code>, is where <code>pushbench run</code> wrote it; <code>pushbench export</code> turns it into other formats.</p>`;
  return `<section id="raw-data"><h2>Raw data</h2>${links === '' ? '' : `<p>${links}</p>`}${hasFile ? note : gone}</section>`;
}

function packedLink(id: string, name: string, text: string): string {
  const packed = gzipSync(text, { level: 9 }).toString('base64');
  return `<a id="${id}" class="button" download="${escapeHtml(name)}.gz" href="data:application/gzip;base64,${packed}" data-name="${escapeHtml(name)}">Download ${escapeHtml(name)}<span data-gz>.gz</span></a>`;
}
