/** How figures read: with their interval, with a unit, and with a word where there is none. */
import { describe, expect, it } from 'vitest';
import { exactly, guessed } from '../../results/model/band.ts';
import { estimate } from '../../results/statistics.ts';
import { block, quoted, yamlText } from './text.ts';
import {
  banded,
  bandOf,
  listed,
  messagesText,
  percent,
  repeatedText,
  spanText,
  usersText,
  type Quantity,
} from './words.ts';

describe('a figure', () => {
  it.each([
    [{ value: 1.2, low: 1.1, high: 1.3 }, 'ms', '1.20 ms (1.10–1.30 ms)'],
    [{ value: 12.3, low: 11, high: 13.4 }, { currency: 'EUR' }, 'EUR 12.3 (11–13.4)'],
    [guessed(1_234_567), 'users', '1,230,000 (interval not known)'],
    [exactly(4), 'bytes', '4 B'],
    [{ value: 100, low: 99.99, high: 100.01 }, 'GB', '100 GB'],
    [null, 'ms', 'not measured'],
  ] satisfies [Parameters<typeof banded>[0], Quantity, string][])('%j in %j reads %s', (band, quantity, text) => {
    expect(banded(band, quantity)).toBe(text);
  });
});

describe('repetitions', () => {
  const of = (...values: number[]): string => repeatedText(estimate(values)!, 'ms');

  it('have an interval from six on, and fewer are named as what they are and decide nothing', () => {
    expect(of(120)).toBe('120 ms (one repetition)');
    expect(of(120, 121)).toBe('121 ms (2 repetitions: 120–121 ms)');
    expect(of(1, 2, 3, 4, 5, 6)).toBe('3.50 ms (1–6 ms, 95 % interval of 6 repetitions)');
    const five = estimate([1, 2, 3, 4, 5])!;
    expect(bandOf(five)).toEqual(guessed(3));
    expect(bandOf(estimate([1, 2, 3, 4, 5, 6])!)).toEqual({ value: 3.5, low: 1, high: 6 });
  });
});

describe('words', () => {
  it('say spans, rates, users, lists and shares as people do', () => {
    expect([500, 40_000, 150_000, 7_200_000, 259_200_000].map(spanText)).toEqual([
      '500 ms',
      '40 s',
      '2.5 min',
      '2 h',
      '3 days',
    ]);
    expect([0, 1 / 40, 3].map(messagesText)).toEqual(['no message', 'one message per 40 s', '3 messages/s']);
    expect(usersText(1)).toBe('1 user');
    expect([['a'], ['a', 'b'], ['a', 'b', 'c']].map(listed)).toEqual(['a', 'a and b', 'a, b and c']);
    expect([0, 1e-12, 0.0123, 0.5].map(percent)).toEqual(['0 %', '0.1 %', '1.2 %', '50 %']);
  });
});

describe('text from files', () => {
  it('is one word of a shell, whatever is in it', () => {
    expect(quoted('a/b-c_1.json')).toBe('a/b-c_1.json');
    expect(quoted("it's $HOME")).toBe(`'it'\\''s $HOME'`);
  });

  it('does not end the block that shows it', () => {
    expect(block('sh', ['echo ````'])).toBe('`````sh\necho ````\n`````');
  });

  it('is a string of YAML', () => {
    expect(yamlText('a "b"\n<c>')).toBe('"a \\"b\\" \\u003cc\\u003e"');
  });
});
