/** The last section of a record: files, machine, what a reader must know of both, and when to decide again. */
import type { Workload } from '../../results/workload.ts';
import { plural } from '../format.ts';
import { carrierNotes } from './carriers.ts';
import { misfitText } from './capacities.ts';
import type { Decision } from './decision.ts';
import type { Files } from './links.ts';
import { isNear, reasonsOf } from './measured.ts';
import type { Considered } from './options.ts';
import { code, list, md, quoted, table } from './text.ts';
import { carrierText, spanText, usersText } from './words.ts';

export function moreInformation(decision: Decision, fileText: Files): string {
  const { input, model, leaders, situation } = decision;
  const files = [
    ...input.runs.map(({ file, sha256, run }) => [
      fileText(file),
      md(run.run.id),
      `\`${sha256}\``,
      run.partial ? 'partial' : 'whole',
    ]),
    ...input.capacities.map(({ file, sha256, capacity }) => [
      fileText(file),
      md(capacity.run.id),
      `\`${sha256}\``,
      capacity.partial ? 'partial' : 'whole',
    ]),
  ];
  const { comparable } = input.runs[0].run.environment;
  const machine = Object.entries(comparable).map(([key, value]) =>
    md(`${key}: ${typeof value === 'string' ? value : JSON.stringify(value)}`),
  );
  const { prices } = input.workload;
  const priced =
    prices === null ? [] : [`Prices in ${md(prices.currency)} of ${md(prices.date)}, from: ${md(prices.source)}`];
  return [
    '## More Information',
    table(['result file', 'run', 'SHA-256', ''], files),
    list([
      `Machine: fingerprint ${md(model.fingerprint)}`,
      ...machine,
      countedText(decision),
      ...priced,
      ...notes(decision),
    ]),
    '### To be decided again when',
    list(triggers(decision, leaders[0]?.option, situation.stalenessMs).map(md)),
  ].join('\n\n');
}

/** Over what, with which headers, and when; as Markdown. */
function countedText({ model, other }: Decision): string {
  const profile = `with the header profile ${md(model.headers)}`;
  if (other?.counted.length === 0) return `Bytes over ${md(other.asked)} are not measured`;
  const anew = other === null ? '' : ', anew for this record, by the reference servers of the pushbench that made it';
  return `Bytes counted over ${md(carrierText(model.carrier))} ${profile}${anew}`;
}

/** What a reader must know of the results before trusting them, as Markdown. */
function notes(decision: Decision): string[] {
  const { input, model, other, situation, options, costing } = decision;
  const measured = input.runs.flatMap(({ run }) => run.measurements);
  const invalid = measured.filter(({ validity }) => !validity.valid);
  const rtts = new Set(measured.map(({ link }) => 2 * (link?.delayMs ?? 0)));
  const far = ![...rtts].some((rtt) => isNear(rtt, situation.load.rttMs));
  const before = [
    ...model.notes,
    ...(other === null ? [] : carrierNotes(other)),
    ...wholeCookie(input.workload),
    ...(other === null && ['h1', 'h2c'].includes(model.carrier)
      ? ['Nothing was encrypted: what TLS adds to bytes and processor time is in no figure.']
      : []),
    ...(!costing.rests.includes('cores')
      ? []
      : [
          'Processors are priced by the time that they are busy. Where whole ones are paid for, each server process takes one at least, and what options differ by below that costs nothing.',
        ]),
    ...(far
      ? [
          `No measurement had a round trip of ${spanText(situation.load.rttMs)}: what distance does to latency is reckoned by the laws.`,
        ]
      : []),
    ...(invalid.length === 0
      ? []
      : [
          `${invalid.length} of ${plural(measured.length, 'measurement')} ${invalid.length === 1 ? 'is' : 'are'} invalid and in no figure: ${reasonsOf(invalid)}.`,
        ]),
  ];
  const after = [
    ...options.flatMap(({ capacities }) => capacities.misfits.map(misfitText)),
    ...input.runs.flatMap(({ file, run }) =>
      run.partial ? [`${file} is partial: it was stopped before its end.`] : [],
    ),
  ];
  const measuredAll = options.every(({ largest }) => largest?.basis === 'measured');
  return [...before.map(md), ...(measuredAll ? [] : [howToMeasure(decision)]), ...after.map(md)];
}

/** What a model of header bytes does not know: it adds them to each request, whatever the carrier makes of them. */
function wholeCookie({ carrier, headerBytes }: Workload): string[] {
  if (headerBytes === 0 || !['h2c', 'h2'].includes(carrier)) return [];
  return [
    `Each request is charged its ${headerBytes} B of cookie or token in full. Over HTTP/2 a connection sends most of it once (RFC 7541), so that transports with many requests take less than is said here.`,
  ];
}

/** The command whose answer is a capacity of this workload, as Markdown: what it sends goes to all clients. */
function howToMeasure({ input: { workload }, situation: { load, stalenessMs }, options }: Decision): string {
  if (load.ratePerSecond === 0) return 'Capacities are modelled: nothing is published here.';
  if (load.fanOut !== load.clients) {
    return `Capacities are modelled: pushbench capacity sends each message to all clients, and here one reaches ${load.fanOut} of ${load.clients}.`;
  }
  const names = options.map(({ transport }) => transport).join(',');
  const flags = [
    `--transports ${quoted(names)} --dimension clients --slo 'p99<${Number(stalenessMs.toFixed(3))}ms'`,
    `--rate ${Number(load.ratePerSecond.toPrecision(3))} --arrivals ${load.arrivals} --payload ${load.payloadBytes}`,
    ...(workload.carrier === 'h1' ? [] : [`--carrier ${workload.carrier}`]),
    ...(load.rttMs === 0 ? [] : [`--link custom:delay=${load.rttMs / 2}ms`]),
  ];
  return `Capacities are modelled, and score nothing; to measure them: ${code(`pushbench capacity ${flags.join(' ')}`)}`;
}

/** Of a largest number of users beyond any that was measured the record says from how many it is. */
function crowdText({ largest, option: { load }, model }: Considered): string[] {
  if (largest === null) return [];
  const most = usersText(largest.low ?? largest.users);
  if (!largest.extrapolated) return [`more than ${most} are connected to one server process`];
  const reached = Math.max(Math.ceil(load.clients / load.processes), model.range.clients);
  return [
    `a server process has more than ${usersText(reached)}: that it serves ${most} is modelled from ${usersText(model.range.clients)}, by processor time and latency alone`,
  ];
}

function triggers(
  { input: { workload, capacities }, breakEvens, costing }: Decision,
  first: Considered | undefined,
  limitMs: number,
): string[] {
  const measurable = capacities.length === 0 && workload.fanOut === workload.users;
  return [
    `the load crosses one of the break-even points above, which are of ${costing.title} alone`,
    ...(first === undefined ? [] : crowdText(first)),
    ...(measurable ? ['a capacity is measured (pushbench capacity)'] : []),
    `another age than ${spanText(limitMs)} is accepted`,
    'something else comes to stand in the way of the messages',
    'Node.js, the server or the machine changes: the fingerprint is then another',
    ...(workload.prices === null ? [] : [`prices are no longer those of ${workload.prices.date}`]),
    ...(breakEvens.length === 0 ? [] : ['a gate under Confirmation fails']),
  ];
}
