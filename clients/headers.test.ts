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
