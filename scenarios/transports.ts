/** The pairs: every server transport with its client of the same name. The compiler refuses a server without a client. */
import { clients } from '../clients/index.ts';
import type { ClientTransport } from '../clients/client.ts';
import { servers } from '../servers/index.ts';
import type { ServerTransport } from '../servers/server.ts';

export type TransportName = keyof typeof servers;

const clientOf: Record<TransportName, ClientTransport> = clients;

export interface Transport {
  readonly server: ServerTransport;
  readonly client: ClientTransport;
}

export const TRANSPORTS = Object.keys(servers) as TransportName[];

/** No choice for an application, but the limit that the choices are seen against. */
export const FLOORS = TRANSPORTS.filter((name) => clientOf[name].floor === true);
export const CHOICES = TRANSPORTS.filter((name) => !FLOORS.includes(name));

export function transport(name: TransportName): Transport {
  return { server: servers[name], client: clientOf[name] };
}
