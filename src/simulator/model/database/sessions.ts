import { defined } from '../../../domain/base/defined.ts';
import type { Millis } from '../../../domain/base/fault.ts';
import type { DatabaseSpec } from '../spec/database.ts';

/** Login of a protocol client. */
export interface LoginRequest {
  readonly user: string;
  readonly application: string;
  /** Absent: the application database. */
  readonly database?: string;
}

/** Sessions of protocol clients. */
export class ClientSessions {
  readonly #pids: PidAllocator;
  readonly #sessions = new Map<number, Backend>();

  constructor(pids: PidAllocator) {
    this.#pids = pids;
  }

  get backends(): readonly Backend[] {
    return [...this.#sessions.values()];
  }

  has(pid: number): boolean {
    return this.#sessions.has(pid);
  }

  begin({ user, application, database }: LoginRequest, now: Millis): Backend {
    const backend: Backend = {
      pid: this.#pids.next(),
      user,
      application,
      ...defined({ database }),
      client: '127.0.0.1',
      startedAt: now,
      state: 'idle',
      since: now,
      query: '',
      blockedBy: [],
    };
    this.#sessions.set(backend.pid, backend);
    return backend;
  }

  end(pid: number): boolean {
    return this.#sessions.delete(pid);
  }

  endAll(): void {
    this.#sessions.clear();
  }
}

/** A client session as in pg_stat_activity. Times are model times. */
export interface Backend {
  readonly pid: number;
  readonly user: string;
  readonly application: string;
  readonly client: string;
  /** Absent: the application database. */
  readonly database?: string;
  readonly startedAt: Millis;
  readonly state: 'active' | 'idle' | 'idle in transaction';
  /** Time of the last state change, or start of the current query. */
  readonly since: Millis;
  /** Start of the open transaction. */
  readonly transactionAt?: Millis;
  readonly query: string;
  /** Sessions that hold the lock it waits for; empty if it does not wait. */
  readonly blockedBy: readonly number[];
}

/** Assigns a unique PID to every backend. */
export class PidAllocator {
  #last = 2100;

  next(): number {
    this.#last += 1;
    return this.#last;
  }
}

/** Query interval of such a session. */
const periodMs: Millis = 15_000;

/**
 * Sessions of permanent programs: an exporter, a migration tool. A terminated one reconnects once its database accepts logins.
 */
export class BackgroundSessions {
  readonly #pids: PidAllocator;
  #sessions: readonly (Omit<Backend, 'since'> & { readonly backMs: Millis; readonly isAway: boolean })[];
  readonly #mayLogIn: (database: string | undefined) => boolean;

  constructor(
    specs: DatabaseSpec['background'],
    startedAt: Millis,
    pids: PidAllocator,
    mayLogIn: (database: string | undefined) => boolean,
  ) {
    this.#pids = pids;
    this.#mayLogIn = mayLogIn;
    this.#sessions = specs.map(({ application, user, query, database, backMs = 0 }, index) => ({
      pid: pids.next(),
      user,
      application,
      backMs,
      isAway: false,
      ...defined({ database }),
      client: `10.244.9.${10 + index}`,
      startedAt: startedAt + 60_000 * (index + 1),
      state: 'idle',
      query,
      blockedBy: [],
    }));
  }

  backends(now: Millis): readonly Backend[] {
    return this.#here(now).map(({ backMs: _, isAway: __, ...one }) => ({
      ...one,
      since: Math.max(one.startedAt, now - (now % periodMs)),
    }));
  }

  end(pid: number, now: Millis): boolean {
    const isThere = this.#here(now).some((backend) => backend.pid === pid);
    if (isThere)
      this.#sessions = this.#sessions.map((session) =>
        session.pid === pid
          ? { ...session, pid: this.#pids.next(), startedAt: now + session.backMs, isAway: true }
          : session,
      );
    return isThere;
  }

  /** Programs that have reconnected. */
  #here(now: Millis) {
    return this.#sessions.filter(
      ({ startedAt, isAway, database }) => startedAt <= now && (!isAway || this.#mayLogIn(database)),
    );
  }

  endAll(now: Millis): void {
    for (const { pid } of this.#sessions) this.end(pid, now);
  }
}
