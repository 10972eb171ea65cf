import type { Millis } from '../../../domain/fault.ts';

/** A session of a client, as pg_stat_activity shows it. Times are the model's. */
export interface Backend {
  readonly pid: number;
  readonly user: string;
  readonly application: string;
  readonly client: string;
  /** Absent: that of the applications. */
  readonly database?: string;
  readonly startedAt: Millis;
  readonly state: 'active' | 'idle' | 'idle in transaction';
  /** Since when it is in that state, or runs its query. */
  readonly since: Millis;
  /** When its transaction began, while it has one. */
  readonly transactionAt?: Millis;
  readonly query: string;
  /** Who holds the lock that it waits for; empty: it waits for none. */
  readonly blockedBy: readonly number[];
}

/** Gives every backend a pid that no other has had. */
export class Pids {
  #last = 2100;

  next(): number {
    this.#last += 1;
    return this.#last;
  }
}
