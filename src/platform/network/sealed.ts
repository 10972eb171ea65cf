import type { Duplex } from 'node:stream';

/**
 * A connection that its holder can pass on but not use: a tunneling source returns it and can neither read nor write
 * it. A class with a private field, so that no other object is one.
 */
class Sealed {
  readonly #connection: Duplex;

  constructor(connection: Duplex) {
    this.#connection = connection;
  }

  static open(sealed: Sealed): Duplex {
    return sealed.#connection;
  }
}

export type SealedConnection = Sealed;

/** Seals a connection for a source to pass on. */
export const sealConnection = (connection: Duplex): Sealed => new Sealed(connection);

/** Returns the connection itself; only code that dials through a source may call it (`test/architecture`). */
export const unseal = Sealed.open;
