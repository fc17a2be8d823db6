import { expect, it } from 'vitest';
import type { AnatomySpan, Exact, ExactLayers, ExactTransport } from '../results/exact.ts';
import { renderAnatomy, renderAnatomyTable } from './anatomy-text.ts';

const NONE: ExactLayers = { payload: 0, framing: 0, header: 0, control: 0, handshake: 0, tls: 0, total: 0 };
const HEAD =
  'GET /websocket HTTP/1.1\r\nHost: 127.0.0.1:41234\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n\r\n';

const span = (
  direction: 'up' | 'down',
  layer: string,
  what: string,
  bytes: number,
  hex: string,
  text: string,
): AnatomySpan => ({
  connection: 1,
  direction,
  layer,
  what,
  bytes,
  hex,
  text,
});

const WEBSOCKET = {
  transport: 'websocket',
  steps: [
    {
      name: 'connect',
      exchange: { up: { ...NONE, handshake: 121, total: 121 }, down: NONE, requests: 1 },
      spans: [span('up', 'handshake', 'request head', 121, '474554', HEAD)],
    },
    {
      name: 'first message',
      exchange: { up: NONE, down: { ...NONE, framing: 2, payload: 11, total: 13 }, requests: 0 },
      spans: [
        span('down', 'framing', 'frame header', 2, '810b', '··'),
        span('down', 'payload', 'message', 11, '68656c6c6f', 'a\tb \u001b[31m !'),
      ],
    },
  ],
} as unknown as ExactTransport;

const EXACT = { carrier: 'h1', headers: 'chrome', transports: [WEBSOCKET] } as unknown as Exact;
const LOOK = { color: false, width: 60, full: false };

it('names each range of each step, folds long heads, and adds up', () => {
  expect(renderAnatomy(EXACT, WEBSOCKET, LOOK)).toMatchInlineSnapshot(`
    "websocket over h1, headers chrome

    connect  121 B up, 0 B down
      ↑ handshake    121 B  request head
            GET /websocket HTTP/1.1
            Host: 127.0.0.1:41234
            Upgrade: websocket
            … 2 more lines (--full shows them)

    first message  0 B up, 13 B down
      ↓ framing        2 B  frame header  81 0b
      ↓ payload       11 B  message  a\\tb �[31m !

    bytes             up      down
    payload            0        11
    framing            0         2
    header             0         0
    control            0         0
    handshake        121         0
    total            121        13
    The ranges add up to what was booked as it passed, layer
    by layer, and to what the sockets counted:
    121 B up, 13 B down."
  `);
});

it('has its sums beside each other where there is room, and below each other where there is not', () => {
  const wide = renderAnatomy(EXACT, WEBSOCKET, { ...LOOK, width: 100 });
  expect(wide).toMatch(/^bytes {4}payload {3}framing .* total$\n^up {13}0 .* 121$\n^down {10}11 .* 13$/m);
  const narrow = renderAnatomy(EXACT, WEBSOCKET, LOOK);
  expect(narrow).toMatch(/^bytes {13}up {6}down$\n^payload {12}0 {8}11$/m);
  for (const line of narrow.split('\n')) expect(line.length).toBeLessThanOrEqual(60);
});

it('has a line for each step where a terminal has no room for a line of all', () => {
  const narrow = renderAnatomyTable(EXACT, { color: false, width: 40 });
  expect(narrow).toContain('websocket\n  connect             121 / 0\n  first message        0 / 13\n');
});

it('shows whole heads on request', () => {
  expect(renderAnatomy(EXACT, WEBSOCKET, { ...LOOK, full: true })).toContain('Sec-WebSocket-Version: 13');
});

it('never lets a control character of a message reach the terminal', () => {
  expect(renderAnatomy(EXACT, WEBSOCKET, LOOK)).not.toContain('\u001b');
});

it('has a line for each transport where none is asked for', () => {
  expect(renderAnatomyTable(EXACT, LOOK)).toMatchInlineSnapshot(`
    "Bytes of one connection over h1, headers chrome
    up / down, B           connect  first message
    websocket              121 / 0         0 / 13
    pushbench anatomy TRANSPORT names every byte of one of them."
  `);
});
