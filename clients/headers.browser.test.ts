/** Holds the `chrome` profiles to what the installed browser really sends, over every carrier. */
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { certificate } from '../scenarios/runner/certificate.ts';
import {
  captureHttp1,
  captureHttp2,
  http2Listener,
  missing,
  type Fields,
  type Http2Capture,
} from './chromium.fixture.ts';
import type { ClientOptions, ClientTransport } from './client.ts';
import { foreverIframe } from './forever-iframe.ts';
import { headerProfile, requestHead, type NamedProfile, type RequestKind } from './headers.ts';
import { reached } from './http2.fixture.ts';
import { observe, until } from './raw-server.fixture.ts';
import { shortPolling } from './short-polling.ts';
import { sse } from './sse.ts';
import { websocket } from './websocket.ts';

/** A value less what differs between two installations: version numbers, brands and the headless mark. */
const anywhere = (value: string): string =>
  value
    .replace(/HeadlessChrome/, 'Chrome')
    .replace(/Chrome\/[\d.]+/, 'Chrome/VERSION')
    .replace(/^(sec-ch-ua: )?".*"Chromium";v=.*$/m, '$1BRANDS');

const comparable = (head: string): string[] =>
  head
    .replace(/^Sec-WebSocket-Key: .*$/m, 'Sec-WebSocket-Key: KEY')
    .split('\r\n')
    .map(anywhere);

const PROFILES = [
  ['chrome', false],
  ['chrome+cookie', true],
] as const;

const key = 'Sec-WebSocket-Key: x\r\nSec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n';
const KINDS: readonly [what: string, kind: RequestKind, nth: number, extra: string][] = [
  ['fetch', 'fetch', 0, ''],
  ['a POST by fetch', 'post', 0, 'Content-Length: 5\r\n'],
  ['EventSource', 'eventsource', 0, ''],
  ['an EventSource that comes back', 'eventsource', 1, 'Last-Event-ID: 5\r\n'],
  ['an iframe', 'iframe', 0, ''],
  ['WebSocket', 'websocket', 0, `${key}Sec-WebSocket-Protocol: pushbench.v1\r\n`],
];

describe
  .skipIf(missing)
  .each(
    PROFILES.flatMap(([profile, cookie]) => ([false, true] as const).map((secure) => ({ profile, cookie, secure }))),
  )('the profile $profile over HTTP/1.1 (TLS: $secure)', ({ profile, cookie, secure }) => {
  let captured: Awaited<ReturnType<typeof captureHttp1>>;
  beforeAll(async () => {
    captured = await captureHttp1({ tls: secure ? await certificate() : undefined, cookie });
  });

  it.each(KINDS)('sends for %s the names, values and order of the installed browser', (_what, kind, nth, extra) => {
    const { authority, heads } = captured;
    const ours = requestHead(headerProfile(profile), {
      kind,
      target: `/${kind}`,
      authority,
      connection: 'keep-alive',
      scheme: secure ? 'https' : 'http',
      extra,
    });
    expect(comparable(ours)).toEqual(comparable(heads.get(`/${kind}`)![nth]!));
  });
});

/** What one of our clients asks over HTTP/2 for, at the path where the browser asked. */
async function ours(
  profile: NamedProfile,
  transport: ClientTransport,
  path: string,
  more: Partial<ClientOptions> = {},
  send?: string,
): Promise<{ fields: Fields; capture: Http2Capture }> {
  const pair = await certificate();
  const capture = await http2Listener(pair, false);
  onTestFinished(() => capture.close());
  const [host, port] = capture.authority.split(':') as [string, string];
  const { client } = observe(reached({ host, port: Number(port) }), transport, {
    carrier: 'h2',
    certificate: pair.cert,
    headers: headerProfile(profile),
    ...more,
  });
  if (send !== undefined) client.send(send).catch(() => {});
  await until(
    () => capture.requests.has(path),
    () => `for ${path}; there is ${[...capture.requests.keys()].join()}`,
  );
  client.close();
  return { fields: capture.requests.get(path)![0]!, capture };
}

/** Fields without what is each connection's own. */
const shown = (fields: Fields, authority: string): string[] =>
  fields
    .filter(([name]) => name !== ':path')
    .map(([name, value]) => `${name}: ${anywhere(value).replaceAll(authority, 'AUTHORITY')}`);

describe.skipIf(missing).each(PROFILES)('the profile %s over HTTP/2', (profile, cookie) => {
  let captured: Http2Capture;
  beforeAll(async () => {
    captured = await captureHttp2(await certificate(), cookie);
    captured.close();
  });

  it.each<[string, string, number, ClientTransport, string, Partial<ClientOptions>?, string?]>([
    ['fetch', '/fetch', 0, shortPolling, '/short-polling'],
    ['a POST by fetch', '/post', 0, shortPolling, '/messages', {}, 'hello'],
    ['EventSource', '/eventsource', 0, sse, '/sse'],
    ['an EventSource that comes back', '/eventsource', 1, sse, '/sse', { cursor: 5 }],
    ['an iframe', '/iframe', 0, foreverIframe, '/forever-iframe'],
    ['WebSocket', '/websocket', 0, websocket, '/websocket'],
  ])(
    'sends for %s the names, values and order of the browser',
    async (_what, theirs, nth, transport, path, more, send) => {
      const { fields, capture } = await ours(profile, transport, path, more, send);
      expect(shown(fields, capture.authority)).toEqual(shown(captured.requests.get(theirs)![nth]!, captured.authority));
    },
  );

  it('opens the connection with the browser’s preface, SETTINGS and WINDOW_UPDATE, byte for byte', async () => {
    const { capture } = await ours(profile, sse, '/sse');
    expect(capture.openings[0]!.toString('hex')).toBe(captured.openings[0]!.toString('hex'));
  });

  it('asks for the WebSocket on the browser’s one connection', () => {
    expect(captured.openings).toHaveLength(1);
    expect(captured.requests.get('/websocket')![0]).toContainEqual([':protocol', 'websocket']);
  });
});
