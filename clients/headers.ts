/**
 * Header profiles: the request heads that clients send, as bytes and in order.
 *
 * `minimal` is what the protocol demands. `chrome` is what a desktop Chromium sends to a server on loopback, captured
 * from version 156 and held to the installed browser by a test; headers are most of a poll's cost, so this is the
 * profile to decide by. The cookie and the token stand where Chromium puts them: after all that it sends of itself.
 */

export interface HeaderProfile {
  readonly name: string;
  /** Whether the request is a browser's, or the least that the protocol demands. */
  readonly browser: boolean;
  /** Further header lines of every request, each ending in CRLF. */
  readonly lines: string;
}

export const HEADER_PROFILES = ['minimal', 'chrome', 'chrome+cookie', 'chrome+jwt'] as const;
export type NamedProfile = (typeof HEADER_PROFILES)[number];

/** A session cookie as most frameworks set it: 32 hex digits. 46 bytes with its line end. */
const SESSION_COOKIE = 'Cookie: sid=9f86d081884c7d659a2feaa0c55ad015\r\n';

const base64url = (text: string): string => Buffer.from(text).toString('base64url');

/** A JSON Web Token (RFC 7519) of ordinary size: RS256, a key id and eight claims. Its signature is no signature. */
const TOKEN = [
  base64url('{"alg":"RS256","typ":"JWT","kid":"2f0c5d1e"}'),
  base64url(
    '{"iss":"https://id.example.com/","sub":"auth|5f7c8ec7c33c6c004bbafe82","aud":"https://api.example.com","iat":1700000000,"exp":1700003600,"jti":"0b9e4f6c","scope":"openid profile email","roles":["user"]}',
  ),
  Buffer.alloc(256, 0xa5).toString('base64url'),
].join('.');

const profile = (name: NamedProfile, lines = ''): HeaderProfile => ({ name, browser: name !== 'minimal', lines });

const PROFILES: Readonly<Record<NamedProfile, HeaderProfile>> = {
  minimal: profile('minimal'),
  chrome: profile('chrome'),
  'chrome+cookie': profile('chrome+cookie', SESSION_COOKIE),
  'chrome+jwt': profile('chrome+jwt', `Cookie: token=${TOKEN}\r\n`),
};

export const headerProfile = (name: NamedProfile): HeaderProfile => PROFILES[name];

/** What the request is for; a browser sends different headers for each. */
export type RequestKind = 'fetch' | 'post' | 'eventsource' | 'iframe' | 'websocket' | 'tcp';

export interface RequestHead {
  readonly kind: RequestKind;
  readonly target: string;
  /** host:port as in the Host header. */
  readonly authority: string;
  readonly connection: 'keep-alive' | 'close';
  /** `https` where the carrier encrypts: it shows in Origin and Referer. */
  readonly scheme?: 'http' | 'https';
  /** HTTP/2, where Chromium says how urgent a request is (RFC 9218). */
  readonly multiplexed?: boolean;
  /** Of a post to another server than this project's own; POST and text where they are missing. */
  readonly method?: string;
  readonly contentType?: string;
  /** Headers of this one request, such as Last-Event-ID or Sec-WebSocket-Key. */
  readonly extra?: string;
}

/** The Upgrade token of the raw TCP floor: see `servers/tcp.ts`. */
export const TCP_TOKEN = 'pushbench-tcp/1';

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
  return profile.browser ? chromeHead(profile.lines, head) : minimalHead(profile.lines, head);
}

/** Request line and Host, which come first in every profile. */
function startOf({ kind, method, target, authority }: RequestHead): string {
  return `${method ?? (kind === 'post' ? 'POST' : 'GET')} ${target} HTTP/1.1\r\nHost: ${authority}\r\n`;
}

function minimalHead(lines: string, head: RequestHead): string {
  const { kind, connection, contentType = TEXT, extra = '' } = head;
  const close = connection === 'close' ? 'Connection: close\r\n' : '';
  const start = startOf(head);
  const end = `${extra}${lines}\r\n`;
  switch (kind) {
    case 'websocket':
      return `${start}Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n${end}`;
    case 'tcp':
      return `${start}Upgrade: ${TCP_TOKEN}\r\nConnection: Upgrade\r\n${end}`;
    case 'post':
      return `${start}${close}Content-Type: ${contentType}\r\n${end}`;
    case 'eventsource':
      return `${start}Accept: text/event-stream\r\n${end}`;
    case 'fetch':
    case 'iframe':
      return `${start}${close}${end}`;
  }
}

function chromeHead(lines: string, head: RequestHead): string {
  const { kind, authority, connection, scheme = 'http', multiplexed = false, contentType = TEXT, extra = '' } = head;
  const start = startOf(head);
  const keep = `Connection: ${connection}\r\n`;
  const origin = `Origin: ${scheme}://${authority}\r\n`;
  const referer = `Referer: ${scheme}://${authority}/\r\n`;
  // After the cookies: Chromium's network stack adds it last, and to no WebSocket.
  const priority = multiplexed ? `Priority: u=${kind === 'iframe' ? 0 : 1}, i\r\n` : '';
  const fetched = `${site('cors', 'empty')}${referer}${ENCODING}${lines}${priority}\r\n`;
  switch (kind) {
    case 'fetch':
      return `${start}${keep}${PLATFORM}${USER_AGENT}${BRANDS}${MOBILE}Accept: */*\r\n${extra}${fetched}`;
    case 'post':
      return `${start}${keep}${extra}${PLATFORM}${USER_AGENT}${BRANDS}Content-Type: ${contentType}\r\n${MOBILE}Accept: */*\r\n${origin}${fetched}`;
    case 'eventsource':
      return `${start}${keep}${NO_CACHE}${PLATFORM}${USER_AGENT}Accept: text/event-stream\r\n${BRANDS}${MOBILE}${extra}${fetched}`;
    case 'iframe':
      return `${start}${keep}${BRANDS}${MOBILE}${PLATFORM}Upgrade-Insecure-Requests: 1\r\n${USER_AGENT}${NAVIGATE}${site('navigate', 'iframe', 'Sec-Fetch-User: ?1\r\n')}${referer}${ENCODING}${lines}${priority}\r\n`;
    case 'websocket':
      return `${start}Connection: Upgrade\r\n${NO_CACHE}${USER_AGENT}Upgrade: websocket\r\n${origin}Sec-WebSocket-Version: 13\r\n${ENCODING}${lines}${extra}\r\n`;
    // No browser opens a bare TCP connection.
    case 'tcp':
      return minimalHead('', head);
  }
}

/** Names that a browser sends of itself in one request or another, in lower case. */
export const BROWSER_NAMES: ReadonlySet<string> = new Set(
  (['fetch', 'post', 'eventsource', 'iframe', 'websocket'] as const).flatMap((kind) => {
    const head = { kind, target: '/', authority: 'x', connection: 'keep-alive', multiplexed: true } as const;
    const lines = chromeHead('', head).trimEnd().split('\r\n').slice(1);
    return lines.map((line) => line.slice(0, line.indexOf(':')).toLowerCase());
  }),
);
