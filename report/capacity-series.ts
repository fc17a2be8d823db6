/** A capacity as series for other tools: the largest load that met the target, where the server was the limit. */
import type { Capacity, CapacityFile } from '../results/capacity.ts';
import { nameOf, type Series, type Tracked } from '../results/series.ts';
import { questionOf } from './capacity-figures.ts';
import { plain } from './format.ts';

export function capacitySeries({ capacities, run }: CapacityFile): Tracked {
  const reasons = capacities.map(whyNot);
  return {
    series: capacities.filter((_, index) => reasons[index] === null).map((capacity) => seriesOfOne(capacity, run.slo)),
    leftOut: capacities.flatMap((capacity, index) => {
      const reason = reasons[index] ?? null;
      return reason === null ? [] : [plain(`${capacity.transport}, ${questionOf(capacity)}: ${reason}`)];
    }),
  };
}

/** A lower bound is about the generator: it would follow the machine and be read as the server. */
function whyNot({ met, failed, lowerBound }: Capacity): string | null {
  if (met === null) return 'no load was found that meets the target';
  return lowerBound || failed === null ? 'at least this much, and how much more was not seen' : null;
}

function seriesOfOne({ transport, dimension, fixed, met, failed }: Capacity, slo: string): Series {
  const beside = dimension === 'clients' ? `rate=${fixed.ratePerSecond}` : `n=${fixed.clients}`;
  return {
    name: nameOf([transport, 'capacity', dimension, beside, slo]),
    transport,
    scenario: null,
    invalid: 0,
    figures: {
      [`capacity-${dimension}`]: {
        value: met!,
        low: met!,
        high: failed,
        repetitions: 0,
        unit: dimension === 'clients' ? 'count' : 'perSecond',
        better: 'higher',
      },
    },
  };
}
