/** The link of one measurement as the runner holds it: its relay process, and what it adds to the document. */
import type { Measurement } from '../../results/schema.ts';
import type { Facts } from '../../results/validity.ts';
import type { Link } from '../link.ts';
import { Child } from './child-process.ts';
import { readProcess } from './machine.ts';
import { threeOf } from './merge-reports.ts';
import type { FromRelay, GeneratorReport, RelayReport, Timeline, ToRelay } from './protocol.ts';

export interface LinkEvidence {
  readonly document: NonNullable<Measurement['link']>;
  readonly facts: NonNullable<Facts['link']>;
  /** What clients complained of, and connections that they lost without a cut. */
  readonly errors: GeneratorReport['errors'];
}

export class LinkRelay {
  readonly #link: Link;
  readonly #child: Child<ToRelay, FromRelay>;

  /** @param enter see `Child` */
  constructor(link: Link, enter?: readonly string[]) {
    this.#link = link;
    this.#child = new Child('relay', enter);
  }

  /** Where clients connect to instead of the server's port. Every random choice of the link comes from `seed`. */
  async listen(host: string, port: number, seed: number, epochNs: string): Promise<number> {
    const message = { type: 'listen', link: this.#link, seed, host, port, epochNs } as const;
    return (await this.#child.ask(message, 'listening')).port;
  }

  async window(timeline: Timeline, takesMs: number): Promise<RelayReport> {
    return (await this.#child.ask({ type: 'window', timeline }, 'window', takesMs)).report;
  }

  /** CPU time since it began, ns; null where the system does not say. */
  cpuNs(): number | null {
    return readProcess(this.#child.pid).cpuNs;
  }

  async evidence(relayed: RelayReport, clients: GeneratorReport): Promise<LinkEvidence> {
    const { lateNs, cuts, bytes, cpuNs, durationNs } = relayed;
    const { delayMs, jitterMs, downBitsPerSecond, upBitsPerSecond, cutEveryMs } = this.#link;
    // Never the maximum: one late piece among hundreds says nothing of the figures of the others.
    const late = lateNs.p99 ?? lateNs.p90;
    return {
      document: {
        delayMs,
        jitterMs,
        downBitsPerSecond,
        upBitsPerSecond,
        cutEveryMs,
        lateNs: threeOf(lateNs),
        cuts,
        bytes,
        cpuNs,
      },
      facts: { delayNs: delayMs * 1e6, lateNs: late, cpuShare: cpuNs / durationNs },
      errors: await this.#errorsOf(clients),
    };
  }

  /** Over a link that cuts a lost connection is no error, unless nothing was cut. */
  async #errorsOf({ errors, losses }: GeneratorReport): Promise<GeneratorReport['errors']> {
    if (losses === 0) return errors;
    const { cuts } = await this.#child.ask({ type: 'cuts' }, 'cuts');
    if (losses <= cuts) return errors;
    const what = `clients lost ${losses} connections, and the link cut ${cuts}`;
    return { count: errors.count + losses - cuts, examples: [what, ...errors.examples] };
  }

  kill(): Promise<void> {
    return this.#child.kill();
  }
}
