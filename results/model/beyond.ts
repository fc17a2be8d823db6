/** Whether a figure lies beyond what was measured, by what it rests on. Pure, and the same in Node.js and in the report's page. */
import { optionOf, type Option, type Situation } from './option.ts';
import { overheadAt } from './bytes.ts';
import type { TransportModel } from './model.ts';

/** Exact counts of bytes, fits to loads, and memory over numbers of clients: each was measured over a range of its own. */
export const GROUNDS = ['counts', 'fits', 'memory'] as const;
export type Ground = (typeof GROUNDS)[number];

/** @param option as `optionOf` gives it: with the load that it was predicted for */
export function isBeyond(
  model: TransportModel,
  { load, prediction }: Pick<Option, 'load' | 'prediction'>,
  grounds: readonly Ground[],
): boolean {
  const { beyond } = prediction;
  return grounds.some((ground) => {
    if (ground === 'memory') return beyond.includes('memory');
    if (ground === 'fits') return beyond.some((name) => name !== 'memory');
    return model.bytes !== null && overheadAt(model.bytes, load.payloadBytes).extrapolated;
  });
}

/** Of any of these transports there; of none where nobody is named. */
export function anyBeyond(
  models: readonly TransportModel[],
  names: readonly (string | null)[],
  there: Situation,
  grounds: readonly Ground[],
): boolean {
  return models
    .filter(({ transport }) => names.includes(transport))
    .some((model) => isBeyond(model, optionOf(model, there), grounds));
}
