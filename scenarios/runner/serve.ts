/** One transport's server for people: on a given port, publishing a readable message so many times a second. */
import { isEncrypted, type Carrier } from '../../clients/connection.ts';
import { startServer, type RunningServer } from '../../servers/http.ts';
import type { ServerOptions } from '../../servers/server.ts';
import { transport, type TransportName } from '../transports.ts';
import { certificate } from './certificate.ts';

export interface ServeOptions {
  readonly transport: TransportName;
  readonly host: string;
  readonly port: number;
  readonly carrier: Carrier;
  readonly ratePerSecond: number;
  readonly server: Partial<ServerOptions>;
}

export interface Serving extends Pick<RunningServer, 'url' | 'close'> {
  /** What to try first. */
  readonly tryUrl: string;
}

export async function serve(wanted: ServeOptions): Promise<Serving> {
  const { transport: name, host, port, carrier, ratePerSecond, server } = wanted;
  const chosen = transport(name).server;
  const running = await startServer({
    transports: [chosen],
    host,
    port,
    carrier,
    ...(isEncrypted(carrier) ? { certificate: await certificate() } : {}),
    options: server,
  });
  const log = running.hub.channel('main')!;
  let number = 0;
  const publish = (): void => {
    log.append(JSON.stringify({ number: ++number, time: new Date().toISOString() }));
  };
  publish();
  const timer = setInterval(publish, 1_000 / ratePerSecond);
  const base = name === 'websocket' ? running.url.replace('http', 'ws') : running.url;
  return {
    url: running.url,
    tryUrl: base + chosen.tryPath,
    close() {
      clearInterval(timer);
      return running.close();
    },
  };
}
