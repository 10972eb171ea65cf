import type { Row } from '../domain/facts/snapshot.ts';
import type { DbSession } from '../kinds/sessions/fact.ts';

/** Fewer waiting sessions are the ordinary life of a database. */
const leastWaiting = 3;

/** Names by which profiles list a database, besides its own and that of its source. */
const databaseNames: readonly string[] = ['database', 'db', 'postgres', 'postgresql'];

const serverPid = ({ source }: Pick<DbSession, 'source'>, pid: number): string => `${source}/${pid}`;

/** Finds the session at the end of each chain of waiting sessions. */
class LockChains {
  readonly #sessions: ReadonlyMap<string, DbSession>;
  readonly #holders = new Map<DbSession, DbSession | undefined>();

  constructor(sessions: readonly DbSession[]) {
    this.#sessions = new Map(sessions.map((session) => [serverPid(session, session.pid), session]));
  }

  #blockerOf(session: DbSession): DbSession | undefined {
    for (const pid of session.blockedBy) {
      const blocker = this.#sessions.get(serverPid(session, pid));
      if (blocker !== undefined) return blocker;
    }
    return undefined;
  }

  /** The session that this one waits for, directly or not, and that waits for none; undefined in a deadlock. */
  holderOf(session: DbSession): DbSession | undefined {
    const chain = new Set<DbSession>();
    let current: DbSession | undefined = session;
    while (current !== undefined && !chain.has(current) && !this.#holders.has(current)) {
      chain.add(current);
      current = this.#blockerOf(current);
    }
    const last = [...chain].at(-1);
    const isDeadlock = current !== undefined && chain.has(current);
    const holder = current !== undefined && !isDeadlock ? this.#holders.get(current) : last;
    const found = isDeadlock || holder === undefined || holder.blockedBy.length > 0 ? undefined : holder;
    for (const waiting of chain) this.#holders.set(waiting, found);
    return found;
  }
}

/** Returns a function that finds the session for which one waits in the end: itself if it waits for none, undefined in a deadlock. */
export const lockHolderFinder = (
  sessions: readonly DbSession[],
): ((session: DbSession) => DbSession | undefined) => {
  const chains = new LockChains(sessions);
  return (session) => chains.holderOf(session);
};

const isWorking = ({ state }: DbSession): boolean => state !== 'idle' && state !== '';

/** The work that waits for a session. */
export interface HeldWork {
  /** Number of waiting sessions, directly or not, of these services. */
  readonly waiting: number;
  /** Names of the services and of the database. */
  readonly names: readonly string[];
}

/**
 * Returns the sessions for which most of the working sessions of a service wait, directly or not: what the server itself reports, unlike a dependency that a profile declares.
 */
export const lockHolders = (
  rows: readonly Pick<Row<'sessions'>, 'fact' | 'stale'>[],
): ReadonlyMap<DbSession, HeldWork> => {
  const sessions = rows.flatMap(({ fact, stale }) => (stale ? [] : [fact]));
  const held = new Map<DbSession, HeldWork>();
  if (!sessions.some(({ blockedBy }) => blockedBy.length > 0)) return held;
  const isOnly = new Set(sessions.map(({ source }) => source)).size === 1;
  const chains = new LockChains(sessions);
  const working = Map.groupBy(
    sessions.filter((session) => session.application !== undefined && isWorking(session)),
    ({ application = '' }) => application,
  );
  for (const [service, all] of working) {
    const waiting = all.filter(({ blockedBy }) => blockedBy.length > 0);
    for (const [holder, waiters] of Map.groupBy(waiting, (session) => chains.holderOf(session))) {
      if (holder === undefined || waiters.length < leastWaiting || waiters.length * 2 <= all.length) continue;
      const { waiting: others, names } = held.get(holder) ?? {
        waiting: 0,
        // Of several servers these words do not say which.
        names: [holder.database, holder.source, ...(isOnly ? databaseNames : [])],
      };
      held.set(holder, { waiting: others + waiters.length, names: [...names, service] });
    }
  }
  return held;
};
