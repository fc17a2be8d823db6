/** The end of a record: scores, what would change them, evidence, judgement, and where it all comes from. */
import type { BreakEvenText } from './break-even-words.ts';
import { carriersText } from './carriers.ts';
import type { Decision } from './decision.ts';
import type { Evidence } from './evidence.ts';
import { figureText } from './figures.ts';
import { maintainabilityOf } from './known.ts';
import { anchorOf, type Files, type Links } from './links.ts';
import type { Considered } from './options.ts';
import { unsureDrivers, type Scored } from './scores.ts';
import { list, md, table } from './text.ts';
import { DRIVER_TITLES } from './titles.ts';
import { amount, listed, NOT_MEASURED, percent, spanText, usersText } from './words.ts';
import { GUESS } from '../../results/model/band.ts';
import { SHARE_OF_TIMEOUT } from '../../results/model/option.ts';
import { knowsUpstream } from '../../results/model/predict.ts';
import type { Driver } from '../../results/workload.ts';

export function scores(decision: Decision, links: Links): string {
  const { ranking, leaders, other } = decision;
  if (ranking.length === 0) return '## Scores\n\nNothing is scored: no option is left.';
  const counted = ranking[0]!.scores.filter(({ score }) => score !== null);
  const head = ['', ...counted.map(({ driver, weight }) => `${DRIVER_TITLES[driver]} × ${weight}`), 'weighted score'];
  const rows = ranking.map((one) => [
    md(one.option.transport),
    ...counted.map(({ driver }) => scoreText(one, driver, (option) => figureText(driver, option, decision, links))),
    `**${md(shareText(one))}**`,
  ]);
  const lead =
    'Each score is the share of the best of the options, and its raw figure stands below it; a score is as far off as its figure. To keep the target is a constraint and scores nothing; what scores is how fast an option is.';
  const tie =
    leaders.length > 1
      ? `\n\n${listed(leaders.map(({ option }) => md(option.transport)))} are a **tie**: their weighted scores overlap.`
      : '';
  const unsure = unsureDrivers(ranking).map((driver) => DRIVER_TITLES[driver]);
  const wide =
    unsure.length === 0
      ? ''
      : `\n\nHow far off a figure is nobody knows of ${listed(unsure)}: too few loads, or one repetition. It is taken to be off by ${GUESS} times at the most, so that nothing is won by less.`;
  return `## Scores\n\n${lead}${md(carriersText(other))}\n\n${table(head, rows)}${wide}${tie}\n\n### If the weights were otherwise\n\n${sensitivityText(decision)}`;
}

function scoreText({ scores, option }: Scored, driver: Driver, figure: (option: Considered) => string): string {
  const { score } = scores.find((one) => one.driver === driver)!;
  return `${percent(score!.value)} <sub>${figure(option)}</sub>`;
}

function shareText({ total: { value, low, high } }: Scored): string {
  return low === high ? percent(value) : `${percent(value)} (${percent(low)} to ${percent(high)})`;
}

function sensitivityText({ leaders, sensitivity }: Decision): string {
  const { flips, kept, alone, combinations } = sensitivity;
  const first = leaders[0]!.option.transport;
  const counted = `With all weights half more or half less, in each of their ${combinations} combinations, ${md(first)} comes first in ${kept}, ${alone === kept ? 'each time alone' : `alone in ${alone} and in a tie in ${kept - alone}`}. ${evidenceText(sensitivity)}`;
  if (flips.length === 0) return `No single weight, half more or half less, puts another option first. ${counted}`;
  const items = flips.map(
    ({ driver, from, to, winner }) =>
      `The winner changes if ${DRIVER_TITLES[driver]} weighs ${to} instead of ${from}: then ${md(winner)} comes first.`,
  );
  return `${list(items)}\n\n${counted}`;
}

function evidenceText({ byEvidence }: Decision['sensitivity']): string {
  const judged = 'With interoperability and maintainability, which are judged, weighing nothing';
  if (byEvidence.length === 0) return `${judged}, nothing would score.`;
  const names = listed(byEvidence.map(md));
  return `${judged}, ${byEvidence.length === 1 ? `${names} comes first` : `${names} are in a tie`}.`;
}

export function evidenceTable(evidence: readonly Evidence[], files: Files): string {
  const titles: Readonly<Record<Evidence['topic'], string>> = {
    ...{
      bytes: 'bytes',
      packets: 'packets',
      cores: 'server CPU',
      latency: 'mean delivery latency',
      p50: 'median',
      p99: '99th percentile',
      memory: 'memory',
    },
    ...{ connect: 'connecting', recovery: 'reconnecting', capacity: 'capacity' },
  };
  const rows = evidence.map((one) => [
    anchorOf(one),
    md(one.transport),
    titles[one.topic],
    md(one.figure),
    one.files.map(files).join(', '),
    md(one.runs.join(', ')),
    md(one.measurement),
  ]);
  return [
    '## Evidence',
    'What was measured, and the model that is fitted to it. Each load was left out in turn and predicted from the others: that is how far off a figure is said to be. In brackets behind what a part costs stands its 95 % interval, by how much it moved meanwhile (a jackknife). The law of a latency is what the round trip, the poll interval and the hold alone make of it.',
    table(['', 'transport', 'figure of', 'measured', 'result file', 'run', 'measurements'], rows),
  ].join('\n\n');
}

export function judgementTable({ options, ranking, input: { workload } }: Decision): string {
  const infrastructure = workload.infrastructure.map(({ name }) => name);
  const rows = options.flatMap(({ transport, knockOuts, warnings, blocked }) => {
    const maintained = maintainabilityOf(transport);
    const unhindered = !blocked && warnings.length === 0 && infrastructure.length > 0;
    return [
      [
        md(transport),
        DRIVER_TITLES.maintainability,
        md(maintained?.why ?? 'nobody has judged it: the driver counts for none'),
        maintained === null ? 'none' : percent(maintained.score),
        'this project’s judgement',
      ],
      ...(blocked ? knockOuts : []).map(({ text, source }) => [
        md(transport),
        'knock-out',
        md(text),
        'out',
        md(source),
      ]),
      ...warnings.map(({ text, source }) => [
        md(transport),
        DRIVER_TITLES.interoperability,
        md(text),
        'halved',
        md(source),
      ]),
      ...(unhindered
        ? [
            [
              md(transport),
              DRIVER_TITLES.interoperability,
              md(`nothing against it in: ${listed(infrastructure)}`),
              percent(1),
              'the rules that warn of others',
            ],
          ]
        : []),
    ];
  });
  const scored = ranking.length === 0 ? '' : ' Half of the score in interoperability is left after each warning.';
  return `## Judgement\n\nWhat no measurement of these results says: published rules of paths and protocols, and opinion.${scored}\n\n${table(['transport', 'on', 'judged', 'score', 'by'], rows)}`;
}

/** What is extrapolated, and by which figure. */
export function beyond({ options, input: { workload } }: Decision): string {
  const items = options
    .filter(({ prediction }) => prediction.beyond.length > 0)
    .map((one) => `${md(one.transport)}: ${md(beyondText(one))}`);
  const upstream =
    workload.upstreamPerSecond === 0
      ? ''
      : `\n\nMessages upstream are in the bytes and requests, with two packets for a frame and three for a request (modelled). ${upstreamCpu(options)}`;
  const nothing =
    'No modelled figure of the load is extrapolated. Connecting and coming back may have been measured with fewer clients: their rows say so.';
  const what = items.length === 0 ? nothing : list(items);
  return `### Beyond what was measured\n\n${what}\n\nHow far off the model was on loads that it had not seen stands beside each figure under Evidence. A latency is the law of its transport over the round trip, and what a delivery took beyond its law, of which alone it may be off. Latencies hold below saturation: no figure here says what happens when a core is full.${upstream}`;
}

function upstreamCpu(options: readonly Considered[]): string {
  const lacks = options.filter(({ model }) => !knowsUpstream(model));
  const whose =
    lacks.length === 0 || lacks.length === options.length
      ? ''
      : ` with ${listed(lacks.map(({ transport }) => md(transport)))}`;
  const known = 'What they take of the server’s CPU is in the cores, fitted to clients that send';
  const unknown = `What they take of the server’s CPU${whose} is not measured`;
  return lacks.length === 0 ? `${known}.` : `${unknown}.`;
}

function beyondText({ option, model: { range, memory } }: Considered): string {
  const { load, prediction } = option;
  const words: Readonly<Record<string, string>> = {
    clients: `${usersText(load.clients)}, where at most ${usersText(range.clients)} were measured for processor time and latency`,
    memory:
      load.connection === 'close'
        ? 'connections that come and go, for whose memory none were measured'
        : `${usersText(load.clients)}, where at most ${usersText(memory?.clients ?? 0)} were for memory`,
    deliveries: `${amount(load.clients * load.ratePerSecond, 'perSecond')} deliveries, where at most ${amount(range.deliveriesPerSecond, 'perSecond')} were`,
    requests: `${prediction.requests === null ? NOT_MEASURED : amount(prediction.requests, 'perSecond')} requests, where at most ${amount(range.requestsPerSecond, 'perSecond')} were`,
    upstream: `${amount(load.clients * (load.upstreamPerSecond ?? 0), 'perSecond')} messages upstream, where at most ${amount(range.upstreamPerSecond, 'perSecond')} were`,
    payload: `messages of ${load.payloadBytes} B, where ${range.payloadBytes.least} to ${range.payloadBytes.most} B were`,
  };
  return prediction.beyond.map((name) => words[name] ?? name).join('; ');
}

export function breakEvenSection(
  texts: readonly BreakEvenText[],
  pictures: readonly string[],
  { costing, situation, other }: Decision,
  links: Links,
): string {
  const kept =
    situation.cutMs === undefined
      ? ''
      : ` on a connection each, or every ${spanText(SHARE_OF_TIMEOUT * situation.cutMs)} on one that is kept, half of what the path lets it be silent: whichever takes fewer bytes with TCP/IP`;
  const lead = `Compared by ${costing.title} alone, among the options that the path lets through: what is proposed rests on all drivers, and need not be the cheapest. Short polling polls as rarely as the accepted age allows${kept}. Where several are in a tie their costs lie within what the model is off by, so that the stretch of a tie is also how unsure a break-even point is.${carriersText(other)}`;
  const items = texts.map(({ sentence, stretches, transports }) =>
    [
      md(sentence) + transports.map((one) => links(one, ...costing.rests)).join(''),
      ...stretches.map((one) => `  - ${md(one)}`),
    ].join('\n'),
  );
  return ['## Break-even points', md(lead), list(items), ...pictures].join('\n\n');
}
