/** How the run was measured and what its numbers cannot say, as prose shared by the page and Markdown. */
import { WARM_AFTER } from '../results/model/chosen.ts';
import { warmedMs } from '../results/parameters.ts';
import type { RunFile } from '../results/schema.ts';
import { coverageSentence } from './answer.ts';
import { formatMs, plain, plural } from './format.ts';
import type { ReportView } from './summary.ts';

/**
 * What is missing from a run, in sentences; empty when it is whole. Shown before any figure.
 *
 * @param underWay whether it is still being measured, which the run itself cannot know
 */
export function missingOf(view: ReportView, underWay = false): string[] {
  const { run, partial } = view.run;
  const lines: string[] = [];
  const failed = run.failures.length;
  const end = underWay ? 'It is still being measured' : 'It was stopped before its end';
  const why = failed > 0 ? `${plural(failed, 'measurement')} failed` : end;
  if (partial) lines.push(`This run is partial and decides nothing. ${why}.`);
  if (view.measured < run.planned) {
    lines.push(
      `${plural(view.measured, 'measurement')} of ${run.planned} planned ${view.measured === 1 ? 'is' : 'are'} in this file.`,
    );
  }
  const nothing = underWay ? 'Nothing is measured yet' : 'Nothing was measured';
  if (view.measured === 0) lines.push(`${nothing}, so every figure is missing.`);
  else if (view.valid === 0) lines.push('No measurement is valid: figures are shown greyed, and none is ranked.');
  return lines;
}

export function failureText(failure: RunFile['run']['failures'][number]): string {
  const { transport, scenario, repetition, message } = failure;
  return plain(`${transport} in ${scenario}, repetition ${repetition + 1}: ${message}`);
}

const distinct = (values: number[]): string =>
  [...new Set(values)]
    .sort((a, b) => a - b)
    .map(formatMs)
    .join(', ');

/** How the numbers came about. */
export function methodOf(view: ReportView): string[] {
  const parameters = view.scenarios.flatMap((scenario) => scenario.rows.map((row) => row.parameters));
  const { fewest, most } = view.repetitions;
  const repetitions = fewest === most ? plural(most, 'repetition') : `${fewest} to ${most} repetitions`;
  return [
    'Delivery latency counts from the moment at which a message was meant to be published, so a stalled server cannot hide. In echo it is the full round trip.',
    `Each figure is the median over the valid repetitions (here ${repetitions} of each measurement), with its order-statistic interval. The repetition is the unit, never the message.`,
    ...(coverageSentence(view) === null ? [] : [coverageSentence(view)!]),
    'Where intervals overlap, or lie closer than an A/A pair of the same run does, nobody is named better: such figures are marked ~ (tie).',
    'A percentile is printed only where at least ten samples lie beyond it. Percentiles are read from merged histograms and never averaged.',
    'Bytes per delivery divide all bytes in the window, both directions and empty polls included, by the deliveries in it.',
    ...(parameters.length === 0
      ? []
      : [
          `The measured windows lasted ${distinct(parameters.map((p) => p.durationMs))}, after a warm-up of ${distinct(parameters.map((p) => p.warmupMs))}${parameters.some(({ rush = 1 }) => rush > 1) ? ', whose first half may be a rush: the load several times as fast' : ''}.`,
        ]),
  ];
}

const LOOPBACK =
  'Loopback has no network delay, loss or bandwidth limit: add your own round trips. A long poll needs up to three for a message, a stream half of one.';

const COLD =
  'Some servers had sent few messages before their window: processor time is then of code that is not compiled yet, several times what it is in the long run. ' +
  'On one machine a delivery over WebSocket took 71 µs after 400 of them (--profile quick) and 21 µs after 4,000 (--profile full). A longer --warmup shows the long run.';

const coldIn = ({ scenarios }: ReportView): boolean =>
  scenarios
    .filter(({ kind }) => kind === 'delivery')
    .flatMap(({ rows }) => rows)
    .some(({ parameters }) => parameters.clients * parameters.ratePerSecond * warmedMs(parameters) < WARM_AFTER * 1e3);

/** What the numbers cannot say. */
export function limitsOf(view: ReportView): string[] {
  const parameters = view.scenarios.flatMap((scenario) => scenario.rows.map((row) => row.parameters));
  const polled = view.scenarios
    .filter((s) => s.kind === 'delivery' || s.kind === 'idle')
    .flatMap((s) => s.rows.map((r) => r.parameters));
  const profiles = [...new Set(parameters.map((p) => plain(p.headers)))].join(', ');
  const idle = view.scenarios
    .filter((s) => s.kind === 'idle')
    .flatMap((s) => s.rows.map((r) => r.parameters.durationMs));
  const links = [...new Set(parameters.map((p) => plain(p.link ?? 'none')))];
  return [
    ...(links.some((link) => link !== 'none')
      ? [
          `Between clients and server lay a simulated link (${links.join(', ')}): a relay that holds data back for as long as the link would. It loses nothing, and TCP does not start slowly over it; packets are then modelled.`,
        ]
      : []),
    ...(links.every((link) => link !== 'none') && links.length > 0 ? [] : [LOOPBACK]),
    `Clients are simulated: they send the headers of their profile${profiles === '' ? '' : ` (${profiles})`}, but they neither render nor share a browser’s limit of six connections to a host.`,
    'Bytes are those which the sockets carried, TLS included where there is TLS. Headers of TCP and IP and acknowledgements come on top (see Below the socket) and weigh most on small messages.',
    ...(polled.length === 0
      ? []
      : [
          `Short polling waits for its poll interval, configured as ${distinct(polled.map((p) => p.pollIntervalMs))}: its latency and its idle cost are that choice more than a property of the transport.`,
        ]),
    ...(idle.length === 0
      ? []
      : [
          `Idle cost per hour is extrapolated from a window of ${distinct(idle)}: what happens less often than that is missing or overstated.`,
        ]),
    ...(coldIn(view) ? [COLD] : []),
    'Server and generators share one machine, so absolute rates are this machine’s; differences between transports travel better than the figures.',
  ];
}
