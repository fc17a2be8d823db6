/** WebSocket: one request that turns into a connection both sides may use at any time. */
import { pause, RETRY_MS, type Receiver } from './receiver.ts';

const SUBPROTOCOL = 'pushbench.v1';
/** First byte of the binary frame that tells of a gap, followed by `lost,cursor`: see `KIND` in servers/websocket.ts. */
const GAP = 2;

export const websocket: Receiver = {
  name: 'websocket',
  how: 'One request turns into a lasting connection, on which a message is a frame of a few bytes more than itself.',
  code: "new WebSocket('ws://…/websocket').onmessage = show",
  receive({ view, cursor, signal }, to) {
    let at = cursor;
    const open = (): void => {
      if (signal.aborted) return;
      const base = location.origin.replace('http', 'ws');
      const socket = new WebSocket(`${base}/websocket?cursor=${at}&view=${view}`, SUBPROTOCOL);
      to.asked();
      socket.binaryType = 'arraybuffer';
      socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => {
        if (typeof data === 'string') {
          at++;
          return to.message(data);
        }
        const [lost, next] = gapIn(new Uint8Array(data));
        if (lost === undefined || next === undefined) return;
        at = next;
        to.gap(lost);
      };
      const close = (): void => socket.close();
      signal.addEventListener('abort', close);
      socket.onclose = () => {
        signal.removeEventListener('abort', close);
        void pause(RETRY_MS, signal).then(open);
      };
    };
    open();
  },
};

/** Messages lost and where it goes on; nothing where the frame says something else. */
function gapIn(frame: Uint8Array): number[] {
  return frame[0] === GAP ? new TextDecoder().decode(frame.subarray(1)).split(',').map(Number) : [];
}
