/** What both polling receivers share: ask for what follows the cursor, take what is in the answer, ask again. */
import { pause, RETRY_MS, type Listener, type Session } from './receiver.ts';

interface Answer {
  readonly cursor: number;
  readonly messages: readonly string[];
  readonly lost?: number;
  /** There is more already: ask at once. */
  readonly more?: boolean;
}

/** @param rest waits until the next poll is due */
export async function poll(
  path: string,
  { view, cursor: from, signal }: Session,
  to: Listener,
  rest: () => Promise<void>,
): Promise<void> {
  let cursor = from;
  while (!signal.aborted) {
    to.asked();
    try {
      const response = await fetch(`${path}?cursor=${cursor}&view=${view}`, { signal });
      if (!response.ok) throw new Error(`answered with ${response.status}`);
      const answer = response.status === 204 ? null : ((await response.json()) as Answer);
      if (answer?.lost !== undefined) to.gap(answer.lost);
      for (const message of answer?.messages ?? []) to.message(message);
      cursor = answer?.cursor ?? cursor;
      if (answer?.more !== true) await rest();
    } catch {
      await pause(RETRY_MS, signal);
    }
  }
}
