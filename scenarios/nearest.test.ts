import { expect, it } from 'vitest';
import { didYouMean } from './nearest.ts';

const NAMES = ['short-polling', 'sse', 'websocket', 'h1'];

it.each([
  ['websockt', '; did you mean "websocket"?'],
  ['short_poling', '; did you mean "short-polling"?'],
  ['ssee', '; did you mean "sse"?'],
  ['h3', '; did you mean "h1"?'],
  ['SSE', '; did you mean "sse"?'],
])('takes %s for a slip', (text, hint) => {
  expect(didYouMean(text, NAMES)).toBe(hint);
});

it.each(['carrier pigeon', 'zzz', '', 'xy'])('does not guess at "%s"', (text) => {
  expect(didYouMean(text, NAMES)).toBe('');
});
