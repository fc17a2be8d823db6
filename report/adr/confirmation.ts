/** How a record is confirmed: what makes it again, and the gates that tell when its ground has moved. Pure. */
import { USUAL, type Load } from '../../results/model/load.ts';
import { predict } from '../../results/model/predict.ts';
import type { Decision } from './decision.ts';
import type { Considered } from './options.ts';
import { block, md, quoted } from './text.ts';
import { messagesText, usersText } from './words.ts';

/** What makes the record again, and the gates that tell when its ground has moved. */
export function confirmation({ input, leaders, situation }: Decision): string {
  const again = input.command.map(quoted).join(' ');
  const blocks = [
    'This record is made again by the first of these from the same results; the second measures anew:',
    block('sh', [again, anewOf(input.command)]),
    'Its figures are of this project’s reference servers, whose exact byte counts are guarded under version control: one byte more fails. The first line is run once, the second in CI; with `--target FILE` both count a server of your own:',
    block('sh', ['pushbench baseline update', 'pushbench compare results/baselines/exact.json']),
  ];
  const first = leaders[0]?.option;
  if (first === undefined || !isWord(first.transport)) return blocks.join('\n\n');
  const guard = guardOf(first);
  const budgets = budgetLines(first.transport, situation.stalenessMs, guard.expectedMs);
  const held = [
    ...budgets.map((line, place) => `echo ${quoted(line)} ${place === 0 ? '>' : '>>'} budget.txt`),
    'pushbench check --budget budget.txt',
  ];
  const second =
    budgets.length < 2
      ? ''
      : ' The first budget is the target; the second lies a tenth above the upper end of what the model says of this very run, and fails long before the target does.';
  const unknown =
    guard.expectedMs === null
      ? ' How far off the model is of such a run nobody knows, so that the target is the only budget.'
      : '';
  return [
    ...blocks,
    `Its target is guarded by a run over the same distance. ${md(guard.said)}${second}${unknown}`,
    block('sh', [runLine(first, guard.load, input.workload.carrier), ...held]),
  ].join('\n\n');
}

/** Without results the command measures what it needs. */
function anewOf(command: readonly string[]): string {
  const at = command.indexOf('--workload');
  const file = at < 0 ? 'FILE' : (command[at + 1] ?? 'FILE');
  return `pushbench adr --workload ${quoted(file)}`;
}

/** A name that needs no quoting anywhere. */
const isWord = (name: string): boolean => /^[a-z0-9-]+$/.test(name);

interface Guard {
  /** Of the run: a broadcast, which sends each message to all clients. */
  readonly load: Load;
  /** What the model says of it at the most; null where nobody knows how far off it is. */
  readonly expectedMs: number | null;
  /** How it differs from the workload, in words. */
  readonly said: string;
}

/** Messages that a window of some seconds must hold, for a percentile to be of more than one of them. */
const LEAST_RATE = 1;

/**
 * As many clients at the rate of the workload, as far as the model was measured: a larger run is what one machine may not
 * carry, and nothing would be known of it. A rarer message would leave a window without any.
 */
function guardOf({ model, option }: Considered): Guard {
  const { load } = option;
  const { range } = model;
  const clients = Math.max(1, Math.min(load.clients, range.clients));
  const most = Math.max(LEAST_RATE, range.deliveriesPerSecond / clients);
  const ratePerSecond = Number(Math.min(Math.max(load.ratePerSecond, LEAST_RATE), most).toPrecision(2));
  const { least, most: largest } = range.payloadBytes;
  const payloadBytes = largest === 0 ? load.payloadBytes : Math.min(Math.max(load.payloadBytes, least), largest);
  const guarded: Load = { ...load, clients, fanOut: clients, ratePerSecond, payloadBytes, processes: 1 };
  const { p99Ms } = predict(model, guarded);
  const expectedMs = p99Ms?.high === undefined || p99Ms.high === null ? null : roundedUp(1.1 * p99Ms.high);
  const differs = [
    ...(clients === load.clients ? [] : [`${usersText(clients)} of ${usersText(load.clients)}`]),
    ...(ratePerSecond === load.ratePerSecond
      ? []
      : [`${messagesText(ratePerSecond)} instead of ${messagesText(load.ratePerSecond)}`]),
    ...(payloadBytes === load.payloadBytes ? [] : [`${payloadBytes} B instead of ${load.payloadBytes} B`]),
    ...(load.fanOut === load.clients ? [] : ['each message to all of them']),
  ];
  const said =
    differs.length === 0
      ? 'It is the load of the workload.'
      : `It stays within what the model was measured at: ${differs.join(', ')}.`;
  return { load: guarded, expectedMs, said };
}

/** To two digits. */
function roundedUp(ms: number): number {
  const unit = 10 ** (Math.floor(Math.log10(ms)) - 1);
  return Number((Math.ceil(ms / unit) * unit).toPrecision(2));
}

/** A window holds several polls, and several messages. */
const MESSAGES = 10;
const LEAST_SECONDS = 5;

function runLine({ transport, model }: Considered, load: Load, carrier: string): string {
  const polls = model.asks === 'each-interval';
  const seconds = Math.max(LEAST_SECONDS, MESSAGES / load.ratePerSecond, polls ? (3 * load.pollIntervalMs) / 1e3 : 0);
  const words = [
    `pushbench run --transports ${transport} --scenarios broadcast`,
    `--clients ${load.clients} --rate ${load.ratePerSecond} --arrivals ${load.arrivals} --payload ${load.payloadBytes}`,
    ...(carrier === 'h1' ? [] : [`--carrier ${carrier}`]),
    ...(load.rttMs === 0 ? [] : [`--link custom:delay=${load.rttMs / 2}ms`]),
    ...(polls ? [`--poll-interval ${Math.floor(load.pollIntervalMs)}ms`] : []),
    ...(load.connection === 'close' ? ['--connection close'] : []),
    ...(model.asks === 'and-waits' && load.holdMs !== USUAL.holdMs ? [`--hold ${load.holdMs / 1e3}s`] : []),
    ...(model.asks === 'once' && load.heartbeatMs !== USUAL.heartbeatMs
      ? [`--heartbeat ${load.heartbeatMs / 1e3}s`]
      : []),
    `--duration ${Math.ceil(seconds)}s`,
  ];
  return words.join(' ');
}

/** In the grammar of `pushbench check`: the target, and where it is nearer what was expected of the run. */
export function budgetLines(transport: string, limitMs: number, expectedMs: number | null): string[] {
  if (!isWord(transport)) return [];
  const line = (ms: number): string => `${transport}/broadcast: p99 < ${Number(ms.toFixed(3))}ms`;
  return [line(limitMs), ...(expectedMs === null || expectedMs >= limitMs ? [] : [line(expectedMs)])];
}
