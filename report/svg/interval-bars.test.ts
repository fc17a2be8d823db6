/** Bars: their lengths compare, their intervals show, and what is missing says so. */
import { describe, expect, it } from 'vitest';
import { HOSTILE } from '../hostile.fixture.ts';
import { intervalBars, type Bar } from './interval-bars.ts';

const bar = (label: string, value: number | null, low: number | null, high: number | null, look = 0): Bar => ({
  ...{ label, look, value, low, high },
  text: value === null ? 'not measured' : `${value} EUR`,
});

const svg = intervalBars(
  {
    title: 'Cost a month',
    description: 'What each costs.',
    bars: [bar('short-polling', 200, 150, 250), bar('sse', 100, null, null, 3), bar('websocket', null, null, null, 4)],
  },
  { inline: false, id: 'cost' },
);

describe('bars with intervals', () => {
  it('read as the golden file', async () => {
    await expect(svg).toMatchFileSnapshot('interval-bars.golden.svg');
  });

  it('are as long as their values', () => {
    const lengths = [...svg.matchAll(/width="([\d.]+)" height="18"/g)].map(([, length]) => Number(length));
    expect(lengths).toHaveLength(2);
    expect(lengths[0]! / lengths[1]!).toBeCloseTo(2, 2);
  });

  it('say what is missing instead of drawing nothing', () => {
    expect(svg).toContain('>not measured<');
  });

  it('are drawn where all of them are nothing', () => {
    const none = intervalBars({ title: 't', description: 'd', bars: [bar('sse', 0, 0, 0)] }, { inline: true, id: 'x' });
    expect(none).not.toMatch(/NaN|Infinity/);
  });

  it('keep hostile names text', () => {
    const bars = [{ ...bar(HOSTILE, 1, 0.5, 2), text: HOSTILE }];
    const hostile = intervalBars({ title: HOSTILE, description: HOSTILE, bars }, { inline: false, id: 'x' });
    expect(hostile).not.toMatch(/<(script|img)/i);
    expect(hostile).not.toMatch(/[\u001B\u202E\u2028]/);
  });
});
