/** Any of the documents that hold results, told apart by what they hold. */
import { Compile } from 'typebox/compile';
import type { AbFile } from './ab.ts';
import { checkedAb } from './ab-store.ts';
import type { CapacityFile } from './capacity.ts';
import { checkedCapacity } from './capacity-store.ts';
import { JudgementSchema, type Judgement } from './gate/judgement.ts';
import type { RunFile } from './schema.ts';
import { checkedRun, kindOf, readJson, refuseMisfit, type DocumentKind } from './store.ts';

export type AnyResult =
  | { readonly kind: 'run'; readonly run: RunFile }
  | { readonly kind: 'capacity'; readonly capacity: CapacityFile }
  | { readonly kind: 'ab'; readonly ab: AbFile }
  | { readonly kind: 'judgement'; readonly judgement: Judgement };

const JUDGEMENT: DocumentKind = {
  kind: 'judgement',
  title: 'a pushbench judgement',
  writer: 'pushbench compare --json',
  version: ['judgement version', 1],
  schema: Compile(JudgementSchema),
};

/**
 * What does not say what it is counts as a run: the reader of runs has a sentence for it.
 *
 * @throws RunFileError with one sentence for people
 */
export function readAnyResult(path: string): AnyResult {
  const value = readJson(path);
  switch (kindOf(value)) {
    case 'capacity':
      return { kind: 'capacity', capacity: checkedCapacity(value, path) };
    case 'ab':
      return { kind: 'ab', ab: checkedAb(value, path) };
    case 'judgement':
      refuseMisfit(value, path, JUDGEMENT);
      return { kind: 'judgement', judgement: value as Judgement };
    case null:
    default:
      return { kind: 'run', run: checkedRun(value, path) };
  }
}
