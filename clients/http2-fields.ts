/** A request's HTTP/1.1 head as the fields of HTTP/2, and the fields of an answer as its head. */
import type { OutgoingHttpHeaders } from 'node:http2';
import type { ResponseHead } from './response-head.ts';

/** HTTP/1.1's own fields, which HTTP/2 has no place for (RFC 9113 §8.2.2), and a WebSocket's that RFC 8441 §5 drops. */
const DROPPED = new Set([
  'host',
  'connection',
  'proxy-connection',
  'keep-alive',
  'upgrade',
  'transfer-encoding',
  'sec-websocket-key',
]);

/** The latest head and its fields: an empty poll repeats itself. */
let latest: { head: string; scheme: string; fields: OutgoingHttpHeaders } | undefined;

/** The fields of a request: pseudo-fields in Chromium's order, then those of the head. */
export function fieldsOf(head: string, scheme: string, upgrade: boolean): OutgoingHttpHeaders {
  if (latest?.head === head && latest.scheme === scheme) return latest.fields;
  const lines = head.slice(0, -4).split('\r\n');
  const [method = '', path = ''] = lines[0]!.split(' ');
  const pairs = lines.slice(1).map((line): [string, string] => {
    const colon = line.indexOf(':');
    // Not `trim`, which takes a no-break space for one: it is a byte of UTF-8 here.
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).replace(/^[ \t]+|[ \t]+$/g, '')];
  });
  const fields = Object.assign(Object.create(null) as OutgoingHttpHeaders, {
    ':method': upgrade ? 'CONNECT' : method,
    ':authority': pairs.find(([name]) => name === 'host')?.[1] ?? '',
    ':scheme': scheme,
    ':path': path,
    ...(upgrade ? { ':protocol': 'websocket' } : {}),
  });
  for (const [name, value] of pairs) {
    if (DROPPED.has(name)) continue;
    const before = fields[name];
    fields[name] = before === undefined ? value : [before, value].flat().map(String);
  }
  latest = { head, scheme, fields };
  return fields;
}

/** An answer's fields, pseudo-fields aside. */
export function headOf(fields: Record<string, unknown>): ResponseHead {
  const headers = new Map<string, string>();
  for (const [name, value] of Object.entries(fields)) {
    if (!name.startsWith(':')) headers.set(name, Array.isArray(value) ? value.join(', ') : String(value));
  }
  const length = headers.get('content-length');
  return {
    status: Number(fields[':status']),
    headers,
    chunked: false,
    contentLength: length === undefined ? undefined : Number(length),
    close: false,
  };
}
