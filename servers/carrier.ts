/** The listening server under Fastify for each carrier: HTTP/1.1 or HTTP/2, without or with TLS. */
import { createServer as createHttp, type RequestListener, type Server } from 'node:http';
import { createSecureServer as createH2, createServer as createH2c } from 'node:http2';
import { createServer as createHttps } from 'node:https';
import type { Socket } from 'node:net';
import { endDeadSockets } from './dead-sockets.ts';

/** `h1` and `tls` are HTTP/1.1, `h2c` and `h2` HTTP/2, each without and with TLS. */
export type Carrier = 'h1' | 'tls' | 'h2c' | 'h2';

/** Both PEM. */
export interface KeyPair {
  readonly key: string;
  readonly cert: string;
}

/** Node.js refuses heads above 16 KiB; a header file may have 64 KiB, and what the suite adds. */
const LARGEST_HEAD = 128 * 1024;
/** Node.js refuses more than 128 fields over HTTP/2; a header file may have 1,500. */
const MOST_FIELDS = 2_000;

/** RFC 8441 §3: the server says in its SETTINGS that WebSockets may be asked for. */
const H2_SETTINGS = { enableConnectProtocol: true, maxHeaderListSize: LARGEST_HEAD } as const;

export interface CarrierServer {
  readonly scheme: 'http' | 'https';
  readonly multiplexed: boolean;
  /** For Fastify's `serverFactory`. HTTP/2 is served through node:http2's compatibility API, typed as HTTP/1.1. */
  readonly make: (handler: RequestListener) => Server;
  /** Ends every connection there is: `close` alone would wait for the streams. */
  readonly endConnections: () => void;
}

/** @throws Error when the carrier encrypts and there is no certificate */
export function carrierServer(carrier: Carrier, certificate: KeyPair | undefined, keepAliveMs: number): CarrierServer {
  const encrypted = carrier === 'tls' || carrier === 'h2';
  if (encrypted && certificate === undefined) throw new Error(`the carrier ${carrier} needs a certificate`);
  const sockets = new Set<Socket>();
  const multiplexed = carrier === 'h2' || carrier === 'h2c';
  const stopLooking = multiplexed ? endDeadSockets(sockets) : (): void => {};
  const listen = (handler: RequestListener): Server => {
    switch (carrier) {
      case 'h1':
        return createHttp({ maxHeaderSize: LARGEST_HEAD }, handler);
      case 'tls':
        return createHttps(
          { ...certificate, ALPNProtocols: ['http/1.1'], minVersion: 'TLSv1.3', maxHeaderSize: LARGEST_HEAD },
          handler,
        );
      case 'h2c':
        return createH2c(
          { settings: H2_SETTINGS, maxHeaderListPairs: MOST_FIELDS },
          handler as never,
        ) as unknown as Server;
      case 'h2':
        return createH2(
          { ...certificate, settings: H2_SETTINGS, maxHeaderListPairs: MOST_FIELDS, minVersion: 'TLSv1.3' },
          handler as never,
        ) as unknown as Server;
    }
  };
  return {
    scheme: encrypted ? 'https' : 'http',
    multiplexed,
    make(handler) {
      const server = listen(handler);
      server.keepAliveTimeout = keepAliveMs;
      // Node.js 24 refuses more than 1,000 fields; how large a head may be is limited already, by its bytes.
      if (!multiplexed) server.maxHeadersCount = MOST_FIELDS;
      // A held poll and a stream are requests that take long on purpose.
      server.requestTimeout = 0;
      server.timeout = 0;
      // A client that breaks TLS or HTTP/2 is its own trouble: without a listener it would be the process's.
      server.on('sessionError', () => {});
      server.on('tlsClientError', (_error: Error, socket: Socket) => socket.destroy());
      server.on('connection', (socket: Socket) => {
        // An upgrade that is answered as plain HTTP brings its socket here again.
        if (!sockets.has(socket)) socket.once('close', () => sockets.delete(socket));
        sockets.add(socket);
        if (carrier !== 'h1') socket.setNoDelay(true);
      });
      return server;
    },
    endConnections() {
      stopLooking();
      for (const socket of sockets) socket.destroy();
    },
  };
}
