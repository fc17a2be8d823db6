/** The map: an area for each answer, stripes where there are two, and nothing that a page's policy forbids. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { HOSTILE } from '../hostile.fixture.ts';
import { breakEvenMap } from './break-even-map.ts';
import type { BreakEvenMap } from './map-frame.ts';
import { mapAxis } from './map-axes.ts';
import { INKS } from './palette.ts';

const xs = [0.01, 0.1, 1, 10, 100];
const ys = [100, 1_000, 10_000, 100_000];
const winnersAt = (x: number, y: number): string[] => {
  if (y < 1_000) return x > 10 ? [] : ['sse'];
  if (x * y > 20_000) return ['sse'];
  return x * y > 2_000 ? ['sse', 'short-polling'] : ['short-polling'];
};

const MAP: BreakEvenMap = {
  title: 'The cheapest',
  description: 'What is cheapest over rate and staleness.',
  x: mapAxis({ name: 'rate', values: xs }),
  y: mapAxis({ name: 'staleness', values: ys }),
  cells: ys.flatMap((y) => xs.map((x) => ({ x, y, winners: winnersAt(x, y), beyond: x >= 10 }))),
  marks: [{ x: 1, y: 10_000, label: 'chat' }],
  looks: new Map([
    ['short-polling', 0],
    ['sse', 3],
  ]),
  nobody: 'nothing keeps it',
};
const alone = breakEvenMap(MAP, { inline: false, id: 'm' });
const inline = breakEvenMap(MAP, { inline: true, id: 'm' });

describe('a break-even map', () => {
  it('reads as the golden file', async () => {
    await expect(alone).toMatchFileSnapshot('break-even-map.golden.svg');
  });

  it('says what it is to whoever does not see it', () => {
    expect(alone).toContain('role="img" aria-labelledby="m-title m-desc"');
    expect(alone).toContain('<title id="m-title">The cheapest</title>');
    expect(alone).toContain('<desc id="m-desc">What is cheapest over rate and staleness.</desc>');
  });

  it('has stripes where two cannot be told apart, dots where nobody is left, and both in its legend', () => {
    expect(alone.match(/<pattern (?!id="m-beyond")/g)).toHaveLength(2);
    expect(alone).toContain('striped: cannot be told apart');
    expect(alone).toContain('nothing keeps it');
  });

  it('is hatched where it is extrapolated, and says so once where all of it is', () => {
    expect(alone.match(/url\(#m-beyond\)/g)).toHaveLength(ys.length + 1);
    expect(alone).toContain('hatched: extrapolated');
    const all = breakEvenMap(
      { ...MAP, cells: MAP.cells.map((cell) => ({ ...cell, beyond: true })) },
      { inline: false, id: 'm' },
    );
    expect(all).not.toContain('m-beyond');
    expect(all).toContain('All of it is extrapolated.');
    const none = MAP.cells.map((cell) => ({ ...cell, beyond: false }));
    expect(breakEvenMap({ ...MAP, cells: none }, { inline: false, id: 'm' })).not.toContain('extrapolated');
  });

  it('marks the axes in units, and the workload with a dot', () => {
    for (const text of ['1/s', '10 s', 'messages that each client receives →', 'chat'])
      expect(alone).toContain(`>${text}<`);
    expect(alone).toContain('r="6.5"');
  });

  // Measured in DejaVu Sans Bold, 14 px: no usual font is wider.
  it.each([
    ['chat', 34.4],
    ['sensor-dashboard', 142.3],
    ['WWWW', 61.8],
    ['HOUND OF GOD', 124.6],
  ])('has room for the label %s in its box', (label, measured) => {
    const svg = breakEvenMap({ ...MAP, marks: [{ x: 1, y: 10_000, label }] }, { inline: false, id: 'm' });
    const [, width] = /width="([\d.]+)" height="22" rx="3" class="fill-surface stroke-text"/.exec(svg)!;
    expect(Number(width)).toBeGreaterThan(measured + 4);
  });

  it('puts no name under a mark, and leaves out one that has no other room', () => {
    const cells = MAP.cells.map((cell) => ({ ...cell, winners: ['sse'] }));
    const nameAt = (marks: BreakEvenMap['marks']) =>
      /y="([\d.]+)" text-anchor="middle" class="fill-text" fill="#1d2023">sse</.exec(
        breakEvenMap({ ...MAP, cells, marks }, { inline: false, id: 'm' }),
      )?.[1];
    const free = Number(nameAt([]));
    const middle = [316, 1_000, 3_162].map((y) => ({ x: 1, y, label: 'chat' }));
    expect(Math.abs(Number(nameAt(middle)) - free)).toBeGreaterThan(24);
    const everywhere = xs.flatMap((x) => ys.map((y) => ({ x, y, label: 'sensor-dashboard' })));
    expect(nameAt(everywhere)).toBeUndefined();
  });

  it('leaves out a mark that the map does not reach', () => {
    const outside = { ...MAP, marks: [{ x: 1e6, y: 10_000, label: 'far' }] };
    expect(breakEvenMap(outside, { inline: false, id: 'm' })).not.toContain('far');
  });

  it('brings its own colours for the dark where it stands alone, and takes those of the page in one', () => {
    expect(alone).toContain('prefers-color-scheme:dark');
    expect(inline).not.toMatch(/<style|\sstyle=|\sclass=/);
    expect(inline).toContain('fill="var(--t3, #228833)"');
  });

  it('keeps hostile names text', () => {
    const hostile = breakEvenMap(
      {
        ...MAP,
        ...{ title: HOSTILE, description: HOSTILE, nobody: HOSTILE, marks: [{ x: 1, y: 1_000, label: HOSTILE }] },
        cells: MAP.cells.map((cell) => ({ ...cell, winners: [HOSTILE] })),
      },
      { inline: true, id: 'm' },
    );
    expect(hostile).not.toMatch(/<(script|img|\/style)/i);
    expect(hostile).not.toMatch(/[\u001B\u202E\u2028]/);
  });

  it('refuses cells that are not those of its axes', () => {
    expect(() => breakEvenMap({ ...MAP, cells: MAP.cells.slice(1) }, { inline: true, id: 'm' })).toThrow(RangeError);
  });
});

describe('the colours', () => {
  it('are those of the page, in light and dark', () => {
    const css = readFileSync(join(import.meta.dirname, '../page/page.css'), 'utf8');
    const [light = '', dark = ''] = css.split('@media screen and (prefers-color-scheme: dark)');
    for (const [name, ink] of Object.entries(INKS)) {
      expect(light).toContain(`--${name}: ${ink.light};`);
      expect(dark).toContain(`--${name}: ${ink.dark};`);
    }
  });
});
