/** A column's picture of the last ten seconds: publications above, arrivals below, and a line from each to each. */
import { currentTheme } from '../theme.ts';

export const WINDOW_MS = 10_000;
/** Distance of the two lines from the edges: room for their names. */
const EDGE = 15;
const DOT = 3;

/** By the page's clock, ms. */
interface Arrival {
  readonly publishedMs: number;
  readonly arrivedMs: number;
}

/** Publications that any column knows of: who has not received one yet shows it waiting. */
export class Published {
  readonly #times = new Map<number, number>();

  add(seq: number, atMs: number): void {
    if (!this.#times.has(seq)) this.#times.set(seq, atMs);
  }

  times(): Iterable<number> {
    return this.#times.values();
  }

  forget(beforeMs: number): void {
    for (const [seq, atMs] of this.#times) if (atMs < beforeMs) this.#times.delete(seq);
  }
}

export class Strip {
  readonly #canvas: HTMLCanvasElement;
  readonly #color: string;
  readonly #published: Published;
  #arrivals: Arrival[] = [];
  #requests: number[] = [];

  /** @param color the custom property of the transport's colour */
  constructor(canvas: HTMLCanvasElement, color: string, published: Published) {
    this.#canvas = canvas;
    this.#color = color;
    this.#published = published;
  }

  asked(atMs: number): void {
    this.#requests.push(atMs);
  }

  arrived(arrival: Arrival): void {
    this.#arrivals.push(arrival);
  }

  draw(nowMs: number): void {
    const context = this.#canvas.getContext('2d');
    const { clientWidth: width, clientHeight: height } = this.#canvas;
    if (context === null || width === 0) return;
    this.#fit(context, width, height);
    this.#arrivals = this.#arrivals.filter(({ arrivedMs }) => arrivedMs > nowMs - WINDOW_MS);
    this.#requests = this.#requests.filter((atMs) => atMs > nowMs - WINDOW_MS);
    const theme = currentTheme();
    const x = (atMs: number): number => width * (1 - (nowMs - atMs) / WINDOW_MS);
    const [top, bottom] = [EDGE, height - EDGE];
    const line = (fromMs: number, fromY: number, toMs: number, toY: number): void => {
      context.beginPath();
      context.moveTo(x(fromMs), fromY);
      context.lineTo(x(toMs), toY);
      context.stroke();
    };
    context.lineWidth = 1;
    context.strokeStyle = theme.grey;
    for (const atMs of this.#requests) line(atMs, bottom, atMs, top);
    context.strokeStyle = theme.line;
    for (const y of [top, bottom]) line(nowMs - WINDOW_MS, y, nowMs, y);
    context.fillStyle = theme.muted;
    context.font = `11px ${theme.font}`;
    context.fillText('published', 0, top - 5);
    context.fillText('arrived here', 0, height - 3);
    context.fillStyle = context.strokeStyle = theme.color(this.#color);
    context.lineWidth = 1.5;
    for (const atMs of this.#published.times()) context.fillRect(x(atMs) - 1, top - 4, 2, 4);
    for (const { publishedMs, arrivedMs } of this.#arrivals) {
      line(publishedMs, top, arrivedMs, bottom);
      context.beginPath();
      context.arc(x(arrivedMs), bottom, DOT, 0, 2 * Math.PI);
      context.fill();
    }
  }

  /** As many pixels as the screen shows there. */
  #fit(context: CanvasRenderingContext2D, width: number, height: number): void {
    const scale = devicePixelRatio;
    const [across, down] = [Math.round(width * scale), Math.round(height * scale)];
    if (this.#canvas.width !== across || this.#canvas.height !== down) {
      this.#canvas.width = across;
      this.#canvas.height = down;
    }
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.clearRect(0, 0, width, height);
  }
}

/** Draws all strips as the screen is drawn, or once a second for who wants no motion. */
export function animate(draw: (nowMs: number) => void): void {
  const still = matchMedia('(prefers-reduced-motion: reduce)');
  /** Of what moves a few pixels a second, more pictures are only warmer. */
  const frameMs = (): number => (still.matches ? 1_000 : 33);
  let drawnMs = -Infinity;
  const frame = (): void => {
    const nowMs = performance.now();
    if (nowMs - drawnMs >= frameMs()) {
      drawnMs = nowMs;
      draw(nowMs);
    }
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
}
