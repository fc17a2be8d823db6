/** The log behind a channel's name, or the refusal that the client sees. */
import type { Hub, Log } from './hub.ts';
import { BadRequest } from './request.ts';

export function logOf(hub: Hub, channel: string): Log {
  const log = hub.channel(channel);
  if (log === undefined)
    throw new BadRequest('this server has as many channels as it may hold; use one that exists', 503);
  return log;
}
