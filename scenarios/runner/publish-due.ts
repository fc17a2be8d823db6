/** The publisher's schedule: each publication handed over when it is due, with its channel and its number there. */
import { ownChannel } from '../scenario.ts';
import { follow, type Waker } from './alarm.ts';
import type { Clock } from './clock.ts';
import { dealt, schedule } from './pacer.ts';
import type { ToServer } from './protocol.ts';

export interface DuePublication {
  readonly channel: string;
  /** In its channel, from 0. */
  readonly seq: number;
  readonly dueUs: number;
  /** How much later than due it is handed over, µs. */
  readonly slipUs: number;
  /** Whether it falls into the window, and not into the warm-up. */
  readonly counts: boolean;
}

/** Resolves when the last one is handed over. */
export async function publishDue(
  { timeline, pace, channels }: ToServer & { type: 'window' },
  clock: Clock,
  waker: Waker,
  publish: (publication: DuePublication) => void,
): Promise<void> {
  if (pace === null) return;
  const { startUs, windowStartUs, windowEndUs } = timeline;
  const due = schedule(pace, windowEndUs - startUs).map((us) => us + startUs);
  const place = numbered(channels === undefined ? undefined : dealt(due.length, channels, pace));
  await follow(due, clock, waker, (index, dueUs, slipUs) => {
    publish({ ...place(index), dueUs, slipUs, counts: dueUs >= windowStartUs });
  }).done;
}

/** Where each publication goes, and its number there: each channel counts its own from 0. */
function numbered(channelOf: readonly number[] | undefined): (index: number) => { channel: string; seq: number } {
  if (channelOf === undefined) return (index) => ({ channel: 'main', seq: index });
  const next: number[] = [];
  return (index) => {
    const channel = channelOf[index]!;
    const seq = next[channel] ?? 0;
    next[channel] = seq + 1;
    return { channel: ownChannel(channel), seq };
  };
}
