import { describe, expect, it } from 'vitest';
import { parseLink } from '../link.ts';
import { connectingAtOnce, connectingMs } from './connecting.ts';

describe('connectingAtOnce', () => {
  it('opens more at a time the longer the link, up to what a listen backlog takes', () => {
    const at = (delay: string): number => connectingAtOnce(parseLink(`custom:delay=${delay}`));
    expect([connectingAtOnce(null), at('1ms'), at('5ms'), at('10s')]).toEqual([100, 130, 250, 500]);
  });
});

describe('connectingMs', () => {
  it('is nothing without a link, and grows with the clients over one', () => {
    expect(connectingMs(null, 10_000)).toBe(0);
    const link = parseLink('satellite');
    expect(connectingMs(link, 5_000)).toBeGreaterThan(connectingMs(link, 500));
  });
});
