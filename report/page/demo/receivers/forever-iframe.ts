/** The forever iframe: a real frame with a page that never ends, whose scripts call this page for each message. */
import { RETRY_MS, type Receiver } from './receiver.ts';

/** What the frame's scripts call: `(cursor)` begins, `(offset, text)` is a message, `(offset, null, lost)` a gap. */
type Callback = (offset: number, text?: string | null, lost?: number) => void;

const page = window as unknown as { onMessage?: Callback };

export const foreverIframe: Receiver = {
  name: 'forever-iframe',
  how: 'A hidden frame loads a page that never ends; each message is a script in it that calls this page.',
  code: '<iframe src="/forever-iframe?callback=parent.onMessage">',
  receive({ view, cursor, place, signal }, to) {
    let at = cursor;
    let frame: HTMLIFrameElement | undefined;
    /** The frame on show has begun. What never begins, such as the browser's own page of errors, is not begun anew at once. */
    let begun = false;
    page.onMessage = (offset, text, lost) => {
      begun = true;
      at = offset;
      if (typeof text === 'string') to.message(text);
      else if (lost !== undefined) to.gap(lost);
    };
    const load = (): void => {
      frame?.remove();
      if (signal.aborted) return;
      begun = false;
      // A new element each time: the old one's memory goes with it, and the browser's history does not grow.
      frame = document.createElement('iframe');
      frame.hidden = true;
      frame.title = 'The forever iframe';
      frame.src = `/forever-iframe?callback=parent.onMessage&cursor=${at}&view=${view}`;
      // It is loaded when it has ended: the server recycles it once it has grown large.
      frame.addEventListener('load', () => (begun ? load() : setTimeout(load, RETRY_MS)));
      to.asked();
      place.append(frame);
    };
    signal.addEventListener('abort', () => {
      frame?.remove();
      delete page.onMessage;
    });
    load();
  },
};
