import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MeasurementParameters } from './parameters.ts';
import { fitted, measurementName, nameOf, serverOf, unusual } from './series.ts';

/** Of the profile `standard`. */
const usual: MeasurementParameters = {
  ...{ variant: null, clients: 1_000, ratePerSecond: 20, arrivals: 'constant', payloadBytes: 256 },
  ...{ pollIntervalMs: 1_000, holdMs: 25_000, heartbeatMs: 15_000, recycleBytes: 131_072, connection: 'keep-alive' },
  ...{ headers: 'chrome', deflate: false, durationMs: 3_000, warmupMs: 1_000 },
};

const named = (transport: string, scenario: string, parameters: MeasurementParameters): string =>
  measurementName({ transport, scenario }, parameters, []);

describe('the name of a measurement', () => {
  it('is short where all is as usual', () => {
    expect(named('sse', 'broadcast', usual)).toBe('sse/broadcast/n=1000/256B');
  });

  it('is the same whether an older file leaves out a usual value or a newer one writes it', () => {
    const written = { ...usual, carrier: 'h1', link: 'none', gzip: false, workers: 1, batch: true } as const;
    expect(named('sse', 'broadcast', written)).toBe('sse/broadcast/n=1000/256B');
  });

  it('names the variant, and all that is other than usual', () => {
    const other = { ...usual, variant: 'close', ratePerSecond: 50, carrier: 'h2', pollIntervalMs: 500, gzip: true };
    expect(named('short-polling', 'connect', other)).toBe(
      'short-polling/connect/close/n=1000/256B/rate=50/poll-interval=500ms/carrier=h2/gzip=true',
    );
  });

  it('differs wherever a parameter does', () => {
    const others: Partial<Record<keyof MeasurementParameters, unknown>>[] = [
      ...[{ variant: 'a' }, { clients: 2 }, { ratePerSecond: 2 }, { arrivals: 'poisson' }, { payloadBytes: 2 }],
      ...[{ pollIntervalMs: 2 }, { pollPacing: 'fixed-delay' }, { holdMs: 2 }, { batch: false }, { heartbeatMs: 2 }],
      ...[{ recycleBytes: 2 }, { connection: 'close' }, { headers: 'minimal' }, { link: 'wan' }, { gzip: true }],
      ...[{ responseHeaders: 'typical' }, { carrier: 'tls' }, { deflate: true }, { contextTakeover: false }],
      ...[{ durationMs: 2 }, { warmupMs: 2 }, { workers: 2 }, { serverWorkers: 2 }, { burst: 2 }, { slowShare: 0.5 }],
      ...[{ stallMs: 2 }, { rush: 2 }],
    ];
    const names = others.map((each) => named('sse', 'broadcast', { ...usual, ...each } as typeof usual));
    expect(new Set([...names, 'sse/broadcast/n=1000/256B']).size).toBe(others.length + 1);
  });

  it('tells a server of the user’s own from the one of this build', () => {
    const config = { target: { name: 'my server/2', file: 'pushbench.target.json' } };
    const server = serverOf({ config } as unknown as Parameters<typeof serverOf>[0]);
    const name = measurementName({ transport: 'sse', scenario: 'broadcast' }, usual, server);
    expect(name).toBe('sse/broadcast/n=1000/256B/target=my%20server%2F2');
  });

  it('takes nothing unusual from parameters that are not there', () => {
    expect(unusual({})).toEqual([]);
  });
});

describe('a name of parts', () => {
  it('is taken apart again by its slashes, whatever the parts are', () => {
    const part = fc.string({ unit: 'binary', maxLength: 30 });
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 5 }), (parts) => {
        const name = nameOf(parts);
        expect(name.split('/')).toHaveLength(parts.length);
        expect(name).not.toMatch(/[\p{Cc}\s]/u);
      }),
      { numRuns: 50 },
    );
    expect(nameOf(['a/b', 'c d', '100%'])).toBe('a%2Fb/c%20d/100%25');
  });

  it('takes 1,024 bytes at most, and stays another for another text', () => {
    const long = fc
      .string({ unit: 'grapheme', minLength: 900, maxLength: 1_500 })
      .filter((text) => !/\uFFFD/.test(text));
    fc.assert(
      fc.property(long, (text) => {
        const name = fitted(text);
        expect(Buffer.byteLength(name)).toBeLessThanOrEqual(1_024);
        expect(name).not.toContain('\uFFFD');
      }),
      { numRuns: 50 },
    );
    const start = 'x'.repeat(2_000);
    expect(fitted(`${start}a`)).not.toBe(fitted(`${start}b`));
    expect(fitted('é'.repeat(1_000))).toMatch(/^é+~[0-9a-f]{16}$/);
  });
});
