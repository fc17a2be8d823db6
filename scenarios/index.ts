/** The registry of scenarios: a plain typed object. A new scenario is one file in this room and one line here. */
import { broadcast } from './broadcast.ts';
import { burst } from './burst.ts';
import { connect } from './connect.ts';
import { cost } from './cost.ts';
import { echo } from './echo.ts';
import { idle } from './idle.ts';
import { laws } from './laws.ts';
import { memory } from './memory.ts';
import { payload } from './payload.ts';
import { pollInterval } from './poll-interval.ts';
import { reconnectStorm } from './reconnect-storm.ts';
import type { Scenario } from './scenario.ts';
import { sharedPort } from './shared-port.ts';
import { slowClient } from './slow-client.ts';
import { stall } from './stall.ts';
import { staleness } from './staleness.ts';

export const scenarios = {
  broadcast,
  echo,
  idle,
  connect,
  'shared-port': sharedPort,
  burst,
  payload,
  'poll-interval': pollInterval,
  'slow-client': slowClient,
  'reconnect-storm': reconnectStorm,
  staleness,
  stall,
  laws,
  memory,
  cost,
} as const satisfies Record<string, Scenario>;

export type ScenarioName = keyof typeof scenarios;
export const SCENARIOS = Object.keys(scenarios) as ScenarioName[];

export function scenario(name: ScenarioName): Scenario {
  return scenarios[name];
}
