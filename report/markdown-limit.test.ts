import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withinBytes } from './markdown-limit.ts';

const bytes = (text: string): number => Buffer.byteLength(text);

describe('Markdown within so many bytes', () => {
  it('is left as it is where it fits', () => {
    expect(withinBytes('# a\n\nb\n', 7)).toBe('# a\n\nb\n');
  });

  it('is cut between lines, and says how many are missing', () => {
    const text = Array.from({ length: 100 }, (_, index) => `| row ${index} |`).join('\n');
    const cut = withinBytes(text, 300);
    const rows = cut.split('\n').filter((line) => line.startsWith('| row'));
    expect(rows.length).toBeGreaterThan(5);
    expect(rows).toEqual(text.split('\n').slice(0, rows.length));
    expect(cut).toContain(`Cut to fit: ${100 - rows.length} further lines`);
  });

  it('never takes more than there is room for, and nothing at all where not even the note fits', () => {
    const line = fc.string({ unit: 'grapheme', maxLength: 40 });
    fc.assert(
      fc.property(fc.array(line, { maxLength: 60 }), fc.nat(2_000), (lines, most) => {
        expect(bytes(withinBytes(lines.join('\n'), most))).toBeLessThanOrEqual(most);
      }),
    );
    expect(withinBytes('long enough to be cut', 5)).toBe('');
    expect(withinBytes('a', -5)).toBe('');
  });
});
