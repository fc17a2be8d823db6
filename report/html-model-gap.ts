/** What a run did not measure of its own model: said before the figures that hang on it, with the command that measures it. */
import type { HeldOut } from '../results/model/linear.ts';
import type { Model, TransportModel } from '../results/model/model.ts';
import { escapeHtml } from './html-text.ts';

/** Measures what a model is best made of. */
export const MODEL_COMMAND = 'pushbench run --scenarios cost,idle,memory,broadcast';

interface Part {
  readonly name: string;
  /** Undefined where nothing was measured, null where it was, and nobody knows how far off it is. */
  readonly of: (model: TransportModel) => HeldOut | null | undefined;
}

const PARTS: readonly Part[] = [
  { name: 'processor time', of: ({ cores }) => cores?.heldOut },
  { name: 'latency', of: ({ serviceMs }) => serviceMs?.heldOut },
  { name: 'latency p99', of: ({ serviceP99Ms }) => serviceP99Ms?.heldOut },
  { name: 'memory', of: ({ memory }) => memory?.heldOut },
];

/** @returns a banner; nothing where each part of each transport was held against loads that it had not seen */
export function modelGap({ transports }: Model): string {
  const having = (state: null | undefined): string[] =>
    PARTS.filter(({ of }) => transports.some((model) => of(model) === state)).map(({ name }) => name);
  const [unmeasured, unknown] = [having(undefined), having(null)];
  const sentences = [
    unmeasured.length === 0 ? '' : `Not measured for every transport: ${unmeasured.join(', ')}.`,
    unknown.length === 0
      ? ''
      : `How far the model is off is not known for ${unknown.join(', ')}: to tell, it takes three different loads of each transport, and this run has fewer.`,
  ].filter((sentence) => sentence !== '');
  if (sentences.length === 0) return '';
  return `<div class="banner" role="note" aria-label="What the model lacks">${escapeHtml(sentences.join(' '))} <code>${MODEL_COMMAND}</code> measures it.</div>`;
}
