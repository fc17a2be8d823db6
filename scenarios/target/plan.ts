/** What of a plan can be measured on a target, and a note of what cannot. Pure. */
import type { Resolved } from '../config.ts';
import { scenario as scenarioOf } from '../index.ts';
import type { Plan, Planned } from '../runner/plan.ts';
import { FLOORS } from '../transports.ts';
import { TargetError } from './load.ts';
import { lacking, transportsOf, type Target } from './target.ts';

/** What only this project's own servers can be told. */
export const OWN_SETTINGS = 'hold, batch, heartbeat, recycle and response-headers';

const CALL_INCLUDED =
  'It is published to by HTTP, one call after the other. Latency counts from when a message was due, so the call is part of it.';

/** A setting that a target cannot have, as one sentence; null when there is none. */
export function refused({ config }: Resolved): string | null {
  const { carrier, serverWorkers, port } = config;
  if (carrier !== 'h1') return `--carrier ${carrier} is for this project's own servers; a target is asked over h1.`;
  if (serverWorkers > 1) return "--server-workers is for this project's own servers; a target starts as its file says.";
  if (port !== 0) return "--port is for this project's own servers; the port of a target stands in its file.";
  return null;
}

/** The settings of a run with the transports of the target: those that the user has named, where it has them. */
export function settingsForTarget(resolved: Resolved, target: Target): { resolved: Resolved; notes: string[] } {
  const { config, sources } = resolved;
  const reason = refused(resolved);
  if (reason !== null) throw new TargetError(reason);
  const declared = transportsOf(target);
  const chosen = sources.transports === 'default' ? declared : config.transports;
  const missing = chosen.filter((name) => !declared.includes(name) && !FLOORS.includes(name));
  return {
    resolved: {
      config: { ...config, transports: chosen.filter((name) => declared.includes(name)) },
      sources,
    },
    notes: missing.map((name) => `${name} was left out: the target file has no endpoint for it.`),
  };
}

/** Why a measurement cannot be made on the target; null when it can. */
export function impossibleOn(target: Target, { transport, scenario, parameters }: Planned): string | null {
  const { asksOfServer = [], publishes } = scenarioOf(scenario);
  const asked = publishes(parameters.variant).server ? (['publish', ...asksOfServer] as const) : asksOfServer;
  for (const ability of asked) {
    const reason = lacking(target, transport, ability);
    if (reason !== null) return reason;
  }
  return null;
}

export function planForTarget({ planned: all, notes }: Plan, target: Target): Plan {
  const declared = transportsOf(target);
  // The floor of this project's own server would be no limit of another.
  const planned = all.filter(({ transport }) => declared.includes(transport));
  const floors = [...new Set(all.filter((one) => !planned.includes(one)).map(({ transport }) => transport))];
  const reasons = planned.map((one) => ({ one, reason: impossibleOn(target, one) }));
  const left = reasons.flatMap(({ one: { scenario, transport }, reason }) =>
    reason === null ? [] : [`${scenario} was left out for ${transport}: ${reason}.`],
  );
  const possible = reasons.filter(({ reason }) => reason === null).map(({ one }, order) => ({ ...one, order }));
  return {
    planned: possible,
    notes: [
      ...notes,
      ...new Set(left),
      ...floors.map((name) => `No limit is measured beside it: the target file has no endpoint for ${name}.`),
      `Measured on the target "${target.name}" and not on this project's own servers; ${OWN_SETTINGS} do not reach it.`,
      ...(typeof target.publish === 'object' && target.publish !== null ? [CALL_INCLUDED] : []),
    ],
  };
}
