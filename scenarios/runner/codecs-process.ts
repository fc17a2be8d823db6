/**
 * The process in which the codecs of one transport are timed: apart from the runner and from the other transports, whose
 * compiled code and garbage have a say. With six of them in one process a WebSocket's frame took four times as long as
 * alone; in a run a server has its process for itself.
 */
import { transport } from '../transports.ts';
import { serveRunner } from './child.ts';
import { codecClock, codecTask, timeTask, type CodecTask } from './codec-task.ts';
import type { FromCodecs, ToCodecs } from './codecs.ts';

const clock = codecClock();
const tasks = new Map<string, CodecTask>();

serveRunner<ToCodecs, FromCodecs>(async ({ transport: name, direction, payloadBytes, durationMs }, reply) => {
  const key = `${name} ${direction} ${payloadBytes}`;
  const task = tasks.get(key) ?? codecTask(transport(name), direction, payloadBytes);
  tasks.set(key, task);
  const nsPerMessage = timeTask(task, durationMs, clock);
  reply({ type: 'timed', clock, encodedBytes: task.encodedBytes, nsPerMessage });
});
