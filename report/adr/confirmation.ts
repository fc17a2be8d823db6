/** How a record is confirmed: what makes it again, and the gates that tell when its ground has moved. Pure. */
import { USUAL } from '../../results/model/load.ts';
import type { Decision } from './decision.ts';
import { guardOf, type Guard, type Limit } from './guard.ts';
import type { Considered } from './options.ts';
import { block, md, quoted } from './text.ts';

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
  const guard = guardOf(first, situation.stalenessMs);
  const held = [
    ...budgetLines(first.transport, guard.limits).map(
      (line, place) => `echo ${quoted(line)} ${place === 0 ? '>' : '>>'} budget.txt`,
    ),
    'pushbench check --budget budget.txt',
  ];
  return [
    ...blocks,
    `Its target is guarded by a run over the same distance. ${md(guard.said)}`,
    block('sh', [runLine(first, guard, input.workload.carrier), ...held]),
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

function runLine({ transport, model }: Considered, { load, seconds }: Guard, carrier: string): string {
  const polls = model.asks === 'each-interval';
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
    `--duration ${seconds}s`,
  ];
  return words.join(' ');
}

/** In the grammar of `pushbench check`. */
export function budgetLines(transport: string, limits: readonly Limit[]): string[] {
  if (!isWord(transport)) return [];
  return limits.map(({ figure, ms }) => `${transport}/broadcast: ${figure} < ${Number(ms.toFixed(3))}ms`);
}
