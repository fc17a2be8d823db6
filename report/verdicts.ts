/** What a scenario's figures say in sentences, below its table; of every kind that has any. */
import { sharedPortVerdicts } from './shared-port.ts';
import { stallVerdicts } from './stall-verdict.ts';
import { sweepVerdicts } from './sweep-verdict.ts';
import type { ScenarioView } from './summary.ts';

export const verdictsOf = (scenario: ScenarioView): string[] => [
  ...sharedPortVerdicts(scenario),
  ...stallVerdicts(scenario),
  ...sweepVerdicts(scenario),
];
