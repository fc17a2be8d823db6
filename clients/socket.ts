/** Opens the socket under a connection, plain or with TLS, and says in a sentence why TLS failed. */
import { connect, type Socket } from 'node:net';
import { connect as connectTls, createSecureContext, type SecureContext } from 'node:tls';
import { ProtocolError } from './client.ts';
import { isEncrypted, isMultiplexed, type Address } from './connection.ts';

export interface Opened {
  /** What the application's bytes go through. */
  readonly socket: Socket;
  /** What the network sees: the same socket, or the one under TLS. */
  readonly wire: Socket;
}

/** Reading into a caller's buffer, without TLS: see `onread` of node:net. */
type OnRead = { readonly buffer: Uint8Array; readonly callback: (bytes: number, buffer: Uint8Array) => boolean };

/** Parsing a certificate costs more than a handshake; a process trusts one at a time. */
let trusted: { certificate: string; context: SecureContext } | undefined;

function contextFor(certificate: string): SecureContext {
  if (trusted?.certificate !== certificate) {
    trusted = { certificate, context: createSecureContext({ ca: certificate, minVersion: 'TLSv1.3' }) };
  }
  return trusted.context;
}

/** Connects at once. TLS is verified against the one certificate that the address names, as a browser would. */
export function openSocket(address: Address, read: OnRead): Opened {
  const { host, port, from, carrier, certificate = '' } = address;
  const local = from === undefined ? {} : { localAddress: from.address, localPort: from.nextPort() };
  const to = { host, port, ...local, noDelay: true };
  if (!isEncrypted(carrier)) {
    const socket = connect({ ...to, onread: { buffer: read.buffer as Buffer, callback: read.callback } });
    return { socket, wire: socket };
  }
  const wire = connect(to);
  const socket = connectTls({
    socket: wire,
    host,
    secureContext: contextFor(certificate),
    ALPNProtocols: [isMultiplexed(carrier) ? 'h2' : 'http/1.1'],
  });
  socket.on('data', (bytes: Buffer) => read.callback(bytes.length, bytes));
  if (isMultiplexed(carrier)) {
    socket.once('secureConnect', () => {
      if (socket.alpnProtocol === 'h2') return;
      socket.destroy(new ProtocolError('TLS failed: the server did not choose HTTP/2 when offered it (ALPN)'));
    });
  }
  return { socket, wire };
}

/** What a server of TLS says to who asks without: RFC 8446 §5.1. */
export const isTlsAlert = (start: Uint8Array): boolean => start[0] === 0x15 && start[1] === 0x03;

/** A TLS failure as an error that says which side gave up and why; undefined when the error is another. */
export function tlsFailure(error: NodeJS.ErrnoException): ProtocolError | undefined {
  if (error instanceof ProtocolError) return error;
  const { code = '', message } = error;
  // A write that TLS's failure has ended brings OpenSSL's words in its message.
  const words = /^write EPROTO [^:]*:error:[^:]*:[^:]*:[^:]*:([^:]+):/.exec(message)?.[1];
  const reason = (error as { reason?: string }).reason ?? words ?? message;
  if (/wrong version number|packet length too long/.test(reason)) {
    return new ProtocolError(`TLS failed: the server answered with something that is not TLS (${reason})`);
  }
  if (code.startsWith('ERR_SSL') || words !== undefined) {
    const side = /alert/i.test(reason) ? 'the server ended the handshake' : 'this client ended the handshake';
    return new ProtocolError(`TLS failed: ${side} (${reason})`);
  }
  if (/CERT|SIGNATURE|ISSUER|SELF_SIGNED|ALTNAME/.test(code)) {
    return new ProtocolError(`TLS failed: this client does not trust the server's certificate (${message})`);
  }
  return undefined;
}
