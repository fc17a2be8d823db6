/** The registry of server transports: a plain typed object. A new transport is one file in this room and one line here. */
import { foreverIframe } from './forever-iframe.ts';
import { longPolling } from './long-polling.ts';
import type { ServerTransport } from './server.ts';
import { shortPolling } from './short-polling.ts';
import { sse } from './sse.ts';
import { tcp } from './tcp.ts';
import { websocket } from './websocket.ts';

export const servers = {
  'short-polling': shortPolling,
  'long-polling': longPolling,
  'forever-iframe': foreverIframe,
  sse,
  websocket,
  tcp,
} as const satisfies Record<string, ServerTransport>;
