/** Words about packets: what they add to a delivery, and how they came to be known. */
import type { Row } from './summary.ts';

export const BELOW_LEAD =
  'What the network carries for each delivery: every packet has 52 bytes of IP and TCP headers, acknowledgements too. For small messages that is most of the wire.';

export function basisText({ networkBasis }: Row): string {
  switch (networkBasis) {
    case 'measured':
      return 'measured in a private network namespace';
    case 'modelled':
      return 'modelled from writes and reads';
    case null:
      return 'not known';
  }
}
