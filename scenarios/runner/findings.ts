/** What several generator processes found, as one: histograms are merged and counts summed. Pure. */
import { mergeLatencies } from '../../results/histogram.ts';
import type { Findings } from './protocol.ts';

type Named<K extends keyof Findings> = readonly NonNullable<Findings[K]>[];

export function mergeFindings(all: readonly Findings[]): Findings {
  const of = <K extends keyof Findings>(name: K): Named<K> =>
    all.map((findings) => findings[name]).filter((found): found is NonNullable<Findings[K]> => found !== undefined);
  const [stalenessNs, slow, storm] = [of('stalenessNs'), of('slow'), of('storm')];
  const unknownUpgrades = of('unknownUpgrades');
  return {
    ...(stalenessNs.length === 0 ? {} : { stalenessNs: mergeLatencies(stalenessNs) }),
    ...(slow.length === 0 ? {} : { slow: mergeSlow(slow) }),
    ...(storm.length === 0 ? {} : { storm: mergeStorm(storm) }),
    ...(unknownUpgrades.length === 0 ? {} : { unknownUpgrades: sum(unknownUpgrades) }),
  };
}

function mergeSlow(all: Named<'slow'>): NonNullable<Findings['slow']> {
  return {
    clients: sum(all.map(({ clients }) => clients)),
    deliveryLatencyNs: mergeLatencies(all.map(({ deliveryLatencyNs }) => deliveryLatencyNs)),
    toldLost: sum(all.map(({ toldLost }) => toldLost)),
    disconnected: sum(all.map(({ disconnected }) => disconnected)),
  };
}

function mergeStorm(all: Named<'storm'>): NonNullable<Findings['storm']> {
  return {
    clients: sum(all.map(({ clients }) => clients)),
    recoveryNs: mergeLatencies(all.map(({ recoveryNs }) => recoveryNs)),
    connections: sum(all.map(({ connections }) => connections)),
    lostAgain: sum(all.map(({ lostAgain }) => lostAgain)),
  };
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
