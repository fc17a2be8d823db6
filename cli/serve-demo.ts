/** `pushbench serve --demo`: every transport side by side in a page, with knobs. */
import { loadDemoAssets } from '../report/assets.ts';
import { renderDemo } from '../report/demo/html.ts';
import { DEFAULT_KNOBS, KNOB_BOUNDS, knobProblem, type Knobs, type NumericKnob } from '../results/demo.ts';
import type { Resolved } from '../scenarios/config.ts';
import { startDemo, type Demo } from '../scenarios/demo/demo.ts';
import { SETTINGS } from '../scenarios/settings.ts';
import { UsageError } from './failure.ts';

/** The settings that set knobs. */
const KNOBS = {
  ratePerSecond: 'rate',
  payloadBytes: 'payload',
  pollIntervalMs: 'pollInterval',
} as const satisfies Record<NumericKnob, string>;

export function serveDemo(resolved: Resolved, host: string): Promise<Demo> {
  const { port, hold, heartbeat, recycle } = resolved.config;
  return startDemo({
    host,
    port,
    knobs: knobsFrom(resolved),
    page: renderDemo(loadDemoAssets()),
    server: { holdMs: hold, heartbeatMs: heartbeat, recycleBytes: recycle },
  });
}

/** @throws UsageError for a flag beyond what the knob can be turned to */
function knobsFrom({ config, sources }: Resolved): Knobs {
  const knobs: { -readonly [K in keyof Knobs]: Knobs[K] } = { ...DEFAULT_KNOBS };
  for (const knob of Object.keys(KNOBS) as NumericKnob[]) {
    const name = KNOBS[knob];
    if (sources[name] !== 'flag') continue;
    if (knobProblem(knob, config[name]) !== null) {
      const setting = SETTINGS[name];
      const { least, most } = KNOB_BOUNDS[knob];
      throw new UsageError(
        `${setting.flag.split(' ')[0]} must be from ${setting.show(least)} to ${setting.show(most)} with --demo.`,
      );
    }
    knobs[knob] = config[name];
  }
  return knobs;
}
