/** The page's own connection to the demo's server: hello, knobs, counters, and what time it is there. */
import { DEMO_PATHS, type FromServer, type Knobs, type ToServer } from '../../../results/demo.ts';

/** Between two questions about the time, ms. */
const ASK_EACH_MS = 1_000;
/** Questions in quick succession at first: the shortest exchange of several is nearest to the truth. */
const FIRST_QUESTIONS = 8;

export interface LiveEvents {
  said(message: FromServer): void;
  /** The connection is gone, or never was. */
  lost(): void;
}

/** @returns ends the connection, and with it all that the events would tell */
export function openLive(events: LiveEvents): () => void {
  const socket = new WebSocket(location.origin.replace('http', 'ws') + DEMO_PATHS.live);
  const ask = (): void => {
    const question: ToServer = { type: 'clock', askedMs: performance.now() };
    if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(question));
  };
  let answers = 0;
  const timer = setInterval(ask, ASK_EACH_MS);
  socket.onopen = ask;
  socket.onmessage = ({ data }: MessageEvent<string>) => {
    const message = JSON.parse(data) as FromServer;
    if (message.type === 'clock' && ++answers < FIRST_QUESTIONS) ask();
    events.said(message);
  };
  socket.onclose = () => {
    clearInterval(timer);
    events.lost();
  };
  return () => {
    clearInterval(timer);
    socket.onclose = socket.onmessage = null;
    socket.close();
  };
}

/** @returns what the server had against it, or null */
export async function turnKnobs(change: Partial<Knobs>): Promise<string | null> {
  try {
    const response = await fetch(DEMO_PATHS.knobs, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(change),
    });
    return response.ok ? null : (await response.text()).trim();
  } catch {
    return 'The server does not answer.';
  }
}
