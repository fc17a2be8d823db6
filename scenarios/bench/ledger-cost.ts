/**
 * What naming the bytes of one delivery costs, alone: the same bookings that the clients make, in a loop.
 *
 * In isolation and not as the difference between a client with and one without: that difference is smaller than what two
 * runs of the same client differ by (−6 to +12 % were seen), and says nothing.
 */
import { FrameMeter } from '../../clients/frame-meter.ts';
import { Ledger } from '../../clients/ledger.ts';

const DELIVERIES = 2_000_000;
const PAYLOAD_BYTES = 100;

/** @returns CPU for each delivery, µs */
export function namingCost(kind: 'frames' | 'lines'): number {
  const name = kind === 'frames' ? frames() : lines();
  for (let i = 0; i < DELIVERIES / 10; i++) name();
  const cpu = process.cpuUsage();
  for (let i = 0; i < DELIVERIES; i++) name();
  const { user, system } = process.cpuUsage(cpu);
  return (user + system) / DELIVERIES;
}

/** A WebSocket's: the meter walks the frame. */
function frames(): () => void {
  const meter = new FrameMeter(new Ledger(), 'down');
  const frame = Buffer.alloc(2 + PAYLOAD_BYTES);
  frame[0] = 0x81;
  frame[1] = PAYLOAD_BYTES;
  return () => meter.feed(frame, 0, frame.length);
}

/** A stream's of lines: chunk coding, what has arrived, the block that it was, the message in it. */
function lines(): () => void {
  const ledger = new Ledger();
  const { down } = ledger;
  const block = PAYLOAD_BYTES + 20;
  return () => {
    down.framing += 4;
    down.partial += block;
    down.partial -= block;
    down.framing += block;
    ledger.move('down', 'framing', 'payload', PAYLOAD_BYTES);
    down.framing += 2;
  };
}
