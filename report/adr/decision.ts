/** A decision from a workload and results: options considered, knocked out, scored and ranked. Pure; nothing is written here. */
import { BadInput } from '../../results/bad-input.ts';
import type { RunFile } from '../../results/schema.ts';
import type { Situation } from '../../results/model/option.ts';
import { countsOf, fitModel } from '../../results/model/fit.ts';
import type { Model } from '../../results/model/model.ts';
import { compareTransports } from '../transports.ts';
import { breakEvenTexts, type BreakEvenText } from './break-even-words.ts';
import { countsFor, otherCarrier, type OtherCarrier } from './carriers.ts';
import { costingOf, type Costing } from './cost.ts';
import { evidenceOf, type Evidence } from './evidence.ts';
import type { DecisionInput } from './input.ts';
import { neighbourhoodOf, type AreaMap } from './neighbourhood.ts';
import { considered, type Considered } from './options.ts';
import { leading, ranked, sensitivityOf, type Scored, type Sensitivity } from './scores.ts';
import { situationOf } from './situation.ts';

export interface Decision {
  readonly input: DecisionInput;
  readonly situation: Situation;
  readonly model: Model;
  /** Null where the results are of the workload's carrier. */
  readonly other: OtherCarrier | null;
  readonly costing: Costing;
  /** All of them, in the usual order. */
  readonly options: readonly Considered[];
  /** Those that nothing knocks out, the best first. */
  readonly ranking: readonly Scored[];
  /** The first and all that cannot be told from it; none where every option is out. */
  readonly leaders: readonly Scored[];
  readonly sensitivity: Sensitivity;
  readonly breakEvens: readonly BreakEvenText[];
  readonly maps: readonly AreaMap[];
  readonly evidence: readonly Evidence[];
}

/** The results hold no option: one sentence why. */
export class NothingToDecide extends BadInput {}

/** @throws NothingToDecide where no transport of the results has what a model is made of */
export function decide(input: DecisionInput): Decision {
  const { workload, runs } = input;
  const files = runs.map(({ run }) => run) as [RunFile, ...RunFile[]];
  const own = countsOf(files);
  const model = fitModel(files, countsFor(input, own));
  const models = [...model.transports].sort((a, b) => compareTransports(a.transport, b.transport, new Set()));
  if (models.length === 0) {
    throw new NothingToDecide(
      'The results hold no transport with exact byte counts, without which there is no cost model.',
    );
  }
  const situation = situationOf(workload);
  const costing = costingOf(workload, models);
  const options = models.map((one) => considered(one, situation, input, costing));
  const candidates = options.filter(({ knockOuts }) => knockOuts.length === 0);
  const ranking = ranked(candidates, workload.weights);
  // Elsewhere on a map a target may be kept that is not kept here; what the path does not let through is out everywhere.
  const passed = options.filter(({ blocked }) => !blocked).map((one) => one.model);
  const around = neighbourhoodOf(passed, situation, costing);
  return {
    other: otherCarrier(workload.carrier, own, model),
    ...{ input, situation, model, costing, options, ranking, maps: around.maps },
    leaders: leading(ranking),
    sensitivity: sensitivityOf(candidates, workload.weights),
    breakEvens: breakEvenTexts(around, passed, situation),
    evidence: evidenceOf(options, input),
  };
}
