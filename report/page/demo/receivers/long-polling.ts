/** Long polling: a fetch that the server holds, and at once the next. */
import { poll } from './poll.ts';
import type { Receiver } from './receiver.ts';

export const longPolling: Receiver = {
  name: 'long-polling',
  how: 'The page asks once, and the server keeps it waiting until there is a message; then the page asks again.',
  code: "for (;;) show(await fetch('/long-polling?cursor=' + cursor))",
  receive(session, to) {
    void poll('/long-polling', session, to, () => Promise.resolve());
  },
};
