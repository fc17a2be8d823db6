/** What a client may ask for, read from its URL and checked: every value here is hostile until it has passed. */

export interface Subscription {
  readonly channel: string;
  /** Everything after this offset; undefined: from now on. */
  readonly cursor: number | undefined;
  readonly query: URLSearchParams;
}

/** A request that is answered with its status and one sentence. */
export class BadRequest extends Error {
  readonly statusCode: number;

  constructor(message: string, statusCode = 400) {
    super(message);
    this.statusCode = statusCode;
  }
}

const NAME = /^[A-Za-z0-9._~-]{1,128}$/;
const OFFSET = /^\d{1,15}$/;

/** Reads `channel` (default `main`) and `cursor` from a request target such as `/sse?channel=a&cursor=12`. */
export function parseSubscription(target: string): Subscription {
  const at = target.indexOf('?');
  const query = new URLSearchParams(at === -1 ? '' : target.slice(at + 1));
  const cursor = query.get('cursor');
  return {
    channel: nameFrom(query, 'channel') ?? 'main',
    cursor: cursor === null ? undefined : parseCursor(cursor, 'cursor'),
    query,
  };
}

/** A log offset: a decimal whole number of at most 15 digits, so that it is exact in a double. */
export function parseCursor(text: string, where: string): number {
  if (!OFFSET.test(text)) throw new BadRequest(`${where} must be a whole number of at most 15 digits`);
  return Number(text);
}

/** A name of 1 to 128 unreserved URL characters (RFC 3986 §2.3), or undefined when it is not given. */
export function nameFrom(query: URLSearchParams, field: string): string | undefined {
  const name = query.get(field);
  if (name === null) return undefined;
  if (!NAME.test(name)) throw new BadRequest(`${field} must be 1 to 128 letters, digits, dots, dashes or underscores`);
  return name;
}

/** Whether a browser's page at another origin sent this: an Origin header that does not name the Host (over HTTP/2: the authority) it asks. */
export function isCrossOrigin(headers: {
  origin?: string | undefined;
  host?: string | undefined;
  ':authority'?: string | undefined;
}): boolean {
  const { origin, host = headers[':authority'] } = headers;
  return origin !== undefined && origin !== `http://${host}` && origin !== `https://${host}`;
}
