/** Messages sent in band that the server has not accepted yet: acceptances come in the order of sending. */

interface Sending {
  readonly accept: () => void;
  readonly refuse: (error: Error) => void;
}

export class Unaccepted {
  #sending: Sending[] = [];

  /** Resolves when the server has accepted a message that is sent now. */
  add(): Promise<void> {
    return new Promise((accept, refuse) => this.#sending.push({ accept, refuse }));
  }

  /** The server has accepted the oldest. @returns false when there is none */
  accept(): boolean {
    const oldest = this.#sending.shift();
    oldest?.accept();
    return oldest !== undefined;
  }

  /** The connection is gone, and nobody knows what became of them. */
  refuseAll(): void {
    for (const { refuse } of this.#sending.splice(0)) {
      refuse(new Error('the connection was lost before the server accepted the message'));
    }
  }
}
