/**
 * What is known of transports without measuring them: what a path lets through, and how much of their own code they take.
 * Published rules where there are any; the rest is judgement, and the record keeps it apart from evidence.
 */
import type { InfrastructureName } from '../../results/workload.ts';

export interface Effect {
  readonly transport: string;
  readonly effect: 'knock-out' | 'warning';
  readonly why: string;
  readonly source: string;
}

const effect = (kind: Effect['effect'], source: string, why: string, ...transports: string[]): Effect[] =>
  transports.map((transport) => ({ transport, effect: kind, why, source }));

const STREAMS = ['forever-iframe', 'sse'];
const HELD = ['long-polling', ...STREAMS];

export const EFFECTS: Readonly<Record<InfrastructureName, readonly Effect[]>> = {
  'buffering-proxy': [
    ...effect(
      'knock-out',
      'RFC 6202 §3.2, RFC 10036',
      'a proxy that keeps a response until it is whole never passes on a stream, unless it heeds the field Incremental',
      ...STREAMS,
    ),
    ...effect(
      'warning',
      'RFC 6455 §10.3',
      'a proxy that looks into responses may not know what follows an upgrade; TLS hides it',
      'websocket',
    ),
  ],
  'caching-proxy': effect(
    'warning',
    'RFC 6202 §5.6',
    'a poll may be answered from a cache; each response needs Cache-Control: no-cache, or each request a URL of its own',
    ...['short-polling', 'long-polling'],
  ),
  'corporate-proxy': [
    ...effect(
      'knock-out',
      'RFC 6455 §4.1, RFC 9110 §7.8',
      'a proxy that speaks HTTP only drops the Upgrade, which is hop by hop',
      'websocket',
    ),
    ...effect(
      'warning',
      'RFC 6202 §3.2',
      'such a proxy often scans a response before it passes it on, which holds back a stream',
      ...STREAMS,
    ),
  ],
  'no-websocket': effect(
    'knock-out',
    'RFC 9110 §7.8',
    'the path does not forward an Upgrade, which is hop by hop',
    'websocket',
  ),
  'http1-browsers': effect(
    'warning',
    'WHATWG HTML §9.2.1, RFC 6202 §5.1',
    'over HTTP/1.1 a browser opens six connections to a host over all tabs, and each client keeps one of them',
    ...HELD,
  ),
  http2: effect(
    'warning',
    'RFC 8441',
    'over HTTP/2 it takes the extended CONNECT of each server and proxy in the path',
    'websocket',
  ),
  // Polls that are rarer open a connection each, or come more often than they must: both are reckoned with, and neither fails.
  'idle-timeout': effect(
    'warning',
    'RFC 6202 §5.5',
    'a silent request or connection is cut: the hold or the sign of life must come sooner, and is reckoned so here',
    ...[...HELD, 'websocket'],
  ),
};

export interface Judgement {
  /** 0…1: more is easier. */
  readonly score: number;
  readonly why: string;
}

const MAINTAINABILITY: ReadonlyMap<string, Judgement> = new Map([
  ['short-polling', { score: 1, why: 'plain requests: no state between them, any server, cache and tool knows them' }],
  [
    'long-polling',
    { score: 0.7, why: 'plain requests that wait: holds, duplicates and the gap between polls are the application’s' },
  ],
  [
    'forever-iframe',
    { score: 0.2, why: 'no browser API: errors are not seen, pages must be begun anew, scripts are the framing' },
  ],
  ['sse', { score: 0.9, why: 'the browser reconnects and resumes by itself; plain HTTP; upstream goes by requests' }],
  [
    'websocket',
    {
      score: 0.6,
      why: 'reconnecting, resuming, signs of life and backpressure are the application’s; another protocol in the path',
    },
  ],
]);

/** Null for a transport that nobody has judged: the driver then counts for none. */
export const maintainabilityOf = (transport: string): Judgement | null => MAINTAINABILITY.get(transport) ?? null;

/** Share that is left of the interoperability after each warning. */
export const AFTER_WARNING = 0.5;
