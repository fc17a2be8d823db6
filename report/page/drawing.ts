/** Draws the charts of the page as they come near the screen, so that a page of thirty is usable at once. */
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
import type { Chart as ChartData, ChartSet, PageData } from '../chart-types.ts';
import { plain } from '../format.ts';
import { configOf, heightOf } from './charts.ts';
import type { Config } from './common.ts';
import type { State } from './state.ts';
import { currentTheme, type Theme } from './theme.ts';

Chart.register(
  ...[BarController, BarElement, CategoryScale, Legend, LinearScale],
  ...[LineController, LineElement, LogarithmicScale, PointElement, Tooltip],
);

/** A chart as it is shown now: what a download renders again. */
export interface Shown {
  title: string;
  chart: ChartData;
  config: Config;
  height: number;
}

export class Drawing {
  readonly #charts: PageData['charts'];
  readonly #selection: () => State;
  readonly #afterFirst: () => void;
  readonly #drawn = new Map<HTMLElement, Chart>();
  /** Shown, and drawn under an older selection or not at all. */
  readonly #stale = new Set<HTMLElement>();
  readonly #near: IntersectionObserver;
  #isFirst = true;

  /** @param afterFirst called once, when what the reader sees first is drawn */
  constructor(charts: PageData['charts'], selection: () => State, afterFirst: () => void) {
    this.#charts = charts;
    this.#selection = selection;
    this.#afterFirst = afterFirst;
    // A screen ahead: a reader who scrolls finds them drawn, and the first is there before anybody does.
    this.#near = new IntersectionObserver((entries) => this.#drawNear(entries), { rootMargin: '100% 0px' });
  }

  /** A chart that came later, or null to take it away. */
  put(name: string, set: ChartSet | null): void {
    if (set === null) delete this.#charts[name];
    else this.#charts[name] = set;
  }

  /** After the selection or the colours have changed. Room is made for every chart at once, so that nothing jumps later. */
  update(): void {
    this.#stale.clear();
    this.#near.disconnect();
    const theme = currentTheme();
    for (const figure of document.querySelectorAll<HTMLElement>('figure[data-chart]')) {
      const shown = this.#shownIn(figure, theme);
      figure.hidden = shown === null;
      const box = figure.querySelector<HTMLElement>('.canvas');
      if (shown === null || box === null) {
        this.#drawn.get(figure)?.destroy();
        this.#drawn.delete(figure);
        continue;
      }
      const name = figure.querySelector('.chart-title span');
      if (name !== null) name.textContent = shown.title.slice(figureTitle(figure).length);
      box.style.height = `${shown.height}px`;
      this.#stale.add(figure);
      this.#near.observe(figure);
    }
    // A page without a chart to draw is as ready as it will be.
    if (this.#stale.size === 0) this.#first();
  }

  /** For paper, where nothing comes near. */
  drawAll(): void {
    this.update();
    for (const figure of [...this.#stale]) this.#draw(figure);
  }

  /** What a figure shows under the selection; null for nothing. */
  shown(figure: HTMLElement): Shown | null {
    return this.#shownIn(figure, currentTheme());
  }

  #shownIn(figure: HTMLElement, theme: Theme): Shown | null {
    const { scenario, without, linear } = this.#selection();
    const visible = (transport: string): boolean => !without.has(transport);
    const set = this.#charts[figure.dataset['chart'] ?? ''] ?? {};
    const name = nameIn(set, scenario);
    const chart = name === undefined ? undefined : set[name];
    const config = chart === undefined ? null : configOf(chart, theme, visible, linear);
    if (chart === undefined || config === null) return null;
    const suffix = name === '' || figure.querySelector('.chart-title span') === null ? '' : `: ${plain(name ?? '')}`;
    return { title: figureTitle(figure) + suffix, chart, config, height: heightOf(chart, visible) };
  }

  #drawNear(entries: readonly IntersectionObserverEntry[]): void {
    for (const { isIntersecting, target } of entries) {
      if (isIntersecting && target instanceof HTMLElement) this.#draw(target);
    }
    this.#first();
  }

  #draw(figure: HTMLElement): void {
    const shown = this.#stale.delete(figure) ? this.shown(figure) : null;
    const canvas = figure.querySelector('canvas');
    if (shown === null || canvas === null) return;
    this.#drawn.get(figure)?.destroy();
    this.#drawn.set(figure, new Chart(canvas, shown.config));
  }

  #first(): void {
    if (!this.#isFirst) return;
    this.#isFirst = false;
    this.#afterFirst();
  }
}

/** The chart of the selected scenario, or the only one of a section that has just one. */
function nameIn(set: ChartSet, scenario: string | null): string | undefined {
  const names = Object.keys(set);
  return scenario !== null && names.includes(scenario) ? scenario : names.length === 1 ? names[0] : undefined;
}

/** Without the scenario that the script adds. */
function figureTitle(figure: HTMLElement): string {
  return figure.querySelector('.chart-title')?.firstChild?.textContent ?? '';
}
