import { existsSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { apart, coresFor } from './child-process.ts';
import { coreNumbers } from './machine.ts';

/** Pinning needs the program that pins. */
const withTaskset = describe.runIf(existsSync('/usr/bin/taskset'));

describe('coresFor', () => {
  it.each([0, 1, 2, 3])('pins nothing with %i cores: it would starve one of the two', (count) => {
    const cores = Array.from({ length: count }, (_, core) => core);
    expect([coresFor('server', cores), coresFor('generator', cores)]).toEqual([null, null]);
  });
});

withTaskset('coresFor, from four cores on', () => {
  it.each([
    { cores: [0, 1, 2, 3], server: '0,1', generator: '2,3' },
    { cores: [0, 1, 2, 3, 4], server: '0,1', generator: '2,3,4' },
    { cores: [4, 5, 6, 7], server: '4,5', generator: '6,7' },
    { cores: [1, 3, 8, 9], server: '1,3', generator: '8,9' },
  ])('gives $server to the server and $generator to the generator', ({ cores, server, generator }) => {
    expect(coresFor('server', cores)).toBe(server);
    expect(coresFor('generator', cores)).toBe(generator);
  });

  it('deals out every core that is allowed, no other, and none twice', () => {
    const anyCores = fc.uniqueArray(fc.nat(255), { minLength: 4, maxLength: 64 });
    fc.assert(
      fc.property(anyCores, (cores) => {
        const [server, generator] = [
          coreNumbers(coresFor('server', cores)!),
          coreNumbers(coresFor('generator', cores)!),
        ];
        expect([...server, ...generator]).toEqual(cores);
        expect(generator.length - server.length).toBeLessThanOrEqual(1);
      }),
    );
  });
});

withTaskset('apart', () => {
  const one = { servers: 1, generators: 1, relayed: false };

  it('are server and generator from two cores on, where nobody else needs one', () => {
    expect(apart(one, [])).toBeNull();
    expect(apart(one, [0])).toBeNull();
    expect(apart(one, [0, 3])).toEqual({ server: '0', generator: '3' });
    expect(apart(one, [0, 1, 2])).toEqual({ server: '0', generator: '1,2' });
  });

  it('is nobody beside a relay, or where there are more processes than cores', () => {
    expect(apart({ ...one, relayed: true }, [0, 1])).toBeNull();
    expect(apart({ ...one, servers: 2 }, [0, 1, 2])).toBeNull();
    expect(apart({ ...one, generators: 2 }, [0, 1])).toBeNull();
    expect(apart({ ...one, generators: 2 }, [0, 1, 2])).not.toBeNull();
  });
});
