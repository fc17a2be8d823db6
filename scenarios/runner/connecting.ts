/** How fast clients are connected before a window: as many at a time as keeps the rate the same at any distance. Pure. */
import { longestRoundTripMs, type Link } from '../link.ts';

/** Connections that are being opened at one time: enough to be quick, few enough for the listen backlog. */
const AT_ONCE = 100;
/** About how long it takes until one of them is ready without a link, ms. */
const READY_MS = 20;
/** But never more at one time. */
const MOST_AT_ONCE = 500;

/** TCP's handshake and a request's; one more for TLS. */
const ROUND_TRIPS = 3;

/** How many are opened at one time. */
export function connectingAtOnce(link: Link | null): number {
  return Math.min(MOST_AT_ONCE, Math.round(AT_ONCE * (1 + (ROUND_TRIPS * longestRoundTripMs(link)) / READY_MS)));
}

/** How long the link alone keeps `clients` from being ready, at most, ms. */
export function connectingMs(link: Link | null, clients: number): number {
  return Math.ceil(clients / connectingAtOnce(link)) * ROUND_TRIPS * longestRoundTripMs(link);
}
