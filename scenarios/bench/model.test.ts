import { expect, it } from 'vitest';
import { errorText } from './model.ts';

const point = (error: number) => ({ name: 'load', predicted: 100 * (1 + error), measured: 100, error });
const off = { points: [-0.04, 0.06, 0.11].map(point), median: 0.06, most: 0.11, mostBy: 11 };

it('says half, mean and nine of ten of the errors, and which of them no model could be without', () => {
  expect(errorText({ transport: 'sse', quantity: 'packets', off, aim: null })).toBe(
    '6.0 %, mean 7.0 %, 9 of 10 within 11.0 % (3 loads)',
  );
  expect(errorText({ transport: 'sse', quantity: 'server CPU', off: { ...off, scatter: 0.04 }, aim: 0.1 })).toBe(
    '6.0 %, mean 7.0 %, 9 of 10 within 11.0 % (3 loads; each known to 4.0 %, so that of a model without error 9 of 10 would be within 6.6 %)',
  );
});

it('says what was not measured', () => {
  expect(errorText({ transport: 'sse', quantity: 'memory', off: null, aim: 0.1 })).toBe('not measured');
});
