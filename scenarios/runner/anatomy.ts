/** One connection from connect to close, every byte of it named twice: by the ledger as it passed, and taken apart after. */
import type { ClientTransport } from '../../clients/client.ts';
import { dissect, type Span } from '../../clients/dissect/dissect.ts';
import { LAYERS, type LayerBytes, type Snapshot } from '../../clients/ledger.ts';
import type { AnatomySpan, AnatomyStep, ExactLayers, Exchange } from '../../results/exact.ts';
import type { Session, Step } from './session.ts';

/** How much of a range is kept: enough for a head, not for a prelude. */
const LONGEST_TEXT = 1_200;
const LONGEST_HEX = 32;

/** The two accountings disagree: a defect of this suite. */
export class AnatomyError extends Error {}

/** The life that everybody knows: connect, two messages, one upstream, silence, goodbye. */
export async function liveThrough(session: Session, payload: (name: string) => string): Promise<Step[]> {
  return [
    await session.connect(),
    await session.message('first message', payload('first')),
    await session.message('second message', payload('second')),
    await session.upstream('message upstream', payload('upstream')),
    await session.idle(),
    await session.close(),
  ];
}

/** @throws AnatomyError when the ranges do not add up to what the ledger booked, by layer and direction */
export function anatomyOf(
  session: Session,
  steps: readonly Step[],
  client: ClientTransport,
  multiplexed: boolean,
): AnatomyStep[] {
  const spans = spansOf(session, steps, client, multiplexed);
  // A transport that brings no dissector has one accounting only.
  if (client.dissect !== undefined) compare(spans, steps);
  return steps.map(({ name, counts }) => ({
    name,
    exchange: exchangeOf(counts),
    spans: spans.filter(({ span }) => span.step === name).map(describe),
  }));
}

interface OfConnection {
  readonly connection: number;
  readonly span: Span;
}

function spansOf(
  session: Session,
  steps: readonly Step[],
  { asks, dissect: take }: ClientTransport,
  multiplexed: boolean,
): OfConnection[] {
  const pieces = steps
    .flatMap((step) => step.pieces.map((piece) => ({ ...piece, step: step.name })))
    .map((piece, order) => ({ ...piece, order }));
  const placed = [...new Set(pieces.map(({ connection }) => connection))].flatMap((connection) => {
    const recorded = pieces.filter((piece) => piece.connection === connection);
    const notes = multiplexed ? session.streamsOf(connection) : undefined;
    return dissect(recorded, { asks, dissect: take }, notes).map((each) => ({ connection, ...each }));
  });
  return placed.sort((a, b) => a.order - b.order || a.start - b.start);
}

/** Layers of the whole life, of both accountings. What is left `partial` at the end has a name by then. */
function compare(spans: readonly OfConnection[], steps: readonly Step[]): void {
  for (const direction of ['up', 'down'] as const) {
    for (const layer of LAYERS) {
      const apart = spans.reduce(
        (sum, { span }) => (span.direction === direction && span.layer === layer ? sum + span.bytes.length : sum),
        0,
      );
      const booked = steps.reduce((sum, { counts }) => sum + counts[direction][layer], 0);
      if (apart !== booked) {
        throw new AnatomyError(
          `${layer} ${direction}: the ledger booked ${booked} bytes, the recorded ranges hold ${apart}`,
        );
      }
    }
  }
}

function describe({ connection, span }: OfConnection): AnatomySpan {
  const { direction, layer, what, bytes, meaning } = span;
  return {
    connection,
    direction,
    layer,
    what,
    bytes: bytes.length,
    hex: bytes.toString('hex', 0, LONGEST_HEX),
    text: (meaning ?? printable(bytes)).slice(0, LONGEST_TEXT),
  };
}

/** Text as it is, other bytes as a dot: a person reads this, the hexadecimal says the rest. */
function printable(bytes: Buffer): string {
  return bytes.toString('latin1', 0, LONGEST_TEXT).replaceAll(/[^\n\r\t\x20-\x7e]/g, '·');
}

/** A poll that is still waiting belongs to the step that asked it: what it will be is not known yet, so it is control. */
export function exchangeOf({ up, down, requests }: Snapshot): Exchange {
  return { up: layersOf(up), down: layersOf(down), requests };
}

function layersOf({ payload, framing, header, control, handshake, partial, tls, total }: LayerBytes): ExactLayers {
  return { payload, framing, header: header + partial, control, handshake, tls, total };
}
