import type { Fact } from '../../domain/facts.ts';
import type { Millis } from '../../domain/fault.ts';

/** A database session. */
export interface DbSession extends Fact {
  readonly database: string;
  readonly pid: number;
  readonly user: string;
  readonly state: string;
  readonly durationMs?: number;
  readonly waiting: string;
  /** Pids of the sessions that hold what it waits for; 0: a prepared transaction, which no session holds. */
  readonly blockedBy: readonly number[];
  /** How many sessions wait for it directly. */
  readonly blocks?: number;
  readonly query: string;
  readonly application?: string;
  /** Where its client is. */
  readonly client?: string;
  /** When its backend started: pins the pid. */
  readonly startedAt?: Millis;
  /** How long its transaction has been open. */
  readonly transactionMs?: number;
}

declare module '../../domain/facts.ts' {
  interface FactTypes {
    readonly sessions: DbSession;
  }
}
