/** One transport's column: what it has received, how late, and what it has cost so far. */
import { DEMO_LAYERS, readPublication, type DemoLayer, type TransportCounters } from '../../../results/demo.ts';
import { latencyText, type ServerClock } from '../../demo/clock.ts';
import { Tally } from '../../demo/tally.ts';
import { format, NOTHING, plain, plural } from '../../format.ts';
import type { Listener, Receiver } from './receivers/receiver.ts';
import { Strip, type Published } from './strip.ts';

/** Newest messages on show. */
const SHOWN = 5;
/** Of the text of one, characters. */
const LONGEST_TEXT = 120;

export interface ColumnContext {
  readonly template: HTMLTemplateElement;
  readonly published: Published;
  readonly clock: ServerClock;
  /** Offset after which the column receives. */
  readonly cursor: number;
  /** Number of the transport's colour. */
  readonly look: number;
}

export class Column implements Listener {
  readonly name: string;
  readonly element: HTMLElement;
  readonly tally: Tally;
  readonly strip: Strip;
  readonly #context: ColumnContext;
  #totalBytes = 0;

  constructor({ name, how, code }: Receiver, context: ColumnContext) {
    this.name = name;
    this.#context = context;
    this.tally = new Tally(context.cursor);
    this.element = (context.template.content.cloneNode(true) as DocumentFragment).querySelector<HTMLElement>(
      '.column',
    )!;
    this.element.dataset['transport'] = name;
    const title = this.#part('h2');
    title.id = `transport-${name}`;
    title.append(name);
    this.#part('.swatch').classList.add(`t${context.look}`);
    this.element.setAttribute('aria-labelledby', title.id);
    this.#part('.how').textContent = how;
    this.#part('code').textContent = code;
    const canvas = this.#part<HTMLCanvasElement>('.strip');
    canvas.setAttribute('aria-label', `${name}: messages of the last ten seconds, when published and when arrived`);
    this.strip = new Strip(canvas, `--t${context.look}`, context.published);
  }

  get totalBytes(): number {
    return this.#totalBytes;
  }

  asked(): void {
    this.strip.asked(performance.now());
  }

  message(text: string): void {
    const arrivedMs = performance.now();
    const { clock, published } = this.#context;
    const publication = readPublication(text);
    let latencyMs: number | null = null;
    if (publication !== null && clock.known) {
      const publishedMs = clock.toPageMs(publication.dueMs);
      published.add(publication.seq, publishedMs);
      this.strip.arrived({ publishedMs, arrivedMs });
      if (!document.hidden) latencyMs = arrivedMs - publishedMs;
    }
    this.tally.message(publication, latencyMs);
    this.#list(publication === null ? text : `#${publication.seq} ${text.split(' ').slice(2).join(' ')}`, latencyMs);
    this.showReceived();
  }

  gap(lost: number): void {
    this.tally.gap(lost);
    this.#list(`(${plural(lost, 'message')} lost)`, null);
  }

  showReceived(): void {
    const { received, latencyMs, medianMs, samples } = this.tally;
    const uncertaintyMs = this.#context.clock.known ? this.#context.clock.uncertaintyMs : 0;
    this.#figure('received', format(received, 'count'));
    this.#figure('latency', latencyText(latencyMs, uncertaintyMs));
    this.#figure('median', latencyText(medianMs, uncertaintyMs), samples === 0 ? '' : `of ${samples}`);
    this.#figure('each', received === 0 ? NOTHING : format(this.#totalBytes / received, 'bytes'));
  }

  /** @returns the bytes so far, which decide on the scale of all bars */
  count({ up, down, counted, requests, emptyPolls }: TransportCounters): void {
    this.#totalBytes = counted.up + counted.down;
    this.#figure('total', format(this.#totalBytes, 'bytes'));
    this.#figure('requests', format(requests, 'count'), emptyPolls === 0 ? '' : `${emptyPolls} empty`);
    const parts: string[] = [];
    for (const layer of DEMO_LAYERS) {
      const cells = this.element.querySelectorAll(`tr[data-layer="${layer}"] td`);
      for (const [place, bytes] of [up[layer], down[layer]].entries())
        cells[place]!.textContent = format(bytes, 'bytes');
      const bytes = up[layer] + down[layer];
      if (bytes > 0) parts.push(`${layer} ${format(bytes, 'bytes')}`);
      this.#segment(layer).dataset['bytes'] = String(bytes);
    }
    this.#part('.bar').setAttribute('aria-label', parts.length === 0 ? 'No bytes yet' : `Bytes: ${parts.join(', ')}`);
    this.showReceived();
  }

  /** @param fullBytes what a whole bar stands for */
  scale(fullBytes: number): void {
    for (const layer of DEMO_LAYERS) {
      const segment = this.#segment(layer);
      const share = fullBytes === 0 ? 0 : Number(segment.dataset['bytes'] ?? 0) / fullBytes;
      segment.style.flexBasis = `${share * 100}%`;
    }
  }

  #list(text: string, latencyMs: number | null): void {
    const list = this.#part('.messages');
    const item = document.createElement('li');
    item.textContent = plain(text.slice(0, LONGEST_TEXT));
    if (latencyMs !== null) {
      const late = document.createElement('small');
      late.textContent = latencyText(latencyMs, this.#context.clock.uncertaintyMs);
      item.prepend(late, ' ');
    }
    list.prepend(item);
    while (list.children.length > SHOWN) list.lastElementChild?.remove();
  }

  #figure(name: string, text: string, note = ''): void {
    const figure = this.#part(`[data-figure="${name}"]`);
    figure.textContent = text;
    if (note === '') return;
    const small = document.createElement('small');
    small.textContent = note;
    figure.append(' ', small);
  }

  #segment(layer: DemoLayer): HTMLElement {
    return this.#part(`.bar .${layer}`);
  }

  #part<T extends HTMLElement = HTMLElement>(selector: string): T {
    return this.element.querySelector<T>(selector)!;
  }
}
