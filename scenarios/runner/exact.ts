/** What is exact of each transport: its anatomy, and its bytes over payload and header sizes. Some 50 ms a session. */
import { isMultiplexed } from '../../clients/connection.ts';
import type { HeaderProfile } from '../../clients/headers.ts';
import type { Exact, ExactTransport, Exchange } from '../../results/exact.ts';
import { transport, type TransportName } from '../transports.ts';
import { anatomyOf, exchangeOf, liveThrough } from './anatomy.ts';
import { undisturbed, type Session, type SessionOptions } from './session.ts';

/** Sizes of payload, bytes: on both sides of where a WebSocket's frame header grows, and a TLS record or a chunk line does. */
export const PAYLOAD_SIZES = [16, 64, 125, 126, 256, 1_024, 4_096, 16_384, 32_768, 65_535, 65_536] as const;

/** Bytes that a cookie may add to each request: none, a session's, a token's, and what many sites collect. */
export const HEADER_SIZES = [0, 64, 256, 1_024, 4_096] as const;

/** The message of the anatomy, bytes, where nobody asks for another. */
const ANATOMY_PAYLOAD = 20;
const BATCH = 10;
/** Messages before the client comes, so that its cursor has as many digits throughout. */
const EARLIER = 1_000;

export type ExactOptions = Omit<SessionOptions, 'transport'> & {
  readonly payloadBytes: number;
  /** The message of the anatomy; default 20. */
  readonly anatomyBytes?: number;
};

export async function exactFigures(transports: readonly TransportName[], options: ExactOptions): Promise<Exact> {
  const { carrier, headers, responseHeaders, deflate, contextTakeover, gzip, payloadBytes } = options;
  return {
    carrier,
    headers: headers.name,
    responseHeaders,
    deflate,
    contextTakeover,
    gzip,
    payloadBytes,
    transports: await Promise.all(transports.map((name) => exactOf({ ...options, transport: name }))),
  };
}

async function exactOf(options: ExactOptions & SessionOptions): Promise<ExactTransport> {
  const { client } = transport(options.transport);
  const multiplexed = isMultiplexed(options.carrier);
  const [steps, rest, perHeader] = await Promise.all([
    undisturbed(options, async (session) =>
      anatomyOf(
        session,
        await liveThrough(session, (name) => filler(options.anatomyBytes ?? ANATOMY_PAYLOAD, name)),
        client,
        multiplexed,
      ),
    ),
    undisturbed(options, (session) => sweep(session, options, { batch: true, upstream: true, idle: true })),
    Promise.all(HEADER_SIZES.map((headerBytes) => withHeaders(options, headerBytes))),
  ]);
  return { transport: options.transport, asks: client.asks, floor: client.floor === true, steps, ...rest, perHeader };
}

/** What a server can be seen doing beside delivering one message at a time. */
export interface Doing {
  readonly batch: boolean;
  readonly upstream: boolean;
  readonly idle: boolean;
}

/** The life of one client, over all sizes of payload. */
export async function sweep(
  session: Session,
  { payloadBytes }: Pick<ExactOptions, 'payloadBytes'>,
  doing: Doing,
): Promise<Pick<ExactTransport, 'connect' | 'perMessage' | keyof Doing>> {
  await session.publishBefore(EARLIER);
  const connect = exchangeOf((await session.connect()).counts);
  const perMessage: { payloadBytes: number; exchange: Exchange }[] = [];
  for (const size of new Set([...PAYLOAD_SIZES, payloadBytes])) {
    // The first of a size asks with the cursor of the last; the second is the steady state.
    await session.message('', filler(size, 'a'));
    perMessage.push({
      payloadBytes: size,
      exchange: exchangeOf((await session.message('', filler(size, 'b'))).counts),
    });
  }
  perMessage.sort((a, b) => a.payloadBytes - b.payloadBytes);
  return {
    connect,
    perMessage,
    batch: { payloadBytes, messages: BATCH, ...(doing.batch ? await batchIn(session, payloadBytes) : {}) },
    ...(doing.upstream ? { upstream: await upstreamIn(session, payloadBytes) } : {}),
    ...(doing.idle ? { idle: exchangeOf((await session.idle()).counts) } : {}),
  };
}

async function batchIn(session: Session, payloadBytes: number): Promise<{ exchange: Exchange }> {
  return { exchange: exchangeOf((await session.batch('', filler(payloadBytes, 'c'), BATCH)).counts) };
}

async function upstreamIn(session: Session, payloadBytes: number): Promise<NonNullable<ExactTransport['upstream']>> {
  // The first opens the connection that it goes by, where it has one of its own.
  await session.upstream('', filler(payloadBytes, 'd'));
  const { counts } = await session.upstream('', filler(payloadBytes, 'e'));
  return { payloadBytes, exchange: exchangeOf(counts) };
}

function withHeaders(options: SessionOptions & { readonly payloadBytes: number }, headerBytes: number) {
  return undisturbed({ ...options, headers: padded(options.headers, headerBytes) }, async (session) => {
    await session.publishBefore(EARLIER);
    const connect = exchangeOf((await session.connect()).counts);
    await session.message('', filler(options.payloadBytes, 'a'));
    const message = exchangeOf((await session.message('', filler(options.payloadBytes, 'b'))).counts);
    return { headerBytes, connect, message };
  });
}

const COOKIE = 'X-Padding: ';

/** The profile with one header line more, of that many bytes with its line end; 0 for none. */
function padded(profile: HeaderProfile, bytes: number): HeaderProfile {
  if (bytes === 0) return profile;
  const value = filler(bytes - COOKIE.length - 2, 'p');
  return { ...profile, lines: `${profile.lines}${COOKIE}${value}\r\n` };
}

/** Text that needs no escaping anywhere and begins with a word, cut or filled to `bytes`. */
function filler(bytes: number, word: string): string {
  return `${word} `.padEnd(bytes, 'abcdefghijklmnopqrstuvwxyz').slice(0, bytes);
}
