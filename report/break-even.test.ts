import { describe, expect, it } from 'vitest';
import { LOAD, MODEL, modelOf } from '../results/model/model.fixture.ts';
import {
  CLIENTS,
  costKinds,
  optionText,
  PAYLOADS,
  RATES,
  rateText,
  sentenceOf,
  stretchesBetween,
  type CostKind,
} from './break-even.ts';
import { breakEvenSection } from './html-break-even.ts';
import { plannerSection } from './html-planner.ts';
import { looksOf } from './transports.ts';

const models = [modelOf('short-polling'), modelOf('sse')];
const [bytes, cores, latency] = costKinds(models) as [CostKind, CostKind, CostKind];
const looks = looksOf(
  MODEL.transports.map(({ transport }) => transport),
  new Set(),
);

describe('a rate in words', () => {
  it.each([
    [2.5, '2.5 messages/s'],
    [100, '100 messages/s'],
    [1 / 40, 'one message per 40 s'],
    [1 / 120, 'one message per 2 min'],
    [1 / 7_200, 'one message per 2 h'],
  ])('%d is "%s"', (rate, text) => expect(rateText(rate)).toBe(text));
});

describe('a break-even point in words', () => {
  it('names what is least on either side, where it changes, and how often a poll would come', () => {
    expect(sentenceOf(models, { load: LOAD, stalenessMs: 20_000 }, RATES, bytes)).toMatchInlineSnapshot(
      `"With 20 s of staleness accepted, sse moves the fewest bytes with TCP/IP below one message per 2.9 s (between one message per 3.1 s and one message per 2.8 s); above, short-polling (a poll each 20 s) does."`,
    );
  });

  it('says between what a measured one lies', () => {
    expect(sentenceOf(models, { load: LOAD, stalenessMs: 10_000 }, RATES, cores)).toMatchInlineSnapshot(
      `"With 10 s of staleness accepted, sse takes the least processor time below one message per 1.7 s (between one message per 2 s and one message per 1.4 s); above, short-polling (a poll each 10 s) does."`,
    );
  });

  it('says where one transport is the least at every rate', () => {
    expect(sentenceOf([modelOf('sse')], { load: LOAD, stalenessMs: 1_000 }, RATES, bytes)).toMatchInlineSnapshot(
      `"With 1 s of staleness accepted, sse moves the fewest bytes with TCP/IP at every rate from one message per 1 h to 100 messages/s. Above 59.9 messages/s this is extrapolated."`,
    );
  });

  it('marks what is extrapolated, on a point and on what holds throughout', () => {
    const many = { ...LOAD, clients: 10_000, fanOut: 10_000 };
    expect(sentenceOf(models, { load: many, stalenessMs: 10_000 }, RATES, cores)).toMatch(
      /below one message per 1.7 s \(between .*\) \(extrapolated\); above/,
    );
    expect(sentenceOf([modelOf('sse')], { load: many, stalenessMs: 1_000 }, RATES, cores)).toMatch(
      / All of this is extrapolated\.$/,
    );
  });

  it('runs over clients, and over the size of a message', () => {
    expect(sentenceOf([modelOf('sse')], { load: LOAD, stalenessMs: 1_000 }, CLIENTS, cores)).toBe(
      'With 1 s of staleness accepted, sse takes the least processor time with any number of clients from 10 clients to 1,000,000 clients. Above 220 clients this is extrapolated.',
    );
    expect(sentenceOf([modelOf('sse')], { load: LOAD, stalenessMs: 1_000 }, PAYLOADS, bytes)).toMatch(
      /^With 1 s of staleness accepted, sse moves the fewest bytes with TCP\/IP at every size from 16 B to 64 KiB\./,
    );
  });

  it('names who is the fastest', () => {
    const slow = { ...modelOf('sse'), transport: 'slow', serviceP99Ms: modelOf('long-polling').serviceP99Ms };
    expect(sentenceOf([modelOf('sse'), slow], { load: LOAD, stalenessMs: 1_000 }, CLIENTS, latency)).toContain(
      'the model cannot tell which has the lowest 99th percentile: slow, sse.',
    );
    expect(sentenceOf(models, { load: LOAD, stalenessMs: 1_000 }, CLIENTS, latency)).toContain(
      'sse has the lowest 99th percentile with any number of clients',
    );
  });

  it('says where none is in time', () => {
    expect(sentenceOf(models, { load: LOAD, stalenessMs: 5 }, RATES, bytes)).toBe(
      'With 5 ms of staleness accepted, no transport is known to be in time.',
    );
  });

  it('keeps a hostile name text', () => {
    const hostile = { ...modelOf('sse'), transport: 'a\u202E<b>' };
    expect(optionText(hostile.transport, [hostile], { load: LOAD, stalenessMs: 1_000 })).toBe('a\uFFFD<b>');
    const html = breakEvenSection({ ...MODEL, transports: [hostile, modelOf('websocket')] }, looks);
    expect(html).not.toContain('<b>');
    expect(plannerSection({ ...MODEL, transports: [hostile] }, looks, new Map())).not.toContain('<b>');
  });
});

describe('stretches between points', () => {
  const point = (at: number, below: string | null, above: string | null) => ({
    ...{ axis: 'rate' as const, at, low: null, high: null, below, above },
  });
  const whoOf = (...points: ReturnType<typeof point>[]) => stretchesBetween(points).map(({ who }) => who);

  it('are one where who was least comes back, and stay apart where not', () => {
    expect(whoOf(point(1, 'a', 'b'), point(2, 'b', 'c'))).toEqual([['a'], ['b'], ['c']]);
    expect(whoOf(point(1, 'a', 'b'), point(2, 'b', 'a'), point(3, 'a', 'c'))).toEqual([['a', 'b'], ['c']]);
    const turns = [point(1, 'a', 'b'), point(2, 'b', 'a'), point(3, 'a', 'b'), point(4, 'b', 'c')];
    expect(whoOf(...turns)).toEqual([['a', 'b'], ['c']]);
    expect(stretchesBetween(turns)[0]).toMatchObject({ from: null, to: { at: 4 } });
    expect(whoOf(point(1, 'a', null), point(2, null, 'a'))).toEqual([['a', null]]);
  });
});

describe('the sections', () => {
  it('say what to run where a run has no model', () => {
    expect(breakEvenSection(null, looks)).toContain('pushbench run --scenarios cost');
    expect(plannerSection(null, looks, new Map())).toContain('pushbench run --scenarios cost');
  });

  it('have a row for each transport, a slider for each knob, and no style that the policy would forbid', () => {
    const html = plannerSection(MODEL, looks, new Map()) + breakEvenSection(MODEL, looks);
    expect(html.match(/type="range"/g)).toHaveLength(7);
    expect(html).not.toMatch(/<style|style="/);
    for (const { transport } of MODEL.transports) expect(html).toContain(`data-transport="${transport}"`);
  });
});
