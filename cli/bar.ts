/** What every progress bar on a terminal looks like, and how often anything of progress is written. */
import type { Options } from 'cli-progress';
import { formatDuration } from '../scenarios/units.ts';

/** At most. */
export const UPDATES_PER_SECOND = 4;

/** Without its format, which is each command's own. */
export const barOptions = (stream: NodeJS.WriteStream): Options => ({
  stream,
  barsize: 20,
  fps: UPDATES_PER_SECOND,
  hideCursor: true,
  clearOnComplete: true,
  barCompleteChar: '█',
  barIncompleteChar: '░',
  // Ctrl-C is the command's own to handle.
  gracefulExit: false,
});

/** What is left, in whole seconds and never none. */
export const eta = (ms: number): string => formatDuration(Math.max(1, Math.ceil(ms / 1e3)) * 1e3);
