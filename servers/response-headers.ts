/** The `typical` response headers: what a site behind a CDN sends with every answer beside the answer's own headers. */
import type { Server, ServerResponse } from 'node:http';

/**
 * Names and sizes as today's large CDNs send them, values of no meaning; 446 bytes. They are constant, so that a
 * repeated answer compresses over HTTP/2 as it would from one edge server.
 */
export const TYPICAL_HEADERS: readonly (readonly [name: string, value: string])[] = [
  ['server', 'cloudflare'],
  ['strict-transport-security', 'max-age=31536000; includeSubDomains; preload'],
  ['x-content-type-options', 'nosniff'],
  ['x-frame-options', 'SAMEORIGIN'],
  ['referrer-policy', 'strict-origin-when-cross-origin'],
  ['vary', 'Accept-Encoding, Origin'],
  ['via', '1.1 3f2a9c1d8e7b.edge.example.net (Edge)'],
  ['x-cache', 'Miss from edge'],
  ['x-request-id', '7f0c6a52-2f0e-4f6e-9d53-0a6f4f3b1c2d'],
  ['cf-cache-status', 'DYNAMIC'],
  ['cf-ray', '8f2d3a4b5c6d7e8f-FRA'],
  ['alt-svc', 'h3=":443"; ma=86400'],
];

/** Before any handler sees the request, so that hijacked responses have them too. */
export function addTypicalHeaders(server: Server): void {
  server.prependListener('request', (_request, response: ServerResponse) => {
    for (const [name, value] of TYPICAL_HEADERS) response.setHeader(name, value);
  });
}

/** The same as lines of a hand-made head, for the answer to an upgrade. */
export const typicalLines = (): string[] => TYPICAL_HEADERS.map(([name, value]) => `${name}: ${value}`);

export function fixDate(server: Server, date: string): void {
  server.prependListener('request', (_request, response: ServerResponse) => {
    response.sendDate = false;
    response.setHeader('date', date);
  });
}
