/** The page's script: draws the charts from the embedded data and answers the filter. It loads nothing. */
import {
  BarController,
  BarElement,
  CategoryScale,
  Chart,
  Legend,
  LinearScale,
  LineController,
  LineElement,
  LogarithmicScale,
  PointElement,
  Tooltip,
} from 'chart.js';
import type { ChartSet, PageData } from '../chart-types.ts';
import { plain } from '../format.ts';
import { configOf, heightOf } from './charts.ts';
import { offerPlanner } from './planner.ts';
import { offerPlainJson } from './raw.ts';
import { readState, writeState, type State } from './state.ts';
import { currentTheme } from './theme.ts';

Chart.register(
  ...[BarController, BarElement, CategoryScale, Legend, LinearScale],
  ...[LineController, LineElement, LogarithmicScale, PointElement, Tooltip],
);

const { charts, model } = JSON.parse(document.getElementById('data')?.textContent ?? '{"charts":{}}') as PageData;
const controls = document.getElementById('controls');
const inputs = [...(controls?.querySelectorAll('input') ?? [])];
const drawn = new Map<HTMLCanvasElement, Chart>();

function selection(): State {
  const scenario = inputs.find((input) => input.name === 'scenario' && input.checked)?.value ?? null;
  const without = inputs.filter((input) => input.name === 'transport' && !input.checked).map((input) => input.value);
  return { scenario, without: new Set(without) };
}

/** Puts a linked view into the controls; names that this run does not have are ignored. */
function select(state: State): void {
  for (const input of inputs) {
    if (input.name === 'transport') input.checked = !state.without.has(input.value);
    else if (input.value === state.scenario) input.checked = true;
  }
}

/** The chart of the selected scenario, or the only one of a section that has just one. */
function nameIn(set: ChartSet, scenario: string | null): string | undefined {
  const names = Object.keys(set);
  return scenario !== null && names.includes(scenario) ? scenario : names.length === 1 ? names[0] : undefined;
}

function draw(): void {
  const { scenario, without } = selection();
  const theme = currentTheme();
  const shown = (transport: string) => !without.has(transport);
  for (const figure of document.querySelectorAll<HTMLElement>('figure[data-chart]')) {
    const canvas = figure.querySelector('canvas');
    const box = figure.querySelector<HTMLElement>('.canvas');
    if (canvas === null || box === null) continue;
    drawn.get(canvas)?.destroy();
    drawn.delete(canvas);
    const set = charts[figure.dataset['chart'] ?? ''] ?? {};
    const name = nameIn(set, scenario);
    const chart = name === undefined ? undefined : set[name];
    const config = chart === undefined ? null : configOf(chart, theme, shown);
    figure.hidden = config === null;
    if (chart === undefined || config === null) continue;
    const title = figure.querySelector('.chart-title span');
    if (title !== null) title.textContent = `: ${plain(name ?? '')}`;
    box.style.height = `${heightOf(chart, shown)}px`;
    drawn.set(canvas, new Chart(canvas, config));
  }
}

/** Tables follow the same filter. On paper all of them are printed: see the style sheet. */
function filterTables(): void {
  const { scenario, without } = selection();
  for (const panel of document.querySelectorAll<HTMLElement>('[data-scenario]')) {
    panel.classList.toggle('off', scenario !== null && panel.dataset['scenario'] !== scenario);
  }
  for (const row of document.querySelectorAll<HTMLElement>('tr[data-transport]')) {
    row.classList.toggle('off', without.has(row.dataset['transport'] ?? ''));
  }
}

function update(): void {
  filterTables();
  draw();
}

function follow(): void {
  const state = readState(location.hash);
  if (state !== null) select(state);
  update();
}

controls?.removeAttribute('hidden');
controls?.addEventListener('change', () => {
  history.replaceState(null, '', writeState(selection(), location.hash));
  update();
});
window.addEventListener('hashchange', follow);
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw);
// Paper is light whatever the screen is: the class makes the style sheet's colours light before the canvases are drawn.
window.addEventListener('beforeprint', () => {
  document.documentElement.classList.add('paper');
  draw();
});
window.addEventListener('afterprint', () => {
  document.documentElement.classList.remove('paper');
  draw();
});
offerPlainJson();
offerPlanner(model);
follow();
