import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { DEMO_LAYERS, KNOB_BOUNDS, type NumericKnob } from '../../results/demo.ts';
import { LAYER_MEANINGS, renderDemo } from './html.ts';
import { nearestStop, STOPS } from './stops.ts';

const KNOBS = Object.keys(KNOB_BOUNDS) as NumericKnob[];
const page = renderDemo({ script: 'go()', style: 'b{}' });
const hash = (content: string): string => createHash('sha256').update(content).digest('base64');

describe('the demo’s page', () => {
  it('lets its own script and style run, speak to its own origin and frame it, and nothing else', () => {
    const policy = /http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(page)![1]!;
    expect(policy.split('; ')).toEqual([
      "default-src 'none'",
      `script-src 'sha256-${hash('go()')}'`,
      `style-src 'sha256-${hash('b{}')}'`,
      'img-src data:',
      "base-uri 'none'",
      "form-action 'none'",
      "connect-src 'self'",
      "frame-src 'self'",
    ]);
    expect(page.match(/<script/g)).toHaveLength(1);
    expect(page).not.toMatch(/ style=| on\w+=/);
  });

  it('explains every layer, and has a segment and a row for it', () => {
    for (const layer of DEMO_LAYERS) {
      expect(page).toContain(LAYER_MEANINGS[layer]);
      expect(page).toContain(`<span class="segment ${layer}"></span>`);
      expect(page).toContain(`<tr data-layer="${layer}">`);
    }
  });

  it('has a labelled slider for every knob, with as many positions as it has stops', () => {
    for (const knob of KNOBS) {
      expect(page).toContain(`<label for="${knob}">`);
      expect(page).toMatch(new RegExp(`<input type="range" id="${knob}" min="0" max="${STOPS[knob].length - 1}"`));
    }
  });
});

describe('the stops of a slider', () => {
  it.each(KNOBS)('of %s rise from the least to the most that the server takes', (knob) => {
    const stops = STOPS[knob];
    expect(stops[0]).toBe(KNOB_BOUNDS[knob].least);
    expect(stops.at(-1)).toBe(KNOB_BOUNDS[knob].most);
    expect([...stops].sort((a, b) => a - b)).toEqual(stops);
  });

  it('are each nearest to themselves, and the nearest by ratio to what lies between', () => {
    for (const knob of KNOBS)
      for (const [place, stop] of STOPS[knob].entries()) expect(nearestStop(knob, stop)).toBe(place);
    expect(STOPS.ratePerSecond[nearestStop('ratePerSecond', 3)]).toBe(2);
    expect(STOPS.ratePerSecond[nearestStop('ratePerSecond', 3.5)]).toBe(5);
  });
});
