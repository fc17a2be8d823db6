import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fingerprint } from './fingerprint.ts';

const anyMachine = fc.dictionary(fc.string(), fc.jsonValue());

describe('fingerprint', () => {
  it('is twelve hex digits', () => {
    fc.assert(
      fc.property(anyMachine, (machine) => {
        expect(fingerprint(machine)).toMatch(/^[0-9a-f]{12}$/);
      }),
    );
  });

  it('does not depend on the order in which the properties were written', () => {
    fc.assert(
      fc.property(anyMachine, (machine) => {
        expect(fingerprint(Object.fromEntries(Object.entries(machine).reverse()))).toBe(fingerprint(machine));
      }),
    );
  });

  it('is kept by a machine that was written to a file and read back', () => {
    fc.assert(
      fc.property(anyMachine, (machine) => {
        expect(fingerprint(JSON.parse(JSON.stringify(machine)) as typeof machine)).toBe(fingerprint(machine));
      }),
    );
  });

  it.each([
    ['a value', { cores: 2, node: '20.20.2' }, { cores: 4, node: '20.20.2' }],
    ['the type of a value', { cores: 2 }, { cores: '2' }],
    ['a name', { cores: 2 }, { core: 2 }],
    ['one property more', { cores: 2 }, { cores: 2, node: '20.20.2' }],
    ['two values in each other’s place', { a: 1, b: 2 }, { a: 2, b: 1 }],
  ])('changes with %s', (_, one, other) => {
    expect(fingerprint(one)).not.toBe(fingerprint(other));
  });

  it('stays what it was in the releases before: stored baselines are found by it', () => {
    const machine = {
      platform: 'linux',
      arch: 'x64',
      kernel: '6.8.0',
      cpuModel: 'A CPU',
      cores: 4,
      memoryGiB: 16,
      node: '22.0.0',
    };
    expect(fingerprint(machine)).toMatchInlineSnapshot(`"31dff034c548"`);
  });
});
