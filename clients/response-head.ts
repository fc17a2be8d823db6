/** An HTTP/1.1 response head, parsed strictly: RFC 9112 §4 and §5, no obsolete folding, no guesses. */
import { ProtocolError, quote } from './protocol-error.ts';

export interface ResponseHead {
  readonly status: number;
  /** Names in lower case; repeated fields are joined with `, `. */
  readonly headers: ReadonlyMap<string, string>;
  readonly chunked: boolean;
  /** Undefined when the head does not say. */
  readonly contentLength: number | undefined;
  /** Whether the server ends the connection after this response. */
  readonly close: boolean;
}

const STATUS = /^HTTP\/1\.([01]) ([1-5]\d\d) [\t\x20-\x7e\x80-\xff]*$/;
const FIELD = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+):[ \t]*([\t\x20-\x7e\x80-\xff]*?)[ \t]*$/;

/** Heads of polls are the same bytes for a second at a time (the Date): parsed once, then looked up. */
const cache = new Map<string, ResponseHead>();
const CACHE_HEADS = 256;

/** @param text the head, its empty line included */
export function parseHead(text: string): ResponseHead {
  const known = cache.get(text);
  if (known !== undefined) return known;
  const head = parse(text);
  if (cache.size >= CACHE_HEADS) cache.clear();
  cache.set(text, head);
  return head;
}

function parse(text: string): ResponseHead {
  const lines = text.slice(0, -4).split('\r\n');
  const status = STATUS.exec(lines[0]!);
  if (status === null) throw new ProtocolError(`not a status line: ${quote(lines[0]!)}`);
  const headers = new Map<string, string>();
  for (const line of lines.slice(1)) {
    const field = FIELD.exec(line);
    if (field === null) throw new ProtocolError(`not a header line: ${quote(line)}`);
    const name = field[1]!.toLowerCase();
    const before = headers.get(name);
    headers.set(name, before === undefined ? field[2]! : `${before}, ${field[2]!}`);
  }
  const connection = (headers.get('connection') ?? '').toLowerCase();
  return {
    status: Number(status[2]),
    headers,
    ...bodyFraming(headers),
    close: status[1] === '0' ? !connection.includes('keep-alive') : /(^|,)\s*close\s*(,|$)/.test(connection),
  };
}

/** RFC 9112 §6.3: both a length and chunks is how requests are smuggled, so it is refused. */
function bodyFraming(headers: ReadonlyMap<string, string>): Pick<ResponseHead, 'chunked' | 'contentLength'> {
  const coding = headers.get('transfer-encoding');
  const length = headers.get('content-length');
  if (coding !== undefined && coding.toLowerCase() !== 'chunked') {
    throw new ProtocolError(`not a transfer coding that is understood: ${quote(coding)}`);
  }
  if (coding !== undefined && length !== undefined) {
    throw new ProtocolError(`both Transfer-Encoding and Content-Length: ${quote(length)}`);
  }
  if (length !== undefined && !/^\d{1,15}$/.test(length)) {
    throw new ProtocolError(`not a Content-Length: ${quote(length)}`);
  }
  return { chunked: coding !== undefined, contentLength: length === undefined ? undefined : Number(length) };
}
