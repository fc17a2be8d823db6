import { describe, expect, it } from 'vitest';
import { nonNegative, sumOf } from '../results/model/linear.ts';
import type { Load } from '../results/model/load.ts';
import { LOAD } from '../results/model/model.fixture.ts';
import { CORE_PARTS } from '../results/model/fit.ts';
import { inOrder, partsOf } from '../results/model/predict.ts';
import { cost } from './cost.ts';
import { plannedOf } from './runner/planned.fixture.ts';
import { CHOICES, transport as transportOf, type TransportName } from './transports.ts';

/** What each point of the scenario asks of a transport. */
function loadsOf(name: TransportName): Load[] {
  return cost.variants(name, { rttMs: 0 }).map((variant): Load => {
    const { clients, ratePerSecond, payloadBytes, pollIntervalMs } = plannedOf(
      name,
      'cost',
      variant.parameters,
    ).parameters;
    const fanOut = cost.fanOut(clients, variant.name);
    return {
      ...LOAD,
      clients,
      payloadBytes,
      pollIntervalMs,
      fanOut,
      rttMs: 0,
      ratePerSecond: (ratePerSecond * fanOut) / clients,
    };
  });
}

describe('the loads of the scenario cost', () => {
  it.each(CHOICES)('tell all that %s costs a server apart: what each part costs comes back from them', (name) => {
    const { asks } = transportOf(name).client;
    const parts = CORE_PARTS[asks];
    const rows = loadsOf(name).map((load) => inOrder(parts, partsOf({ asks, bytes: null }, load)));
    const costs = parts.map((_, i) => 10 ** -(i + 3));
    const found = nonNegative(
      rows.map((row, i) => ({ name: String(i), parts: row, known: 0, value: sumOf(costs, row) })),
    );
    found.forEach((coefficient, i) => expect(coefficient / costs[i]!).toBeCloseTo(1, 2));
  });

  it.each(CHOICES)('warm a server up before the window: %s', (name) => {
    const { asks } = transportOf(name).client;
    const warm = loadsOf(name).filter((load) => {
      const { deliveries, requests } = partsOf({ asks, bytes: null }, load);
      // With the warm-up of the profiles, 4 s, that is 2,000 or more.
      return (asks === 'once' ? deliveries : requests) >= 400;
    });
    expect(warm.length).toBeGreaterThanOrEqual(CORE_PARTS[asks].length + 2);
  });
});
