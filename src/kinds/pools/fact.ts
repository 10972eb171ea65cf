import type { Fact } from '../../domain/facts.ts';

/**
 * A connection pool, or the connection slots of a server. `pending` is absent where the driver reports no queue. `taken`: of a
 * server's slots those that are in use, which an idle session is, too.
 */
export interface Pool extends Fact {
  readonly service: string;
  readonly instance: string;
  readonly name: string;
  /** The driver ('hikari', 'go-sql'), or the type of the server whose slots these are ('postgres'). */
  readonly kind: string;
  readonly active?: number;
  readonly idle?: number;
  readonly max?: number;
  readonly pending?: number;
  readonly taken?: number;
}

declare module '../../domain/facts.ts' {
  interface FactTypes {
    readonly pools: Pool;
  }
}
