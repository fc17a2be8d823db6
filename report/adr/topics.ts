/** What the figures of a record rest on, and how each is marked where that was never measured at a load as large. Pure. */
import { isBeyond, type Ground } from '../../results/model/beyond.ts';
import type { Option } from '../../results/model/option.ts';
import type { TransportModel } from '../../results/model/model.ts';

export type Topic =
  'bytes' | 'packets' | 'cores' | 'latency' | 'p50' | 'p99' | 'memory' | 'connect' | 'recovery' | 'capacity';

/** What is measured itself is extrapolated by nobody here. */
const GROUNDS: Readonly<Partial<Record<Topic, Ground>>> = {
  ...{ bytes: 'counts', packets: 'fits', cores: 'fits', latency: 'fits', p50: 'fits', p99: 'fits', memory: 'memory' },
};

export const groundsOf = (topics: readonly Topic[]): Ground[] => [
  ...new Set(topics.flatMap((topic) => GROUNDS[topic] ?? [])),
];

/** The word in every table and sentence. */
export const EXTRAPOLATED = '*extrapolated*';

/** Behind a figure of an option, where it is due. */
export const markOf = (
  model: TransportModel,
  option: Pick<Option, 'load' | 'prediction'>,
  topics: readonly Topic[],
): string => (isBeyond(model, option, groundsOf(topics)) ? ` ${EXTRAPOLATED}` : '');
