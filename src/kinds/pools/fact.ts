import type { Fact } from '../../domain/facts/facts.ts';

/**
 * A connection pool, or the connection slots of a server. `pending` is absent when the the driver does not report a queue.
 * `taken`: used slots of a server, including those of idle sessions.
 */
export interface Pool extends Fact {
  readonly service: string;
  readonly instance: string;
  readonly name: string;
  /** The driver ('hikari', 'go-sql'), or the type of the server with these slots ('postgres'). */
  readonly kind: string;
  readonly active?: number;
  readonly idle?: number;
  readonly max?: number;
  readonly pending?: number;
  readonly taken?: number;
}

declare module '../../domain/facts/facts.ts' {
  interface FactTypes {
    readonly pools: Pool;
  }
}
