/** The filter of a page: which scenario its pictures show, on which axes, of which transports. */
import { plain } from './format.ts';
import { attribute, escapeHtml, key } from './html-text.ts';
import { titleOf } from './transports.ts';

export interface ControlsOf {
  /** What the scenarios are called: there is no choice where there is one. */
  readonly legend: string;
  readonly scenarios: readonly string[];
  readonly selected: string | undefined;
  readonly transports: readonly string[];
  readonly floors: ReadonlySet<string>;
  readonly looks: ReadonlyMap<string, number>;
}

/** Decades show all that there is, a linear axis how much more one is than another. */
const AXES =
  '<fieldset><legend>Axes of charts</legend><label><input type="checkbox" name="axes" value="linear" autocomplete="off">linear, from 0</label></fieldset>';

/** Shown by the script only, since nothing could answer it without. */
export function controls({ legend, scenarios, selected, transports, floors, looks }: ControlsOf): string {
  if (transports.length === 0) return '';
  const radios = scenarios.map(
    (name) =>
      `<label><input type="radio" name="scenario" value="${attribute(name)}" autocomplete="off"${name === selected ? ' checked' : ''}>${escapeHtml(plain(name))}</label>`,
  );
  const boxes = transports.map(
    (name) =>
      `<label><input type="checkbox" name="transport" value="${attribute(name)}" autocomplete="off" checked>${key(looks.get(name) ?? 0)} ${escapeHtml(titleOf(name, floors))}</label>`,
  );
  const picture =
    radios.length < 2 ? '' : `<fieldset><legend>${escapeHtml(legend)}</legend>${radios.join('')}</fieldset>`;
  return `<div id="controls" role="group" aria-label="What is shown" hidden>${picture}${AXES}<fieldset><legend>Transports</legend>${boxes.join('')}</fieldset></div>`;
}
