/**
 * Header profiles: the request heads that clients send, as bytes and in order.
 *
 * `minimal` is what the protocol demands. `chrome` is what a desktop Chromium sends to a server on loopback, captured
 * from version 156 and held to the installed browser by a test; headers are most of a poll's cost, so this is the
 * profile to decide by.
 */

export const HEADER_PROFILES = ['minimal', 'chrome'] as const;
export type HeaderProfile = (typeof HEADER_PROFILES)[number];

/** What the request is for; a browser sends different headers for each. */
export type RequestKind = 'fetch' | 'post' | 'eventsource' | 'iframe' | 'websocket';

export interface RequestHead {
  readonly kind: RequestKind;
  readonly target: string;
  /** host:port as in the Host header. */
  readonly authority: string;
  readonly connection: 'keep-alive' | 'close';
  /** Headers of this one request, such as Last-Event-ID or Sec-WebSocket-Key. */
  readonly extra?: string;
}

const CHROME = '156';
const USER_AGENT = `User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${CHROME}.0.0.0 Safari/537.36\r\n`;
const BRANDS = `sec-ch-ua: "Not:A-Brand";v="8", "Chromium";v="${CHROME}"\r\n`;
const MOBILE = 'sec-ch-ua-mobile: ?0\r\n';
const PLATFORM = 'sec-ch-ua-platform: "Linux"\r\n';
const NO_CACHE = 'Pragma: no-cache\r\nCache-Control: no-cache\r\n';
const NAVIGATE =
  'Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/jxl,image/avif,image/webp,image/apng,*/*;q=0.8,application/signed-exchange;v=b3;q=0.7\r\n';
const ENCODING = 'Accept-Encoding: gzip, deflate, br, zstd\r\nAccept-Language: en-US,en;q=0.9\r\n';
const TEXT = 'text/plain;charset=UTF-8';

const site = (mode: string, dest: string, user = ''): string =>
  `Sec-Fetch-Site: same-origin\r\nSec-Fetch-Mode: ${mode}\r\n${user}Sec-Fetch-Dest: ${dest}\r\n`;

/** The whole request head, ending in an empty line. `extra` is a block of lines, each ending in CRLF. */
export function requestHead(profile: HeaderProfile, head: RequestHead): string {
  return profile === 'chrome' ? chromeHead(head) : minimalHead(head);
}

function minimalHead({ kind, target, authority, connection, extra = '' }: RequestHead): string {
  const close = connection === 'close' ? 'Connection: close\r\n' : '';
  switch (kind) {
    case 'websocket':
      return `GET ${target} HTTP/1.1\r\nHost: ${authority}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n${extra}\r\n`;
    case 'post':
      return `POST ${target} HTTP/1.1\r\nHost: ${authority}\r\n${close}Content-Type: ${TEXT}\r\n${extra}\r\n`;
    case 'eventsource':
      return `GET ${target} HTTP/1.1\r\nHost: ${authority}\r\nAccept: text/event-stream\r\n${extra}\r\n`;
    case 'fetch':
    case 'iframe':
      return `GET ${target} HTTP/1.1\r\nHost: ${authority}\r\n${close}${extra}\r\n`;
  }
}

function chromeHead({ kind, target, authority, connection, extra = '' }: RequestHead): string {
  const start = `${kind === 'post' ? 'POST' : 'GET'} ${target} HTTP/1.1\r\nHost: ${authority}\r\n`;
  const keep = `Connection: ${connection}\r\n`;
  const origin = `Origin: http://${authority}\r\n`;
  const referer = `Referer: http://${authority}/\r\n`;
  const fetched = `${site('cors', 'empty')}${referer}${ENCODING}\r\n`;
  switch (kind) {
    case 'fetch':
      return `${start}${keep}${PLATFORM}${USER_AGENT}${BRANDS}${MOBILE}Accept: */*\r\n${extra}${fetched}`;
    case 'post':
      return `${start}${keep}${extra}${PLATFORM}${USER_AGENT}${BRANDS}Content-Type: ${TEXT}\r\n${MOBILE}Accept: */*\r\n${origin}${fetched}`;
    case 'eventsource':
      return `${start}${keep}${NO_CACHE}${PLATFORM}${USER_AGENT}Accept: text/event-stream\r\n${BRANDS}${MOBILE}${extra}${fetched}`;
    case 'iframe':
      return `${start}${keep}${BRANDS}${MOBILE}${PLATFORM}Upgrade-Insecure-Requests: 1\r\n${USER_AGENT}${NAVIGATE}${site('navigate', 'iframe', 'Sec-Fetch-User: ?1\r\n')}${referer}${ENCODING}\r\n`;
    case 'websocket':
      return `${start}Connection: Upgrade\r\n${NO_CACHE}${USER_AGENT}Upgrade: websocket\r\n${origin}Sec-WebSocket-Version: 13\r\n${ENCODING}${extra}\r\n`;
  }
}
