/** Short polling: the client asks again and again, and is answered at once, mostly with nothing (RFC 6202 §2). */
import { firstAnswer, pollAnswer, sendPoll } from './poll-answer.ts';
import { startCursor } from './reader.ts';
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
      const log = logOf(hub, channel);
      const answer = cursor === undefined ? firstAnswer(log) : pollAnswer(log, startCursor(log, cursor));
      sendPoll(reply, answer, options.connection);
    });
    return () => {};
  },
};
