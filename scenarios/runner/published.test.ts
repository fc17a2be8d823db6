import { expect, it } from 'vitest';
import { headerProfile } from '../../clients/headers.ts';
import { measurePublished } from './published.ts';

it('measures Kaazing’s exchange as 871 bytes and the line ends that their sum leaves out', async () => {
  const { theirs, theirPayloadBytes, theirLineEndBytes } = await measurePublished(headerProfile('chrome'));
  expect(theirs.upBytes + theirs.downBytes - theirPayloadBytes - theirLineEndBytes).toBe(871);
  expect(theirLineEndBytes).toBe(38);
});

it('finds that a WebSocket never adds more than ten bytes to a message over bare TCP, and the floor never more than it', async () => {
  const { sweep } = await measurePublished(headerProfile('chrome'));
  for (const { payloadBytes, tcpBytes, websocketBytes } of sweep) {
    expect(websocketBytes - payloadBytes).toBeLessThanOrEqual(10);
    expect(tcpBytes).toBeLessThan(websocketBytes);
  }
});
