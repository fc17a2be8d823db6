/** Short polling: a fetch each interval. */
import { poll } from './poll.ts';
import { pause, type Receiver } from './receiver.ts';

/** The interval may be turned while a poll waits for it. */
const LOOK_EACH_MS = 50;

export const shortPolling: Receiver = {
  name: 'short-polling',
  how: 'The page asks again and again, and is answered at once: mostly that there is nothing new.',
  code: "setInterval(() => fetch('/short-polling?cursor=' + cursor), 1000)",
  receive(session, to) {
    let dueMs = performance.now();
    const rest = async (): Promise<void> => {
      const lastMs = dueMs;
      const left = (): number => lastMs + session.pollIntervalMs() - performance.now();
      while (left() > 0 && !session.signal.aborted) await pause(Math.min(left(), LOOK_EACH_MS), session.signal);
      // Each interval, counted from the poll before and not from its answer; what is late by more begins anew.
      dueMs = left() < -session.pollIntervalMs() ? performance.now() : lastMs + session.pollIntervalMs();
    };
    void poll('/short-polling', session, to, rest);
  },
};
