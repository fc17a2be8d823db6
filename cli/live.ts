/**
 * `run --live`: the report of a run while it is measured, for a browser on this machine.
 *
 * It is served from this process, which conducts the run and measures nothing itself. The page is rendered between
 * measurements and only where a browser follows, and the next measurement waits until it is drawn: what a window then has
 * beside it is a page that rests.
 */
import type { LiveAssets } from '../report/assets.ts';
import { liveWords, renderLiveHtml, type LiveState } from '../report/live.ts';
import type { RunFile } from '../results/schema.ts';
import type { Planned } from '../scenarios/runner/plan.ts';
import type { Progress } from '../scenarios/runner/run.ts';
import { eta } from './bar.ts';
import { UsageError } from './failure.ts';
import { LiveServer } from './live-server.ts';
import { nameOf } from './progress.ts';

/** At most four times a minute. */
const REDRAW_MS = 15_000;

export interface LiveOptions {
  /** 0: any free one. */
  readonly port: number;
  /** Where the run is written. */
  readonly resultPath: string;
  readonly assets: LiveAssets;
  /** ms, from any moment on. */
  readonly now: () => number;
}

export class Live implements Progress {
  readonly #server: LiveServer;
  readonly #options: LiveOptions;
  #run: RunFile;
  /** Whether something was measured that is on no page yet. */
  #stale = false;
  #renderedMs = -Infinity;
  #drawn: Promise<void> = Promise.resolve();

  /**
   * @param run before its first measurement
   * @throws UsageError where the port cannot be had
   */
  static async open(run: RunFile, options: LiveOptions): Promise<Live> {
    const state: LiveState = { phase: 'preparing', run };
    try {
      const server = await LiveServer.open(options.port, render(state, options), liveWords(state));
      return new Live(server, run, options);
    } catch (error) {
      const { code, syscall } = error as NodeJS.ErrnoException;
      if (syscall !== 'listen') throw error;
      const what = code === 'EADDRINUSE' ? 'is in use' : `cannot be had (${code})`;
      throw new UsageError(`--live: port ${options.port} on 127.0.0.1 ${what}. Without a number, a free one is taken.`);
    }
  }

  private constructor(server: LiveServer, run: RunFile, options: LiveOptions) {
    this.#server = server;
    this.#run = run;
    this.#options = options;
  }

  get url(): string {
    return this.#server.url;
  }

  /** What there is by now. It is rendered when the next measurement begins. */
  show(run: RunFile): void {
    this.#run = run;
    this.#stale = true;
  }

  begin(planned: Planned, done: number, total: number, etaMs: number): void {
    const now = nameOf(planned);
    const state: LiveState = { phase: 'measuring', run: this.#run, done, total, now, left: eta(etaMs) };
    this.#server.tell(liveWords(state));
    const nowMs = this.#options.now();
    if (!this.#stale || !this.#server.followers.drawing || nowMs - this.#renderedMs < REDRAW_MS) return;
    this.#stale = false;
    this.#renderedMs = nowMs;
    this.#drawn = this.#server.redraw(render(state, this.#options));
  }

  end(): void {}

  /** Resolves when no page is being drawn. */
  drawn(): Promise<void> {
    return this.#drawn;
  }

  /**
   * Shows the end, and closes when every page has it.
   *
   * @param report where the run's own page is; null where there is none
   */
  async finish(run: RunFile, report: string | null): Promise<void> {
    if (this.#server.followers.any) await this.#server.end(render({ phase: 'over', run, report }, this.#options));
    this.close();
  }

  /** At once, whoever looks. */
  close(): void {
    this.#server.close();
  }
}

const render = (state: LiveState, { resultPath, assets }: LiveOptions): string =>
  renderLiveHtml(state, { resultPath, redrawSeconds: REDRAW_MS / 1e3 }, assets);
