import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { headerProfile } from '../../clients/headers.ts';
import type { Entry } from '../../servers/hub.ts';
import { AWKWARD } from '../awkward.ts';
import { transport, TRANSPORTS, type TransportName } from '../transports.ts';
import { codecClock, codecTask, encodingOf, timeTask, type Codec } from './codec-task.ts';
import { exactFigures } from './exact.ts';

const FIRST = 1_001;
const entriesOf = (payloads: readonly string[]): Entry[] =>
  payloads.map((payload, index) => ({
    offset: FIRST + index,
    payload,
    bytes: Buffer.byteLength(payload),
    encoded: undefined,
    encoder: undefined,
  }));

/** Each batch written by the server's half in one go, and read by one client after the other. */
function passed(name: TransportName, batches: readonly (readonly string[])[]) {
  const { server, client } = transport(name);
  const received: (string | Buffer)[] = [];
  const offsets: (number | undefined)[] = [];
  const decode = client.decoder((payload, offset) => {
    received.push(payload);
    offsets.push(offset);
  });
  let sent = 0;
  for (const batch of batches) {
    const entries = entriesOf([...Array.from({ length: sent }, () => ''), ...batch]).slice(sent);
    decode(encodingOf(server, entries));
    sent += batch.length;
  }
  return { received, offsets };
}

describe.each(TRANSPORTS)('the codec of %s', (name) => {
  it.each(Object.entries(AWKWARD))('carries %s', (_, payload) => {
    expect(passed(name, [[payload], ['after']]).received).toEqual([payload, 'after']);
  });

  it('gives back any text, message by message and in batches', () => {
    const anyText = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary', minLength: 100 }));
    const anyBatches = fc.array(fc.array(anyText, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(anyBatches, (batches) => {
        const { received, offsets } = passed(name, batches);
        const sent = batches.flat();
        expect(received).toEqual(sent);
        const told = offsets.filter((offset) => offset !== undefined);
        if (told.length > 0) expect(told).toEqual(sent.map((_, index) => FIRST + index));
      }),
    );
  });

  it('writes as many bytes as the server does on a connection, chunk coding aside', async () => {
    const payloadBytes = 128;
    const { transports } = await exactFigures([name], {
      carrier: 'h1',
      headers: headerProfile('minimal'),
      responseHeaders: 'minimal',
      deflate: false,
      contextTakeover: true,
      gzip: false,
      payloadBytes,
    });
    const { down } = transports[0]!.perMessage.find((each) => each.payloadBytes === payloadBytes)!.exchange;
    const { encodedBytes } = codecTask(transport(name), 'encode', payloadBytes);
    const chunkCoding = encodedBytes.toString(16).length + 4;
    expect([0, chunkCoding]).toContain(down.payload + down.framing - encodedBytes);
  });

  it.each([1, 20, 4_096, 2 ** 20])('is a task for either half at %i B', (payloadBytes) => {
    for (const direction of ['encode', 'decode'] as const) {
      const task = codecTask(transport(name), direction, payloadBytes);
      expect(task.encodedBytes).toBeGreaterThan(payloadBytes);
      expect(timeTask(task, 1, 'wall')).toBeGreaterThan(0);
    }
  });
});

describe('a codec that does not read what it writes', () => {
  const { server, client } = transport('sse');

  it.each<[string, Codec['client']['decoder']]>([
    ['loses a message', () => () => {}],
    ['changes a message', (decoded) => client.decoder((payload, offset) => decoded(`${String(payload)}.`, offset))],
    ['reads a message twice', (decoded) => client.decoder((p, o) => (decoded(p, o), decoded(p, o)))],
    ['miscounts', (decoded) => client.decoder((payload, offset) => decoded(payload, offset! + 1))],
  ])('and %s is not timed', (_, decoder) => {
    expect(() => codecTask({ server, client: { decoder } }, 'decode', 20)).toThrow('sse does not read message');
  });
});

describe('the clock', () => {
  const stepping = (readings: number) => {
    let read = 0;
    return () => Math.floor(read++ / readings);
  };

  it('is that of the CPU where it moves finely', () => {
    expect(codecClock(stepping(2))).toBe('cpu');
  });

  it('is the wall where the other stands still too long', () => {
    expect(codecClock(stepping(5_000))).toBe('wall');
  });
});
