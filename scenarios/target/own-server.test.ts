/** This project's own servers as targets: verify finds nothing broken, and bytes counted from outside are those from inside. */
import { describe, expect, it } from 'vitest';
import { headerProfile } from '../../clients/headers.ts';
import { exactFigures } from '../runner/exact.ts';
import { exactOfTarget } from '../runner/exact-target.ts';
import { CHOICES } from '../transports.ts';
import { CHECKS } from './checks.ts';
import { ownTarget } from './own-server.fixture.ts';
import { verify } from './verify.ts';

const OPTIONS = {
  carrier: 'h1',
  headers: headerProfile('chrome'),
  responseHeaders: 'minimal',
  deflate: false,
  contextTakeover: true,
  gzip: false,
  payloadBytes: 128,
} as const;

describe("this project's own server as a target", () => {
  // The examples speak the other two.
  it.each(['short-polling', 'forever-iframe', 'websocket'] as const)(
    'keeps every sentence of the contract over %s',
    async (name) => {
      const findings = await verify(ownTarget(name), new AbortController().signal, () => {});
      expect(findings.filter(({ outcome }) => outcome !== 'kept')).toEqual([]);
      expect(findings).toHaveLength(CHECKS.length);
    },
  );

  it('has the same exact bytes from outside as from inside', async () => {
    const inside = await exactFigures(CHOICES, OPTIONS);
    const outside = await Promise.all(CHOICES.map((name) => exactOfTarget(ownTarget(name), OPTIONS)));
    for (const [index, exact] of outside.entries()) {
      const { transport, connect, perMessage, upstream, batch } = inside.transports[index]!;
      const [one] = exact.transports;
      expect(one, transport).toMatchObject({ transport, connect, perMessage, upstream });
      // Only who asks later is sure to find several messages at once; signs of life come when a target likes.
      expect(one!.batch, transport).toEqual(transport === 'short-polling' ? batch : { ...batch, exchange: undefined });
      expect(one!.idle).toBeUndefined();
    }
  });
});
