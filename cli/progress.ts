/** Progress on stderr: a bar on a terminal, plain lines elsewhere, at most four updates a second. */
// A CommonJS module of which Node.js finds only some names by itself.
import cliProgress from 'cli-progress';
import { plain } from '../report/format.ts';
import type { Failure, Measurement } from '../results/schema.ts';
import type { Progress } from '../scenarios/runner/run.ts';
import type { Planned } from '../scenarios/runner/plan.ts';
import { barOptions, eta, UPDATES_PER_SECOND } from './bar.ts';

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

export interface RunProgress extends Progress {
  /** What comes before the first measurement; `etaMs` is for the whole run. */
  preparing(what: string, total: number, etaMs: number): void;
  stop(): void;
}

export function makeProgress(stream: NodeJS.WriteStream): RunProgress {
  return stream.isTTY ? barProgress(stream) : lineProgress(stream);
}

function barProgress(stream: NodeJS.WriteStream): RunProgress {
  let endsAtMs = 0;
  const bar = new cliProgress.SingleBar({
    ...barOptions(stream),
    // Worked out when it is drawn: it goes on counting down through a long measurement.
    format: (options, { progress, value, total }, { now }: { now: string }) =>
      `${cliProgress.Format.BarFormat(progress, options)} ${value}/${total}  about ${eta(endsAtMs - performance.now())} left  ${now}`,
  });
  let started = false;
  const show = (now: string, done: number, total: number, etaMs: number): void => {
    endsAtMs = performance.now() + etaMs;
    if (started) bar.update(done, { now });
    else bar.start(total, done, { now });
    started = true;
  };
  return {
    preparing: (what, total, etaMs) => show(`preparing: ${what}`, 0, total, etaMs),
    begin: (planned, done, total, etaMs) => show(nameOf(planned), done, total, etaMs),
    end() {},
    stop: () => bar.stop(),
  };
}

function lineProgress(stream: NodeJS.WriteStream): RunProgress {
  const lines = new Lines(stream);
  return {
    preparing: (what, total, etaMs) => lines.write(`[0/${total}, about ${eta(etaMs)} left] preparing: ${what}`),
    begin() {},
    end(planned, result, done, total, etaMs) {
      const left = done === total ? '' : `, about ${eta(etaMs)} left`;
      lines.write(`[${done}/${total}${left}] ${nameOf(planned)}: ${verdict(result)}`);
    },
    stop: () => lines.flush(),
  };
}

/** Writes lines as they come; where they come faster than updates may, those that waited come together, and none is lost. */
class Lines {
  readonly #stream: NodeJS.WriteStream;
  #waiting = '';
  #writtenMs = -Infinity;
  #timer: NodeJS.Timeout | undefined;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  write(line: string): void {
    this.#waiting += `${line}\n`;
    const inMs = this.#writtenMs + 1e3 / UPDATES_PER_SECOND - performance.now();
    if (inMs <= 0) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), inMs);
  }

  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#waiting === '') return;
    this.#stream.write(this.#waiting);
    this.#waiting = '';
    this.#writtenMs = performance.now();
  }
}
