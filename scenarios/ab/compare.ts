/**
 * A comparison of two builds: exact counts, the planned blocks, once more what failed, written after every block and
 * always ended with a valid file.
 *
 * How an invocation is measured and how bytes are counted is handed in, so that order, confirmation, failures and
 * interruption are tested without processes and without time.
 */
import { ROLES, type AbFile, type Block, type Invocation, type Role } from '../../results/ab.ts';
import { judgeAb, suspects, type Compared, type ExactCounts } from '../../results/gate/judge-ab.ts';
import { worstOutcome, type Judged, type Judgement } from '../../results/gate/judgement.ts';
import { COMPANIONS, NOISY_METRICS, type ExactMetric, type NoisyMetric } from '../../results/gate/metrics.ts';
import type { Measurement } from '../../results/schema.ts';
import type { Planned } from '../runner/plan.ts';
import { Eta } from '../runner/run.ts';
import type { Config } from '../settings.ts';
import type { TransportName } from '../transports.ts';
import { descriptionOf, isSame, type Build } from './build.ts';
import type { Counted } from './exact.ts';
import { AB_SCENARIO, planAb, rolesOf, type PlannedBlock } from './plan.ts';

export interface Question {
  readonly base: Build;
  readonly head: Build;
  /** Of `gateConfig`. */
  readonly config: Config;
  readonly transports: readonly TransportName[];
  /** Of each transport; 0 where no metric needs one. */
  readonly pairs: number;
  readonly exact: readonly ExactMetric[];
  readonly metrics: readonly NoisyMetric[];
  /** 0.05 is 5 %. */
  readonly relativeFloor: number;
}

export interface AbProgress {
  counting(): void;
  /** An invocation begins. `etaMs` is for the rest of the plan, this one included. */
  begin(block: PlannedBlock, role: Role, done: number, total: number, etaMs: number): void;
  /** What can be said of the block's transport by now. */
  end(block: PlannedBlock, judged: readonly Judged[]): void;
  /** These look worse and are measured again. */
  confirming(transports: readonly string[]): void;
}

export interface AbDependencies {
  readonly measure: (planned: Planned, role: Role, signal: AbortSignal) => Promise<Measurement>;
  readonly count: (role: Role, signal: AbortSignal) => Promise<Counted>;
  /** Called before anything is measured, after every block and once more at the end. */
  readonly write: (file: AbFile) => void;
  readonly progress: AbProgress;
  readonly now: () => number;
  /** Aborts: what is measured is kept, and nothing is judged. */
  readonly signal: AbortSignal;
}

/** Who compares: what the file says of the run itself. */
export type AbHeader = Pick<AbFile, 'environment'> & { run: Pick<AbFile['run'], 'id' | 'startedAt' | 'tool' | 'argv'> };

/** Failures of one build in a row after which it is taken to be broken. */
const GIVE_UP_AFTER = 2;

export async function compareBuilds(
  question: Question,
  header: AbHeader,
  dependencies: AbDependencies,
): Promise<AbFile> {
  const comparison = new Comparison(question, header, dependencies);
  return comparison.execute();
}

class Comparison {
  readonly #question: Question;
  readonly #with: AbDependencies;
  readonly #file: AbFile;
  readonly #startMs: number;
  readonly #exact: Record<Role, ExactCounts | null> = { base: null, head: null };
  readonly #failedInARow: Record<Role, number> = { base: 0, head: 0 };

  constructor(question: Question, header: AbHeader, dependencies: AbDependencies) {
    this.#question = question;
    this.#with = dependencies;
    this.#startMs = dependencies.now();
    this.#file = newFile(question, header);
  }

  async execute(): Promise<AbFile> {
    const { config, transports, pairs, exact } = this.#question;
    this.#checkpoint();
    if (exact.length > 0) await this.#count();
    const planned = planAb(config, { transports, pairs });
    await this.#measureAll(planned);
    const again = this.#over ? [] : transports.filter((name) => suspects(this.#compared()).includes(name));
    if (again.length > 0) {
      this.#with.progress.confirming(again);
      await this.#measureAll(planAb(config, { transports: again, pairs, confirmationFrom: 4 * planned.length }));
    }
    this.#file.partial = this.#over;
    this.#checkpoint();
    return this.#file;
  }

  /** Interrupted, or one of the builds does not run. */
  get #over(): boolean {
    return this.#with.signal.aborted || Math.max(...Object.values(this.#failedInARow)) >= GIVE_UP_AFTER;
  }

  /** Both checkouts at a time: no clock has a say in these. Targets may want the same port. */
  async #count(): Promise<void> {
    this.#with.progress.counting();
    if (ROLES.every((role) => this.#question[role].kind === 'checkout')) {
      await Promise.all(ROLES.map((role) => this.#countOf(role)));
    } else {
      for (const role of ROLES) await this.#countOf(role);
    }
  }

  async #countOf(role: Role): Promise<void> {
    const { count, signal } = this.#with;
    if (signal.aborted) return;
    const { counts, note } = await count(role, signal).catch((error: Error): Counted => {
      if (signal.aborted) return { counts: null };
      throw error;
    });
    this.#exact[role] = counts;
    if (note !== undefined) this.#file.run.notes.push(note);
  }

  async #measureAll(blocks: readonly PlannedBlock[]): Promise<void> {
    const eta = new Eta(blocks.flatMap(({ planned }) => planned));
    for (const [index, block] of blocks.entries()) {
      if (this.#over) return;
      await this.#measureBlock(block, 4 * index, 4 * blocks.length, eta);
      this.#with.progress.end(block, judgeAb({ ...this.#compared(), transports: [block.transport] }));
      this.#checkpoint();
    }
  }

  async #measureBlock(planned: PlannedBlock, done: number, total: number, eta: Eta): Promise<void> {
    const { progress, now, signal } = this.#with;
    const { transport, round, confirmation, pattern } = planned;
    const block: Block = { transport, round, confirmation, pattern, invocations: [] };
    this.#file.blocks.push(block);
    for (const [place, role] of rolesOf(pattern).entries()) {
      const one = planned.planned[place]!;
      progress.begin(planned, role, done + place, total, eta.remainingMs(done + place));
      const began = now();
      const result = await this.#attempt(one, role);
      if (result === null || signal.aborted) return;
      const tookMs = Math.round(now() - began);
      eta.learn(one, tookMs);
      const { order, seed } = one;
      block.invocations.push({ role, order, seed, tookMs, ...result });
      if (this.#over) return;
    }
  }

  /** Null when it was interrupted. */
  async #attempt(planned: Planned, role: Role): Promise<Figures | null> {
    const { measure, signal } = this.#with;
    try {
      const measurement = await measure(planned, role, signal);
      this.#failedInARow[role] = 0;
      return figuresOf(measurement);
    } catch (error) {
      if (signal.aborted) return null;
      this.#failedInARow[role]++;
      const { message } = error as Error;
      this.#file.run.failures.push(`${role}, ${planned.transport}: ${message}`);
      return { samples: 0, values: {}, invalid: [], failure: message };
    }
  }

  #compared(): Compared {
    const { transports, exact: counted, metrics, relativeFloor } = this.#question;
    const { blocks } = this.#file;
    return { scenario: AB_SCENARIO, transports, counted, metrics, relativeFloor, blocks, exact: this.#exact };
  }

  #checkpoint(): void {
    const { run, partial } = this.#file;
    run.wallTimeMs = Math.round(this.#with.now() - this.#startMs);
    this.#file.judgement = judgementOf(this.#file, partial ? null : judgeAb(this.#compared()));
    this.#with.write(this.#file);
  }
}

type Figures = Pick<Invocation, 'samples' | 'values' | 'invalid' | 'failure'>;

/** All noisy metrics and not only those that gate: a reader may want the others beside them. */
function figuresOf(measurement: Measurement): Figures {
  return {
    samples: measurement.deliveryLatencyNs.count,
    values: Object.fromEntries([...NOISY_METRICS, ...COMPANIONS].map(({ slug, of }) => [slug, of(measurement)])),
    invalid: measurement.validity.warnings.filter(({ invalidates }) => invalidates).map(({ code }) => code),
    failure: null,
  };
}

/** @param judged null: the comparison is not at its end, and what was not measured is not judged */
function judgementOf(file: Pick<AbFile, 'run' | 'environment' | 'base' | 'head'>, judged: Judged[] | null): Judgement {
  const { run, environment } = file;
  const side = ({ label }: { label: string }) => ({ label, fingerprint: environment.fingerprint });
  return {
    schemaVersion: 1,
    kind: 'judgement',
    command: 'ab',
    startedAt: run.startedAt,
    wallTimeMs: run.wallTimeMs,
    base: side(file.base),
    head: side(file.head),
    outcome: judged === null ? 'inconclusive' : worstOutcome(judged.map(({ outcome }) => outcome)),
    judged: judged ?? [],
    notes: [
      ...run.notes,
      ...run.failures,
      ...(judged === null ? ['The comparison did not come to its end, so nothing is judged.'] : []),
    ],
  };
}

function newFile(question: Question, { run, environment }: AbHeader): AbFile {
  const { base, head, config, transports, pairs, exact, metrics, relativeFloor } = question;
  const notes = isSame(base, head) ? ['Base and head are the same build: whatever differs, the machine has made.'] : [];
  const file = {
    schemaVersion: 1 as const,
    kind: 'ab' as const,
    partial: true,
    run: {
      ...run,
      wallTimeMs: 0,
      config: { ...config },
      seed: config.seed,
      scenario: AB_SCENARIO,
      transports: [...transports],
      pairs,
      metrics: [...exact, ...metrics].map(({ slug }) => slug),
      floor: relativeFloor,
      notes,
      failures: [],
    },
    environment,
    base: descriptionOf(base),
    head: descriptionOf(head),
    blocks: [],
  };
  return { ...file, judgement: judgementOf(file, null) };
}
