/**
 * The answer to a poll, short or long: `{"cursor":N,"messages":[…]}`, with `"lost":K` when K messages are gone and
 * `"more":true` when this is not all there is and the client should ask again at once.
 */
import { gzip } from 'node:zlib';
import { negotiate } from '@fastify/accept-negotiator';
import type { FastifyReply } from 'fastify';
import { encodedOnce, type Encoder, type Entry, type Log } from './hub.ts';
import type { ServerOptions } from './server.ts';

/** Most payload in one answer, bytes: a client far behind catches up in several polls, and the server's memory is flat. */
const BATCH_BYTES = 2 ** 20;

const CLOSE = Buffer.from(']}');
const COMMA = Buffer.from(',');

const encodeJson = (entry: Entry): Buffer => Buffer.from(JSON.stringify(entry.payload));
const encodedJson = (entry: Entry): Buffer => encodedOnce(entry, encodeJson);

/**
 * Everything retained after `cursor`, or the first of it where nothing is to be batched, as one JSON document, or undefined when there is nothing new to say.
 *
 * A client without a cursor, or with one that this log has not reached (a server that has started anew), is told at
 * once where the log stands: held or answered with 204 it would keep its cursor and silently miss what comes next.
 */
export function pollAnswer(log: Log, cursor: number | undefined, batch = true): Buffer | undefined {
  if (cursor === undefined || cursor > log.last) return Buffer.from(`{"cursor":${log.last},"messages":[]}`);
  const lost = log.lostAfter(cursor);
  const entries = log.after(cursor, batch ? BATCH_BYTES : 0);
  if (entries.length === 0 && lost === 0) return undefined;
  const next = entries.at(-1)?.offset ?? cursor + lost;
  const notes = (lost > 0 ? `"lost":${lost},` : '') + (next < log.last ? '"more":true,' : '');
  return answerWith(next, notes, entries, encodedJson);
}

/** The answer that holds these entries and nothing else, encoded anew: see `ServerTransport.encode`. */
export function encodeAnswer(entries: readonly Entry[], write: (bytes: Buffer) => void): void {
  write(answerWith(entries.at(-1)!.offset, '', entries, encodeJson));
}

function answerWith(cursor: number, notes: string, entries: readonly Entry[], json: Encoder): Buffer {
  const parts: Buffer[] = [Buffer.from(`{"cursor":${cursor},${notes}"messages":[`)];
  for (const [index, entry] of entries.entries()) {
    if (index > 0) parts.push(COMMA);
    parts.push(json(entry));
  }
  parts.push(CLOSE);
  return Buffer.concat(parts);
}

/** Below this a gzip stream saves little or nothing; the usual threshold of compressing servers, bytes. */
const GZIP_FROM = 1024;

/** Sends an answer, or 204 for none. RFC 6202 §5.6: a poll that a cache answers delivers nothing. */
export function sendPoll(reply: FastifyReply, answer: Buffer | undefined, options: ServerOptions): void {
  if (options.connection === 'close') void reply.header('connection', 'close');
  void reply.header('cache-control', 'no-store');
  if (answer === undefined) return void reply.code(204).send();
  void reply.header('content-type', 'application/json');
  const accepted = reply.request.headers['accept-encoding'];
  if (!options.gzip || answer.length < GZIP_FROM || accepted === undefined || negotiate(accepted, ['gzip']) === null) {
    return void reply.send(answer);
  }
  gzip(answer, (error, compressed) => {
    if (error !== null) return void reply.send(answer);
    void reply.header('content-encoding', 'gzip').header('vary', 'accept-encoding').send(compressed);
  });
}
