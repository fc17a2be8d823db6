/** What the generator's clients do on the wire where no transport's own tests look. */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Carrier } from '../../clients/connection.ts';
import { HEADER_PROFILES, headerProfile, type NamedProfile } from '../../clients/headers.ts';
import { startServer } from '../../servers/http.ts';
import type { Mountable } from '../../servers/server.ts';
import { transport } from '../transports.ts';
import { certificate } from './certificate.ts';
import { SimulatedClients } from './generator.ts';
import { plannedOf } from './planned.fixture.ts';

function clientsOf(port: number, headers: NamedProfile, carrier: Carrier, trusted?: string): SimulatedClients {
  const clients = new SimulatedClients({
    scenario: 'shared-port',
    transport: 'websocket',
    parameters: plannedOf('websocket', 'shared-port', { clients: 3, carrier }).parameters,
    headers: headerProfile(headers),
    seed: 1,
    epochNs: '0',
    host: '127.0.0.1',
    port,
    share: { index: 0, of: 1 },
    modelPackets: false,
    restless: false,
    ...(trusted === undefined ? {} : { certificate: trusted }),
  });
  onTestFinished(() => clients.close());
  return clients;
}

/** What the server was asked to upgrade to. */
function upgradesOf(server: Server): string[] {
  const asked: string[] = [];
  server.on('upgrade', ({ headers }: IncomingMessage) => asked.push(headers.upgrade!));
  return asked;
}

describe('the check of an unknown Upgrade', () => {
  it.each(HEADER_PROFILES.flatMap((headers) => (['h1', 'tls'] as const).map((carrier) => ({ headers, carrier }))))(
    'is an Upgrade to the server ($headers, $carrier), and its plain answer is counted',
    async ({ headers, carrier }) => {
      let asked: string[] = [];
      const listener: Mountable = {
        name: 'listener',
        binary: true,
        tryPath: '/',
        mount: ({ app }) => ((asked = upgradesOf(app.server)), () => {}),
      };
      const transports = [transport('websocket').server, listener];
      const pair = await certificate();
      const server = await startServer({ transports, carrier, certificate: pair });
      onTestFinished(() => server.close());
      const clients = clientsOf(server.port, headers, carrier, pair.cert);
      await clients.subscribe(() => 'main');
      await clients.checkUnknownUpgrade();
      expect(asked).toEqual(['websocket', 'websocket', 'websocket', 'pushbench-unknown/1']);
      expect(clients.errors.examples).toEqual([]);
      expect(clients.findings()).toEqual({ unknownUpgrades: 1 });
    },
  );

  it('is an error where the server takes it for something else', async () => {
    const server = createServer((_request, response) => response.end('{"status":"ok"}'));
    server.on('upgrade', (_request, socket) => socket.end('HTTP/1.1 101 Switching Protocols\r\n\r\n'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const clients = clientsOf((server.address() as AddressInfo).port, 'minimal', 'h1');
    await clients.checkUnknownUpgrade();
    expect(clients.errors).toMatchObject({ count: 1, examples: [expect.stringContaining('unknown Upgrade token')] });
    expect(clients.findings()).toEqual({});
  });
});
