/** Progress on stderr: a bar on a terminal, plain lines elsewhere, at most four updates a second. */
import { SingleBar } from 'cli-progress';
import { plain } from '../report/format.ts';
import type { Failure, Measurement } from '../results/schema.ts';
import type { Progress } from '../scenarios/runner/run.ts';
import type { Planned } from '../scenarios/runner/plan.ts';
import { barOptions, eta } from './bar.ts';

export const nameOf = ({ transport, scenario, parameters, twin }: Planned): string =>
  `${scenario} · ${transport}${parameters.variant === null ? '' : ` (${parameters.variant})`}${twin === true ? ' (A/A twin)' : ''}`;

function verdict(result: Measurement | Failure): string {
  if ('message' in result) return `failed: ${plain(result.message)}`;
  const reason = result.validity.warnings.find(({ invalidates }) => invalidates);
  return reason === undefined ? 'done' : `invalid: ${plain(reason.message)}`;
}

/** Tells both. */
export const both = (one: Progress, other: Progress): Progress => ({
  begin: (...what) => [one, other].forEach((each) => each.begin(...what)),
  end: (...what) => [one, other].forEach((each) => each.end(...what)),
});

export interface StoppableProgress extends Progress {
  stop(): void;
}

export function makeProgress(stream: NodeJS.WriteStream): StoppableProgress {
  return stream.isTTY ? barProgress(stream) : lineProgress(stream);
}

function barProgress(stream: NodeJS.WriteStream): StoppableProgress {
  const bar = new SingleBar({
    ...barOptions(stream),
    format: '{bar} {value}/{total}  about {left} left  {now}',
  });
  let started = false;
  return {
    begin(planned, done, total, etaMs) {
      const payload = { left: eta(etaMs), now: nameOf(planned) };
      if (started) bar.update(done, payload);
      else bar.start(total, done, payload);
      started = true;
    },
    end() {},
    stop: () => bar.stop(),
  };
}

function lineProgress(stream: NodeJS.WriteStream): StoppableProgress {
  let where = '';
  return {
    begin(_planned, done, total, etaMs) {
      where = `[${done + 1}/${total}, about ${eta(etaMs)} left]`;
    },
    end: (planned, result) => void stream.write(`${where} ${nameOf(planned)}: ${verdict(result)}\n`),
    stop() {},
  };
}
