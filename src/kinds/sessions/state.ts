import type { DbSession } from './fact.ts';

/** Sessions running for at least this long are listed, whatever their level. */
export const longSessionMs = 60_000;

/** The pid of a prepared transaction, which has no session. Source: PostgreSQL docs, pg_blocking_pids(). */
const preparedPid = 0;

/** Returns whether a session is idle in transaction: it keeps its locks and its snapshot without working. */
export const isIdleInTransaction = ({ state }: Pick<DbSession, 'state'>): boolean =>
  state.startsWith('idle in transaction');

/** The rounding of the ages that a server reports, and the time that a reading takes. */
const startToleranceMs = 2000;

/** Returns whether a session is in the transaction of an earlier reading. */
export const isSameTransaction = (was: DbSession, is: DbSession): boolean =>
  was.transactionMs !== undefined &&
  is.transactionMs !== undefined &&
  Math.abs(was.at - was.transactionMs - (is.at - is.transactionMs)) <= startToleranceMs;

/** Returns the duration of its transaction, or else of its query, in ms; -1 when it is idle. */
export const activeMs = ({
  state,
  transactionMs,
  durationMs,
}: Pick<DbSession, 'state' | 'transactionMs' | 'durationMs'>): number =>
  transactionMs ?? (state === 'idle' ? -1 : (durationMs ?? -1));

/** Lists blockers by pid: '12, a prepared transaction'. */
export const blockerNames = (pids: readonly number[]): string =>
  pids.map((pid) => (pid === preparedPid ? 'a prepared transaction' : String(pid))).join(', ');

/** Describes what blocks a session: 'waits for 12, 41', 'blocked by a prepared transaction'; '' for nothing. */
export const blockedText = (blockedBy: readonly number[]): string => {
  if (blockedBy.length === 0) return '';
  const isPrepared = blockedBy.every((pid) => pid === preparedPid);
  return `${isPrepared ? 'blocked by' : 'waits for'} ${blockerNames(blockedBy)}`;
};

/** Returns whether a prepared transaction blocks it: terminating a session then does not help. */
export const isBlockedByPrepared = (blockedBy: readonly number[]): boolean => blockedBy.includes(preparedPid);

/** Returns the words that decide a session's level. A state hidden from our role is unknown. */
export const sessionWords = (fact: DbSession): readonly string[] => [
  fact.state === '' ? 'unknown' : fact.state,
  fact.blockedBy.length > 0 ? 'blocked' : '',
  (fact.blocks ?? 0) > 0 ? 'blocking' : '',
  isIdleInTransaction(fact) && activeMs(fact) >= longSessionMs ? 'long idle in transaction' : '',
];
