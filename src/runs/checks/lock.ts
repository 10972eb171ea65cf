import type { Millis } from '../../domain/base/fault.ts';
import type { Plan, Target } from '../../domain/runbooks/operation.ts';
import { formatAge } from '../../domain/text/duration.ts';
import { errorMessage } from '../../domain/text/error-message.ts';
import { StateDatabaseError } from '../../persistence/files/state-database-error.ts';
import type { LedgerActor } from '../../persistence/ledger/ledger-record.ts';
import type { LockConflict, TargetLease, TargetLocks } from '../../platform/files/target-locks.ts';
import type { CheckedRun } from '../context/check-parts.ts';
import { type CheckRuling, forbids, passes } from '../policy/ruling.ts';
import { withNormalizedAddresses } from './lock-address.ts';

/** An action with targets. */
interface Hitting {
  readonly plan: Pick<Plan, 'targets' | 'reach'>;
}

const keysOf = ({ name, uid, where, place }: Target): readonly string[] => {
  const keys = [
    // The same object through another context or another profile.
    `uid ${uid} name ${name}`,
    // The same object after it was recreated: its uid is then a different one.
    `where ${where} name ${name}`,
  ];
  // As written first: these are the only keys that an older opsdeck takes.
  return [
    ...keys,
    ...keys.map(withNormalizedAddresses),
    // The same object under another name: each profile names its sources itself.
    ...(place === undefined ? [] : [place, uid].map((text) => `place ${withNormalizedAddresses(text)}`)),
  ];
};

/** The lock keys of a run's targets, with the target name for each key. */
export const targetKeys = (acts: readonly Hitting[]): ReadonlyMap<string, string> =>
  new Map(
    acts.flatMap(({ plan }) =>
      plan.targets.flatMap((target) => keysOf(target).map((key): [string, string] => [key, target.name])),
    ),
  );

/** The number of distinct objects that some actions affect. A target that stands for several counts as all of them. */
export const countObjects = (acts: readonly Hitting[]): number => {
  const counts = new Map<string, number>();
  for (const { plan } of acts)
    for (const [index, { uid, where }] of plan.targets.entries()) {
      const key = `${uid} ${where}`;
      const count = index === 0 ? (plan.reach?.objects ?? 1) : 1;
      counts.set(key, Math.max(count, counts.get(key) ?? 0));
    }
  return [...counts.values()].reduce((sum, count) => sum + count, 0);
};

/** 'ledger-db is locked by ana@vm-1, run r-1, close-breaker, for 12s' */
const heldRuling = (name: string, { note, remedy = '' }: LockConflict, wall: Millis): CheckRuling => {
  const who =
    note === undefined
      ? 'another run'
      : `${note.who}@${note.host}, run ${note.run}, ${note.runbook}, for ${formatAge(wall - note.at)}`;
  const stuck = remedy === '' ? '' : `. ${remedy}`;
  return forbids('lock', `${name} is locked by ${who}`, `wait until that run has ended${stuck}`);
};

/** Locks that cannot be written: those of a state database, or of the state directory. */
const unwritable = (error: unknown): CheckRuling =>
  forbids(
    'lock',
    `opsdeck cannot write the locks of the targets: ${errorMessage(error)}`,
    error instanceof StateDatabaseError
      ? 'wait until the database can be used. See opsdeck state status'
      : 'make the state directory writable for your user',
  );

interface LockParts {
  readonly locks: TargetLocks;
  readonly who: LedgerActor;
}

/** Checks whether another run holds one of the targets. Takes no lock. */
export const lockCheck = async (
  { acts }: Pick<CheckedRun, 'acts'>,
  { locks }: Pick<LockParts, 'locks'>,
  wall: Millis,
): Promise<readonly CheckRuling[]> => {
  const names = targetKeys(acts);
  if (names.size === 0) return [];
  try {
    const held = await locks.holder([...names.keys()]);
    if (held === undefined) return [passes('lock', 'no other run holds the lock of a target')];
    return [heldRuling(names.get(held.key) ?? '', held, wall)];
  } catch (error) {
    return [
      passes('lock', `opsdeck cannot read the locks of the targets: ${errorMessage(error)}`, 'unknown'),
    ];
  }
};

interface LockResult {
  readonly rulings: readonly CheckRuling[];
  /** Absent when there was nothing to lock, or locking failed. */
  readonly taken?: TargetLease;
}

/** Locks all targets of a run, or reports who holds one. A run is refused when locks cannot be written. */
export const takeLocks = async (
  { acts, run, runbook }: CheckedRun,
  { locks, who }: LockParts,
  wall: Millis,
): Promise<LockResult> => {
  const names = targetKeys(acts);
  if (names.size === 0) return { rulings: [] };
  try {
    const got = await locks.take([...names.keys()], {
      who: who.user,
      host: who.host,
      run,
      runbook,
      at: wall,
    });
    if ('release' in got)
      return { rulings: [passes('lock', 'no other run holds the lock of a target')], taken: got };
    return { rulings: [heldRuling(names.get(got.key) ?? '', got, wall)] };
  } catch (error) {
    return { rulings: [unwritable(error)] };
  }
};

/** Checks that the locks are still held, immediately before something is sent. */
export const checkLocksHeld = async (taken: TargetLease | undefined): Promise<readonly CheckRuling[]> => {
  if (taken === undefined) return [];
  const held = await taken.held().catch(() => false);
  return held
    ? []
    : [
        forbids(
          'lock',
          'the run has lost the lock of the target, because another run took the lock over. Nothing more is sent',
          'plan again',
        ),
      ];
};
