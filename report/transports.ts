/**
 * The order and the look of transports: the same everywhere, whatever order a run measured them in. An unknown
 * transport needs no entry here: it follows by name and takes the next free look.
 */
const KNOWN = ['short-polling', 'long-polling', 'forever-iframe', 'sse', 'websocket'];

/** Looks that the page's style sheet and charts define for transports (`--t0` … `--t7`); after that they repeat. */
const LOOKS = 8;

/** The look of a floor (`--t8`), beside those of the transports: neutral, and dashed evenly. */
export const LIMIT_LOOK = 8;
const LIMIT_DASH: readonly number[] = [4, 4];

export type Marker =
  'circle' | 'rect' | 'triangle' | 'rectRot' | 'cross' | 'star' | 'crossRot' | 'dash' | 'rectRounded';

/** Transports are told apart by dash and marker as well as by colour: on paper, and by eyes that see fewer colours. */
const MARKERS: readonly Marker[] = ['circle', 'rect', 'triangle', 'rectRot', 'cross', 'star', 'crossRot', 'dash'];
const DASHES: readonly (readonly number[])[] = [
  [2, 3],
  [8, 4],
  [10, 3, 2, 3],
  [5, 2],
  [],
  [1, 2],
  [12, 4],
  [4, 4, 1, 4],
];

const CLOSED: readonly Marker[] = ['circle', 'rect', 'triangle', 'rectRot'];

/** A further row of a transport (`ordinal` over 0) keeps its colour; its marker is drawn hollow, so it must be closed. */
export function markerOf(look: number, ordinal: number): Marker {
  if (look === LIMIT_LOOK) return 'rectRounded';
  const own = MARKERS[look] ?? 'circle';
  return ordinal === 0 || CLOSED.includes(own) ? own : (CLOSED[(ordinal - 1) % CLOSED.length] ?? 'circle');
}

export function dashOf(look: number, ordinal: number): readonly number[] {
  if (look === LIMIT_LOOK) return LIMIT_DASH;
  return DASHES[(look + 4 * ordinal) % LOOKS] ?? [];
}

/** Transports that are the limit which the others are seen against: see `run.floors` in results/schema.ts. */
export type Floors = ReadonlySet<string>;

/** A transport's name as the report has it. */
export const titleOf = (transport: string, floors: Floors): string =>
  floors.has(transport) ? `${transport} (the limit)` : transport;

/** The usual order; floors come last. */
export function compareTransports(a: string, b: string, floors: Floors): number {
  if (floors.has(a) !== floors.has(b)) return floors.has(a) ? 1 : -1;
  const [rankA, rankB] = [KNOWN.indexOf(a), KNOWN.indexOf(b)];
  if (rankA >= 0 && rankB >= 0) return rankA - rankB;
  if (rankA >= 0 || rankB >= 0) return rankA >= 0 ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Which look each transport of a run takes: a known one always the same, in every report. */
export function looksOf(transports: readonly string[], floors: Floors): Map<string, number> {
  const looks = new Map<string, number>();
  let next = KNOWN.length;
  for (const name of transports) {
    const known = KNOWN.indexOf(name);
    looks.set(name, floors.has(name) ? LIMIT_LOOK : known >= 0 ? known : next++ % LOOKS);
  }
  return looks;
}
