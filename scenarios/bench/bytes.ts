/** How far off the byte model is at sizes of payload that were not counted: against counts of real servers at them. */
import { headerProfile } from '../../clients/headers.ts';
import type { ExactTransport } from '../../results/exact.ts';
import { byteModel, overheadAt } from '../../results/model/bytes.ts';
import { exactFigures } from '../runner/exact.ts';
import { CHOICES } from '../transports.ts';

/** What the model is made of beside the sizes that are always counted, bytes. */
const KNOWN = 128;

/** Bytes: on both sides of where a decimal, a hexadecimal and a WebSocket length grow, and between. */
export const UNCOUNTED = [
  30, 99, 100, 300, 700, 930, 1_000, 2_500, 4_000, 4_100, 9_000, 12_345, 50_000, 65_400,
] as const;

/** One message of a size that the model had not seen. Bytes of both directions. */
export interface UncountedSize {
  readonly payloadBytes: number;
  readonly counted: number;
  readonly predicted: number;
  /** The model says that it may be less by so many. */
  readonly uncertain: number;
}

/** By transport. */
export async function uncountedSizes(): Promise<Map<string, UncountedSize[]>> {
  const known = await countedWith(KNOWN);
  const found = new Map(known.map(({ transport }) => [transport, [] as UncountedSize[]]));
  for (const size of UNCOUNTED) {
    const others = await countedWith(size);
    for (const one of known) found.get(one.transport)!.push(beside(one, others, size));
  }
  return found;
}

async function countedWith(payloadBytes: number): Promise<readonly ExactTransport[]> {
  const exact = await exactFigures(CHOICES, {
    ...{ carrier: 'h1', headers: headerProfile('chrome'), responseHeaders: 'minimal' },
    ...{ deflate: false, contextTakeover: true, gzip: false, payloadBytes },
  });
  return exact.transports;
}

function beside(known: ExactTransport, others: readonly ExactTransport[], payloadBytes: number): UncountedSize {
  const { perMessage } = others.find(({ transport }) => transport === known.transport)!;
  const { exchange } = perMessage.find((one) => one.payloadBytes === payloadBytes)!;
  const { up, down, uncertain } = overheadAt(byteModel(known)!, payloadBytes);
  const counted = exchange.up.total + exchange.down.total;
  return { payloadBytes, counted, predicted: up + down + payloadBytes, uncertain };
}

/** `0 B off at 13 sizes of 14, 1 within the 1 B that the model leaves open` */
export function uncountedText(sizes: readonly UncountedSize[]): string {
  const sure = sizes.filter(({ uncertain }) => uncertain === 0);
  const open = sizes.filter(({ uncertain }) => uncertain > 0);
  const most = Math.max(0, ...sure.map(({ counted, predicted }) => Math.abs(counted - predicted)));
  const leaves = Math.max(0, ...open.map(({ uncertain }) => uncertain));
  const within = open.filter(
    ({ counted, predicted, uncertain }) => counted <= predicted && counted >= predicted - uncertain,
  );
  const rest =
    open.length === 0 ? '' : `, ${within.length} of ${open.length} within the ${leaves} B that the model leaves open`;
  return `${most} B off at ${sure.length} sizes of ${sizes.length}${rest}`;
}
