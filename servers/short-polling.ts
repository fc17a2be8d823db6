/** Short polling: the client asks again and again, and is answered at once, mostly with nothing (RFC 6202 §2). */
import { encodeAnswer, pollAnswer, sendPoll } from './poll-answer.ts';
import { logOf } from './channel.ts';
import { parseSubscription } from './request.ts';
import type { ServerTransport } from './server.ts';

export const shortPolling: ServerTransport = {
  name: 'short-polling',
  binary: false,
  tryPath: '/short-polling?cursor=0',
  mount({ app, hub, options }) {
    app.get('/short-polling', (request, reply) => {
      const { channel, cursor } = parseSubscription(request.raw.url ?? '');
      sendPoll(reply, pollAnswer(logOf(hub, channel), cursor), options);
    });
    return () => {};
  },
  encode: encodeAnswer,
};
