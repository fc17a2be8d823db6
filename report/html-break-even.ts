/** The section of break-even points: maps and sentences around the load that the planner begins with. */
import type { Model } from '../results/model/model.ts';
import { mapsAround } from './html-maps.ts';
import { MODEL_COMMAND, modelGap } from './html-model-gap.ts';
import { settingsOf } from './planner.ts';

export const BREAK_EVEN_LINK = { id: 'break-even', title: 'Break-even' } as const;

const LEAD =
  'Where the answer flips, around the load of the planner: its sliders redraw this. Short polling polls as rarely as the accepted ' +
  'staleness allows, which is the planner’s poll interval; the others are as fast as they are. Striped: the costs of several lie ' +
  'within what the model was off by at loads that it had not seen. Hatched: more than was ever measured.';

export function breakEvenSection(model: Model | null, looks: ReadonlyMap<string, number>): string {
  const body =
    model === null || model.transports.length < 2
      ? `<p class="missing">Two transports are needed, and their byte counts. <code>${MODEL_COMMAND}</code> measures them.</p>`
      : `${modelGap(model)}<div id="maps">${mapsAround({ model, looks }, settingsOf(model.usual))}</div>`;
  return `<section id="${BREAK_EVEN_LINK.id}"><h2>${BREAK_EVEN_LINK.title}</h2><p class="lead">${LEAD}</p>${body}</section>`;
}
