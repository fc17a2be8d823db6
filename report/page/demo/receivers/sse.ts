/** Server-Sent Events: the browser's EventSource, which comes back by itself. */
import { pause, RETRY_MS, type Receiver } from './receiver.ts';

export const sse: Receiver = {
  name: 'sse',
  how: 'The page asks once, and the answer never ends: each message is an event in it (Server-Sent Events).',
  code: "new EventSource('/sse').onmessage = show",
  receive({ view, cursor, signal }, to) {
    let at = cursor;
    const open = (): void => {
      if (signal.aborted) return;
      const source = new EventSource(`/sse?cursor=${at}&view=${view}`);
      to.asked();
      const take = (text: string, { lastEventId }: MessageEvent): void => {
        at = Number(lastEventId);
        to.message(text);
      };
      source.onmessage = (event: MessageEvent<string>) => take(event.data, event);
      source.addEventListener('json', (event: MessageEvent<string>) => take(JSON.parse(event.data) as string, event));
      source.addEventListener('gap', (event: MessageEvent<string>) => to.gap(Number(event.data)));
      source.onerror = () => {
        // A lost connection it opens again; one that was refused it gives up.
        if (source.readyState === EventSource.CONNECTING) to.asked();
        if (source.readyState === EventSource.CLOSED) void pause(RETRY_MS, signal).then(open);
      };
      signal.addEventListener('abort', () => source.close());
    };
    open();
  },
};
