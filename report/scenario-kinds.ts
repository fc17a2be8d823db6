/** Which question a scenario answers, and so which figures of it are worth showing. */
import type { Measurement } from '../results/schema.ts';
import { plain } from './format.ts';

/** `delivery`: messages reach clients. The other three have questions, and columns, of their own. */
export type ScenarioKind = 'delivery' | 'idle' | 'connect' | 'shared-port';

const QUESTIONS: Record<string, string> = {
  broadcast: 'How fast, and at what cost, does one message reach every client?',
  echo: 'How long does a message take from a client to the server and back?',
  idle: 'What does a client cost while nothing is published?',
  connect: 'How long until a new client can receive?',
  'shared-port': 'Are plain HTTP requests slower while sockets live on the same port?',
};
const ORDER = Object.keys(QUESTIONS);

/** By name where it is known; else by what was measured, so that a new scenario needs no edit here. */
export function kindOf(name: string, measurements: readonly Measurement[]): ScenarioKind {
  if (name === 'idle' || name === 'connect' || name === 'shared-port') return name;
  if (measurements.some((m) => m.requestLatencyNs !== undefined && m.requestLatencyNs.count > 0)) return 'shared-port';
  return 'delivery';
}

export function questionOf(name: string, kind: ScenarioKind): string {
  return QUESTIONS[name] ?? (kind === 'delivery' ? `How does ${plain(name)} deliver?` : (QUESTIONS[kind] ?? ''));
}

export function scenarioOrder(a: string, b: string): number {
  const rank = (name: string) => (ORDER.includes(name) ? ORDER.indexOf(name) : ORDER.length);
  return rank(a) - rank(b) || (a < b ? -1 : a > b ? 1 : 0);
}
