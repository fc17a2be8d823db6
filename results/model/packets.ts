/** Packets of a load beyond one for each thing that is sent. Pure, and the same in Node.js and in the report's page. */
import { apartOf } from './apart.ts';
import { overheadAt, type ByteModel } from './bytes.ts';
import type { Traffic } from './load.ts';

/** IPv4 and TCP with timestamps: what Linux sends; see below the socket in the report. */
export const PACKET_HEADER_BYTES = 52;

/** What a packet of 1,500 B holds beside those headers. */
const SEGMENT_BYTES = 1_448;

/** From so many further messages on the average tells as much as each of their numbers. */
const MANY = 600;

/**
 * Of one answer or message, beyond its first. Of several messages together their number is chance: one, and by Poisson those
 * that came meanwhile.
 *
 * @param bytes null where nobody counted what is around a message
 */
export function furtherSegments(bytes: ByteModel | null, payloadBytes: number, { first, further }: Traffic): number {
  if (first === 0) return 0;
  const one = payloadBytes + (bytes === null ? 0 : overheadAt(bytes, payloadBytes).down);
  const each = payloadBytes + (bytes?.further?.down ?? 0);
  const more = further / first;
  if (more > MANY) return (one + more * each) / SEGMENT_BYTES - 0.5;
  const most = more === 0 ? 0 : more + 10 * Math.sqrt(more) + 10;
  let [sum, share] = [0, Math.exp(-more)];
  for (let count = 0; count <= most; count++) {
    sum += share * Math.floor((one + count * each) / SEGMENT_BYTES);
    share *= more / (count + 1);
  }
  return sum;
}

/** What comes so soon after another, s, may share a packet, or its acknowledgement. */
const SHARING_S = 40e-6;

/**
 * Deliveries of streams that share no packet with another, a second, of one process: one that delivers enough sends what came
 * meanwhile together, and is answered together. Of streams held-out loads had, half of them and nine of ten, with this part and
 * without: sse 0.8 and 2.6 % for 4.4 and 11.3 %, forever iframe 1.2 and 14.4 for 10.8 and 18.1, WebSocket 0.7 and 5.8 for 1.8 and
 * 3.1.
 */
export const spacedOf = (deliveries: number): number => apartOf(deliveries, SHARING_S);
