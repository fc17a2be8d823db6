/** A target that runs: started from its file, published to, and stopped. */
import { createServer, type AddressInfo } from 'node:net';
import { publisherOf, type Publisher } from './publisher.ts';
import { untilReady } from './ready.ts';
import { Spawned } from './spawned.ts';
import { TargetFailure, type Target } from './target.ts';

/** Targets listen here, and nobody else is asked. */
export const HOST = '127.0.0.1';

export class TargetServer {
  readonly target: Target;
  readonly port: number;
  readonly #spawned: Spawned;
  readonly #publisher: Publisher | null;

  private constructor(target: Target, port: number) {
    this.target = target;
    this.port = port;
    this.#spawned = new Spawned(target, port);
    this.#publisher = publisherOf(target, this.#spawned, HOST, port);
  }

  /** Starts the command; it is not ready yet. Throws a TargetFailure when its port is taken. */
  static async start(target: Target): Promise<TargetServer> {
    return new TargetServer(target, await freePort(target.port));
  }

  /** Throws a TargetFailure when it ends before, or is not ready in time. */
  ready(): Promise<void> {
    return untilReady(this.#spawned, this.target, HOST, this.port);
  }

  get pid(): number {
    return this.#spawned.pid;
  }

  /** The failure to report once it has ended. */
  async ended(): Promise<TargetFailure> {
    await this.#spawned.ended;
    return this.#spawned.failure();
  }

  get running(): boolean {
    return this.#spawned.running;
  }

  publish(channel: string, payload: string): Promise<void> {
    return this.#publishing().publish(channel, payload);
  }

  /** Resolves when the server has everything that was published before. */
  settled(): Promise<void> {
    return this.#publishing().settled();
  }

  async stop(): Promise<void> {
    this.#publisher?.close();
    await this.#spawned.stop();
  }

  #publishing(): Publisher {
    if (this.#publisher === null) throw new TargetFailure(`${this.target.file} does not say how to publish.`);
    return this.#publisher;
  }
}

/**
 * The port, if nobody has it. One that another server listens on would be measured in the place of the target, which then
 * may fail as late as it likes.
 *
 * @param wanted null: any
 */
function freePort(wanted: number | null): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', ({ message }) => {
      reject(new TargetFailure(`Port ${wanted} of the target is not free (${message}).`));
    });
    server.listen({ host: HOST, port: wanted ?? 0 }, () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
