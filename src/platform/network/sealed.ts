import type { Duplex } from 'node:stream';

/**
 * A connection that is handed on and not used: a source that others are reached through returns it, and can neither read from it
 * nor write to it. A class with a private field, so that nothing else is one.
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

/** Seals a connection, for a source to hand on. */
export const sealConnection = (connection: Duplex): Sealed => new Sealed(connection);

/** The connection itself: for what dials through a source, and nothing else (`test/architecture`). */
export const unseal = Sealed.open;
