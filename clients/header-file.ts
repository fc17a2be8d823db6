/** A header profile of the user's own: lines of a file, sent with every request. Hostile until read. */
import { BROWSER_NAMES, type HeaderProfile } from './headers.ts';

export const LARGEST_HEADER_FILE = 64 * 1024;
export const MOST_HEADERS = 1_500;

/** RFC 9110 §5.1 and §5.5: a token, a colon, and visible characters, spaces and tabs. */
const NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** What the suite sets itself, because the protocol or the ledger depends on it. */
const OWN =
  /^(host|connection|proxy-connection|keep-alive|upgrade|content-length|content-type|transfer-encoding|te|trailer|expect|http2-settings|last-event-id|sec-websocket-.*)$/i;

/** What editors of some systems put before a UTF-8 text, as its bytes. */
const BYTE_ORDER_MARK = '\u00ef\u00bb\u00bf';

/** A header file that cannot be sent as it is; the message names the line. */
export class HeaderFileError extends Error {}

/**
 * `Name: value`, one a line; empty lines and lines that begin with `#` are left out. Bytes above 127 are sent as they are.
 *
 * @param browser whether the lines come on top of what a browser sends, or of the least that the protocol demands
 * @throws HeaderFileError naming the line that is not a header
 */
export function parseHeaderFile(bytes: Buffer, name: string, browser: boolean): HeaderProfile {
  if (bytes.length > LARGEST_HEADER_FILE) {
    throw new HeaderFileError(`it is over ${LARGEST_HEADER_FILE} bytes; servers refuse heads far below that`);
  }
  const text = bytes.toString('latin1');
  const lines = (text.startsWith(BYTE_ORDER_MARK) ? text.slice(BYTE_ORDER_MARK.length) : text).split('\n');
  /** Names in lower case, and the line that sets each. */
  const seen = new Map<string, number>();
  const headers = lines.map((line, index) => {
    const whole = line.endsWith('\r') ? line.slice(0, -1) : line;
    return whole === '' || whole.startsWith('#') ? '' : headerLine(whole, index + 1, seen, browser);
  });
  return { name, browser, lines: headers.join('') };
}

function headerLine(line: string, number: number, seen: Map<string, number>, browser: boolean): string {
  const refuse = (why: string): never => {
    const start = Buffer.from(line.slice(0, 80), 'latin1').toString();
    throw new HeaderFileError(`line ${number} ${why}: ${JSON.stringify(start)}`);
  };
  if (/^[ \t]/.test(line))
    return refuse('begins with a space, as if a value went on over a line break; write it on one line');
  const colon = line.indexOf(':');
  if (colon === -1) return refuse('has no colon; write Name: value');
  const name = line.slice(0, colon);
  // Not `trim`, which takes more for a space: control characters, and bytes that are parts of UTF-8.
  const value = line.slice(colon + 1).replace(/^[ \t]+|[ \t]+$/g, '');
  if (!NAME.test(name)) return refuse('has a name that is no header name (RFC 9110 §5.1)');
  if (!VALUE.test(value)) return refuse('has a value with a control character or a line break inside');
  if (OWN.test(name)) return refuse(`sets ${name}, which this suite sets itself; leave it out`);
  const key = name.toLowerCase();
  if (browser && BROWSER_NAMES.has(key)) {
    return refuse(`sets ${name}, which chrome sends already; leave it out, or take file: without chrome+`);
  }
  if (seen.has(key)) return refuse(`sets ${name} again after line ${seen.get(key)}; write both values on one line`);
  if (seen.size === MOST_HEADERS) return refuse(`is header ${MOST_HEADERS + 1}; servers refuse far fewer`);
  seen.set(key, number);
  return `${name}: ${value}\r\n`;
}
