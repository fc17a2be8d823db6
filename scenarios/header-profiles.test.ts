import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { HEADER_PROFILES, headerProfile } from '../clients/headers.ts';
import { isReady, leaves, receivedAll, RIDES, serve, subscribe } from './carriers.fixture.ts';
import { HeaderFileError, headerProfileOf, isHeaderFile } from './header-profiles.ts';

/** A file that lives as long as the test. */
function written(text: string | Buffer): string {
  const folder = mkdtempSync(join(tmpdir(), 'pushbench-headers-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'headers.txt');
  writeFileSync(path, text);
  return path;
}

function refusal(setting: string): string {
  try {
    headerProfileOf(setting);
  } catch (error) {
    expect(error).toBeInstanceOf(HeaderFileError);
    return (error as Error).message;
  }
  return 'accepted';
}

describe('a header profile by its setting', () => {
  it.each(HEADER_PROFILES)('is %s by name', (name) => {
    expect(headerProfileOf(name)).toBe(headerProfile(name));
    expect(isHeaderFile(name)).toBe(false);
  });

  it('is a file’s lines, on top of the least or of chrome', () => {
    const path = written('X-A: 1\n');
    expect(headerProfileOf(`file:${path}`)).toEqual({ name: `file:${path}`, browser: false, lines: 'X-A: 1\r\n' });
    expect(headerProfileOf(`chrome+file:${path}`)).toEqual({
      name: `chrome+file:${path}`,
      browser: true,
      lines: 'X-A: 1\r\n',
    });
  });

  it('is read once, whatever happens to the file meanwhile', () => {
    const path = written('X-A: 1\n');
    const first = headerProfileOf(`file:${path}`);
    writeFileSync(path, 'X-A: 2\n');
    expect(headerProfileOf(`file:${path}`)).toBe(first);
  });

  it('that cannot be read is refused with its path and why', () => {
    expect(refusal('file:/nope')).toBe('The header file /nope cannot be read (ENOENT).');
    expect(refusal(`file:${tmpdir()}`)).toBe(`The header file ${tmpdir()} cannot be read (EISDIR).`);
  });

  it('that cannot be sent is refused with its path and the line', () => {
    const path = written('X-A: 1\nHost: evil.example\n');
    expect(refusal(`file:${path}`)).toMatch(/^The header file .*headers\.txt: line 2 sets Host, which/);
  });

  it('that is too large is refused, also when it has no end', () => {
    expect(refusal(`file:${written(Buffer.alloc(65_537, 'x'))}`)).toMatch(/headers\.txt: it is over 65536 bytes/);
    expect(refusal('file:/dev/zero')).toMatch(/^The header file \/dev\/zero: it is over 65536 bytes/);
  });

  it('that there is not is refused', () => {
    expect(refusal('crome')).toBe('There is no header profile "crome".');
    expect(refusal('file:')).toBe('There is no header profile "file:".');
    expect(isHeaderFile('file:')).toBe(false);
  });
});

/** The largest file that is accepted: in one long line, or in many short ones. */
const LARGE: Readonly<Record<string, string>> = {
  'one line of 65,000 bytes': `Cookie: ${'x'.repeat(65_000)}\n`,
  '1,500 lines of 40 bytes': Array.from({ length: 1_500 }, (_, i) => `X-Header-${i}: ${'y'.repeat(24)}\n`).join(''),
};

describe.each(Object.entries(LARGE))('a header file of %s', (_what, text) => {
  it.each(RIDES)('is sent by $name over $carrier, and accepted', async (ride) => {
    const server = await serve(ride);
    const subscriber = await subscribe(server, { headers: headerProfileOf(`file:${written(text)}`) });
    await isReady(subscriber);
    await subscriber.client.send('hello');
    await receivedAll(subscriber, 1);
    expect(subscriber.received).toEqual(['hello']);
    await leaves(server, subscriber);
  });
});
