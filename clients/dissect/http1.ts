/** An HTTP/1.1 connection taken apart, after the fact: heads, bodies, chunk coding, and what an upgrade left it to. */
import { whole, type Part } from './body.ts';
import { isPost, layerOf, type Placed, type Subject, type Track } from './track.ts';

const HEAD_END = '\r\n\r\n';

/** Requests and answers in turn, until an upgrade hands both directions to another protocol. */
export function dissectHttp1(up: Track, down: Track, subject: Subject): Placed[] {
  const take = subject.dissect ?? ((bytes: Buffer) => whole(bytes, 'framing', 'body'));
  const placed: Placed[] = [];
  let ready = false;
  let asked = 0;
  let answered = 0;
  while (asked < up.bytes.length) {
    const request = requestAt(up, asked);
    const answer = answerAt(down, answered);
    const post = isPost(request.head);
    const layer = layerOf(post, subject, answer?.status, ready);
    placed.push(up.span(asked, request.bodyStart, layer, 'request head'));
    if (request.end > request.bodyStart) placed.push(up.span(request.bodyStart, request.end, 'payload', 'message'));
    asked = request.end;
    if (answer === undefined) break;
    placed.push(down.span(answered, answer.bodyStart, layer, 'response head'));
    if (answer.status === 101) {
      placed.push(...placeParts(up, asked, take(up.bytes.subarray(asked), 'up', false)));
      placed.push(...placeParts(down, answer.bodyStart, take(down.bytes.subarray(answer.bodyStart), 'down', false)));
      break;
    }
    placed.push(...answer.framing.map(([start, end]) => down.span(start, end, 'framing', 'chunk coding')));
    placed.push(
      ...spread(down, answer, post ? whole(answer.body, 'framing', 'body') : take(answer.body, 'down', ready)),
    );
    ready ||= !post && answer.status === 200;
    answered = answer.end;
  }
  return placed;
}

function requestAt(up: Track, at: number): { head: string; bodyStart: number; end: number } {
  const stop = up.bytes.indexOf(HEAD_END, at) + HEAD_END.length;
  const head = up.bytes.toString('latin1', at, stop);
  const length = Number(/^content-length: *(\d+)\r$/im.exec(head)?.[1] ?? 0);
  return { head, bodyStart: stop, end: stop + length };
}

interface Answer {
  readonly status: number;
  readonly bodyStart: number;
  readonly end: number;
  readonly body: Buffer;
  /** Where the body's bytes stand on the connection, and what stands between them. */
  readonly pieces: readonly (readonly [start: number, end: number])[];
  readonly framing: readonly (readonly [start: number, end: number])[];
}

function answerAt(down: Track, at: number): Answer | undefined {
  const { bytes } = down;
  const stop = bytes.indexOf(HEAD_END, at);
  if (stop === -1) return undefined;
  const head = bytes.toString('latin1', at, stop);
  const status = Number(head.split(' ')[1]);
  const bodyStart = stop + HEAD_END.length;
  const framed = /^transfer-encoding: *chunked$/im.test(head)
    ? chunksFrom(bytes, bodyStart)
    : plainFrom(bodyStart, Number(/^content-length: *(\d+)$/im.exec(head)?.[1] ?? 0));
  const body = Buffer.concat(framed.pieces.map(([start, end]) => bytes.subarray(start, end)));
  return { status, bodyStart, body, ...framed };
}

const plainFrom = (start: number, length: number): Pick<Answer, 'pieces' | 'framing' | 'end'> => ({
  pieces: length === 0 ? [] : [[start, start + length]],
  framing: [],
  end: start + length,
});

function chunksFrom(bytes: Buffer, start: number): Pick<Answer, 'pieces' | 'framing' | 'end'> {
  const pieces: [number, number][] = [];
  const framing: [number, number][] = [];
  let at = start;
  while (at < bytes.length) {
    const line = bytes.indexOf('\r\n', at) + 2;
    const size = parseInt(bytes.toString('latin1', at, line), 16);
    framing.push([at, line]);
    if (size > 0) pieces.push([line, line + size]);
    framing.push([line + size, line + size + 2]);
    at = line + size + 2;
    if (size === 0) break;
  }
  return { pieces, framing, end: at };
}

function placeParts(track: Track, start: number, parts: readonly Part[]): Placed[] {
  return parts.map(({ from, to, layer, what, meaning }) => track.span(start + from, start + to, layer, what, meaning));
}

/** Parts of a body, where their bytes stand on the connection; one that chunks cut gives several spans. */
function spread(track: Track, { pieces }: Answer, parts: readonly Part[]): Placed[] {
  return parts.flatMap(({ from, to, layer, what, meaning }) => {
    const placed: Placed[] = [];
    let before = 0;
    for (const [start, end] of pieces) {
      const low = Math.max(from, before);
      const high = Math.min(to, before + end - start);
      if (low < high) placed.push(track.span(start + low - before, start + high - before, layer, what, meaning));
      before += end - start;
    }
    return placed;
  });
}
