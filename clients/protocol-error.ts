/** What a client says when its peer broke the protocol: the error, and the bytes quoted in it. */

/** The peer broke the protocol. The message quotes the bytes that were not understood. */
export class ProtocolError extends Error {}

/** As many bytes tell what came, and fit in a sentence. */
export const QUOTED_BYTES = 80;

/** Bytes as they would be typed in a string, at most 80 of them. */
export function quote(bytes: Buffer | string): string {
  const text = typeof bytes === 'string' ? bytes : bytes.toString('latin1');
  return JSON.stringify(text.length > QUOTED_BYTES ? `${text.slice(0, QUOTED_BYTES)}…` : text);
}
