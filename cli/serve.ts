/** `pushbench serve TRANSPORT`: a server to look at with curl or a browser. */
import { type Command, Option } from 'commander';
import { resolveConfig } from '../scenarios/config.ts';
import { cannotRide } from '../scenarios/limits.ts';
import { serve } from '../scenarios/runner/serve.ts';
import type { Config } from '../scenarios/settings.ts';
import { TRANSPORTS } from '../scenarios/transports.ts';
import { transportFrom } from './exact.ts';
import { UsageError } from './failure.ts';
import { addSettings } from './settings-options.ts';
import { print } from './terminal.ts';

const USED: readonly (keyof Config)[] = [
  'port',
  'rate',
  'hold',
  'heartbeat',
  'recycle',
  'connection',
  'carrier',
  'responseHeaders',
  'deflate',
  'contextTakeover',
  'gzip',
];

/** What curl needs for each carrier; -k because the certificate is this server's own. */
const CURL: Readonly<Record<Config['carrier'], string>> = {
  h1: '-N',
  tls: '-Nk',
  h2c: '-N --http2-prior-knowledge',
  h2: '-Nk --http2',
};

interface ServeFlags extends Partial<Record<keyof Config, string>> {
  readonly host: string;
  readonly origin?: string[];
}

export function addServe(program: Command, finish: (code: number) => void): void {
  const command = program
    .command('serve')
    .description("start one transport's server, publishing a message a second")
    .argument('<transport>', TRANSPORTS.join(', '))
    .addOption(new Option('--host <ADDRESS>', 'address to listen on').default('127.0.0.1'))
    .option('--origin <URL...>', 'websocket: allow only these origins');
  addSettings(command, USED).action(async (name: string, { host, origin, ...flags }: ServeFlags) => {
    const { config, sources } = resolveConfig({ flags, env: {}, file: undefined });
    const transport = transportFrom(name, 'serve');
    const stranded = cannotRide(transport, config.carrier);
    if (stranded !== null) throw new UsageError(stranded);
    const serving = await serve({
      transport,
      host,
      port: config.port,
      carrier: config.carrier,
      ratePerSecond: sources.rate === 'flag' ? config.rate : 1,
      server: {
        holdMs: config.hold,
        heartbeatMs: config.heartbeat,
        recycleBytes: config.recycle,
        connection: config.connection,
        deflate: config.deflate,
        contextTakeover: config.contextTakeover,
        gzip: config.gzip,
        responseHeaders: config.responseHeaders,
        allowedOrigins: origin ?? null,
      },
    });
    const how = name === 'websocket' ? 'Connect a WebSocket client' : 'Try';
    const curl = name === 'websocket' ? serving.tryUrl : `curl ${CURL[config.carrier]} '${serving.tryUrl}'`;
    await print(`${how}: ${curl}\nIn a browser: ${serving.url}/\nCtrl-C stops.`);
    const stop = (): void => void serving.close().then(() => finish(0));
    process.once('SIGINT', stop);
    process.once('SIGTERM', stop);
  });
}
