/** The planner's sliders: each change predicts every transport anew, in the table, with bars, and in the address. */
import type { Model } from '../../results/model/model.ts';
import { isPlainAnchor } from '../address.ts';
import {
  beyondText,
  COLUMNS,
  FIGURES,
  KNOBS,
  loadText,
  plannedRows,
  readPlan,
  stepAt,
  valueAt,
  withPlan,
  type FigureId,
  type KnobId,
  type PlannedRow,
  type Settings,
} from '../planner.ts';
import { showAs } from './anchors.ts';

const SVG = 'http://www.w3.org/2000/svg';

/** @param onPlan called with what the sliders are set to, at first and whenever one moves */
export function offerPlanner(model: Model, onPlan: (settings: Settings) => void): void {
  const form = document.querySelector<HTMLFormElement>('form#plan');
  if (form === null) return;
  const inputs = new Map(
    [...form.querySelectorAll('input')].map((input): [string, HTMLInputElement] => [input.name, input]),
  );
  const settings = (): Settings =>
    Object.fromEntries(
      KNOBS.map((knob) => [knob.id, valueAt(knob, Number(inputs.get(knob.id)?.value ?? 0))]),
    ) as Record<KnobId, number>;
  const update = (): void => {
    const now = settings();
    for (const knob of KNOBS) {
      const input = inputs.get(knob.id);
      const text = knob.show(now[knob.id]);
      input?.setAttribute('aria-valuetext', text);
      const output = form.querySelector(`output[for="plan-${knob.id}"]`);
      if (output !== null) output.textContent = text;
    }
    put(document.getElementById('plan-load'), loadText(now));
    show(plannedRows(model.transports, model.usual, now));
    onPlan(now);
  };
  const follow = (): void => {
    for (const input of inputs.values()) input.value = input.defaultValue;
    for (const [id, value] of readPlan(location.hash)) {
      const knob = KNOBS.find((one) => one.id === id);
      const input = inputs.get(id);
      if (knob !== undefined && input !== undefined) input.value = String(stepAt(knob, value));
    }
    update();
  };
  form.addEventListener('input', update);
  form.addEventListener('change', () => showAs(withPlan(location.hash, settings())));
  form.addEventListener('submit', (event) => event.preventDefault());
  window.addEventListener('hashchange', ({ newURL }) => {
    if (!isPlainAnchor(new URL(newURL).hash)) follow();
  });
  form.hidden = false;
  follow();
}

function show(rows: readonly PlannedRow[]): void {
  const largest = new Map<FigureId, number>(
    FIGURES.map((id) => [id, Math.max(0, ...rows.map(({ figures }) => figures[id].value ?? 0))]),
  );
  for (const row of document.querySelectorAll<HTMLElement>('#planner tr[data-transport]')) {
    const found = rows.find(({ transport }) => transport === row.dataset['transport']);
    const cells = row.querySelectorAll<HTMLElement>('[data-figure]');
    if (found === undefined || cells.length === 0) continue;
    put(row.querySelector('.beyond'), beyondText(found.beyond));
    for (const cell of cells) {
      const id = FIGURES.find((one) => one === cell.dataset['figure']);
      if (id === undefined) continue;
      const { text, band, value } = found.figures[id];
      put(cell, text);
      put(row.querySelector(`[data-band="${id}"]`), band);
      if (!COLUMNS.some((column) => column === id)) continue;
      const most = largest.get(id) ?? 0;
      bar(cell, value === null || most === 0 ? 0 : value / most);
    }
  }
}

function put(element: Element | null, text: string): void {
  if (element !== null) element.textContent = text;
}

/** A bar below the figure, as long as its share of the largest; by attributes, because the policy allows no style. */
function bar(cell: HTMLElement, share: number): void {
  const own = cell.parentElement?.querySelector('svg.bar');
  const svg = own ?? document.createElementNS(SVG, 'svg');
  if (own === null || own === undefined) {
    svg.setAttribute('class', 'bar');
    svg.setAttribute('viewBox', '0 0 100 4');
    svg.setAttribute('preserveAspectRatio', 'none');
    svg.setAttribute('aria-hidden', 'true');
    svg.append(document.createElementNS(SVG, 'rect'));
    cell.parentElement?.append(svg);
  }
  const rect = svg.firstElementChild;
  rect?.setAttribute('width', String(Number((100 * share).toFixed(2))));
  rect?.setAttribute('height', '4');
}
