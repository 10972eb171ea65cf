import type { ApprovalRule } from '../../domain/runbooks/guard.ts';
import type { ApprovalRecord } from '../../domain/runs/approval.ts';
import type { RunEvent } from '../../domain/runs/run.ts';
import type { LedgerRecord } from '../../persistence/ledger/ledger-record.ts';

/** A record with what is known of its writer. */
export interface WrittenRecord {
  readonly seq: number;
  readonly user: string;
  /** The session user of the database. Absent: it is a record of this machine. */
  readonly role?: string;
  /** True: it has the proof of the process of its run. */
  readonly isSealed: boolean;
  readonly entry: RunEvent;
}

/** Converts a record of the ledger of this machine. */
export const writtenHere = ({ seq, who, proof, entry }: LedgerRecord): WrittenRecord => ({
  seq,
  user: who,
  isSealed: proof !== undefined,
  entry,
});

/** Converts a record of a state database. */
export const writtenThere = ({ seq, user, role, isSealed, entry }: ApprovalRecord): WrittenRecord => ({
  ...{ seq, user, role, isSealed: isSealed === true, entry },
});

/** The events from which an undo follows. Only the process of the run records them. */
const deciding: ReadonlySet<RunEvent['event']> = new Set<RunEvent['event']>([
  ...(['planned', 'gated', 'confirmed', 'reset-scheduled', 'acting', 'acted', 'ended'] as const),
]);

/** True for a record from which an undo follows. */
export const isDeciding = ({ event }: Pick<RunEvent, 'event'>): boolean => deciding.has(event);

/**
 * Explains why the records of a run do not show who wrote them; undefined when they do. One person recorded the run: this
 * user on this machine, or in a database the person to whom the database user belongs.
 */
export const foreignProblem = (
  records: readonly WrittenRecord[],
  me: string,
  users: ApprovalRule['users'],
): string | undefined => {
  const own = records.filter(({ entry }) => isDeciding(entry));
  const first = own.find(({ entry }) => entry.event === 'planned');
  if (first === undefined) return 'the ledger has no plan of the run. See opsdeck audit verify';
  for (const { seq, user, role, isSealed } of own) {
    if (!isSealed) return `record ${seq} does not say which process wrote the record`;
    if (user !== first.user || role !== first.role)
      return `record ${seq} was not written by the user who wrote the plan`;
    if (role === undefined && user !== me) return `record ${seq} is from ${user}, and this account is ${me}`;
    if (role === undefined || users === undefined) continue;
    const expected = Object.hasOwn(users, user) ? users[user] : undefined;
    if (expected !== role)
      return `record ${seq} claims to be from ${user}, but the database user ${role} wrote it, so opsdeck does not trust the run`;
  }
  return undefined;
};
