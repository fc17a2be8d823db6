import fc from 'fast-check';
import { expect, test } from 'vitest';
import { format, formatMs, formatRange, formatRatio, plain, plural, quantileName, type Unit } from './format.ts';

test.each<[number | null, Unit, string]>([
  [0, 'ns', '0 ns'],
  [850, 'ns', '850 ns'],
  [1_234_567, 'ns', '1.23 ms'],
  [12_345_678, 'ns', '12.3 ms'],
  [999_900, 'ns', '1.00 ms'],
  [2_500_000_000, 'ns', '2.50 s'],
  [128, 'bytes', '128 B'],
  [131.7, 'bytes', '132 B'],
  [1228.8, 'bytes', '1.20 KiB'],
  [3 * 1024 ** 3, 'bytes', '3 GiB'],
  [-2048, 'bytes', '-2 KiB'],
  [2048, 'bytesPerSecond', '2 KiB/s'],
  [12_345.6, 'perSecond', '12,346/s'],
  [0.4567, 'share', '45.7 %'],
  [3600, 'count', '3,600'],
  [null, 'ns', '—'],
  [NaN, 'bytes', '—'],
])('%s in %s reads %s', (value, unit, text) => {
  expect(format(value, unit)).toBe(text);
});

test('a range says its unit once, both units where they differ, and one value where both ends read the same', () => {
  expect(formatRange(1_100_000, 1_400_000, 'ns')).toBe('1.10–1.40 ms');
  expect(formatRange(900_000, 1_400_000, 'ns')).toBe('900 µs – 1.40 ms');
  expect(formatRange(1_400_000, 1_400_100, 'ns')).toBe('1.40 ms');
});

test('no duration is ever printed with a thousand of a smaller unit', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 9e11, noNaN: true }), (ns) => {
      expect(format(ns, 'ns')).not.toMatch(/^1000/);
    }),
  );
});

test('quantiles, ratios, spans and counts have their common names', () => {
  expect([0, 0.5, 0.99, 0.999, 0.9999].map(quantileName)).toEqual(['min', 'p50', 'p99', 'p99.9', 'p99.99']);
  expect([formatRatio(6.1), formatRatio(1234), formatRatio(Infinity)]).toEqual(['6.10×', '1,234×', '—']);
  expect([formatMs(250), formatMs(25_000), formatMs(1500)]).toEqual(['250 ms', '25 s', '1.5 s']);
  expect([plural(1, 'client'), plural(2000, 'client')]).toEqual(['1 client', '2,000 clients']);
});

test('a name becomes one line without terminal escapes or characters that turn the reading direction', () => {
  expect(plain('a\r\nb\u2028c\u001B[31md\u202Ee')).toBe('a b c\uFFFD[31md\uFFFDe');
});
