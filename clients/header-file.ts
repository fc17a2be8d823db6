/** A header profile of the user's own: lines of a file, sent with every request. Hostile until read. */
import type { HeaderProfile } from './headers.ts';

export const LARGEST_HEADER_FILE = 64 * 1024;

/** RFC 9110 §5.1 and §5.5: a token, a colon, and visible characters, spaces and tabs. */
const NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** What the suite sets itself, because the protocol or the ledger depends on it. */
const OWN =
  /^(host|connection|keep-alive|upgrade|content-length|content-type|transfer-encoding|te|trailer|expect|http2-settings|last-event-id|sec-websocket-.*)$/i;

/** A header file that cannot be sent as it is; the message names the line. */
export class HeaderFileError extends Error {}

/**
 * `Name: value`, one a line; empty lines and lines that begin with `#` are left out.
 *
 * @param browser whether the lines come on top of what a browser sends, or of the least that the protocol demands
 * @throws HeaderFileError naming the line that is not a header
 */
export function parseHeaderFile(bytes: Buffer, name: string, browser: boolean): HeaderProfile {
  if (bytes.length > LARGEST_HEADER_FILE) {
    throw new HeaderFileError(`is ${bytes.length} bytes; servers refuse heads far below ${LARGEST_HEADER_FILE}`);
  }
  const lines = bytes
    .toString('latin1')
    .split('\n')
    .map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line))
    .map((line, index) => headerLine(line, index + 1))
    .join('');
  return { name, browser, lines };
}

function headerLine(line: string, number: number): string {
  if (line === '' || line.startsWith('#')) return '';
  const refuse = (why: string): never => {
    throw new HeaderFileError(`line ${number} ${why}: ${JSON.stringify(line.slice(0, 80))}`);
  };
  if (/^[ \t]/.test(line))
    return refuse('begins with a space, as if a value went on over a line break; write it on one line');
  const colon = line.indexOf(':');
  if (colon === -1) return refuse('has no colon; write Name: value');
  const name = line.slice(0, colon);
  const value = line.slice(colon + 1).trim();
  if (!NAME.test(name)) return refuse('has a name that is no header name (RFC 9110 §5.1)');
  if (!VALUE.test(value)) return refuse('has a value with a control character or a line break inside');
  if (OWN.test(name)) return refuse(`sets ${name}, which this suite sets itself; leave it out`);
  return `${name}: ${value}\r\n`;
}
