import { describe, expect, it } from 'vitest';
import { HEADER_PROFILES, headerProfile, requestHead, type NamedProfile, type RequestKind } from './headers.ts';

const authority = '127.0.0.1:41234';
const WEBSOCKET =
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n';

const EXTRA: Readonly<Record<RequestKind, string>> = {
  fetch: '',
  post: 'Content-Length: 100\r\n',
  eventsource: '',
  iframe: '',
  websocket: WEBSOCKET,
  tcp: '',
};
const KINDS = Object.keys(EXTRA) as RequestKind[];

const headOf = (profile: NamedProfile, kind: RequestKind, connection: 'keep-alive' | 'close' = 'keep-alive'): string =>
  requestHead(headerProfile(profile), { kind, target: '/x?channel=main', authority, connection, extra: EXTRA[kind] });

const fieldsOf = (head: string): [string, string][] =>
  head
    .slice(0, -4)
    .split('\r\n')
    .slice(1)
    .map((line) => {
      const colon = line.indexOf(': ');
      return [line.slice(0, colon), line.slice(colon + 2)];
    });

describe.each(HEADER_PROFILES)('the profile %s', (profile) => {
  it.each(KINDS)('makes a complete and well-formed head for %s', (kind) => {
    const head = headOf(profile, kind);
    expect(head).toMatch(
      /^(GET|POST) \/x\?channel=main HTTP\/1\.1\r\nHost: 127\.0\.0\.1:41234\r\n(?:[A-Za-z-]+: [^\r\n]+\r\n)*\r\n$/,
    );
    expect(head.startsWith(kind === 'post' ? 'POST' : 'GET')).toBe(true);
    const names = fieldsOf(head).map(([name]) => name.toLowerCase());
    expect(new Set(names).size).toBe(names.length);
    for (const [name, value] of fieldsOf(`x\r\n${EXTRA[kind]}\r\n`).filter(([name]) => name !== '')) {
      expect(fieldsOf(head)).toContainEqual([name, value]);
    }
  });

  it.each(['fetch', 'post', 'iframe'] as const)(
    'asks for %s to close the connection when told to, and only then',
    (kind) => {
      expect(headOf(profile, kind, 'close')).toContain('\r\nConnection: close\r\n');
      expect(headOf(profile, kind)).not.toContain('close');
    },
  );

  it('upgrades as RFC 6455 demands', () => {
    const fields = Object.fromEntries(fieldsOf(headOf(profile, 'websocket')));
    expect(fields).toMatchObject({ Upgrade: 'websocket', Connection: 'Upgrade', 'Sec-WebSocket-Version': '13' });
  });
});

describe('the chrome profile', () => {
  // Captured from Chromium 156, whose headless User-Agent has 8 bytes more; the targets differ by some.
  it.each([
    ['fetch', 491],
    ['post', 575],
    ['eventsource', 547],
    ['iframe', 669],
    ['websocket', 499],
  ] as const)('costs for %s what a real browser’s head costs: about %i bytes', (kind, bytes) => {
    expect(Math.abs(headOf('chrome', kind).length - bytes)).toBeLessThanOrEqual(25);
  });

  it('costs much more than the minimal one', () => {
    for (const kind of KINDS.filter((each) => each !== 'tcp'))
      expect(headOf('minimal', kind).length * 2).toBeLessThan(headOf('chrome', kind).length);
  });
});

describe('the size of a head', () => {
  const sizes = (profile: NamedProfile): Record<string, number> =>
    Object.fromEntries(KINDS.filter((kind) => kind !== 'tcp').map((kind) => [kind, headOf(profile, kind).length]));

  // Bytes, for the target, authority and lines of their own that stand above.
  it.each([
    ['minimal', { fetch: 55, post: 117, eventsource: 82, iframe: 55, websocket: 238 }],
    ['chrome', { fetch: 493, post: 587, eventsource: 550, iframe: 690, websocket: 503 }],
    ['chrome+cookie', { fetch: 539, post: 633, eventsource: 596, iframe: 736, websocket: 549 }],
    ['chrome+jwt', { fetch: 1182, post: 1276, eventsource: 1239, iframe: 1379, websocket: 1192 }],
  ] as const)('in the profile %s is this for each kind of request', (profile, expected) => {
    expect(sizes(profile)).toEqual(expected);
  });

  it.each([
    ['chrome+cookie', 46, /^Cookie: sid=[0-9a-f]{32}\r\n$/],
    ['chrome+jwt', 689, /^Cookie: token=[\w-]+\.[\w-]+\.[\w-]+\r\n$/],
  ] as const)('with %s is exactly %i bytes more than with chrome, and those are the cookie', (profile, more, line) => {
    const { lines } = headerProfile(profile);
    expect(lines).toHaveLength(more);
    expect(lines).toMatch(line);
    for (const kind of KINDS.filter((each) => each !== 'tcp')) {
      expect(headOf(profile, kind).replace(lines, '')).toBe(headOf('chrome', kind));
    }
  });

  it('over HTTP/2 grows by what Chromium says of urgency, and only then and only in a browser', () => {
    const over = (profile: NamedProfile, kind: RequestKind, multiplexed: boolean): string =>
      requestHead(headerProfile(profile), { kind, target: '/', authority, connection: 'keep-alive', multiplexed });
    for (const kind of KINDS) {
      expect(over('minimal', kind, true)).toBe(over('minimal', kind, false));
      const added = over('chrome', kind, true).replace(over('chrome', kind, false).slice(0, -2), '');
      const urgency = kind === 'iframe' ? 'u=0, i' : 'u=1, i';
      const none = kind === 'websocket' || kind === 'tcp';
      expect(added).toBe(none ? '\r\n' : `Priority: ${urgency}\r\n\r\n`);
    }
  });

  it('holds a JSON Web Token whose parts are what they should be', () => {
    const [head, claims, signature] = /token=(.*)\r\n/.exec(headerProfile('chrome+jwt').lines)![1]!.split('.');
    const json = (part: string | undefined): unknown => JSON.parse(Buffer.from(part!, 'base64url').toString());
    expect(json(head)).toMatchObject({ alg: 'RS256', typ: 'JWT' });
    expect(Object.keys(json(claims) as object)).toEqual(
      expect.arrayContaining(['iss', 'sub', 'aud', 'iat', 'exp', 'jti', 'scope']),
    );
    // An RSA signature of 2,048 bits.
    expect(Buffer.from(signature!, 'base64url')).toHaveLength(256);
  });
});
