/** What messages from users cost beside those to them: each a request of its own, or a frame where the connection is there. Pure. */
import { exactly, plus } from '../../results/model/band.ts';
import type { TransportModel } from '../../results/model/model.ts';
import { PACKET_HEADER_BYTES } from '../../results/model/packets.ts';
import type { Prediction } from '../../results/model/predict.ts';
import type { Workload } from '../../results/workload.ts';

/** Packets of one message upstream: it and its acknowledgement; of a request also the answer. Modelled by the rules of TCP. */
const FRAME_PACKETS = 2;
const REQUEST_PACKETS = 3;

/**
 * The prediction with the bytes and requests of messages upstream. What they take of the server's CPU is in the prediction
 * already, where the model was fitted to clients that send.
 */
export function withUpstream(
  prediction: Prediction,
  { bytes }: TransportModel,
  {
    upstreamPerSecond,
    payloadBytes,
    headerBytes,
  }: Pick<Workload, 'upstreamPerSecond' | 'payloadBytes' | 'headerBytes'>,
  clients: number,
): Prediction {
  if (upstreamPerSecond === 0) return prediction;
  const one = bytes?.upstream ?? null;
  if (one === null) return { ...prediction, up: null, down: null, wire: null, requests: null };
  const sent = clients * upstreamPerSecond;
  const up = sent * (one.up + payloadBytes + one.requests * headerBytes);
  const down = sent * one.down;
  const packets = sent * (one.requests > 0 ? REQUEST_PACKETS : FRAME_PACKETS);
  const more = (band: Prediction['up'], by: number): Prediction['up'] =>
    band === null ? null : plus(band, exactly(by));
  return {
    ...prediction,
    up: more(prediction.up, up),
    down: more(prediction.down, down),
    wire: more(prediction.wire, up + down + packets * PACKET_HEADER_BYTES),
    requests: prediction.requests === null ? null : prediction.requests + sent * one.requests,
  };
}
