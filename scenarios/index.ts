/** The registry of scenarios: a plain typed object. A new scenario is one file in this room and one line here. */
import { broadcast } from './broadcast.ts';
import { connect } from './connect.ts';
import { echo } from './echo.ts';
import { idle } from './idle.ts';
import type { Scenario } from './scenario.ts';
import { sharedPort } from './shared-port.ts';

export const scenarios = {
  broadcast,
  echo,
  idle,
  connect,
  'shared-port': sharedPort,
} as const satisfies Record<string, Scenario>;

export type ScenarioName = keyof typeof scenarios;
export const SCENARIOS = Object.keys(scenarios) as ScenarioName[];

export function scenario(name: ScenarioName): Scenario {
  return scenarios[name];
}
