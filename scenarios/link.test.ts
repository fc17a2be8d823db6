import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LINKS, linkOf, longestRoundTripMs, NO_LINK, parseLink, showLink, type Link } from './link.ts';
import { InvalidValue } from './units.ts';

const bits = fc.oneof(
  fc.integer({ min: 1_000, max: 1e9 }),
  fc.integer({ min: 1, max: 1_000 }).map((mbit) => mbit * 1e6),
);

/** Any link that can be written, however odd. */
const anyLink: fc.Arbitrary<Link> = fc
  .record({
    name: fc.constantFrom(...LINKS.filter((name) => name !== 'none')),
    delayMs: fc.oneof(
      fc.nat(10_000),
      fc.nat(10_000_000).map((us) => us / 1e3),
    ),
    jitterShare: fc.double({ min: 0, max: 1, noNaN: true }),
    downBitsPerSecond: bits,
    upBitsPerSecond: bits,
    limited: fc.boolean(),
    cutMs: fc.option(fc.integer({ min: 200_000, max: 3_600_000 })),
  })
  .map(({ name, delayMs, jitterShare, downBitsPerSecond, upBitsPerSecond, limited, cutMs }) => ({
    name,
    delayMs,
    jitterMs: Math.floor(delayMs * jitterShare * 1e3) / 1e3,
    // What a name limits cannot be written as without a limit.
    downBitsPerSecond: limited || name !== 'custom' ? downBitsPerSecond : null,
    upBitsPerSecond: limited || name !== 'custom' ? upBitsPerSecond : null,
    cutEveryMs: cutMs,
  }));

describe('parseLink', () => {
  it('reads a delay, jitter, bandwidth and cuts', () => {
    expect(parseLink('custom:delay=20ms,jitter=2ms,bandwidth=10Mbit,cut=30s')).toEqual({
      name: 'custom',
      delayMs: 20,
      jitterMs: 2,
      downBitsPerSecond: 10e6,
      upBitsPerSecond: 10e6,
      cutEveryMs: 30_000,
    });
  });

  it('takes down and up for the way that they name, over bandwidth for both', () => {
    const { downBitsPerSecond, upBitsPerSecond } = parseLink('custom:bandwidth=10Mbit,up=512kbit/s');
    expect([downBitsPerSecond, upBitsPerSecond]).toEqual([10e6, 512e3]);
  });

  it('lets a named link differ in what is given, and be itself in the rest', () => {
    expect(parseLink('4g:cut=1m')).toEqual({ ...parseLink('4g'), cutEveryMs: 60_000 });
  });

  it('knows for every name a link that can be, each further away than the one before', () => {
    const named = LINKS.filter((name) => name !== 'custom').map(parseLink);
    expect(named.map(({ delayMs }) => delayMs)).toEqual([...named.map(({ delayMs }) => delayMs)].sort((a, b) => a - b));
    for (const { delayMs, jitterMs } of named) expect(jitterMs).toBeLessThanOrEqual(delayMs);
    expect(named[0]).toEqual(NO_LINK);
  });

  it.each<[text: string, reason: RegExp]>([
    ['wfi', /^has no link "wfi"; did you mean "wifi"\? There are: none, lan, wifi, 4g, wan, satellite, custom;/],
    ['', /^has no link ""/],
    ['__proto__', /^has no link "__proto__"/],
    ['custom', /because custom needs figures/],
    ['none:delay=1ms', /because none takes no figures/],
    ['custom:', /it has no ""/],
    ['custom:dealy=20ms', /it has no "dealy" but delay, jitter, .*; did you mean "delay"; write/],
    ['custom:delay', /delay must be a duration/],
    ['custom:delay=20', /delay must be a duration with its unit/],
    ['custom:delay=-5ms', /delay must be a duration/],
    ['custom:delay=1ms,delay=2ms', /it says delay twice/],
    ['custom:delay=10001ms', /delay must be at most 10s/],
    ['custom:delay=2ms,jitter=3ms', /jitter 3ms is more than delay 2ms/],
    ['custom:jitter=1ms', /jitter 1ms is more than delay 0ms/],
    ['lan:jitter=1ms', /jitter 1ms is more than delay 0.25ms/],
    ['custom:bandwidth=0Mbit', /bandwidth must be from 1kbit to 100Gbit/],
    ['custom:down=101Gbit', /down must be from/],
    ['custom:up=10MB', /up must be a bandwidth with its unit/],
    ['custom:cut=999ms', /cut must be at least 1s/],
    ['satellite:cut=5s', /cut must be at least 6s/],
  ])('refuses %s in one sentence that shows the grammar', (text, reason) => {
    expect(() => parseLink(text)).toThrow(InvalidValue);
    expect(() => parseLink(text)).toThrow(reason);
    expect(() => parseLink(text)).toThrow(
      /write a name, or a name and what differs, such as custom:delay=20ms,[^\n]*$/,
    );
  });

  it('accepts what just fits', () => {
    expect(parseLink('custom:delay=10s,jitter=10s,bandwidth=1kbit,cut=200s').delayMs).toBe(10_000);
    expect(parseLink('custom:bandwidth=100Gbit,cut=1s').cutEveryMs).toBe(1_000);
  });

  it('answers any text with a link or one line', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string().map((rest) => `custom:${rest}`),
        ),
        (text) => {
          try {
            parseLink(text);
          } catch (error) {
            expect(error).toBeInstanceOf(InvalidValue);
          }
        },
      ),
    );
  });
});

describe('showLink', () => {
  it('writes every link in a way that is read back as the same', () => {
    fc.assert(
      fc.property(anyLink, (link) => {
        expect(parseLink(showLink(link))).toEqual(link);
      }),
    );
  });

  it('has one way to write what can be written in many', () => {
    for (const text of [
      'custom:up=10Mbit,down=10Mbit,delay=0.02s',
      ' custom:delay=20ms, bandwidth=10000kbit',
      'custom:jitter=0ms,bandwidth=1Mbit,down=10Mbit,delay=20ms,up=10Mbit',
    ]) {
      expect(showLink(parseLink(text))).toBe('custom:delay=20ms,bandwidth=10Mbit');
    }
  });

  it('calls a link by its name where nothing differs', () => {
    for (const name of LINKS.filter((each) => each !== 'custom')) expect(showLink(parseLink(name))).toBe(name);
    expect(showLink(parseLink('wan:delay=40ms'))).toBe('wan');
  });
});

describe('linkOf', () => {
  it('is nothing where a measurement does not say, and the link where it does', () => {
    expect(linkOf({})).toBeNull();
    expect(linkOf({ link: 'none' })).toBeNull();
    expect(linkOf({ link: 'wan' })).toEqual(parseLink('wan'));
  });
});

describe('longestRoundTripMs', () => {
  it('is there and back, each as late as jitter makes it', () => {
    expect(longestRoundTripMs(parseLink('custom:delay=20ms,jitter=2ms'))).toBe(44);
    expect(longestRoundTripMs(null)).toBe(0);
  });
});
