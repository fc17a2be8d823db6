/** The receivers, in the order of their columns. Another one is a file in this folder and a line here. */
import { foreverIframe } from './forever-iframe.ts';
import { longPolling } from './long-polling.ts';
import type { Receiver } from './receiver.ts';
import { shortPolling } from './short-polling.ts';
import { sse } from './sse.ts';
import { websocket } from './websocket.ts';

export const RECEIVERS: readonly Receiver[] = [shortPolling, longPolling, foreverIframe, sse, websocket];
