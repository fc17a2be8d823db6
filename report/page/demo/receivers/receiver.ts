/** The contract of a receiver: how a browser gets messages over one transport, with nothing but what browsers have. */

/** What a receiver tells its column. */
export interface Listener {
  /** The next message, as it arrives. */
  message(text: string): void;
  /** So many messages are gone: the server retains them no longer. */
  gap(lost: number): void;
  /** A request leaves, a handshake too. */
  asked(): void;
}

export interface Session {
  /** Names this page in requests, so that the server counts them for it. */
  readonly view: number;
  /** Offset after which messages are wanted. */
  readonly cursor: number;
  readonly pollIntervalMs: () => number;
  /** Where what must stand in the page stands. */
  readonly place: HTMLElement;
  /** Ends everything. */
  readonly signal: AbortSignal;
}

export interface Receiver {
  /** The transport's. */
  readonly name: string;
  /** How it works, in a sentence for someone who has never heard of it. */
  readonly how: string;
  /** What the page does, as one would type it. */
  readonly code: string;
  /** Begins at once, comes back after a loss, and ends with the session's signal. */
  receive(session: Session, to: Listener): void;
}

/** Between a failure and the next attempt, ms. */
export const RETRY_MS = 1_000;

/** Resolves after the time, or at once when the session ends. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
  });
}
