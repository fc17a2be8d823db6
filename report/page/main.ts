/** The page's script: draws the charts from the embedded data, answers the filter, compares and downloads. It loads nothing. */
import { isPlainAnchor } from '../address.ts';
import type { PageData } from '../chart-types.ts';
import { goToSection, keepView, showAs } from './anchors.ts';
import { offerComparison } from './compare.ts';
import { offerDownloads } from './downloads.ts';
import { Drawing } from './drawing.ts';
import { Folds } from './folds.ts';
import { offerMaps } from './maps.ts';
import { offerPlanner } from './planner.ts';
import { offerPlainFiles } from './raw.ts';
import { readState, writeState, type State } from './state.ts';

const { charts, model, looks, run } = JSON.parse(
  document.getElementById('data')?.textContent ?? '{"charts":{}}',
) as PageData;
const controls = document.getElementById('controls');
const inputs = [...(controls?.querySelectorAll('input') ?? [])];

const folds = new Folds();
/** For who measures the page: see report/bench/page.ts. */
const drawing = new Drawing(charts, selection, () => performance.mark('pushbench-ready'));

function selection(): State {
  const scenario = inputs.find((input) => input.name === 'scenario' && input.checked)?.value ?? null;
  const without = inputs.filter((input) => input.name === 'transport' && !input.checked).map((input) => input.value);
  const linear = inputs.some((input) => input.name === 'axes' && input.checked);
  return { scenario, without: new Set(without), linear };
}

/** Puts a linked view into the controls: a scenario that it does not name, or that this run does not have, is as at first. */
function select(state: State): void {
  const named = inputs.find(({ name, value }) => name === 'scenario' && value === state.scenario);
  for (const input of inputs) {
    if (input.name === 'transport') input.checked = !state.without.has(input.value);
    else if (input.name === 'axes') input.checked = state.linear;
    else input.checked = named === undefined ? input.defaultChecked : input === named;
  }
}

/** Tables and captions follow the same filter. On paper all of them are printed: see the style sheet. */
function filterTables(): void {
  const { scenario, without, linear } = selection();
  document.documentElement.classList.toggle('linear', linear);
  for (const panel of document.querySelectorAll<HTMLElement>('[data-scenario]')) {
    panel.classList.toggle('off', scenario !== null && panel.dataset['scenario'] !== scenario);
  }
  for (const row of document.querySelectorAll<HTMLElement>('tr[data-transport]')) {
    row.classList.toggle('off', without.has(row.dataset['transport'] ?? ''));
  }
}

function update(): void {
  filterTables();
  drawing.update();
}

function follow(): void {
  const state = readState(location.hash);
  if (state !== null) select(state);
  update();
}

controls?.removeAttribute('hidden');
controls?.addEventListener('change', () => {
  showAs(writeState(selection(), location.hash));
  update();
});
window.addEventListener('hashchange', (event) => {
  if (isPlainAnchor(new URL(event.newURL).hash)) return keepView(event);
  follow();
  goToSection();
});
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => drawing.update());
// Paper is light whatever the screen is: the class makes the style sheet's colours light before the canvases are drawn.
window.addEventListener('beforeprint', () => {
  document.documentElement.classList.add('paper');
  folds.openAll();
  drawing.drawAll();
});
window.addEventListener('afterprint', () => {
  document.documentElement.classList.remove('paper');
  folds.restore();
  drawing.update();
});
offerPlainFiles();
offerDownloads(drawing);
if (model !== undefined) offerPlanner(model, offerMaps({ model, looks: new Map(looks) }));
if (run !== undefined) offerComparison(run, drawing, update);
follow();
goToSection();
