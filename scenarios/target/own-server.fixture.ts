/** This project's own server as a target: what is measured and verified of it from outside is known from inside. */
import { parseTarget } from './load.ts';
import type { Target } from './target.ts';
import type { TransportName } from '../transports.ts';

/** The built files: a target is a command. */
const BUILT = new URL('../../dist/', import.meta.url).href;
const RETAINED = 200;

const script = (name: TransportName): string => `
import { startServer } from '${BUILT}servers/http.js';
import { servers } from '${BUILT}servers/index.js';
await startServer({
  transports: [servers['${name}']],
  port: Number(process.argv[1]),
  limits: { retainMessages: ${RETAINED} },
  options: { heartbeatMs: 0, recycleBytes: 2 ** 30 },
});`;

/** All that an endpoint of this project's takes, whatever its transport. */
const WORDS: Readonly<Partial<Record<TransportName, object>>> = {
  sse: { protocol: 'pushbench' },
  websocket: { protocol: 'pushbench', cursor: 'cursor' },
  'long-polling': { cursor: 'cursor', client: 'client', hold: 'hold' },
  'short-polling': { cursor: 'cursor' },
  'forever-iframe': { cursor: 'cursor', callback: 'callback' },
};

export function ownTarget(name: TransportName): Target {
  const call = { path: '/messages?channel={channel}' };
  const file = {
    command: [process.execPath, '--input-type=module', '-e', script(name), '{port}'],
    ready: { http: '/health' },
    transports: { [name]: { path: `/${name}?channel={channel}`, ...WORDS[name] } },
    publish: { http: call },
    upstream: name === 'websocket' ? undefined : call,
    retains: RETAINED,
  };
  return parseTarget(JSON.stringify(file), `${import.meta.dirname}/own.json`);
}
