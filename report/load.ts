/** Under which load a measurement ran: only figures of equal load are compared, within a run and between runs. */
import type { MeasurementParameters } from '../results/schema.ts';

/** The parameters that make the load, with those spelled out that a file may leave out. */
export function loadKey(parameters: MeasurementParameters): string {
  // Settings of one transport (poll interval, hold, recycling…) are no load: connect polls faster, and is compared all the same.
  const { clients, ratePerSecond, arrivals, payloadBytes, headers, durationMs, warmupMs } = parameters;
  const {
    carrier = 'h1',
    responseHeaders = 'minimal',
    link = 'none',
    burst = 1,
    rush = 1,
    slowShare = 0,
    stallMs = 0,
  } = parameters;
  const way = [headers, responseHeaders, carrier, link];
  const load = [clients, ratePerSecond, arrivals, payloadBytes, ...way, durationMs, warmupMs];
  // How fast a rush comes is of the transport: a server is as warm after it.
  return JSON.stringify([...load, burst, rush > 1, slowShare, stallMs]);
}
