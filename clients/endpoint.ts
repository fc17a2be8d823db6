/**
 * Where another server than this project's own is asked, and in which words: its path, the names of its parameters, and
 * what its messages wrap around what was published. Without one a client asks as this project's servers expect.
 *
 * Plain data, because it travels from the process that reads a target file to the one that holds the clients.
 */
import { ProtocolError, quote } from './protocol-error.ts';

/** Values that a request may carry beside the channel; a server that has no name for one is not sent it. */
export const QUERY_NAMES = ['cursor', 'client', 'hold', 'callback'] as const;
export type QueryName = (typeof QUERY_NAMES)[number];

/** What a target file may say of an endpoint, each for some transports only: names of its parameters, and how it speaks. */
export type EndpointWord = QueryName | 'protocol' | 'event' | 'subprotocol' | 'resumes' | 'upstream';

/** A request that hands a message to the server; `{channel}`, `{payload}` and `{json}` are filled in: see `filled`. */
export interface HttpCall {
  readonly method: string;
  readonly path: string;
  readonly contentType: string;
  readonly body: string;
}

export interface Endpoint {
  /** A request target; `{channel}` stands for the channel's name. */
  readonly path: string;
  readonly query: Readonly<Partial<Record<QueryName, string>>>;
  /**
   * `pushbench`: numbers its messages and announces gaps as this project's servers do. `plain`: sends messages and
   * nothing else, so a client is ready when it is answered, and numbers them itself.
   */
  readonly protocol: 'pushbench' | 'plain';
  /** SSE, plain: the type of the events that are messages; the others pass unread. */
  readonly event?: string | undefined;
  /** WebSocket: what is offered and must be taken; none where it is missing and the protocol is plain. */
  readonly subprotocol?: string | undefined;
  /** Where in each message, which is then JSON, the published payload is: a JSON Pointer (RFC 6901). */
  readonly pointer?: string | undefined;
  /** How a client sends upstream where it does not in band. */
  readonly upstream?: HttpCall | undefined;
}

export const isPlain = (endpoint: Endpoint | undefined): boolean => endpoint?.protocol === 'plain';

/**
 * The request target, made of this project's own or of the endpoint's.
 *
 * @param own path of this project's server, with its query
 * @param cursor where to resume; undefined: from now on
 */
export function requestTarget(
  own: string,
  channel: string,
  cursor: number | undefined,
  endpoint: Endpoint | undefined,
): string {
  const resume = cursor === undefined ? '' : `&cursor=${cursor}`;
  const usual = `${own}${own.includes('?') ? '&' : '?'}channel=${channel}${resume}`;
  if (endpoint === undefined) return usual;
  const path = filled(endpoint.path, { channel: encodeURIComponent(channel) });
  const query = [...new URLSearchParams(usual.slice(usual.indexOf('?') + 1))].flatMap(([name, value]) => {
    const theirs = endpoint.query[name as QueryName];
    return theirs === undefined ? [] : [`${theirs}=${encodeURIComponent(value)}`];
  });
  return query.length === 0 ? path : `${path}${path.includes('?') ? '&' : '?'}${query.join('&')}`;
}

export interface Blanks {
  readonly channel: string;
  /** The message as it is. */
  readonly payload?: string;
  /** The message as a JSON string, its quotes included. */
  readonly json?: string;
}

/** In one pass, so that a payload which holds a placeholder is not filled in again; what is no placeholder stays. */
export function filled(template: string, blanks: Blanks): string {
  return template.replaceAll(/\{(channel|payload|json)\}/g, (as, name: keyof Blanks) => blanks[name] ?? as);
}

/** The path and the body of a call that hands over this message. */
export function callOf({ path, body }: HttpCall, channel: string, payload: string): { path: string; body: string } {
  return {
    path: filled(path, { channel: encodeURIComponent(channel) }),
    body: filled(body, { channel, payload, json: JSON.stringify(payload) }),
  };
}

/** What was published, out of a message that wraps it. Throws a ProtocolError where it is not there. */
export function unwrapped(message: string, pointer: string): string {
  const found = at(pointer, parsed(message));
  if (typeof found === 'string') return found;
  throw new ProtocolError(`a message without a string at ${quote(pointer)}: ${quote(message)}`);
}

function parsed(message: string): unknown {
  try {
    return JSON.parse(message);
  } catch {
    throw new ProtocolError(`a message that is not JSON: ${quote(message)}`);
  }
}

function at(pointer: string, value: unknown): unknown {
  const keys = pointer
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
  return keys.reduce<unknown>(
    (inner, key) =>
      typeof inner === 'object' && inner !== null && Object.hasOwn(inner, key)
        ? (inner as Record<string, unknown>)[key]
        : undefined,
    value,
  );
}
