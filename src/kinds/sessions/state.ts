import type { DbSession } from './fact.ts';

/** From so long on a session is worth a look, whatever its level. */
export const longSessionMs = 60_000;

/** The pid of a prepared transaction, which has no session. Source: PostgreSQL docs, pg_blocking_pids. */
const preparedPid = 0;

/** It holds its locks and an old snapshot, and does nothing. */
export const isIdleInTransaction = ({ state }: Pick<DbSession, 'state'>): boolean =>
  state.startsWith('idle in transaction');

/** How long its transaction, or else its query, has gone on; -1 when it is idle. */
export const activeMs = ({
  state,
  transactionMs,
  durationMs,
}: Pick<DbSession, 'state' | 'transactionMs' | 'durationMs'>): number =>
  transactionMs ?? (state === 'idle' ? -1 : (durationMs ?? -1));

/** Blockers by their pids: '12, a prepared transaction'. */
export const blockerNames = (pids: readonly number[]): string =>
  pids.map((pid) => (pid === preparedPid ? 'a prepared transaction' : String(pid))).join(', ');

/** What holds the locks that a session waits for: 'waits for 12, 41', 'blocked by a prepared transaction'; '' for nothing. */
export const blockedText = (blockedBy: readonly number[]): string => {
  if (blockedBy.length === 0) return '';
  const isPrepared = blockedBy.every((pid) => pid === preparedPid);
  return `${isPrepared ? 'blocked by' : 'waits for'} ${blockerNames(blockedBy)}`;
};

/** True: no session holds what it waits for, so that ending one does not help. */
export const isBlockedByPrepared = (blockedBy: readonly number[]): boolean => blockedBy.includes(preparedPid);

/** The words that a session's level is judged by. A state that is hidden from our role is unknown. */
export const sessionWords = (fact: DbSession): readonly string[] => [
  fact.state === '' ? 'unknown' : fact.state,
  fact.blockedBy.length > 0 ? 'blocked' : '',
  (fact.blocks ?? 0) > 0 ? 'blocking' : '',
  isIdleInTransaction(fact) && activeMs(fact) >= longSessionMs ? 'long idle in transaction' : '',
];
