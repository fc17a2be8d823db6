import { hostname } from 'node:os';
import { describe, expect, it } from 'vitest';
import { isOwnHost } from './guard.ts';

describe('a Host that may lead here', () => {
  it.each([
    '127.0.0.1:8080',
    '127.0.0.1',
    '[::1]:8080',
    '10.0.0.7:1',
    'localhost:8080',
    'demo.localhost',
    'box.lan:80',
    hostname(),
  ])('is %s', (host) => expect(isOwnHost(host, 'BOX.lan')).toBe(true));

  it.each([
    undefined,
    '',
    'evil.example:8080',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    'box.lan.evil.example',
    'a b',
    ':80',
  ])('is not %s', (host) => expect(isOwnHost(host, 'box.lan')).toBe(false));
});
