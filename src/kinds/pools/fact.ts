import type { Fact } from '../../domain/facts.ts';

export type PoolKind = 'hikari' | 'postgres' | 'mongodb' | 'go-sql' | 'redis';

/**
 * A connection pool, or the connection slots of a server. `pending` is absent where the driver reports no queue. `taken`: of a
 * server's slots those that are in use, which an idle session is, too.
 */
export interface Pool extends Fact {
  readonly service: string;
  readonly instance: string;
  readonly name: string;
  readonly kind: PoolKind;
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
