/** `pushbench serve TRANSPORT`: a server to look at with curl or a browser; `serve --demo`: a page of all of them. */
import { type Command, Option } from 'commander';
import { resolveConfig, type Resolved } from '../scenarios/config.ts';
import { cannotRide } from '../scenarios/limits.ts';
import { serve, type Serving } from '../scenarios/runner/serve.ts';
import { SETTINGS, type Config } from '../scenarios/settings.ts';
import { CHOICES, TRANSPORTS } from '../scenarios/transports.ts';
import { transportFrom } from './exact.ts';
import { UsageError } from './failure.ts';
import { serveDemo } from './serve-demo.ts';
import { addSettings } from './settings-options.ts';
import { print } from './terminal.ts';

const OF_BOTH = ['port', 'rate', 'hold', 'heartbeat', 'recycle'] as const satisfies readonly (keyof Config)[];
const OF_ONE = [
  'connection',
  'carrier',
  'responseHeaders',
  'deflate',
  'contextTakeover',
  'gzip',
] as const satisfies readonly (keyof Config)[];
const OF_DEMO = ['payload', 'pollInterval'] as const satisfies readonly (keyof Config)[];

/** What curl needs for each carrier; -k because the certificate is this server's own. */
const CURL: Readonly<Record<Config['carrier'], string>> = {
  h1: '-N',
  tls: '-Nk',
  h2c: '-N --http2-prior-knowledge',
  h2: '-Nk --http2',
};

/** What it needs for a connection that begins as an upgrade and is no text. */
const CURL_TCP = "--output - -H 'Connection: Upgrade' -H 'Upgrade: pushbench-tcp/1' ";

interface ServeFlags extends Partial<Record<keyof Config, string>> {
  readonly host: string;
  readonly origin?: string[];
  readonly demo?: true;
}

export function addServe(program: Command, finish: (code: number) => void): void {
  const command = program
    .command('serve')
    .description("start one transport's server, publishing a message a second; or a page of all of them side by side")
    .argument('[transport]', TRANSPORTS.join(', '))
    .option('--demo', `a page that receives over ${CHOICES.join(', ')} at once, with knobs`)
    .addOption(new Option('--host <ADDRESS>', 'address to listen on').default('127.0.0.1'))
    .option('--origin <URL...>', 'websocket: allow only these origins');
  addSettings(command, [...OF_BOTH, ...OF_ONE, ...OF_DEMO]).action(
    async (name: string | undefined, { host, origin, demo, ...flags }: ServeFlags) => {
      const resolved = resolveConfig({ flags, env: {}, file: undefined });
      const { serving, advice } =
        demo === true
          ? await startAll(name, resolved, host, origin)
          : await startOne(name, resolved, host, origin ?? null);
      const stop = (): void => void serving.close().then(() => finish(0));
      // Before it is promised: whoever reads it may be quicker than this process.
      process.once('SIGINT', stop);
      process.once('SIGTERM', stop);
      await print(`${advice}\nCtrl-C stops.`);
    },
  );
}

interface Started {
  readonly serving: Pick<Serving, 'close'>;
  /** What to try first. */
  readonly advice: string;
}

async function startAll(
  name: string | undefined,
  resolved: Resolved,
  host: string,
  origin: readonly string[] | undefined,
): Promise<Started> {
  if (name !== undefined) {
    throw new UsageError(`serve --demo shows all transports: leave "${name}" out, or --demo to serve that one alone.`);
  }
  const given = [...flagsGiven(resolved, OF_ONE), ...(origin === undefined ? [] : ['--origin'])];
  if (given.length > 0) throw new UsageError(`serve --demo does not take ${given.join(', ')}; serve TRANSPORT does.`);
  const serving = await serveDemo(resolved, host);
  return { serving, advice: `Open in a browser: ${serving.url}/` };
}

async function startOne(
  name: string | undefined,
  resolved: Resolved,
  host: string,
  allowedOrigins: readonly string[] | null,
): Promise<Started> {
  if (name === undefined) {
    const all = TRANSPORTS.join(', ');
    throw new UsageError(
      `serve needs a transport, as in "serve sse", or --demo for all side by side in a page. There are: ${all}.`,
    );
  }
  const { config, sources } = resolved;
  const transport = transportFrom(name, 'serve');
  const given = flagsGiven(resolved, OF_DEMO);
  if (given.length > 0) throw new UsageError(`serve ${name} does not take ${given.join(', ')}; serve --demo does.`);
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
      allowedOrigins,
    },
  });
  const how = name === 'websocket' ? 'Connect a WebSocket client' : 'Try';
  const flags = `${CURL[config.carrier]} ${name === 'tcp' ? CURL_TCP : ''}`;
  const curl = name === 'websocket' ? serving.tryUrl : `curl ${flags}'${serving.tryUrl}'`;
  return { serving, advice: `${how}: ${curl}\nIn a browser: ${serving.url}/` };
}

/** Which of these settings were typed, as flags. */
function flagsGiven({ sources }: Resolved, names: readonly (keyof Config)[]): string[] {
  return names.filter((name) => sources[name] === 'flag').map((name) => SETTINGS[name].flag.split(' ')[0]!);
}
