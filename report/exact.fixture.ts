/** Exact byte counts as a run has them: figures of a real session, rounded to a few steps. */
import type { AnatomySpan, Exact, ExactLayers, ExactTransport, Exchange } from '../results/exact.ts';

const NONE: ExactLayers = { payload: 0, framing: 0, header: 0, control: 0, handshake: 0, tls: 0, total: 0 };

const layers = (more: Partial<ExactLayers>): ExactLayers => {
  const total = Object.values(more).reduce((sum, bytes) => sum + bytes, 0);
  return { ...NONE, ...more, total };
};
const exchange = (up: Partial<ExactLayers>, down: Partial<ExactLayers>, requests = 0): Exchange => ({
  up: layers(up),
  down: layers(down),
  requests,
});

interface Figures {
  readonly transport: string;
  readonly asks: ExactTransport['asks'];
  readonly connect: Exchange;
  readonly idle: Exchange;
  readonly message: (payload: number) => Exchange;
  readonly text: string;
}

const span = (direction: 'up' | 'down', layer: string, what: string, bytes: number, text: string): AnatomySpan => ({
  connection: 1,
  direction,
  layer,
  what,
  bytes,
  hex: '810b',
  text,
});

const transportOf = ({ transport, asks, connect, idle, message, text }: Figures): ExactTransport => ({
  transport,
  asks,
  floor: false,
  steps: [
    {
      name: 'connect',
      exchange: connect,
      spans: [
        span('up', 'handshake', 'request head', connect.up.total, `GET /${transport} HTTP/1.1\r\nHost: a\r\n\r\n`),
      ],
    },
    { name: 'first message', exchange: message(20), spans: [span('down', 'payload', 'message', 20, text)] },
  ],
  connect,
  idle,
  perMessage: [20, 128, 65_536].map((payloadBytes) => ({ payloadBytes, exchange: message(payloadBytes) })),
  batch: { payloadBytes: 128, messages: 10, exchange: message(1_300) },
  upstream: { payloadBytes: 128, exchange: message(128) },
  perHeader: [0, 1_024].map((headerBytes) => ({ headerBytes, connect, message: message(128) })),
});

export const fixtureExact = (): Exact => ({
  carrier: 'h1',
  headers: 'chrome',
  responseHeaders: 'minimal',
  deflate: false,
  contextTakeover: true,
  gzip: false,
  payloadBytes: 128,
  transports: [
    transportOf({
      transport: 'short-polling',
      asks: 'each-interval',
      connect: exchange({ handshake: 505 }, { handshake: 210 }, 1),
      idle: exchange({ control: 517 }, { control: 137 }, 1),
      message: (payload) => exchange({ header: 517 }, { header: 181, framing: 32, payload }, 1),
      text: 'plain text',
    }),
    transportOf({
      transport: 'websocket',
      asks: 'once',
      connect: exchange({ handshake: 549 }, { handshake: 174 }, 1),
      idle: exchange({ control: 6 }, { control: 2 }),
      message: (payload) => exchange({}, { framing: payload < 126 ? 2 : payload < 65_536 ? 4 : 10, payload }),
      text: '<b>bold</b>',
    }),
  ],
});
