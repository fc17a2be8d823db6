/** Sentences of the contract that are seen without a message: on a bare HTTP request, and in the process table. */
import { readdirSync, readlinkSync } from 'node:fs';
import { request } from 'node:http';
import { processTree } from '../runner/machine.ts';
import { Broken, Untested, type Bench } from './bench.ts';
import { HOST } from './server.ts';

/** The same request with and without the token must have the same answer, whatever that is. */
export async function unknownUpgrade({ server, target, patienceMs }: Bench): Promise<string> {
  const path = target.ready.http ?? '/';
  const plain = await answerTo(server.port, path, {}, patienceMs);
  const upgraded = await answerTo(
    server.port,
    path,
    { connection: 'Upgrade', upgrade: 'pushbench-unknown/1' },
    patienceMs,
  );
  if (plain !== upgraded)
    throw new Broken(`GET ${path} is answered with ${plain}, and with the token with ${upgraded}`);
  return `GET ${path}: ${plain} both times`;
}

function answerTo(port: number, path: string, headers: Record<string, string>, timeout: number): Promise<string> {
  return new Promise((resolve) => {
    const asked = request({ host: HOST, port, path, headers, agent: false, timeout }, (response) => {
      resolve(String(response.statusCode));
      response.on('error', () => {});
      asked.destroy();
    });
    asked.on('upgrade', (_response, socket) => {
      resolve('101');
      socket.destroy();
    });
    asked.on('timeout', () => asked.destroy(new Error('nothing')));
    asked.on('error', ({ message }) => resolve(`an error (${message})`));
    asked.end();
  });
}

const CLIENTS = 20;

export async function leavesNothing(bench: Bench): Promise<string> {
  const sockets = (): number => socketsOf(bench.server.pid);
  const before = sockets();
  const subscribers = await bench.subscribedTimes(CLIENTS);
  for (const { client } of subscribers) client.close();
  await bench.until(
    () => sockets() <= before && subscribers.every(({ ledger }) => ledger.open === 0),
    () => `${sockets() - before} sockets of ${CLIENTS} clients that had left were not closed`,
  );
  return `${CLIENTS} clients`;
}

/** Of a process and all that it has started. */
function socketsOf(pid: number): number {
  try {
    return processTree(pid)
      .flatMap((one) => readdirSync(`/proc/${one}/fd`).map((fd) => linkOf(`/proc/${one}/fd/${fd}`)))
      .filter((link) => link.startsWith('socket:')).length;
  } catch {
    throw new Untested('this system does not show the sockets of another process');
  }
}

/** Empty for one that was closed meanwhile. */
function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}
