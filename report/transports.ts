/**
 * The order and the look of transports: the same everywhere, whatever order a run measured them in. An unknown
 * transport needs no entry here: it follows by name and takes the next free look.
 */
const KNOWN = ['short-polling', 'long-polling', 'forever-iframe', 'sse', 'websocket'];

/** Looks that the page's style sheet and charts define (`--t0` … `--t7`); after that they repeat. */
const LOOKS = 8;

export type Marker = 'circle' | 'rect' | 'triangle' | 'rectRot' | 'cross' | 'star' | 'crossRot' | 'dash';

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
  const own = MARKERS[look] ?? 'circle';
  return ordinal === 0 || CLOSED.includes(own) ? own : (CLOSED[(ordinal - 1) % CLOSED.length] ?? 'circle');
}

export function dashOf(look: number, ordinal: number): readonly number[] {
  return DASHES[(look + 4 * ordinal) % LOOKS] ?? [];
}

export function compareTransports(a: string, b: string): number {
  const [rankA, rankB] = [KNOWN.indexOf(a), KNOWN.indexOf(b)];
  if (rankA >= 0 && rankB >= 0) return rankA - rankB;
  if (rankA >= 0 || rankB >= 0) return rankA >= 0 ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Which look each transport of a run takes: a known one always the same, in every report. */
export function looksOf(transports: readonly string[]): Map<string, number> {
  const looks = new Map<string, number>();
  let next = KNOWN.length;
  for (const name of transports) {
    const known = KNOWN.indexOf(name);
    looks.set(name, known >= 0 ? known : next++ % LOOKS);
  }
  return looks;
}
