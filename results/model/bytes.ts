/**
 * Bytes of a client, from the exact counts of a run: no clock has a say in them, so that a size that was not counted is
 * known from those that were. Pure, and the same in Node.js and in the report's page.
 *
 * What a message costs beside its payload grows only where the payload's written length does: a decimal `Content-Length`
 * at 10^k (RFC 9110 §8.6), the hexadecimal size of a chunk at 16^k (RFC 9112 §7.1), a WebSocket's frame header at 126 and
 * 65,536 (RFC 6455 §5.2). Between two counted sizes with equal overhead it is therefore that overhead, and where it differs
 * the jump lies at the one such length between them, or a few bytes before it, by what surrounds the payload.
 */
import type { ExactTransport, Exchange } from '../exact.ts';
import { trafficOf, type Asks, type Load } from './load.ts';

export interface Sides {
  readonly up: number;
  readonly down: number;
}

/** What is exact of one transport, in the least that predicts it: small enough for a page. */
export interface ByteModel {
  readonly asks: Asks;
  /** Ascending by payload. */
  readonly overhead: readonly (Sides & { readonly payloadBytes: number })[];
  /** An empty poll, or a sign of life; null where it was not counted. */
  readonly empty: Sides | null;
  readonly beatsAlways: boolean;
  /** Beside its payload, for each message that shares an answer; null where no batch was counted. */
  readonly further: Sides | null;
  /** From nothing to ready. */
  readonly connect: Sides;
  /** TLS of a connection that is opened for one poll, beyond that of a poll on a kept one; 0 for streams, and without TLS. */
  readonly opening: Sides;
  /** Whether its page begins anew after `recycleBytes`. */
  readonly recycles: boolean;
  /** Requests of its connect, which a header is on. */
  readonly connectRequests: number;
  /** One message upstream, beside its payload, and requests of its own; null where it was not counted. */
  readonly upstream: (Sides & { readonly requests: number }) | null;
}

/** The one transport whose responses end by their size; exact counts do not say it. */
const RECYCLES = 'forever-iframe';

const sides = ({ up, down }: Exchange): Sides => ({ up: up.total, down: down.total });
const minus = (a: Sides, b: Sides): Sides => ({ up: a.up - b.up, down: a.down - b.down });

/** Null where nothing is known of a single message. */
export function byteModel(exact: ExactTransport): ByteModel | null {
  if (exact.perMessage.length === 0) return null;
  const overhead = exact.perMessage.map(({ payloadBytes, exchange }) => ({
    payloadBytes,
    ...minus(sides(exchange), { up: 0, down: payloadBytes }),
  }));
  return {
    asks: exact.asks,
    overhead,
    empty: exact.idle === undefined ? null : sides(exact.idle),
    // A sign of life that is answered is a ping, which comes whatever else does.
    beatsAlways: (exact.idle?.up.total ?? 0) > 0,
    further: furtherOf(exact),
    connect: sides(exact.connect),
    opening: openingOf(exact),
    recycles: exact.transport === RECYCLES,
    connectRequests: exact.connect.requests,
    upstream: upstreamOf(exact),
  };
}

/** What polls count as their connect is the first of them. */
function openingOf({ asks, connect, idle }: ExactTransport): Sides {
  const tls = ({ up, down }: Exchange): Sides => ({ up: up.tls, down: down.tls });
  return asks === 'once' ? NONE : minus(tls(connect), idle === undefined ? NONE : tls(idle));
}

/** What is counted is a message up and its delivery back: without the delivery, which is a message like any other. */
function upstreamOf({ upstream, perMessage }: ExactTransport): ByteModel['upstream'] {
  const single = perMessage.find(({ payloadBytes }) => payloadBytes === upstream?.payloadBytes);
  if (upstream === undefined || single === undefined) return null;
  const sent = minus(sides(upstream.exchange), sides(single.exchange));
  return {
    ...minus(sent, { up: upstream.payloadBytes, down: 0 }),
    requests: upstream.exchange.requests - single.exchange.requests,
  };
}

function furtherOf({ batch, perMessage }: ExactTransport): Sides | null {
  const single = perMessage.find(({ payloadBytes }) => payloadBytes === batch.payloadBytes);
  if (batch.exchange === undefined || single === undefined || batch.messages < 2) return null;
  const all = minus(sides(batch.exchange), sides(single.exchange));
  const more = batch.messages - 1;
  return { up: all.up / more, down: all.down / more - batch.payloadBytes };
}

export interface Overhead extends Sides {
  /** Bytes by which `down` may be less: not 0 only within a few bytes of a jump. */
  readonly uncertain: number;
  /** Beyond the largest or below the smallest size that was counted. */
  readonly extrapolated: boolean;
}

/** The most that surrounds a payload inside of what is counted by length. */
const MOST_AROUND = 64;
/** A WebSocket's header grows at sizes that are counted on both sides. */
const LENGTHS = [...[1, 2, 3, 4, 5, 6, 7].map((k) => 10 ** k), ...[1, 2, 3, 4, 5].map((k) => 16 ** k)];

export function overheadAt({ overhead }: ByteModel, payloadBytes: number): Overhead {
  const after = overhead.find((known) => known.payloadBytes >= payloadBytes);
  const before = overhead.findLast((known) => known.payloadBytes <= payloadBytes);
  if (after === undefined || before === undefined) {
    return { ...pick((after ?? before)!), uncertain: 0, extrapolated: true };
  }
  const known = { uncertain: 0, extrapolated: false };
  if (after.down === before.down || after === before) return { ...pick(before), ...known };
  const jumps = LENGTHS.filter((at) => at > before.payloadBytes && at - MOST_AROUND <= after.payloadBytes);
  const [jump] = jumps;
  const apart = after.down - before.down;
  if (jump === undefined || jumps.length > 1) return { ...pick(after), ...known, uncertain: Math.abs(apart) };
  if (payloadBytes >= jump) return { ...pick(after), ...known };
  if (payloadBytes < jump - MOST_AROUND) return { ...pick(before), ...known };
  return { ...pick(after), ...known, uncertain: Math.abs(apart) };
}

const pick = ({ up, down }: Sides): Sides => ({ up, down });

export interface ByteRate extends Sides {
  /** Of `down`: payload of messages. */
  readonly payload: number;
  readonly requests: number;
  readonly uncertain: number;
  readonly extrapolated: boolean;
}

/** Bytes a second of one client at this load, on its sockets; null where the run did not count what it takes. */
export function bytesPerSecond(model: ByteModel, load: Load): ByteRate | null {
  const traffic = trafficOf(model.asks, load, model.beatsAlways);
  const { uncertain, extrapolated, ...one } = overheadAt(model, load.payloadBytes);
  const quiet = traffic.empty + traffic.beats;
  if (quiet > 0 && model.empty === null) return null;
  if (traffic.further > 0 && model.further === null) return null;
  const empty = model.empty ?? NONE;
  const further = model.further ?? NONE;
  const payload = load.ratePerSecond * load.payloadBytes;
  const up = quiet * empty.up + traffic.first * one.up + traffic.further * further.up;
  const down = quiet * empty.down + traffic.first * one.down + traffic.further * further.down + payload;
  const recycled = model.recycles ? down / load.recycleBytes : 0;
  const requests = traffic.requests + recycled;
  const opened = load.connection === 'close' ? traffic.requests : 0;
  return {
    up: up + recycled * model.connect.up + opened * model.opening.up + requests * load.headerBytes,
    down: down + recycled * model.connect.down + opened * model.opening.down,
    payload,
    requests,
    uncertain: uncertain * traffic.first,
    extrapolated,
  };
}

const NONE: Sides = { up: 0, down: 0 };
