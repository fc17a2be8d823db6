/** The clients in C count what a server sends, however it is cut: otherwise a ratio to them would be of nothing. */
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { afterAll, describe, expect, it } from 'vitest';
import { compileReader, CReader, type CompiledReader } from './c-reader.ts';

const HEAD = 'GET / HTTP/1.1\r\n\r\n';
const UPGRADED = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n';

/** An unmasked frame, RFC 6455 §5.2. */
function frame(first: number, size: number): Buffer {
  const header =
    size < 126
      ? Buffer.from([first, size])
      : size < 65_536
        ? Buffer.from([first, 126, size >> 8, size & 0xff])
        : Buffer.from([first, 127, 0, 0, 0, 0, 0, size >> 16, (size >> 8) & 0xff, size & 0xff]);
  return Buffer.concat([header, Buffer.alloc(size, 0x81)]);
}

const [TEXT, BINARY, PING, TEXT_BEGINS, CONTINUES, ENDS] = [0x81, 0x82, 0x89, 0x01, 0x00, 0x80] as const;

const reader: CompiledReader | null = await compileReader();
afterAll(() => reader?.remove());

/** What it counts of `bytes`, sent on each of two connections in pieces of `cut`. */
async function counted(bytes: Buffer, cut: number): Promise<{ messages: number; cpuUs: number }> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket.on('error', () => {}));
    socket.setNoDelay(true).once('data', () => socket.write(UPGRADED));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const open = await CReader.open(reader!.program, (server.address() as AddressInfo).port, 2, HEAD);
  for (let at = 0; at < bytes.length; at += cut) {
    for (const socket of sockets) socket.write(bytes.subarray(at, at + cut));
    // Each piece in a turn of its own, so that the kernel does not join them all again.
    await new Promise((resolve) => setImmediate(resolve));
  }
  let usage = await open.usage();
  for (let tries = 0; tries < 50 && usage.messages < 8; tries++) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    usage = await open.usage();
  }
  open.close();
  server.close();
  sockets.forEach((socket) => socket.destroy());
  return usage;
}

describe.skipIf(reader === null)('the reader in C (skipped where there is no C compiler)', () => {
  const bytes = Buffer.concat([
    frame(TEXT, 0),
    frame(TEXT, 125),
    frame(PING, 4),
    frame(TEXT_BEGINS, 10),
    frame(CONTINUES, 0),
    frame(ENDS, 10),
    frame(BINARY, 300),
  ]);

  it.each([1, 3, 100_000])('counts messages and no other frames, in pieces of %i bytes', async (cut) => {
    const { messages, cpuUs } = await counted(bytes, cut);
    // Four on each of two connections: empty, short, in three fragments, and with a length of 16 bits.
    expect(messages).toBe(8);
    expect(cpuUs).toBeGreaterThan(0);
  });

  it('reads lengths of 64 bits', async () => {
    const long = Buffer.concat([frame(BINARY, 70_000), frame(TEXT, 1), frame(TEXT, 2), frame(TEXT, 3)]);
    expect((await counted(long, 10_000)).messages).toBe(8);
  });
});
