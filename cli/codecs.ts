/** `pushbench codecs`: what it costs to encode and to decode a message, by transport; and the same for a run. */
import { SingleBar } from 'cli-progress';
import type { Command } from 'commander';
import { renderCodecs } from '../report/codecs-text.ts';
import type { Codecs } from '../results/codecs.ts';
import type { Resolved } from '../scenarios/config.ts';
import { PROFILES } from '../scenarios/profiles.ts';
import {
  codecSizes,
  codecsTakeMs,
  LARGEST_CODEC_PAYLOAD,
  timeCodecs,
  type CodecOptions,
} from '../scenarios/runner/codecs.ts';
import { FLOORS, TRANSPORTS, type TransportName } from '../scenarios/transports.ts';
import { formatDuration, formatSize } from '../scenarios/units.ts';
import { barOptions } from './bar.ts';
import { UsageError } from './failure.ts';
import { addSettings, resolveFrom } from './settings-options.ts';
import { print, terminal } from './terminal.ts';

interface CodecsOptions extends Record<string, unknown> {
  readonly json?: boolean;
}

/** How long each codec is timed at each payload where nobody says, ms. */
const DURATION_MS = PROFILES.standard.codecMs;
/** Six rounds of less than a millisecond say nothing. */
const SHORTEST_MS = 6;

export function addCodecs(program: Command): void {
  const command = program
    .command('codecs')
    .description('what it costs to encode and to decode a message, apart from sockets')
    .option('--json', 'print the document on stdout and nothing else');
  addSettings(command, ['transports', 'payload', 'duration', 'seed']).action(async (options: CodecsOptions) => {
    const codecs = await timeWithProgress(optionsFrom(resolveFrom(options)));
    if (options.json === true) return print(JSON.stringify(codecs));
    return print(renderCodecs(codecs, new Set<string>(FLOORS), terminal()));
  });
}

/** Without a word about it the limit is timed too; a profile's windows are those of a run and no codec's. */
function optionsFrom({ config, sources }: Resolved): CodecOptions {
  const { payload, duration, seed } = config;
  if (payload < 1 || payload > LARGEST_CODEC_PAYLOAD) {
    const most = formatSize(LARGEST_CODEC_PAYLOAD);
    throw new UsageError(`--payload must be from 1B to ${most} for codecs; got ${formatSize(payload)}.`);
  }
  const durationMs = sources.duration === 'profile' || sources.duration === 'default' ? DURATION_MS : duration;
  if (durationMs < SHORTEST_MS) {
    throw new UsageError(`--duration must be at least ${SHORTEST_MS}ms for codecs; got ${formatDuration(durationMs)}.`);
  }
  const transports = sources.transports === 'default' ? TRANSPORTS : config.transports;
  return { transports, payloads: codecSizes(payload), durationMs, seed };
}

/** What is timed of what a run measures: as long as its profile says, at its payload among others. */
export function codecsOfRun(
  transports: readonly TransportName[],
  { profile, payload, seed }: Resolved['config'],
): CodecOptions {
  return { transports, payloads: codecSizes(payload), durationMs: PROFILES[profile].codecMs, seed };
}

async function timeWithProgress(options: CodecOptions): Promise<Codecs> {
  const stream = process.stderr;
  const takes = `about ${Math.ceil(codecsTakeMs(options) / 1e3)} s`;
  if (!stream.isTTY) {
    stream.write(`Timing codecs, ${takes}\n`);
    return timeCodecs(options);
  }
  const bar = new SingleBar({
    ...barOptions(stream),
    format: `{bar} {value}/{total}  timing codecs, ${takes}`,
  });
  try {
    return await timeCodecs({
      ...options,
      progress: (done, total) => (done === 0 ? bar.start(total, 0) : bar.update(done)),
    });
  } finally {
    bar.stop();
  }
}
