import { describe, expect, it } from 'vitest';
import { sparkline } from './sparkline.ts';

describe('a curve of bars', () => {
  it('goes from the lowest to the highest value', () => {
    expect(sparkline([1, 2, 3, 4, 5, 6, 7, 8], 10)).toBe('▁▂▃▄▅▆▇█');
  });

  it('shows noise as noise: a range of a hundredth is no mountain', () => {
    expect(sparkline([100, 101, 100, 99, 100], 10)).toMatch(/^[▄▅]+$/);
    expect(sparkline([100, 100], 10)).toBe('▅▅');
  });

  it('keeps the newest where there is no room for all', () => {
    expect(sparkline([1, 8, 1, 8, 1], 3)).toBe('▁█▁');
  });

  it('leaves a gap where nothing was measured, and is empty for nothing', () => {
    expect(sparkline([1, null, 2], 10)).toBe('▁ █');
    expect([sparkline([], 10), sparkline([null], 10), sparkline([1], 0)]).toEqual(['', '', '']);
  });

  it('draws zeros as the lowest bar, and negative values where they are', () => {
    expect(sparkline([0, 0, 0], 10)).toBe('▁▁▁');
    expect(sparkline([-2, 0, 2], 10)).toBe('▁▅█');
  });
});
