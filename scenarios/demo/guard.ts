/** Who may turn the demo's knobs and see its counters: pages of this server, opened under a name that is this machine's. */
import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';
import { hostname } from 'node:os';
import { BadRequest, isCrossOrigin } from '../../servers/request.ts';

/**
 * Whether a Host is an address, this machine's name, or what the server was told to listen on. A name of somebody else's
 * domain can be made to lead here (DNS rebinding), and their page would then be of the same origin.
 */
export function isOwnHost(host: string | undefined, listensOn: string): boolean {
  let name: string;
  try {
    name = new URL(`http://${host}`).hostname.replace(/^\[|\]$/g, '');
  } catch {
    return false;
  }
  const own = ['localhost', hostname().toLowerCase(), listensOn.toLowerCase()];
  return isIP(name) !== 0 || own.includes(name) || name.endsWith('.localhost');
}

/** @throws BadRequest 403 for whoever may not */
export function refuseStrangers(headers: IncomingHttpHeaders, listensOn: string): void {
  if (!isOwnHost(headers.host, listensOn)) {
    throw new BadRequest('open the demo by address or as localhost: no other name may lead here', 403);
  }
  if (isCrossOrigin(headers)) throw new BadRequest('pages of another origin may not turn knobs here', 403);
}
