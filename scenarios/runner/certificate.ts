/**
 * A certificate of this run's own, made on the fly, so that TLS is measured as it is used: verified.
 *
 * RSA of 2,048 bits and not a curve, because its signature always has the same size: the bytes of a handshake are then
 * the same in every repetition, where an ECDSA signature differs by up to two.
 */
export interface Certificate {
  /** Both PEM. */
  readonly key: string;
  readonly cert: string;
}

let made: Promise<Certificate> | undefined;

/** The one certificate of this process, for `localhost` and 127.0.0.1. Nothing is written to disk. */
export function certificate(): Promise<Certificate> {
  made ??= make();
  return made;
}

async function make(): Promise<Certificate> {
  // Only now: its many modules would be a tenth of every start, and most commands need none.
  const { generate } = await import('selfsigned');
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }], {
    keySize: 2048,
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  });
  return { key, cert };
}
