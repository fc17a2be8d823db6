/** What a session in lock-step lives against: this project's own server in this process, or, by the same contract, another. */
import { isEncrypted, type Carrier } from '../../clients/connection.ts';
import type { Endpoint } from '../../clients/endpoint.ts';
import type { HeaderProfile } from '../../clients/headers.ts';
import { startServer } from '../../servers/http.ts';
import { transport, type TransportName } from '../transports.ts';
import { certificate } from './certificate.ts';

export interface SessionOptions {
  readonly transport: TransportName;
  readonly carrier: Carrier;
  readonly headers: HeaderProfile;
  readonly responseHeaders: 'minimal' | 'typical';
  readonly deflate: boolean;
  readonly contextTakeover: boolean;
  readonly gzip: boolean;
}

/** How long the server holds a poll here: an idle step waits for it, the others end long before. */
const HOLD_MS = 300;
const DATE = 'Thu, 01 Jan 2026 00:00:00 GMT';

/** The server of a session: this project's own, in this process, or another. */
export interface SessionServer {
  readonly host: string;
  readonly port: number;
  /** The server's certificate, PEM, where the carrier encrypts. */
  readonly certificate: string | undefined;
  /** Of a server that is not this project's own. */
  readonly endpoint: Endpoint | undefined;
  /** Turns without a byte, of a millisecond each, after which nothing is on its way any more. */
  readonly stillTurns: number;
  /** To the channel `main`, all at once where it can. */
  publish(payloads: readonly string[]): Promise<void>;
  /** Has every stream say that it is alive, whatever it has said. */
  beat(): void;
  close(): Promise<void>;
}

/** This project's own, on a free port of loopback. */
export async function ownServer(options: SessionOptions): Promise<SessionServer> {
  const { carrier, deflate, contextTakeover, gzip, responseHeaders } = options;
  const secret = isEncrypted(carrier) ? await certificate() : undefined;
  const server = await startServer({
    transports: [transport(options.transport).server],
    carrier,
    ...(secret === undefined ? {} : { certificate: secret }),
    options: {
      holdMs: HOLD_MS,
      heartbeatMs: 0,
      recycleBytes: 2 ** 30,
      deflate,
      contextTakeover,
      gzip,
      responseHeaders,
      date: DATE,
    },
  });
  const { host, port, hub, heartbeat } = server;
  return {
    host,
    port,
    certificate: secret?.cert,
    endpoint: undefined,
    // It shares this process: what has not come after two turns is not on its way.
    stillTurns: 2,
    async publish(payloads) {
      for (const payload of payloads) hub.channel('main')!.append(payload);
    },
    beat: () => heartbeat.beatAll(),
    close: () => server.close(),
  };
}
