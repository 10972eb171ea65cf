import { ageText } from '../../../domain/duration.ts';
import type { DbSession } from '../../../domain/facts.ts';
import { blockedText, isIdleInTransaction } from '../../../domain/session-state.ts';
import { counted } from '../../text/count.ts';
import { most } from '../extremes.ts';

/** Sessions told one by one. */
const sessionsTold = 6;
const holdersTold = 8;

const longestFirst = (a: DbSession, b: DbSession): number =>
  (b.transactionMs ?? -1) - (a.transactionMs ?? -1) || (b.durationMs ?? -1) - (a.durationMs ?? -1);

/** Who has slots of a server, by application: '46 reports · 46 active, longest transaction 11m'. */
export const holderLines = (sessions: readonly DbSession[]): readonly string[] => {
  const groups = [...Map.groupBy(sessions, ({ application, user }) => application ?? user)];
  const lines = groups
    .toSorted(([, a], [, b]) => b.length - a.length)
    .map(([name, all]) => {
      const busy = all.filter(({ state }) => state === 'active').length;
      const held = all.filter(isIdleInTransaction).length;
      const longest = most(all.map(({ transactionMs }) => transactionMs));
      const parts = [
        `${busy} active`,
        ...(held === 0 ? [] : [`${held} idle in transaction`]),
        ...(longest === undefined ? [] : [`longest transaction ${ageText(longest)}`]),
      ];
      return `${String(all.length).padStart(4)} ${name === '' ? '(no name)' : name} · ${parts.join(', ')}`;
    });
  const more = lines.length - holdersTold;
  return more > 0 ? [...lines.slice(0, holdersTold), `     ${counted(more, 'more name')}`] : lines;
};

/** The sessions that have held something longest: pid, state, for how long, what. */
export const longestLines = (sessions: readonly DbSession[]): readonly string[] =>
  sessions
    .filter(({ state }) => state !== 'idle')
    .toSorted(longestFirst)
    .slice(0, sessionsTold)
    .map((one) => {
      const held = one.transactionMs ?? one.durationMs;
      const waits = one.blockedBy.length === 0 ? '' : ` · ${blockedText(one.blockedBy)}`;
      return `${one.pid} ${one.state}${held === undefined ? '' : ` ${ageText(held)}`}${waits} · ${one.query}`;
    });
