import type { Millis } from '../../domain/base/fault.ts';
import type { Fact } from '../../domain/facts/facts.ts';

/** A database session. */
export interface DbSession extends Fact {
  readonly database: string;
  readonly pid: number;
  readonly user: string;
  readonly state: string;
  readonly durationMs?: number;
  readonly waiting: string;
  /** Pids of the sessions that block it; 0: a prepared transaction, which has no session. */
  readonly blockedBy: readonly number[];
  /** Number of sessions that wait for it directly. */
  readonly blocks?: number;
  readonly query: string;
  readonly application?: string;
  /** Address of its client. */
  readonly client?: string;
  /** Start time of its backend; pins the pid. */
  readonly startedAt?: Millis;
  /** Age of its open transaction. */
  readonly transactionMs?: number;
}

declare module '../../domain/facts/facts.ts' {
  interface FactTypes {
    readonly sessions: DbSession;
  }
}
