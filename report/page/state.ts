/** What the reader selected, kept in the address so that a view can be linked: `#scenario=echo&without=sse&axes=linear`. */
import { fieldsOf, hashOf, isPlainAnchor } from '../address.ts';

export interface State {
  scenario: string | null;
  without: ReadonlySet<string>;
  /** Axes from 0 where they would be logarithmic. */
  linear: boolean;
}

/** @returns null for the plain anchor of a section, which is no selection */
export function readState(hash: string): State | null {
  if (isPlainAnchor(hash)) return null;
  const fields = fieldsOf(hash);
  return {
    scenario: fields.get('scenario'),
    without: new Set(fields.getAll('without')),
    linear: fields.get('axes') === 'linear',
  };
}

/** @param hash the address so far: what else it holds, such as the planner's plan and the section, stays */
export function writeState(state: State, hash = ''): string {
  const fields = fieldsOf(hash);
  fields.delete('scenario');
  fields.delete('without');
  fields.delete('axes');
  if (state.scenario !== null) fields.set('scenario', state.scenario);
  for (const transport of state.without) fields.append('without', transport);
  if (state.linear) fields.set('axes', 'linear');
  return hashOf(fields);
}
