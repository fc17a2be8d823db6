/** The registry of client transports, under the names of the servers. A new transport is one file here and one line. */
import type { ClientTransport } from './client.ts';
import { foreverIframe } from './forever-iframe.ts';
import { longPolling } from './long-polling.ts';
import { shortPolling } from './short-polling.ts';
import { sse } from './sse.ts';
import { tcp } from './tcp.ts';
import { websocket } from './websocket.ts';

export const clients = {
  'short-polling': shortPolling,
  'long-polling': longPolling,
  'forever-iframe': foreverIframe,
  sse,
  websocket,
  tcp,
} as const satisfies Record<string, ClientTransport>;
