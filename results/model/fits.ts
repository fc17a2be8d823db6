/** Fits of measured loads, of one transport alone or of several that share what they cost. Pure. */
import type { Measurement } from '../schema.ts';
import { heldOut, jackknife, nonNegative, refitsOf, type Observation } from './linear.ts';
import { USUAL, type Load } from './load.ts';
import type { Fit, Part } from './model.ts';
import { inOrder } from './predict.ts';

export interface Seen {
  readonly m: Measurement;
  readonly load: Load;
  readonly parts: Record<Part, number>;
}

/** What a law says of the value, and the value; null where the measurement has none. */
export type Quantity = (seen: Seen) => { readonly known: number; readonly value: number } | null;

/**
 * What each transport has a cost of its own for. All else is done by the kernel and the event loop, for all streams alike, so that
 * it is told from all of them together: alone each had costs that others contradicted. Nine of ten loads held out of a run of six
 * repetitions, together and alone: sse 9.5 and 12.1 %, WebSocket 11.9 and 20.7, forever iframe 15.4 and 17.8.
 */
export const OWN_PARTS: readonly Part[] = ['deliveries', 'beats', 'pages', 'upstream'];

export const loadsOf = (seen: readonly Seen[]): number => new Set(seen.map(({ m }) => nameOf(m))).size;

/** As many parts as loads can tell apart, and one load to spare where there are some. */
export const partsFor = (loads: number): number => Math.max(1, loads > 3 ? loads - 2 : loads);

/** Of the first parts, as many as the loads can tell apart. */
export const fitOf = (seen: readonly Seen[], parts: readonly Part[], quantity: Quantity, essential = 0): Fit | null =>
  fitsOf([seen], parts, quantity, essential)[0] ?? null;

/**
 * Of each load the repetition in the middle. Of what is counted, and hardly differs, what lies far off is something else: in one
 * window of silent clients of six were the acknowledgements of their connecting, six times as many packets as all others had.
 */
export function middleOnes(seen: readonly Seen[], quantity: Quantity): Seen[] {
  const known = seen.flatMap((one) => {
    const found = quantity(one);
    return found === null ? [] : [{ one, name: nameOf(one.m), value: found.value }];
  });
  return [...new Set(known.map(({ name }) => name))].map((name) => {
    const all = known.filter((each) => each.name === name).sort((a, b) => a.value - b.value);
    return all[(all.length - 1) >> 1]!.one;
  });
}

/**
 * Of several transports at once, each with its own cost of `OWN_PARTS` and the same of all others; a load is held out of all of
 * them. Null for one of which there is nothing.
 *
 * @param essential so many of the first parts cost something
 */
export function fitsOf(
  groups: readonly (readonly Seen[])[],
  parts: readonly Part[],
  quantity: Quantity,
  essential = 0,
): (Fit | null)[] {
  const observed = groups.map((seen) => observationsOf(seen, parts, quantity));
  const loads = observed.map((all) => new Set(all.map(({ name }) => name)).size);
  const used = parts.slice(0, partsFor(Math.min(...loads.filter((count) => count > 0))));
  const columnsOf = (group: number): number[] =>
    used.map((part, place) => groups.length * place + (OWN_PARTS.includes(part) ? group : 0));
  const wide = observed.flatMap((all, group) =>
    all.map((one): Observation => {
      const row = new Array<number>(groups.length * used.length).fill(0);
      columnsOf(group).forEach((column, place) => (row[column] = one.parts[place]!));
      return { ...one, group, parts: row };
    }),
  );
  const coefficients = nonNegative(wide, essential * groups.length);
  const refits = refitsOf(wide, essential * groups.length);
  const intervals = jackknife(coefficients, refits);
  return observed.map((all, group) => {
    if (loads[group] === 0) return null;
    const pick = <T>(of: readonly T[]): T[] => columnsOf(group).map((column) => of[column]!);
    const names = new Set(all.map(({ name }) => name));
    const own = new Map([...refits].flatMap(([name, of]) => (names.has(name) ? [[name, pick(of)] as const] : [])));
    const observations = all.map((one) => ({ ...one, parts: one.parts.slice(0, used.length) }));
    return {
      ...{ parts: used, coefficients: pick(coefficients), loads: loads[group]! },
      // Of two loads neither is predicted from the other.
      heldOut: names.size < 3 ? null : heldOut(observations, own),
      ...(intervals === undefined ? {} : { intervals: pick(intervals) }),
    };
  });
}

function observationsOf(seen: readonly Seen[], parts: readonly Part[], quantity: Quantity): Observation[] {
  return seen.flatMap(({ m, load, parts: of }) => {
    const found = quantity({ m, load, parts: of });
    if (found === null || found.value <= 0) return [];
    // Who asks is not silent.
    const silent = m.parameters.ratePerSecond === 0 && of.requests === 0;
    return [{ name: nameOf(m), parts: inOrder(parts, of), ...found, silent }];
  });
}

/** One load: repetitions of it share the name. */
export function nameOf({ scenario, parameters, link }: Measurement): string {
  const { variant, clients, ratePerSecond, payloadBytes, pollIntervalMs, recycleBytes, connection } = parameters;
  const anew = connection === 'close' ? ', a connection each' : '';
  const begun = recycleBytes < USUAL.recycleBytes ? `, pages of ${recycleBytes} B` : '';
  const over = `${anew}${begun}${link === undefined ? '' : `, ${link.delayMs} ms away`}`;
  return variant === null
    ? `${scenario} (${clients} clients, ${ratePerSecond}/s, ${payloadBytes} B, ${pollIntervalMs} ms${over})`
    : `${scenario} ${variant} (${clients} clients, ${ratePerSecond}/s, ${payloadBytes} B${over})`;
}
