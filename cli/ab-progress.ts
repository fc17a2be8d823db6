/** Progress of a comparison on stderr: how much is left, and how the intervals narrow, transport by transport. */
import { MultiBar, type SingleBar } from 'cli-progress';
import { intervalText, metricOf } from '../report/judgement-figures.ts';
import type { Judged } from '../results/gate/judgement.ts';
import type { AbProgress } from '../scenarios/ab/compare.ts';
import { barOptions, eta } from './bar.ts';

export interface StoppableAbProgress extends AbProgress {
  stop(): void;
}

/** `latency p50 −1.2…+0.4 %, server CPU per delivery −0.4…+2.1 %`; what has no interval yet says how many pairs there are. */
export function intervalsText(judged: readonly Judged[]): string {
  const noisy = judged.filter(({ kind }) => kind === 'noisy');
  const known = noisy.filter(({ change }) => change !== null && change.low !== null);
  if (known.length > 0) return known.map((each) => `${metricOf(each)} ${intervalText(each)}`).join(', ');
  const pairs = Math.max(0, ...noisy.map(({ change }) => change?.pairs ?? 0));
  return `${pairs} pairs, no interval yet`;
}

export function makeAbProgress(stream: NodeJS.WriteStream, transports: readonly string[]): StoppableAbProgress {
  return stream.isTTY ? barProgress(stream, transports) : lineProgress(stream);
}

/** A bar over all, and below it a line a transport. */
function barProgress(stream: NodeJS.WriteStream, transports: readonly string[]): StoppableAbProgress {
  const bars = new MultiBar({
    ...barOptions(stream),
    format: '{bar} {value}/{total}  about {left} left  {now}',
  });
  const all = bars.create(1, 0, { left: '…', now: '' });
  const width = Math.max(...transports.map((name) => name.length));
  const lines = new Map<string, SingleBar>();
  for (const name of transports) {
    lines.set(name, bars.create(1, 0, { text: '' }, { format: `  ${name.padEnd(width)}  {text}` }));
  }
  const fit = (text: string): string => text.slice(0, Math.max(0, (stream.columns ?? 80) - width - 6));
  let again = '';
  return {
    counting: () => all.update(0, { left: '…', now: 'counting bytes' }),
    begin({ transport }, role, done, total, etaMs) {
      all.setTotal(total);
      all.update(done, { left: eta(etaMs), now: `${transport} · ${role}${again}` });
    },
    end: ({ transport }, judged) => lines.get(transport)?.update(0, { text: fit(intervalsText(judged)) }),
    confirming: () => (again = ' · again'),
    stop: () => bars.stop(),
  };
}

function lineProgress(stream: NodeJS.WriteStream): StoppableAbProgress {
  let where = '';
  return {
    counting() {},
    begin(_block, _role, done, total, etaMs) {
      where = `[${done + 1}/${total}, about ${eta(etaMs)} left]`;
    },
    end: ({ transport, confirmation }, judged) =>
      void stream.write(`${where} ${transport}${confirmation ? ', again' : ''}: ${intervalsText(judged)}\n`),
    confirming: (transports) => void stream.write(`Measured again, because it looks worse: ${transports.join(', ')}\n`),
    stop() {},
  };
}
