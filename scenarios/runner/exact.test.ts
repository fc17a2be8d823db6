import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CARRIERS, isMultiplexed, type Carrier } from '../../clients/connection.ts';
import { HEADER_PROFILES, headerProfile } from '../../clients/headers.ts';
import type { Exact, ExactTransport } from '../../results/exact.ts';
import { transport, TRANSPORTS, type TransportName } from '../transports.ts';
import { anatomyOf } from './anatomy.ts';
import { exactFigures, PAYLOAD_SIZES, type ExactOptions } from './exact.ts';
import { undisturbed, type SessionOptions } from './session.ts';

const OPTIONS: ExactOptions = {
  carrier: 'h1',
  headers: headerProfile('chrome'),
  responseHeaders: 'minimal',
  deflate: false,
  contextTakeover: true,
  gzip: false,
  payloadBytes: 20,
};

const riding = (carrier: Carrier): TransportName[] =>
  TRANSPORTS.filter((name) => transport(name).client.carriers.includes(carrier));

const counted = async (name: TransportName, more: Partial<ExactOptions> = {}): Promise<ExactTransport> =>
  (await exactFigures([name], { ...OPTIONS, ...more })).transports[0]!;

/** Masks and keys are random: what must repeat is how many bytes there are, and whose. */
const countsOf = (exact: Exact): unknown =>
  JSON.parse(JSON.stringify(exact, (key, value: unknown) => (key === 'hex' || key === 'text' ? undefined : value)));

describe('exact byte counts', () => {
  it.each(CARRIERS)('are the same in every repetition over %s', { timeout: 60_000 }, async (carrier) => {
    const first = await exactFigures(riding(carrier), { ...OPTIONS, carrier });
    const second = await exactFigures(riding(carrier), { ...OPTIONS, carrier });
    expect(countsOf(second)).toEqual(countsOf(first));
  });

  it('put 2 bytes before a message of 20 from a WebSocket server, 6 before one to it, and nothing else', async () => {
    const { steps } = await counted('websocket');
    const message = steps.find(({ name }) => name === 'second message')!;
    expect(message.spans.map(({ what, bytes }) => [what, bytes])).toEqual([
      ['frame header', 2],
      ['message', 20],
    ]);
    const upstream = steps.find(({ name }) => name === 'message upstream')!;
    const up = upstream.spans.filter(({ direction }) => direction === 'up').map(({ bytes, text }) => [bytes, text]);
    expect(up[0]![0]).toBe(6);
    expect(up[1]).toEqual([20, 'upstream abcdefghijk']);
  });

  it('show a WebSocket header grow at 126 and at 65,536 bytes of payload, and nowhere else', async () => {
    const { perMessage } = await counted('websocket');
    const framing = perMessage.map(({ payloadBytes, exchange }) => [payloadBytes, exchange.down.framing]);
    expect(framing).toEqual(
      [...new Set([...PAYLOAD_SIZES, 20])]
        .sort((a, b) => a - b)
        .map((size) => [size, size < 126 ? 2 : size < 65_536 ? 4 : 10]),
    );
  });

  it.each(['h2c', 'h2'] as const)(
    'cost under 60 bytes up for a repeated poll over %s, less what TLS adds',
    async (carrier) => {
      const { idle, connect } = await counted('short-polling', { carrier });
      expect(idle!.up.control).toBeLessThan(60);
      expect(connect.up.handshake).toBeGreaterThan(4 * idle!.up.control);
    },
  );

  it('grow a poll by its header bytes and leave a stream as it is', async () => {
    const poll = await counted('short-polling');
    const [bare, ...padded] = poll.perHeader;
    for (const { headerBytes, message } of padded) {
      expect(message.up.header - bare!.message.up.header).toBe(headerBytes);
    }
    const stream = await counted('sse');
    expect(new Set(stream.perHeader.map(({ message }) => message.up.total + message.down.total)).size).toBe(1);
  });

  it('sum to the total in every exchange', async () => {
    for (const { connect, idle, upstream, batch, perMessage, perHeader } of (
      await exactFigures(riding('tls'), { ...OPTIONS, carrier: 'tls' })
    ).transports) {
      const exchanges = [
        ...[connect, idle!, upstream!.exchange, batch.exchange!],
        ...perMessage.map(({ exchange }) => exchange),
        ...perHeader.flatMap(({ connect: first, message }) => [first, message]),
      ];
      for (const { up, down } of exchanges) {
        for (const { total, ...layers } of [up, down]) {
          expect(Object.values(layers).reduce((sum, bytes) => sum + bytes, 0)).toBe(total);
        }
      }
    }
  });
});

/** Text of every kind: what JSON, HTML and event streams escape, and characters of two, three and four bytes. */
const payloads = fc.array(
  fc.oneof(
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc.constantFrom('', '</script>', 'a\nb', 'c\r\nd', '"\\"', '\u2028', '\0', '😀'.repeat(40)),
    fc.integer({ min: 1, max: 70_000 }).map((length) => 'x'.repeat(length)),
  ),
  { minLength: 1, maxLength: 4 },
);

describe('the two accountings', () => {
  const cases = CARRIERS.flatMap((carrier) => riding(carrier).map((name) => ({ name, carrier })));
  it.each(cases)('agree for any messages of $name over $carrier', { timeout: 60_000 }, async ({ name, carrier }) => {
    await fc.assert(
      fc.asyncProperty(
        payloads,
        fc.constantFrom(...HEADER_PROFILES),
        fc.constantFrom('minimal' as const, 'typical' as const),
        async (messages, headers, responseHeaders) => {
          const options: SessionOptions = {
            ...OPTIONS,
            transport: name,
            carrier,
            headers: headerProfile(headers),
            responseHeaders,
          };
          await undisturbed(options, async (session) => {
            const steps = [await session.connect()];
            for (const [index, message] of messages.entries()) steps.push(await session.message(`${index}`, message));
            steps.push(await session.upstream('up', messages[0]!), await session.idle(), await session.close());
            anatomyOf(session, steps, transport(name).client, isMultiplexed(carrier));
          });
        },
      ),
      { numRuns: 3, seed: 7 },
    );
  });

  it('agree for frames compressed with one window for all, small ones too', async () => {
    const { steps } = await counted('websocket', { deflate: true });
    expect(steps.flatMap(({ spans }) => spans).some(({ text }) => text === '(compressed)')).toBe(true);
  });

  it('agree for frames compressed each by itself, which pays from some dozen bytes on', async () => {
    const { perMessage } = await counted('websocket', { deflate: true, contextTakeover: false });
    const carried = perMessage.map(({ payloadBytes, exchange }) => [
      payloadBytes,
      exchange.down.payload < payloadBytes,
    ]);
    expect(carried).toEqual(perMessage.map(({ payloadBytes }) => [payloadBytes, payloadBytes >= 64]));
  });

  it('agree for a compressed poll, whose body is all payload', async () => {
    const { perMessage } = await counted('short-polling', { gzip: true });
    const large = perMessage.find(({ payloadBytes }) => payloadBytes === 65_536)!.exchange.down;
    expect(large.payload).toBeLessThan(2_000);
    expect(large.framing).toBe(0);
  });
});
