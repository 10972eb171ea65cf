import type { Millis } from '../../../domain/base/fault.ts';
import type {
  BlockingTransactionSpec,
  DatabaseIncidentSpec,
  MissingIndexSpec,
  SessionLeakSpec,
} from '../spec/database.ts';
import { fnv1a } from '../spec/seeded-random.ts';
import type { Blocker } from './pooled-sessions.ts';
import type { Backend, PidAllocator } from './sessions.ts';
import type { TableCatalog } from './table-catalog.ts';

/** A dropped index and the queries that are slow until any index on these columns exists. */
export class MissingIndex {
  readonly #tables: TableCatalog;
  readonly #now: () => Millis;
  readonly #connections: () => number;
  #spec: MissingIndexSpec | undefined;
  #since: Millis = 0;

  /** `connections`: pooled connections of all services. */
  constructor(tables: TableCatalog, now: () => Millis, connections: () => number) {
    this.#tables = tables;
    this.#now = now;
    this.#connections = connections;
  }

  inject(spec: MissingIndexSpec): void {
    this.#spec = spec;
    this.#since = this.#now();
    this.#tables.dropIndex(spec.index);
  }

  /** The index that is currently missing. */
  get missed(): MissingIndexSpec | undefined {
    const spec = this.#spec;
    return spec !== undefined && !this.#tables.leads(spec.table, spec.columns) ? spec : undefined;
  }

  get waitMs(): Millis {
    const { missed } = this;
    if (missed === undefined) return 0;
    const { waitMs, rampMs = 0, connections } = missed;
    const begun = rampMs === 0 ? 1 : Math.min(1, 0.5 + (0.5 * (this.#now() - this.#since)) / rampMs);
    const crowd = connections === undefined ? 1 : Math.max(1, this.#connections() / connections);
    return Math.round(waitMs * begun * crowd);
  }

  heal(): void {
    this.#spec = undefined;
  }
}

/** Maximum age difference of leaked sessions, in ms. */
const spreadMs: Millis = 1_800_000;

/** Leaked sessions that use slots, and an open transaction that holds locks. */
export class StuckSessions {
  readonly #pids: PidAllocator;
  #leak: { readonly spec: SessionLeakSpec; readonly sessions: Backend[] } | undefined;
  /** A transaction that will be opened again, and the time. */
  #again: { readonly spec: BlockingTransactionSpec; readonly at: Millis } | undefined;
  #block:
    | { readonly spec: BlockingTransactionSpec; readonly root: Backend; readonly since: Millis }
    | undefined;

  constructor(pids: PidAllocator) {
    this.#pids = pids;
  }

  inject({ sessionLeak: leak, blockingTransaction: block }: DatabaseIncidentSpec, now: Millis): void {
    if (leak !== undefined)
      this.#leak = {
        spec: leak,
        sessions: Array.from({ length: leak.sessions }, (_, index) => this.#leaked(leak, index, now)),
      };
    if (block !== undefined) this.#block = { spec: block, root: this.#root(block, now), since: now };
  }

  get isThere(): boolean {
    return this.#leak !== undefined || this.#block !== undefined || this.#again !== undefined;
  }

  get backends(): readonly Backend[] {
    return [...(this.#leak?.sessions ?? []), ...(this.#block === undefined ? [] : [this.#block.root])];
  }

  /** The open transaction that blocks the others. */
  get blocker(): Blocker | undefined {
    return (
      this.#block && { pid: this.#block.root.pid, since: this.#block.since, query: this.#block.spec.waiting }
    );
  }

  /** Current wait of the services' statements, and the resulting exception. */
  get block(): Pick<BlockingTransactionSpec, 'patienceMs' | 'error'> | undefined {
    return this.#block?.spec;
  }

  /** Extra time of every request caused by the queries of leaked sessions. */
  get leakWaitMs(): Millis {
    if (this.#leak === undefined) return 0;
    const { spec, sessions } = this.#leak;
    return Math.round((spec.waitMs * sessions.length) / spec.sessions);
  }

  /** Ends a session. It is reopened only if the incident requires it. */
  end(pid: number, now: Millis): boolean {
    if (this.#block?.root.pid === pid) {
      const { spec } = this.#block;
      this.#block = undefined;
      if (spec.againMs !== undefined) this.#again = { spec, at: now + spec.againMs };
      return true;
    }
    const index = this.#leak?.sessions.findIndex((session) => session.pid === pid) ?? -1;
    if (this.#leak === undefined || index < 0) return false;
    this.#leak.sessions.splice(index, 1);
    if (this.#leak.sessions.length === 0) this.#leak = undefined;
    return true;
  }

  /** Cancels a session's statement; its client sends no other and keeps the connection. */
  cancel(pid: number, now: Millis): void {
    const sessions = this.#leak?.sessions ?? [];
    const index = sessions.findIndex((session) => session.pid === pid && session.state === 'active');
    const session = sessions[index];
    if (session !== undefined) sessions[index] = { ...session, state: 'idle in transaction', since: now };
  }

  /** Opens due transactions again. */
  tick(now: Millis): void {
    if (this.#again === undefined || this.#again.at > now) return;
    const { spec } = this.#again;
    this.#again = undefined;
    this.#block = { spec, root: this.#root({ ...spec, ageMs: 0 }, now), since: now };
  }

  heal(): void {
    this.#again = undefined;
    this.#leak = undefined;
    this.#block = undefined;
  }

  #leaked({ application, user, query, youngestMs }: SessionLeakSpec, index: number, now: Millis): Backend {
    const startedAt = now - youngestMs - (fnv1a(`${application}/${index}`) % spreadMs);
    // A few have returned their rows and are idle in a program that does not close them.
    const state = index % 4 === 3 ? 'idle in transaction' : 'active';
    return {
      pid: this.#pids.next(),
      user,
      application,
      client: `10.244.9.${20 + (index % 3)}`,
      startedAt,
      state,
      since: startedAt + 900,
      transactionAt: startedAt + 200,
      query,
      blockedBy: [],
    };
  }

  #root({ application, user, query, ageMs }: BlockingTransactionSpec, now: Millis): Backend {
    const since = now - ageMs;
    return {
      pid: this.#pids.next(),
      user,
      application,
      client: '10.244.9.31',
      startedAt: since - 60_000,
      state: 'idle in transaction',
      since,
      transactionAt: since - 400,
      query,
      blockedBy: [],
    };
  }
}
