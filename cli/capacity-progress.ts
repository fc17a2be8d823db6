/** Progress of a capacity on stderr: how much of its time is used, and how each probe came out. */
import { SingleBar } from 'cli-progress';
import { verdictOf } from '../report/capacity-figures.ts';
import { format } from '../report/format.ts';
import type { Probe } from '../results/capacity.ts';
import type { CapacityProgress } from '../scenarios/capacity/execute.ts';
import type { PlannedSearch } from '../scenarios/capacity/plan.ts';
import { barOptions } from './bar.ts';

export interface StoppableCapacityProgress extends CapacityProgress {
  stop(): void;
}

const pointOf = ({ transport, dimension }: PlannedSearch, at: number): string =>
  `${transport} · ${format(at, 'count')} ${dimension === 'clients' ? 'clients' : 'publications/s'}`;

function outcomeOf(probe: Probe): string {
  const p99 = probe.measurement?.deliveryLatencyNs.p99 ?? null;
  return p99 === null ? verdictOf(probe) : `p99 ${format(p99, 'ns')}, ${verdictOf(probe)}`;
}

export function makeCapacityProgress(stream: NodeJS.WriteStream, budgetMs: number): StoppableCapacityProgress {
  return stream.isTTY ? barProgress(stream, budgetMs) : lineProgress(stream, budgetMs);
}

/** The bar is of the time given: how many probes a search takes nobody knows before. */
function barProgress(stream: NodeJS.WriteStream, budgetMs: number): StoppableCapacityProgress {
  const bar = new SingleBar({
    ...barOptions(stream),
    format: '{bar} at most {left} s left  {now}',
  });
  const start = performance.now();
  const show = (now: string): void => {
    const elapsed = Math.min(budgetMs, performance.now() - start);
    bar.update(Math.round(elapsed), { left: Math.ceil((budgetMs - elapsed) / 1e3), now });
  };
  bar.start(Math.round(budgetMs), 0, { left: Math.ceil(budgetMs / 1e3), now: '' });
  return {
    begin: (search, at) => show(pointOf(search, at)),
    end: (search, probe) => show(`${pointOf(search, probe.at)}: ${outcomeOf(probe)}`),
    saturating: (transport) => show(`${transport} · saturation`),
    stop: () => bar.stop(),
  };
}

function lineProgress(stream: NodeJS.WriteStream, budgetMs: number): StoppableCapacityProgress {
  const start = performance.now();
  const where = (): string =>
    `[${Math.round((performance.now() - start) / 1e3)} of at most ${Math.round(budgetMs / 1e3)} s]`;
  return {
    begin() {},
    end: (search, probe) => void stream.write(`${where()} ${pointOf(search, probe.at)}: ${outcomeOf(probe)}\n`),
    saturating: (transport) => void stream.write(`${where()} ${transport} · saturation\n`),
    stop() {},
  };
}
