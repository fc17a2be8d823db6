/**
 * What others have published about bytes, beside what the same exchange measures here. Pure: from measured bytes to the
 * rows of their tables.
 */

/** Lubbers and Greco, "HTML5 WebSocket: A Quantum Leap in Scalability for the Web", websocket.org/quantum.html. */
export const QUANTUM_LEAP = {
  title: 'Kaazing, “HTML5 WebSocket: A Quantum Leap in Scalability for the Web”',
  url: 'http://www.websocket.org/quantum.html',
  /** Header bytes of one poll, request and response, as they count them. */
  pollBytes: 871,
  frameBytes: 2,
  clients: [1_000, 10_000, 100_000],
  /** Their "Mbps" of use cases A, B and C, polling and WebSocket, as printed. */
  printedMbps: [
    [6.6, 0.015],
    [66, 0.153],
    [665, 1.526],
  ],
} as const;

/** Bytes of one exchange as measured on the sockets. */
export interface MeasuredExchange {
  readonly upBytes: number;
  readonly downBytes: number;
}

export interface Published {
  /** Their request and response, sent as printed. */
  readonly theirs: MeasuredExchange;
  /** Of their exchange: what is message and not header. */
  readonly theirPayloadBytes: number;
  /** Line ends of their two heads, which their sum leaves out. */
  readonly theirLineEndBytes: number;
  readonly theirCookieBytes: number;
  /** Today: header bytes of a poll that brings a message, and of a frame, with this suite's servers and header profile. */
  readonly today: { readonly headers: string; readonly poll: MeasuredExchange; readonly frameBytes: number };
  /** One message over WebSocket and over bare TCP, every byte of both directions. */
  readonly sweep: readonly {
    readonly payloadBytes: number;
    readonly tcpBytes: number;
    readonly websocketBytes: number;
  }[];
  readonly connect: { readonly tcpBytes: number; readonly websocketBytes: number };
}

export interface UseCase {
  readonly name: string;
  readonly clients: number;
  /** Header bits each second: as published, measured with their headers, and with today's. */
  readonly polling: { readonly published: number; readonly theirs: number; readonly today: number };
  readonly websocket: { readonly published: number; readonly today: number };
}

/** Use cases A to C: every client polls, or gets a frame, each second. */
export function useCases({ theirs, theirPayloadBytes, today }: Published): UseCase[] {
  const theirHeader = theirs.upBytes + theirs.downBytes - theirPayloadBytes;
  const todayHeader = today.poll.upBytes + today.poll.downBytes;
  return QUANTUM_LEAP.clients.map((clients, index) => ({
    name: 'ABC'.charAt(index),
    clients,
    polling: {
      published: QUANTUM_LEAP.pollBytes * 8 * clients,
      theirs: theirHeader * 8 * clients,
      today: todayHeader * 8 * clients,
    },
    websocket: { published: QUANTUM_LEAP.frameBytes * 8 * clients, today: today.frameBytes * 8 * clients },
  }));
}

/** Where their arithmetic differs from the wire, in sentences; each with its figure. */
export function differences(published: Published): string[] {
  const { theirs, theirPayloadBytes, theirLineEndBytes, theirCookieBytes, today } = published;
  const header = theirs.upBytes + theirs.downBytes - theirPayloadBytes;
  const perClient = QUANTUM_LEAP.pollBytes * 8 * QUANTUM_LEAP.clients[0];
  const ratio = (today.poll.upBytes + today.poll.downBytes) / today.frameBytes;
  return [
    `Their 871 B leave out the line ends: the same two heads are ${header} B on the wire, ${theirLineEndBytes} B more.`,
    `Their “Mbps” are 2^20 bits: ${perClient} bit/s are printed as ${QUANTUM_LEAP.printedMbps[0][0]} and are ${(perClient / 1e6).toFixed(2)} Mbit/s.`,
    `${theirCookieBytes} B of their 871 are one site's cookie, nine settings of a documentation tool; today's request with the profile ${today.headers} needs ${today.poll.upBytes} B.`,
    `Only headers are compared. With the message of ${theirPayloadBytes} B in both, the ratio is ${((header + theirPayloadBytes) / (QUANTUM_LEAP.frameBytes + theirPayloadBytes)).toFixed(0)} and not ${(QUANTUM_LEAP.pollBytes / QUANTUM_LEAP.frameBytes).toFixed(0)}; for headers alone it is ${ratio.toFixed(0)} today.`,
    'Their handshake of the WebSocket, pings and the packets below the socket cost nothing in their table.',
    'Every poll is taken to bring a message; at fewer messages than polls the empty ones come on top (see the sweep over the message rate).',
    'Their latency figures are assumed, not measured.',
  ];
}
