import { describe, expect, it } from 'vitest';
import { nonNegative, sumOf } from '../results/model/linear.ts';
import type { Load } from '../results/model/load.ts';
import { LOAD, modelOf } from '../results/model/model.fixture.ts';
import type { Part } from '../results/model/model.ts';
import { CORE_PARTS } from '../results/model/fit.ts';
import { inOrder, partsOf } from '../results/model/predict.ts';
import { warmedMs } from '../results/parameters.ts';
import { cost } from './cost.ts';
import { plannedOf } from './runner/planned.fixture.ts';
import { CHOICES, transport as transportOf, type TransportName } from './transports.ts';

interface Point {
  readonly load: Load;
  readonly warmupMs: number;
  readonly rush: number;
}

/** What each point of the scenario asks of a transport. */
function pointsOf(name: TransportName): Point[] {
  return cost.variants(name, { rttMs: 0 }).map((variant): Point => {
    const { clients, ratePerSecond, payloadBytes, pollIntervalMs, connection, recycleBytes, warmupMs } = plannedOf(
      name,
      'cost',
      variant.parameters,
    ).parameters;
    const fanOut = cost.fanOut(clients, variant.name);
    const perClient = (ratePerSecond * fanOut) / clients;
    const load = {
      ...LOAD,
      clients,
      payloadBytes,
      pollIntervalMs,
      connection,
      recycleBytes,
      fanOut,
      rttMs: 0,
      ratePerSecond: perClient,
    };
    const sent = cost.publishes(variant.name).generator;
    return {
      load: sent ? { ...load, upstreamPerSecond: perClient } : load,
      warmupMs,
      rush: variant.parameters.rush ?? 1,
    };
  });
}

describe('the loads of the scenario cost', () => {
  it.each(CHOICES)('tell all that %s costs a server apart: what each part costs comes back from them', (name) => {
    const { asks } = transportOf(name).client;
    const bytes = { ...modelOf('sse').bytes!, beatsAlways: name === 'websocket', recycles: name === 'forever-iframe' };
    const parts = [...CORE_PARTS[asks], 'upstream'].filter((part): part is Part => part !== 'pages' || bytes.recycles);
    // Streams are silent in scenarios of their own.
    const silent: Load = { ...LOAD, clients: 500, fanOut: 500, ratePerSecond: 0 };
    const loads = [...pointsOf(name).map(({ load }) => load), ...(asks === 'once' ? [silent] : [])];
    const rows = loads.map((load) => inOrder(parts, partsOf({ asks, bytes }, load)));
    const costs = parts.map((_, i) => 1e-3 * 4 ** -i);
    const found = nonNegative(
      rows.map((row, i) => ({ name: String(i), parts: row, known: 0, value: sumOf(costs, row) })),
    );
    found.forEach((coefficient, i) => expect(coefficient / costs[i]!).toBeCloseTo(1, 2));
  });

  it.each(CHOICES)(
    'warm every server up by thousands before the window, and ask in a rush for what it can do: %s',
    (name) => {
      const { asks } = transportOf(name).client;
      for (const { load, warmupMs, rush } of pointsOf(name)) {
        const { deliveries, requests, upstream, megabytes } = partsOf({ asks, bytes: null }, load);
        const perSecond = (asks === 'once' ? deliveries : requests) + upstream;
        const before = (perSecond * warmedMs({ warmupMs, rush })) / 1e3;
        // Of large messages bytes are the limit.
        expect(before).toBeGreaterThanOrEqual(load.payloadBytes > 1_000 ? 5_000 : 14_000);
        if (rush === 1) continue;
        expect(perSecond * rush).toBeLessThanOrEqual(24_000);
        expect(megabytes * rush).toBeLessThanOrEqual(60);
      }
    },
  );

  it.each(CHOICES)('hurry over a link no more than a narrow one carries: %s', (name) => {
    for (const { name: variant, parameters } of cost.variants(name, { rttMs: 600 })) {
      const { ratePerSecond, clients, payloadBytes } = plannedOf(name, 'cost', parameters).parameters;
      const { rush = 1 } = parameters;
      expect(rush).toBeLessThanOrEqual(100);
      // To each client less than a megabit a second.
      const toEach = (ratePerSecond * cost.fanOut(clients, variant) * rush * payloadBytes * 8) / clients;
      expect(toEach).toBeLessThanOrEqual(1e6);
    }
  });

  it.each(CHOICES)('have clients of %s that send at three rates, so that two predict the third', (name) => {
    const sending = pointsOf(name).filter(({ load }) => load.upstreamPerSecond !== undefined);
    expect(new Set(sending.map(({ load }) => load.clients * load.upstreamPerSecond!)).size).toBe(3);
  });

  it('have forever iframes that begin anew often, of small messages and of large ones, by thousands before the window, or not at all', () => {
    const bytes = { ...modelOf('sse').bytes!, recycles: true };
    const begun = pointsOf('forever-iframe').map(({ load, warmupMs, rush }) => {
      const { pages } = partsOf({ asks: 'once', bytes }, load);
      return { pages, before: (pages * warmedMs({ warmupMs, rush })) / 1e3 };
    });
    const others = begun.slice(0, pointsOf('sse').length);
    // Of those that have a hundred clients at most, who begin anew together, none does in what comes before and the window.
    for (const { pages, before } of others) expect(before + 3 * pages).toBeLessThan(50);
    const often = begun.slice(others.length);
    expect(often).toHaveLength(2);
    for (const { pages, before } of often) {
      expect(pages).toBeGreaterThan(200);
      expect(before).toBeGreaterThan(10_000);
    }
  });

  it('have short polls that open connections at two rates, so that one predicts the other', () => {
    const anew = (name: TransportName): number[] =>
      pointsOf(name)
        .filter(({ load }) => load.connection === 'close')
        .map(({ load }) => partsOf({ asks: 'each-interval', bytes: null }, load).connections);
    expect(anew('short-polling')).toEqual([1_000, 2_000]);
    expect(CHOICES.filter((name) => anew(name).length > 0)).toEqual(['short-polling']);
  });

  it.each(CHOICES)('are few and light over a link, with a law for %s to be held against', (name) => {
    const variants = cost.variants(name, { rttMs: 40 });
    expect(variants.map((variant) => variant.name)).toEqual(['far', 'own-far']);
    for (const { name: variant, parameters } of variants) {
      const { clients, ratePerSecond } = plannedOf(name, 'cost', parameters).parameters;
      expect(ratePerSecond * cost.fanOut(clients, variant)).toBeLessThanOrEqual(500);
    }
  });
});
