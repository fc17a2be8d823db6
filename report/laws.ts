/** Model against measured: what a run of the laws has shown, as text for terminal, page and Markdown alike. */
import type { LawCheck, LawRow, LawVerdict, Quantity } from '../results/law-check.ts';
import { BOUNDS, checkLaws, LATE_BEYOND, MOST_STOLEN } from '../results/law-check.ts';
import type { RunFile } from '../results/schema.ts';
import type { Interval } from '../results/statistics.ts';
import { format, formatMs, plain } from './format.ts';
import { compareTransports, titleOf, type Floors } from './transports.ts';

export const LAWS_TITLE = 'Model against measured';

const share = (value: number): string => `${(value * 100).toFixed(1)} %`;

const QUANTITIES: Readonly<Record<Quantity, { title: string; show: (value: number) => string }>> = {
  mean: { title: 'mean', show: formatMs },
  sd: { title: 'sd', show: formatMs },
  p99: { title: 'p99', show: formatMs },
  late: { title: 'late', show: share },
  requests: { title: 'requests/s', show: (value) => value.toFixed(2) },
  empty: { title: 'empty polls', show: share },
  bytes: { title: 'bytes/s', show: (value) => format(value, 'bytesPerSecond') },
};

const LAW_TITLES: Readonly<Record<string, string>> = {
  'fixed-rate': 'poll at a fixed rate',
  'fixed-delay': 'poll after a pause',
  periodic: 'periodic publisher',
  batching: 'held, batching',
  hold: 'held for at most',
  idle: 'held, nothing comes',
  single: 'held, one message each',
  stream: 'stream',
  recycle: 'page begun anew each',
  'round-trip': 'round trip',
  stall: 'server stands still for',
  reconnect: 'served again after a cut',
  cold: 'ready from cold',
};

const VERDICTS: Readonly<Record<LawVerdict, string>> = {
  within: 'within',
  unclear: '~',
  outside: 'outside',
  missing: 'left out',
};

export interface LawLine {
  readonly transport: string;
  readonly law: string;
  readonly point: string;
  readonly quantity: string;
  readonly predicted: string;
  readonly measured: string;
  /** Such as `+0.8 ±1.3 %`. */
  readonly divergence: string;
  readonly verdict: string;
  readonly outside: boolean;
}

export interface LawReport {
  readonly lead: string;
  readonly lines: readonly LawLine[];
  readonly notes: readonly string[];
}

/** Null where the run did not measure the laws. */
export function lawReport(run: RunFile): LawReport | null {
  const check = checkLaws(run);
  if (check === null) return null;
  const floors: Floors = new Set(run.run.floors);
  return {
    lead: leadOf(check),
    lines: [...check.rows].sort((a, b) => inOrder(a, b, floors)).map((row) => lineOf(row, floors)),
    notes: notesOf(check),
  };
}

function inOrder(a: LawRow, b: LawRow, floors: Floors): number {
  const place = (row: LawRow): number => Object.keys(LAW_TITLES).indexOf(row.law);
  const size = (row: LawRow): number => Number(/[\d.]+/.exec(row.point)?.[0] ?? 0);
  return compareTransports(a.transport, b.transport, floors) || place(a) - place(b) || size(a) - size(b);
}

function leadOf({ rows, delayMs, basis, tlsMs }: LawCheck): string {
  const count = (verdict: LawVerdict): number => rows.filter((row) => row.verdict === verdict).length;
  const delay =
    delayMs === null
      ? 'No delay is known, so nothing can be predicted.'
      : basis === 'calibrated'
        ? `One way takes ${formatMs(delayMs)}, by the mean latency of the floor in this run.`
        : `One way takes ${formatMs(delayMs)}, by the link's own word: of the floor no undisturbed delivery was measured.`;
  const some = (verdict: LawVerdict, words: string): string =>
    count(verdict) === 0 ? '' : `, ${count(verdict)} ${words}`;
  const rest = `${some('unclear', 'cannot be told (~)')}${some('missing', 'had to be left out')}`;
  return `${count('within')} of ${rows.length} figures are within their bounds${rest}, ${count('outside')} outside. ${delay}${tlsMs === null ? '' : ` The computing of a TLS handshake takes ${formatMs(tlsMs)}, by the floor's.`}`;
}

/** The point of one message a response beyond what it can carry: `scenarios/laws.ts`. */
const GROWING = 'λW=2';

/** What makes a divergence that is no defect: known, named, and smaller than the bound. */
function explanationsOf(rows: readonly LawRow[]): string[] {
  const has = (fits: (row: LawRow) => boolean): boolean => rows.some(fits);
  return [
    ...(has(({ law, quantity, transport }) => law === 'stream' && quantity === 'bytes' && transport !== 'websocket')
      ? [
          'Bytes are predicted from the exact counts, whose messages have ids of four digits. Ids of these measurements are shorter, so sse and forever-iframe come out up to 2 B a message lower.',
        ]
      : []),
    ...(has(({ law }) => law === 'reconnect')
      ? [
          'A client waits a random time of up to 50 ms before it connects again, where a browser waits for `retry` of an event stream; after it come a round trip of TCP and one of the request.',
        ]
      : []),
    ...(has(({ law, point }) => law === 'single' && point === GROWING)
      ? [`With ${GROWING} more comes than one message a round trip can carry: the queue grows, and latency has no law.`]
      : []),
    ...(has(({ law }) => law === 'cold')
      ? [
          'Ready from cold is predicted as so many times the one way of the floor, and what the floor itself took beyond that at the same point, up to half of one way: sockets, waking, keys. Where the floor has no such point it is the one way alone, which holds the work of server and client; the packets that open a connection wait for neither, so it comes out lower.',
        ]
      : []),
  ];
}

function notesOf({ rows, leftOut }: LawCheck): string[] {
  const percent = (quantity: Quantity): string => `${BOUNDS[quantity] * 100} %`;
  return [
    `Bounds: mean ${percent('mean')}, standard deviation (sd) and p99 ${percent('p99')}, requests and bytes ${percent('requests')} of the prediction, empty polls ${percent('empty')} of all polls; no more than ${percent('late')} of messages late, that is later by ${LATE_BEYOND * 100} % than a law allows at most.`,
    'The divergence is a mean over repetitions with its 95 % interval. ~: beyond the bound, but the interval reaches into it; more --repetitions tell.',
    ...explanationsOf(rows),
    ...(leftOut > 0
      ? [
          `${leftOut} measurements are left out: they are invalid, no delay is known to predict them from, or a hypervisor (more than ${MOST_STOLEN * 100} % of the machine) or other programs had a part in them.`,
        ]
      : []),
  ];
}

function lineOf(row: LawRow, floors: Floors): LawLine {
  const { title, show } = QUANTITIES[row.quantity];
  const law = Object.hasOwn(LAW_TITLES, row.law) ? LAW_TITLES[row.law]! : plain(row.law);
  return {
    transport: titleOf(row.transport, floors),
    law,
    point: plain(row.point),
    quantity: title,
    predicted: show(row.predicted),
    measured: row.measured === null ? '–' : show(row.measured),
    divergence: row.divergence === null ? '–' : divergenceOf(row.divergence),
    verdict: VERDICTS[row.verdict],
    outside: row.verdict === 'outside',
  };
}

function divergenceOf({ mean, low, high }: Interval): string {
  const sign = mean < 0 ? '−' : '+';
  const width = low === null || high === null ? '' : ` ±${(((high - low) / 2) * 100).toFixed(1)}`;
  return `${sign}${Math.abs(mean * 100).toFixed(1)}${width} %`;
}
