/** What the reader selected, kept in the address so that a view can be linked: `#scenario=echo&without=sse&axes=linear`. */

export interface State {
  scenario: string | null;
  without: ReadonlySet<string>;
  /** Axes from 0 where they would be logarithmic. */
  linear: boolean;
}

/** @returns null for an address that holds no selection, such as the plain anchor of a section */
export function readState(hash: string): State | null {
  if (!hash.includes('=')) return null;
  const fields = new URLSearchParams(hash.replace(/^#/, ''));
  return {
    scenario: fields.get('scenario'),
    without: new Set(fields.getAll('without')),
    linear: fields.get('axes') === 'linear',
  };
}

/** @param hash the address so far: what else it holds, such as the planner's plan, stays */
export function writeState(state: State, hash = ''): string {
  const fields = new URLSearchParams(hash.includes('=') ? hash.replace(/^#/, '') : '');
  fields.delete('scenario');
  fields.delete('without');
  fields.delete('axes');
  if (state.scenario !== null) fields.set('scenario', state.scenario);
  for (const transport of state.without) fields.append('without', transport);
  if (state.linear) fields.set('axes', 'linear');
  return `#${fields.toString().replaceAll('%3A', ':').replaceAll('%2C', ',')}`;
}
