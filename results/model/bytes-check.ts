/**
 * Bytes predicted from exact counts of single messages, beside those of measured windows: what the model says of polls,
 * batches, signs of life and new beginnings under a load is held against what sockets carried. No window was fitted, so that
 * each is one that the model had not seen. Pure.
 */
import type { Exact } from '../exact.ts';
import type { Measurement, RunFile } from '../schema.ts';
import { bytesPerSecond, type ByteModel } from './bytes.ts';
import { isPlain } from './chosen.ts';
import { errorsOf, type HeldOut, type HeldOutPoint } from './linear.ts';
import { loadOf } from './load.ts';
import type { Model } from './model.ts';

interface Pair {
  readonly name: string;
  readonly predicted: number;
  readonly measured: number;
}

/**
 * Bytes a second of all clients, both directions, of every load of a transport; its errors hold what the edges of a window
 * cut too, and that polls fall into a window by whole ones.
 *
 * @returns by transport; none for a transport without a window in which anything was carried
 */
export function bytesChecks(runs: readonly RunFile[], { transports }: Pick<Model, 'transports'>): Map<string, HeldOut> {
  const found = transports.flatMap(({ transport, bytes }): [string, HeldOut][] => {
    if (bytes === null) return [];
    const pairs = runs.flatMap(({ exact, measurements }) =>
      exact === undefined ? [] : measurements.flatMap((m) => pairOf(m, transport, bytes, exact)),
    );
    const errors = errorsOf(pointsOf(pairs));
    return errors === null ? [] : [[transport, errors]];
  });
  return new Map(found);
}

function pairOf(m: Measurement, transport: string, model: ByteModel, exact: Exact): Pair[] {
  if (m.transport !== transport || m.twin === true || !m.validity.valid || !isPlain(m) || !isAlike(m, exact)) return [];
  const load = loadOf(m);
  const rate = bytesPerSecond(model, load);
  const measured = ((m.bytes.up.total + m.bytes.down.total) * 1e9) / m.window.durationNs;
  if (rate === null || rate.extrapolated || measured <= 0 || isChance(model, m)) return [];
  return [{ name: nameOf(m), predicted: (rate.up + rate.down) * load.clients, measured }];
}

/** Of a sign of life each 15 s, or an empty answer each 25 s, a silent window of some seconds holds what chance puts there. */
const isChance = ({ asks }: ByteModel, { parameters }: Measurement): boolean =>
  parameters.ratePerSecond === 0 && asks !== 'each-interval';

/** Sent as the exact counts were: with other headers or another carrier a message has other bytes. */
function isAlike({ parameters }: Measurement, exact: Exact): boolean {
  const { carrier = 'h1', responseHeaders = 'minimal', headers, deflate, gzip = false, connection } = parameters;
  return (
    carrier === exact.carrier &&
    responseHeaders === exact.responseHeaders &&
    headers === exact.headers &&
    deflate === exact.deflate &&
    !gzip &&
    connection === 'keep-alive'
  );
}

/** One load: repetitions of it share the name, and count as one. */
const nameOf = ({ scenario, parameters: { variant, clients, ratePerSecond, payloadBytes } }: Measurement): string =>
  `${scenario}${variant === null ? '' : ` ${variant}`} (${clients} clients, ${ratePerSecond}/s, ${payloadBytes} B)`;

function pointsOf(pairs: readonly Pair[]): HeldOutPoint[] {
  return [...new Set(pairs.map(({ name }) => name))].map((name) => {
    const own = pairs.filter((pair) => pair.name === name);
    const mean = (of: (pair: Pair) => number): number => own.reduce((sum, pair) => sum + of(pair), 0) / own.length;
    const [predicted, measured] = [mean((pair) => pair.predicted), mean((pair) => pair.measured)];
    return { name, predicted, measured, error: predicted / measured - 1 };
  });
}
