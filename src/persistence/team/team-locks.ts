import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Millis } from '../../domain/base/fault.ts';
import { stripControls } from '../../domain/text/controls.ts';
import type { LockConflict, LockNote, TargetLease, TargetLocks } from '../../platform/files/target-locks.ts';
import type { Clock } from '../../platform/runtime/clock.ts';
import { type AskState, fromHex, type StateDatabase } from './database/database.ts';

/** A key may have any length; the column is indexed. */
const hashed = (key: string): string => createHash('sha256').update(key).digest('hex');

const longestWord = 80;

const zHolder = z.array(z.string().max(longestWord));

/** The holder that the row of a lock names; undefined where another program has written it. The lock holds either way. */
const holderOf = (hex: string | null | undefined): Omit<LockNote, 'at'> | undefined => {
  try {
    const words = zHolder.parse(JSON.parse(fromHex(hex)));
    const [who = '', host = '', run = '', runbook = ''] = words.map(stripControls);
    return { who, host, run, runbook };
  } catch {
    return undefined;
  }
};

const holderText = ({ who, host, run, runbook }: LockNote): string =>
  JSON.stringify([who, host, run, runbook].map((word) => word.slice(0, longestWord)));

/** Ends a transaction that takes locks, so that none of them is kept. */
class LockTaken extends Error {
  readonly conflict: LockConflict;
  constructor(conflict: LockConflict) {
    super('another run holds the lock of a target: wait until that run has ended');
    this.conflict = conflict;
  }
}

const selectHolder =
  "SELECT key, encode(convert_to(holder, 'UTF8'), 'hex') AS holder, round(extract(epoch FROM clock_timestamp() - taken_at) * 1000)::bigint AS age_ms FROM opsdeck.target_lock WHERE key = ANY($1::text[]) AND expires_at > clock_timestamp() ORDER BY key LIMIT 1";

/** Takes a lock that is free or has expired, by the clock of the database. No row: another run holds it. */
const takeLock = `INSERT INTO opsdeck.target_lock AS held (key, token, holder, expires_at)
  VALUES ($1, nextval('opsdeck.lock_token'), $2, clock_timestamp() + $3 * interval '1 millisecond')
  ON CONFLICT (key) DO UPDATE SET token = excluded.token, holder = excluded.holder,
    taken_at = clock_timestamp(), expires_at = clock_timestamp() + $3 * interval '1 millisecond'
  WHERE held.expires_at <= clock_timestamp()
  RETURNING token`;

const countHeld =
  'SELECT token FROM opsdeck.target_lock WHERE token = ANY($1::bigint[]) AND expires_at > clock_timestamp()';

/**
 * Checks within a transaction that all tokens are held, and keeps others from taking them over until its end. Each lock
 * that was ever given has its own token, so the token of a lock that was taken over is held by no one.
 */
export const areTokensHeld = async (ask: AskState, tokens: readonly string[]): Promise<boolean> =>
  (await ask(`${countHeld} ORDER BY key FOR UPDATE`, [tokens])).length === tokens.length;

const selectRunning =
  "SELECT encode(convert_to(holder, 'UTF8'), 'hex') AS holder FROM opsdeck.target_lock WHERE expires_at > clock_timestamp()";

/** The ids of the runs that hold a lock now: they are in progress, wherever their process is. */
export const readRunningRuns = async (ask: AskState): Promise<ReadonlySet<string>> =>
  new Set((await ask(selectRunning)).flatMap(({ holder }) => holderOf(holder)?.run ?? []));

/**
 * Target locks of several machines, in the state database. A lock is a lease: it ends when its holder has not renewed it
 * for `leaseMs`. Only the clock of the database counts, so the clocks of the machines may differ.
 */
export const createTeamLocks = (
  database: StateDatabase,
  clock: Pick<Clock, 'wallNow' | 'every'>,
  leaseMs: Millis,
): TargetLocks => {
  const conflictIn = async (
    ask: AskState,
    names: ReadonlyMap<string, string>,
  ): Promise<LockConflict | undefined> => {
    const [row] = await ask(selectHolder, [[...names.keys()]]);
    if (row === undefined) return undefined;
    const time = clock.wallNow() - Number(row.age_ms);
    const path = `opsdeck.target_lock in ${database.shown}`;
    const holder = holderOf(row.holder);
    const key = names.get(row.key ?? '') ?? '';
    return holder === undefined ? { key, path } : { key, path, note: { ...holder, at: time } };
  };

  const leaseOf = (tokens: readonly string[]): TargetLease => {
    let isLost = false;
    const renew = async (): Promise<void> => {
      const kept = await database.transaction((ask) =>
        ask(
          "UPDATE opsdeck.target_lock SET expires_at = clock_timestamp() + $2 * interval '1 millisecond' WHERE token = ANY($1::bigint[]) AND expires_at > clock_timestamp() RETURNING token",
          [tokens, leaseMs],
        ),
      );
      // An expired lock is not renewed, even if no one has taken it over: this process was not there.
      isLost ||= kept.length < tokens.length;
    };
    // While the database is unavailable the lease runs out; `held` then says so.
    const stop = clock.every(Math.ceil(leaseMs / 3), () => void renew().catch(() => {}));
    return {
      tokens,
      held: async () => {
        if (isLost) return false;
        const kept = await database.read((ask) => ask(countHeld, [tokens]));
        return kept.length === tokens.length;
      },
      release: async () => {
        stop();
        isLost = true;
        // What cannot be removed now expires.
        await database
          .transaction((ask) =>
            ask('DELETE FROM opsdeck.target_lock WHERE token = ANY($1::bigint[])', [tokens]),
          )
          .catch(() => {});
      },
    };
  };

  /** The keys by their hashes, in the order in which every process takes them. */
  const ordered = (keys: readonly string[]): ReadonlyMap<string, string> =>
    new Map(
      [...new Set(keys)]
        .map((key): [string, string] => [hashed(key), key])
        .sort(([a], [b]) => (a < b ? -1 : 1)),
    );

  return {
    holder: (keys) => database.read((ask) => conflictIn(ask, ordered(keys))),
    take: async (keys, note) => {
      const names = ordered(keys);
      try {
        const tokens = await database.transaction(async (ask) => {
          const taken: string[] = [];
          for (const name of names.keys()) {
            const [row] = await ask(takeLock, [name, holderText(note), leaseMs]);
            if (row === undefined) {
              // Not the others: this transaction may have taken them.
              const conflict = await conflictIn(ask, new Map([[name, names.get(name) ?? '']]));
              throw new LockTaken(conflict ?? { key: names.get(name) ?? '', path: database.shown });
            }
            taken.push(row.token ?? '');
          }
          return taken;
        });
        return leaseOf(tokens);
      } catch (error) {
        if (error instanceof LockTaken) return error.conflict;
        throw error;
      }
    },
  };
};
