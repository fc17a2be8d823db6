/** The end of a record: scores, what would change them, evidence, judgement, and where it all comes from. */
import type { BreakEvenText } from './break-even-words.ts';
import type { Decision } from './decision.ts';
import { errorText, lateText, type Evidence } from './evidence.ts';
import { isBeyond, moneyOf } from './figures.ts';
import { maintainabilityOf } from './known.ts';
import { anchorOf, type Links } from './links.ts';
import type { Considered } from './options.ts';
import { CRITERIA, unsureDrivers, type DriverScore, type Scored } from './scores.ts';
import { isNear } from './measured.ts';
import { list, md, table } from './text.ts';
import { DRIVER_TITLES } from './titles.ts';
import {
  amount,
  banded,
  carrierText,
  listed,
  NOT_MEASURED,
  percent,
  spanText,
  usersText,
  type Quantity,
} from './words.ts';
import { knowsUpstream } from '../../results/model/predict.ts';
import type { Measurement } from '../../results/schema.ts';
import type { Driver } from '../../results/workload.ts';

export function scores(decision: Decision): string {
  const { ranking, sensitivity, leaders } = decision;
  if (ranking.length === 0) return '## Scores\n\nNothing is scored: no option is left.';
  const counted = ranking[0]!.scores.filter(({ score }) => score !== null);
  const head = ['', ...counted.map(({ driver, weight }) => `${DRIVER_TITLES[driver]} × ${weight}`), 'weighted score'];
  const rows = ranking.map((one) => [
    md(one.option.transport),
    ...counted.map(({ driver }) =>
      scoreText(
        one.scores.find((score) => score.driver === driver)!,
        decision,
      ),
    ),
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
      : `\n\nHow far off a figure is nobody knows of ${listed(unsure)}: too few loads, or one repetition. Such a score counts as anything from nothing to the best, so that nothing is won by it.`;
  return `## Scores\n\n${lead}\n\n${table(head, rows)}${wide}${tie}\n\n### If the weights were otherwise\n\n${sensitivityText(decision, sensitivity)}`;
}

const QUANTITIES: Readonly<Partial<Record<Driver, Quantity>>> = {
  'time-behaviour': 'ms',
  capacity: 'users',
  reliability: 'ms',
};

function scoreText({ driver, score, raw }: DriverScore, decision: Decision): string {
  const quantity = driver === 'resource-utilisation' ? moneyOf(decision) : QUANTITIES[driver];
  const figure = quantity === undefined ? CRITERIA[driver].basis : banded(raw, quantity);
  return `${percent(score!.value)} <sub>${md(figure)}</sub>`;
}

function shareText({ total: { value, low, high } }: Scored): string {
  if (low === null || high === null) return `${percent(value)} (interval not known)`;
  return low === high ? percent(value) : `${percent(value)} (${percent(low)} to ${percent(high)})`;
}

function sensitivityText({ leaders }: Decision, { flips, kept, combinations }: Decision['sensitivity']): string {
  const first = leaders[0]!.option.transport;
  const counted = `With all weights half more or half less, in each of their ${combinations} combinations, ${md(first)} comes first in ${kept}.`;
  if (flips.length === 0) return `No single weight, half more or half less, puts another option first. ${counted}`;
  const items = flips.map(
    ({ driver, from, to, winner }) =>
      `The winner changes if ${DRIVER_TITLES[driver]} weighs ${to} instead of ${from}: then ${md(winner)} comes first.`,
  );
  return `${list(items)}\n\n${counted}`;
}

export function evidenceTable(evidence: readonly Evidence[]): string {
  const titles: Readonly<Record<Evidence['topic'], string>> = {
    ...{
      bytes: 'bytes',
      packets: 'packets',
      cores: 'server CPU',
      latency: 'mean delivery latency',
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
    md(one.files.join(', ')),
    md(one.runs.join(', ')),
    md(one.measurement),
  ]);
  return [
    '## Evidence',
    'What was measured, and the model that is fitted to it. Each load was left out in turn and predicted from the others: that is how far off a figure is said to be. In brackets behind what a part costs stands its 95 % interval, by how much it moved meanwhile (a jackknife).',
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
        'this project’s judgement',
      ],
      ...(blocked ? knockOuts : []).map(({ text, source }) => [md(transport), 'knock-out', md(text), md(source)]),
      ...warnings.map(({ text, source }) => [md(transport), DRIVER_TITLES.interoperability, md(text), md(source)]),
      ...(unhindered
        ? [
            [
              md(transport),
              DRIVER_TITLES.interoperability,
              md(`nothing against it in: ${listed(infrastructure)}`),
              'the same rules',
            ],
          ]
        : []),
    ];
  });
  const scored = ranking.length === 0 ? '' : ' Half of the score in interoperability is left after each warning.';
  return `## Judgement\n\nWhat no measurement of these results says: published rules of paths and protocols, and opinion.${scored}\n\n${table(['transport', 'on', 'judged', 'by'], rows)}`;
}

/** What is extrapolated, by which figure, and how far off the model was where it could be checked. */
export function beyond({ options, input: { workload } }: Decision, links: Links): string {
  const items = options.filter(isBeyond).map((one) => `${md(one.transport)}: ${md(beyondText(one))}`);
  const errors = options.map(
    ({ transport, model }) =>
      `${md(transport)}: server CPU ${md(errorText(model.cores?.heldOut ?? null))}${links(transport, 'cores')}; mean latency ${md(lateText(model.serviceMs))}${links(transport, 'latency')}; 99th percentile ${md(lateText(model.serviceP99Ms))}${links(transport, 'p99')}; memory ${md(errorText(model.memory?.heldOut ?? null))}${links(transport, 'memory')}`,
  );
  const upstream =
    workload.upstreamPerSecond === 0
      ? ''
      : `\n\nMessages upstream are in the bytes and requests, with two packets for a frame and three for a request (modelled). ${upstreamCpu(options)}`;
  const what = items.length === 0 ? 'Nothing: each figure of the load lies within what was measured.' : list(items);
  return `### Beyond what was measured\n\n${what}\n\nHow far off the model is:\n\n${list(errors)}\n\nA latency is the law of its transport over the round trip, and what a delivery took beyond its law; shares of error are of latencies as they were measured, most of them without that distance. Latencies hold below saturation: no figure here says what happens when a core is full.${upstream}`;
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
    memory: `${usersText(load.clients)}, where at most ${usersText(memory?.clients ?? 0)} were for memory`,
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
  { costing }: Decision,
): string {
  const lead = `Compared by ${costing.title}, among the options that the path lets through. Short polling polls as rarely as the accepted age allows. Where a point lies follows from how far off the costs of the two may be; what lies beyond the measured range (below) is extrapolated.`;
  return ['## Break-even points', md(lead), list(texts.map(({ sentence }) => md(sentence))), ...pictures].join('\n\n');
}

export function moreInformation(decision: Decision): string {
  const { input, model, leaders, situation } = decision;
  const files = [
    ...input.runs.map(({ file, sha256, run }) => [
      md(file),
      md(run.run.id),
      `\`${sha256}\``,
      run.partial ? 'partial' : 'whole',
    ]),
    ...input.capacities.map(({ file, sha256, capacity }) => [
      md(file),
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
      `Bytes counted over ${md(carrierText(model.carrier))} with the header profile ${md(model.headers)}`,
      ...priced,
      ...notes(decision).map(md),
    ]),
    '### To be decided again when',
    list(triggers(decision, leaders[0]?.option, situation.stalenessMs).map(md)),
  ].join('\n\n');
}

/** What a reader must know of the results before trusting them. */
function notes({ input, model, situation }: Decision): string[] {
  const { carrier } = input.workload;
  const measured = input.runs.flatMap(({ run }) => run.measurements);
  const invalid = measured.filter(({ validity }) => !validity.valid);
  const rtts = new Set(measured.map(({ link }) => 2 * (link?.delayMs ?? 0)));
  const far = ![...rtts].some((rtt) => isNear(rtt, situation.load.rttMs));
  return [
    ...model.notes,
    ...(carrier === model.carrier
      ? []
      : [
          `The workload asks for ${carrierText(carrier)}, and the results were measured over ${carrierText(model.carrier)}: bytes of TLS and HTTP/2 are those of the latter.`,
        ]),
    ...(['h1', 'h2c'].includes(model.carrier)
      ? ['Nothing was encrypted: what TLS adds to bytes and processor time is in no figure.']
      : []),
    ...(far
      ? [
          `No measurement had a round trip of ${spanText(situation.load.rttMs)}: what distance does to latency is reckoned by the laws.`,
        ]
      : []),
    ...(invalid.length === 0
      ? []
      : [
          `${invalid.length} of ${measured.length} measurements are invalid and are in no figure: ${reasonsOf(invalid)}.`,
        ]),
    ...input.runs.flatMap(({ file, run }) =>
      run.partial ? [`${file} is partial: it was stopped before its end.`] : [],
    ),
  ];
}

/** Which, and how often: `link-late 13, machine-stolen 1`. */
function reasonsOf(invalid: readonly Measurement[]): string {
  const counts = new Map<string, number>();
  for (const { validity } of invalid) {
    for (const { code, invalidates } of validity.warnings) {
      if (invalidates) counts.set(code, (counts.get(code) ?? 0) + 1);
    }
  }
  return [...counts].map(([code, count]) => `${code} ${count}`).join(', ');
}

function triggers(
  { input: { workload, capacities }, breakEvens }: Decision,
  first: Considered | undefined,
  limitMs: number,
): string[] {
  const most = first?.largest ?? null;
  return [
    'the load crosses one of the break-even points above',
    ...(most === null
      ? []
      : [
          `more than ${usersText(most.low ?? most.users)} are connected to one server process${capacities.length === 0 ? ', or a capacity is measured (pushbench capacity)' : ''}`,
        ]),
    `another age than ${spanText(limitMs)} is accepted`,
    'something else comes to stand in the way of the messages',
    'Node.js, the server or the machine changes: the fingerprint is then another',
    ...(workload.prices === null ? [] : [`prices are no longer those of ${workload.prices.date}`]),
    ...(breakEvens.length === 0 ? [] : ['a gate under Confirmation fails']),
  ];
}
