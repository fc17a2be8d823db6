import { describe, expect, it } from 'vitest';
import { block, code } from './text.ts';

describe('what is shown as it is', () => {
  it.each([
    ["pushbench capacity --slo 'p99<100ms'", "`pushbench capacity --slo 'p99<100ms'`"],
    ['a `tick` within', '``a `tick` within``'],
    ['`at both ends`', '`` `at both ends` ``'],
    [' spaces ', '`  spaces  `'],
    ['two\nlines', '`two lines`'],
  ])('within a line: %j', (words, shown) => {
    expect(code(words)).toBe(shown);
  });

  it('in a block, whose fence is longer than any within', () => {
    expect(block('sh', ['a', '```', 'b'])).toBe('````sh\na\n```\nb\n````');
  });
});
