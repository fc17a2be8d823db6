import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDuration, formatSize, InvalidValue, parseDuration, parseSize } from './units.ts';

describe('parseDuration', () => {
  it.each([
    ['0s', 0],
    ['250ms', 250],
    ['1.5s', 1_500],
    ['1.001s', 1_001],
    ['0.5ms', 0.5],
    ['10 s', 10_000],
    [' 10s ', 10_000],
    ['2m', 120_000],
    ['2min', 120_000],
    ['1h', 3_600_000],
    ['168h', 604_800_000],
  ])('reads %s', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it.each([
    '',
    '10',
    '1e3s',
    '-5s',
    '+5s',
    '.5s',
    '5.s',
    '1,5s',
    '5S',
    '5 sec',
    '5ss',
    's',
    'NaNms',
    'Infinitys',
    '10s 5ms',
    '0x10s',
    // Names that every object has.
    '5constructor',
    '5toString',
    '5hasOwnProperty',
    '5valueOf',
  ])('refuses "%s" and shows what would do', (text) => {
    expect(() => parseDuration(text)).toThrow(
      new InvalidValue('must be a duration with its unit, such as 250ms, 10s or 2m'),
    );
  });

  it.each(['169h', '10081m', `${'9'.repeat(400)}s`])('refuses a duration that no timer can count: %s', (text) => {
    expect(() => parseDuration(text)).toThrow(new InvalidValue('must be at most 168h'));
  });
});

describe('parseSize', () => {
  it.each([
    ['0', 0],
    ['128', 128],
    ['128B', 128],
    ['1KB', 1_000],
    ['1kB', 1_000],
    ['1MB', 1_000_000],
    ['1KiB', 1_024],
    ['1.5KiB', 1_536],
    ['64 KiB', 65_536],
    ['4MiB', 4_194_304],
  ])('reads %s', (text, bytes) => {
    expect(parseSize(text)).toBe(bytes);
  });

  it.each(['', '-1', '1.5', '1e3', '64kib', '64K', '64Kb', '1GiBs', 'B', '1__proto__', '5constructor'])(
    'refuses "%s" and shows what would do',
    (text) => {
      expect(() => parseSize(text)).toThrow(new InvalidValue('must be a size such as 128, 1KB or 64KiB'));
    },
  );
});

describe('a size that no setting can use', () => {
  it.each(['1073741825', '1025MiB', '9'.repeat(400)])('is refused: %s', (text) => {
    expect(() => parseSize(text)).toThrow(new InvalidValue('must be at most 1024MiB'));
  });
});

describe('formatDuration', () => {
  it.each([
    [0, '0ms'],
    [250, '250ms'],
    [999.5, '999.5ms'],
    [1_000, '1s'],
    [1_500, '1.5s'],
    [59_999, '59.999s'],
    [60_000, '1m'],
    [90_000, '90s'],
    [3_600_000, '1h'],
    [5_400_000, '90m'],
  ])('writes %d ms as %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });

  it('writes every duration so that it is read back exactly', () => {
    const micros = fc.integer({ min: 0, max: 168 * 3_600_000 * 1_000 }).map((us) => us / 1_000);
    const whole = fc.integer({ min: 0, max: 168 * 3_600 }).map((s) => s * 1_000);
    fc.assert(
      fc.property(fc.oneof(micros, whole), (ms) => {
        expect(parseDuration(formatDuration(ms))).toBe(ms);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('formatSize', () => {
  it.each([
    [0, '0B'],
    [1_000, '1000B'],
    [1_024, '1KiB'],
    [1_025, '1025B'],
    [131_072, '128KiB'],
    [1_048_576, '1MiB'],
    [1_572_864, '1536KiB'],
  ])('writes %d bytes as %s', (bytes, text) => {
    expect(formatSize(bytes)).toBe(text);
  });

  it('writes every size so that it is read back exactly', () => {
    const anySize = fc.oneof(
      fc.nat(2 ** 30),
      fc.nat(4_096).map((kib) => kib * 1_024),
    );
    fc.assert(
      fc.property(anySize, (bytes) => {
        expect(parseSize(formatSize(bytes))).toBe(bytes);
      }),
      { numRuns: 1_000 },
    );
  });
});
