/** The sliders and buttons: they show what the server says the knobs are, and ask it for what is turned. */
import type { Knobs, NumericKnob } from '../../../results/demo.ts';
import { nearestStop, STOPS } from '../../demo/stops.ts';
import { format } from '../../format.ts';
import { turnKnobs } from './live.ts';

const TEXTS: Readonly<Record<NumericKnob, (value: number) => string>> = {
  ratePerSecond: (value) => format(value, 'perSecond'),
  payloadBytes: (value) => format(value, 'bytes'),
  pollIntervalMs: (value) => format(value * 1e6, 'ns'),
};
const NAMES = Object.keys(STOPS) as NumericKnob[];

export interface KnobEvents {
  restart(): void;
  /** The server would not have it, and why. */
  refused(why: string): void;
}

export class KnobForm {
  readonly #form: HTMLFormElement;
  readonly #events: KnobEvents;
  /** As the server has them. */
  #knobs: Knobs | undefined;
  /** What was turned while the server was asked for something else: the last position of a slider that is dragged. */
  #waiting: Partial<Knobs> | undefined;
  #asking = false;

  constructor(form: HTMLFormElement, events: KnobEvents) {
    this.#form = form;
    this.#events = events;
    form.addEventListener('submit', (event) => event.preventDefault());
    for (const name of NAMES) {
      const slider = this.#slider(name);
      slider.addEventListener('input', () => this.#turn({ [name]: STOPS[name][slider.valueAsNumber] }));
    }
    this.#button('#pause').addEventListener('click', () => this.#turn({ paused: this.#knobs?.paused !== true }));
    this.#button('#restart').addEventListener('click', () => events.restart());
    for (const preset of form.querySelectorAll<HTMLButtonElement>('[data-knobs]')) {
      const knobs = JSON.parse(preset.dataset['knobs'] ?? '{}') as Partial<Knobs>;
      preset.addEventListener('click', () => this.#turn({ ...knobs, paused: false }));
    }
  }

  show(knobs: Knobs): void {
    this.#knobs = knobs;
    this.#button('#pause').textContent = knobs.paused ? 'Resume the stream' : 'Pause the stream';
    // Who drags a slider sees where it is, not where it was a moment ago.
    if (this.#asking) return;
    for (const name of NAMES) {
      const slider = this.#slider(name);
      slider.value = String(nearestStop(name, knobs[name]));
      this.#label(name, knobs[name]);
    }
  }

  /** Without a server there is nothing to turn. */
  enable(enabled: boolean): void {
    for (const control of this.#form.querySelectorAll<HTMLInputElement | HTMLButtonElement>('input, button')) {
      control.disabled = !enabled;
    }
  }

  #label(name: NumericKnob, value: number): void {
    const text = TEXTS[name](value);
    this.#slider(name).setAttribute('aria-valuetext', text);
    const output = this.#form.querySelector(`output[for="${name}"]`);
    if (output !== null) output.textContent = text;
  }

  #turn(change: Partial<Knobs>): void {
    this.#waiting = { ...this.#waiting, ...change };
    for (const name of NAMES) if (change[name] !== undefined) this.#label(name, change[name]);
    if (!this.#asking) void this.#ask();
  }

  async #ask(): Promise<void> {
    this.#asking = true;
    while (this.#waiting !== undefined) {
      const change = this.#waiting;
      this.#waiting = undefined;
      const refusal = await turnKnobs(change);
      if (refusal !== null) this.#events.refused(refusal);
      // The answer may overtake the server's own word: until that comes the sliders must not jump back.
      else if (this.#knobs !== undefined) this.#knobs = { ...this.#knobs, ...change };
    }
    this.#asking = false;
    if (this.#knobs !== undefined) this.show(this.#knobs);
  }

  #slider(name: NumericKnob): HTMLInputElement {
    return this.#form.querySelector<HTMLInputElement>(`#${name}`)!;
  }

  #button(selector: string): HTMLButtonElement {
    return this.#form.querySelector<HTMLButtonElement>(selector)!;
  }
}
