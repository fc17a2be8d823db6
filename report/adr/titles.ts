/** The drivers in the words of ISO/IEC 25010:2023. */
import type { Driver } from '../../results/workload.ts';

export const DRIVER_TITLES: Readonly<Record<Driver, string>> = {
  'time-behaviour': 'time behaviour',
  'resource-utilisation': 'resource utilisation',
  capacity: 'capacity',
  interoperability: 'interoperability',
  reliability: 'reliability',
  maintainability: 'maintainability',
};

/** The characteristic that each belongs to. */
export const CHARACTERISTICS: Readonly<Record<Driver, string>> = {
  'time-behaviour': 'performance efficiency',
  'resource-utilisation': 'performance efficiency',
  capacity: 'performance efficiency',
  interoperability: 'compatibility',
  reliability: 'reliability (recoverability)',
  maintainability: 'maintainability',
};
