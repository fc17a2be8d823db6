/** The certificates of all measurements, folded: what each was judged by, so that a valid one proves itself too. */
import type { Evidence, Measurement } from '../results/schema.ts';
import { format, NOTHING, plain } from './format.ts';
import { escapeHtml, number, table, text, type Cell, type Head, type TableRow } from './html-text.ts';
import type { ReportView } from './summary.ts';
import { labelOf } from './warnings.ts';

/** More would weigh more than the rest of the page; the result file has every one. */
const MOST_ROWS = 500;

type Delay = Evidence['serverSlipNs'];

const share = (value: number | null): Cell => number(format(value, 'share'));
const ns = (value: number | null): Cell => number(format(value, 'ns'));
/** The highest percentile that its samples support, and the maximum. */
const delay = ({ p50, p90, p99, max }: Delay): Cell => {
  const [name, value] = p99 !== null ? ['p99', p99] : p90 !== null ? ['p90', p90] : ['p50', p50];
  const tail = value === null ? '' : `${format(value, 'ns')} (${name}), `;
  return number(max === null ? NOTHING : `${tail}${format(max, 'ns')} (max)`);
};

const HEAD: readonly Head[] = [
  'transport',
  'scenario',
  { number: 'repetition' },
  'verdict',
  { number: 'samples' },
  { number: 'generator CPU' },
  { number: 'waited for a core' },
  { number: 'event-loop delay' },
  { number: 'generator slip' },
  { number: 'server slip' },
  { number: 'other work' },
  { number: 'stolen' },
  { number: 'load average' },
  'busiest other',
  { number: 'mean wait for a core' },
  { number: 'clock step' },
  { number: 'clocks apart' },
];

/** '' where no measurement holds evidence, as in files of an older pushbench. */
export function certificates(view: ReportView): string {
  const proven = view.run.measurements.filter((m) => m.validity.evidence !== undefined);
  if (proven.length === 0) return '';
  const rows = proven.slice(0, MOST_ROWS).map((m) => certificateRow(m, m.validity.evidence!, view));
  const cut = proven.length > rows.length ? ` The first ${rows.length} are shown; the result file has all.` : '';
  const lead = `What each measurement was judged by, valid or not, in the order of measuring. Times are those of the measured window.${cut}`;
  return (
    `<details id="certificates"><summary>Certificates of ${rows.length === 1 ? 'the measurement' : `${proven.length} measurements`}</summary>` +
    `<p class="note">${escapeHtml(lead)}</p>${table('Evidence of each measurement', HEAD, rows)}</details>`
  );
}

function certificateRow(m: Measurement, evidence: Evidence, view: ReportView): TableRow {
  const { busiest } = evidence;
  return {
    cells: [
      { html: escapeHtml(labelOf(m, view.floors)), kind: 'row-head' },
      text(m.scenario),
      number(String(m.repetition + 1)),
      text(m.validity.valid ? 'valid' : 'invalid'),
      number(format(evidence.samples, 'count')),
      share(evidence.generatorCpuShare),
      share(evidence.generatorWaitedShare),
      delay(evidence.generatorLoopDelayNs),
      delay(evidence.generatorSlipNs),
      delay(evidence.serverSlipNs),
      share(evidence.othersShare),
      share(evidence.stolenShare),
      number(evidence.loadAverage === null ? NOTHING : evidence.loadAverage.toFixed(2)),
      text(busiest === null ? NOTHING : `${plain(busiest.name)}, ${format(busiest.share, 'share')} of a core`),
      ns(evidence.waitNs),
      ns(evidence.clockResolutionNs),
      ns(evidence.clockOffsetNs === null ? null : Math.abs(evidence.clockOffsetNs)),
    ],
    greyed: !m.validity.valid,
  };
}
