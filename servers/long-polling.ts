/** Long polling: the server holds the request until it has data or the hold ends (RFC 6202 §2.1). */
import type { FastifyReply } from 'fastify';
import { logOf } from './channel.ts';
import type { Log, Subscriber } from './hub.ts';
import { encodeAnswer, pollAnswer, sendPoll } from './poll-answer.ts';
import { BadRequest, nameFrom, parseSubscription } from './request.ts';
import type { ServerOptions, ServerTransport } from './server.ts';

/** A held request. It is released exactly once: by data, by the hold's end, by a newer poll, or by the client leaving. */
class Waiter implements Subscriber {
  readonly #log: Log;
  readonly #cursor: number;
  readonly #reply: FastifyReply;
  readonly #options: ServerOptions;
  readonly #onRelease: () => void;
  readonly #timer: NodeJS.Timeout;
  #released = false;

  constructor(
    log: Log,
    cursor: number,
    holdMs: number,
    reply: FastifyReply,
    options: ServerOptions,
    onRelease: () => void,
  ) {
    this.#log = log;
    this.#cursor = cursor;
    this.#reply = reply;
    this.#options = options;
    this.#onRelease = onRelease;
    this.#timer = setTimeout(() => this.answer(undefined), holdMs);
    log.subscribe(this);
  }

  wake(): void {
    const answer = pollAnswer(this.#log, this.#cursor, this.#options.batch);
    if (answer !== undefined) this.answer(answer);
  }

  answer(answer: Buffer | undefined): void {
    if (this.release()) sendPoll(this.#reply, answer, this.#options);
  }

  /** Ends the wait without an answer. False when it had ended already. */
  release(): boolean {
    if (this.#released) return false;
    this.#released = true;
    clearTimeout(this.#timer);
    this.#log.unsubscribe(this);
    this.#onRelease();
    return true;
  }
}

/** How long to hold: what the client asks for with `hold` (ms), never longer than the server allows. */
function holdOf(query: URLSearchParams, longestMs: number): number {
  const asked = query.get('hold');
  if (asked === null) return longestMs;
  if (!/^\d{1,9}$/.test(asked)) throw new BadRequest('hold must be a whole number of milliseconds');
  return Math.min(Number(asked), longestMs);
}

export const longPolling: ServerTransport = {
  name: 'long-polling',
  binary: false,
  tryPath: '/long-polling?cursor=0',
  mount({ app, hub, options }) {
    const waiters = new Map<string | Waiter, Waiter>();
    app.get('/long-polling', (request, reply) => {
      const { channel, cursor, query } = parseSubscription(request.raw.url ?? '');
      const log = logOf(hub, channel);
      const client = nameFrom(query, 'client');
      const holdMs = holdOf(query, options.holdMs);
      // RFC 6202 §5: a client that polls again has given up the older poll; nothing may be sent into it.
      if (client !== undefined) waiters.get(client)?.answer(undefined);
      const answer = pollAnswer(log, cursor, options.batch);
      if (answer !== undefined || cursor === undefined) return sendPoll(reply, answer, options);
      const waiter: Waiter = new Waiter(log, cursor, holdMs, reply, options, () => {
        if (waiters.get(client ?? waiter) === waiter) waiters.delete(client ?? waiter);
      });
      waiters.set(client ?? waiter, waiter);
      reply.raw.once('close', () => waiter.release());
    });
    return () => {
      for (const waiter of [...waiters.values()]) waiter.answer(undefined);
    };
  },
  encode: encodeAnswer,
};
