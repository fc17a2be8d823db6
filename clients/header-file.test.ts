import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HeaderFileError, LARGEST_HEADER_FILE, MOST_HEADERS, parseHeaderFile } from './header-file.ts';
import { BROWSER_NAMES, requestHead, type RequestKind } from './headers.ts';

const parse = (text: string | Buffer, browser = false): string =>
  parseHeaderFile(Buffer.from(text), 'file:x', browser).lines;

/** What the file is refused with. */
function refusal(text: string | Buffer, browser = false): string {
  try {
    return `accepted: ${parse(text, browser)}`;
  } catch (error) {
    expect(error).toBeInstanceOf(HeaderFileError);
    return (error as Error).message;
  }
}

describe('a header file', () => {
  it('is its lines, without comments and empty ones', () => {
    expect(parse('# mine\n\nX-A: 1\n#X-B: 2\nX-C:3\n\n')).toBe('X-A: 1\r\nX-C: 3\r\n');
  });

  it.each([
    ['with line feeds', 'X-A: 1\nX-B: 2\n'],
    ['with CRLF', 'X-A: 1\r\nX-B: 2\r\n'],
    ['with both', 'X-A: 1\r\nX-B: 2\n'],
    ['without an end to its last line', 'X-A: 1\nX-B: 2'],
    ['with empty lines of CRLF', '\r\nX-A: 1\r\n\r\nX-B: 2\r\n'],
    ['with a byte order mark', '\ufeffX-A: 1\nX-B: 2\n'],
  ])('may be written %s', (_what, text) => {
    expect(parse(text)).toBe('X-A: 1\r\nX-B: 2\r\n');
  });

  it('may be empty', () => {
    expect(parse('')).toBe('');
    expect(parse('# nothing yet\n')).toBe('');
  });

  it('loses spaces and tabs around a value, and no other byte', () => {
    expect(parse('X-A: \t 1 \t 2 \t\n')).toBe('X-A: 1 \t 2\r\n');
    expect(parse('X-Empty:\nX-Blank:  \n')).toBe('X-Empty: \r\nX-Blank: \r\n');
    // In UTF-8 `à` ends in the byte A0, a no-break space to JavaScript.
    expect(Buffer.from(parse('X-Name: voilà\n'), 'latin1').toString()).toBe('X-Name: voilà\r\n');
  });

  it('keeps colons in values, and quotation', () => {
    expect(parse('Authorization: Bearer a:b:c\nX-Q: "x, \\"y\\""\n')).toBe(
      'Authorization: Bearer a:b:c\r\nX-Q: "x, \\"y\\""\r\n',
    );
  });

  it('knows whether it comes on top of a browser’s', () => {
    expect(parseHeaderFile(Buffer.from(''), 'chrome+file:x', true)).toMatchObject({
      name: 'chrome+file:x',
      browser: true,
    });
    expect(parseHeaderFile(Buffer.from(''), 'file:x', false)).toMatchObject({ name: 'file:x', browser: false });
  });

  it.each([
    ['a folded line', 'X-A: 1\n more', /^line 2 begins with a space.*: " more"$/],
    ['a line folded by a tab', 'X-A: 1\r\n\tmore', /^line 2 begins with a space.*: "\\tmore"$/],
    ['a line of a space alone', '\n \nX-A: 1', /^line 2 begins with a space/],
    [
      'a CR inside of a value',
      'X-A: 1\rX-B: 2',
      /^line 1 has a value with a control character or a line break inside: "X-A: 1\\rX-B: 2"$/,
    ],
    ['a CR too many at the end', 'X-A: 1\r\r\n', /^line 1 has a value with a control character/],
    ['NUL', 'X-A: 1\0', /^line 1 has a value with a control character/],
    ['DEL', 'X-A: 1\x7f', /^line 1 has a value with a control character/],
    ['a vertical tab at its end', 'X-A: 1\x0b', /^line 1 has a value with a control character/],
    ['a form feed at its start', 'X-A:\x0c1', /^line 1 has a value with a control character/],
    ['no colon', '# x\n\nnonsense', /^line 3 has no colon; write Name: value: "nonsense"$/],
    ['a request line', 'GET / HTTP/1.1', /^line 1 has no colon/],
    ['no name', ': 1', /^line 1 has a name that is no header name/],
    ['a space in a name', 'X A: 1', /^line 1 has a name that is no header name/],
    ['a space before the colon', 'X-A : 1', /^line 1 has a name that is no header name/],
    ['a name that is not ASCII', 'Größe: 1', /^line 1 has a name that is no header name.*: "Größe: 1"$/],
    ['a name with a CR', 'X-A\r: 1', /^line 1 has a name that is no header name/],
    ['a pseudo-field of HTTP/2', ':path: /', /^line 1 has a name that is no header name/],
    [
      'one name twice',
      'X-A: 1\n\nx-a: 2',
      /^line 3 sets x-a again after line 1; write both values on one line: "x-a: 2"$/,
    ],
  ])('is refused for %s, and the line is named', (_what, text, sentence) => {
    expect(refusal(text)).toMatch(sentence);
  });

  it.each(
    'Host Connection Proxy-Connection Keep-Alive Upgrade Content-Length Content-Type Transfer-Encoding TE Trailer Expect HTTP2-Settings Last-Event-ID Sec-WebSocket-Key Sec-WebSocket-Version Sec-WebSocket-Protocol Sec-WebSocket-Extensions'.split(
      ' ',
    ),
  )('is refused when it sets %s, which the suite sets itself', (name) => {
    for (const written of [name, name.toLowerCase(), name.toUpperCase()]) {
      expect(refusal(`X-A: 1\n${written}: x`)).toBe(
        `line 2 sets ${written}, which this suite sets itself; leave it out: ${JSON.stringify(`${written}: x`)}`,
      );
    }
  });

  it('is refused on top of chrome when it sets what chrome sends, and is free to without', () => {
    for (const name of ['User-Agent', 'accept', 'ACCEPT-LANGUAGE', 'Referer', 'Origin', 'Sec-Fetch-Mode', 'Priority']) {
      expect(refusal(`${name}: x`, true)).toMatch(/^line 1 sets .*, which chrome sends already/);
      expect(parse(`${name}: x`)).toBe(`${name}: x\r\n`);
    }
    expect(parse('Cookie: a=b', true)).toBe('Cookie: a=b\r\n');
    expect(BROWSER_NAMES.size).toBeGreaterThan(15);
  });

  it('is refused above 64 KiB, to the byte', () => {
    const line = (bytes: number): string => `X-A: ${'x'.repeat(bytes - 5)}`;
    expect(parse(line(LARGEST_HEADER_FILE))).toHaveLength(LARGEST_HEADER_FILE + 2);
    expect(refusal(line(LARGEST_HEADER_FILE + 1))).toMatch(/^it is over 65536 bytes/);
  });

  it('is refused from the header on that is too many', () => {
    const lines = (count: number): string => Array.from({ length: count }, (_, i) => `X-${i}: 1\n`).join('');
    expect(parse(lines(MOST_HEADERS)).split('\r\n')).toHaveLength(MOST_HEADERS + 1);
    expect(refusal(lines(MOST_HEADERS + 1))).toBe('line 1501 is header 1501; servers refuse far fewer: "X-1500: 1"');
  });

  it('quotes no more than the start of a line', () => {
    expect(refusal('x'.repeat(10_000)).length).toBeLessThan(200);
  });
});

/** RFC 9112 §5: a field line, and nothing that could end it early. */
const FIELD =
  /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+: (?:[\x21-\x7e\x80-\xff](?:[\t\x20-\x7e\x80-\xff]*[\x21-\x7e\x80-\xff])?)?$/;
const KINDS: readonly RequestKind[] = ['fetch', 'post', 'eventsource', 'iframe', 'websocket', 'tcp'];

describe('whatever a header file holds', () => {
  const nearlyLine = fc
    .tuple(
      fc.oneof(
        fc.constantFrom('X-A', 'x-b', 'Cookie', 'Host', ' X', '#'),
        fc.string({ unit: 'binary-ascii', maxLength: 6 }),
      ),
      fc.constantFrom(':', ': ', ':\t', ''),
      fc.string({ unit: 'binary', maxLength: 20 }),
      fc.constantFrom('\n', '\r\n', '\r', ''),
    )
    .map((parts) => parts.join(''));
  const file = fc.oneof(
    fc.array(nearlyLine, { maxLength: 6 }).map((lines) => Buffer.from(lines.join(''))),
    fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
  );

  it('it is refused with the line, or gives well-formed lines, each name once', () => {
    let accepted = 0;
    fc.assert(
      fc.property(file, fc.boolean(), (bytes, browser) => {
        let lines;
        try {
          lines = parse(bytes, browser);
        } catch (error) {
          expect(error).toBeInstanceOf(HeaderFileError);
          expect((error as Error).message).toMatch(/^line \d+ /);
          return;
        }
        if (lines !== '') accepted++;
        const fields = lines === '' ? [] : lines.slice(0, -2).split('\r\n');
        for (const field of fields) expect(field).toMatch(FIELD);
        const names = fields.map((field) => field.slice(0, field.indexOf(':')).toLowerCase());
        expect(new Set(names).size).toBe(names.length);
        for (const kind of KINDS) {
          const head = requestHead(
            { name: 'x', browser, lines },
            { kind, target: '/', authority: 'x', connection: 'keep-alive' },
          );
          expect(head.indexOf('\r\n\r\n')).toBe(head.length - 4);
        }
      }),
      { numRuns: 2_000 },
    );
    // Some 60 of them: enough that what holds for them was not held of nothing.
    expect(accepted).toBeGreaterThan(20);
  });
});
