import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { defined } from '../domain/base/defined.ts';
import type { Millis } from '../domain/base/fault.ts';
import { targetLocks } from '../platform/files/target-locks.ts';
import type { Clock } from '../platform/runtime/clock.ts';
import type { Transport } from '../platform/transport.ts';
import { resetFile } from './files/reset-file.ts';
import { StateDatabaseError } from './files/state-database-error.ts';
import { openLedger } from './ledger/ledger.ts';
import { ledgerPath } from './ledger/read-ledger.ts';
import { createFileStores, type StateAdmission, type StateStore } from './state-store.ts';
import { readApprovalRecords } from './team/approval-records.ts';
import type { StateLogin } from './team/database/address.ts';
import { createStateDatabase } from './team/database/database.ts';
import { createMirror } from './team/mirror.ts';
import { openPendingRecords, type PendingRecords } from './team/pending-records.ts';
import { createTeamReadings, type TeamReadingsOptions } from './team/readings/team-readings.ts';
import { followRequest, followTeamScreen } from './team/screen-reader.ts';
import { createScreenServer } from './team/screen-server.ts';
import { TeamCopy } from './team/team-copy.ts';
import { teamFiles } from './team/team-files.ts';
import { createTeamLedger } from './team/team-ledger.ts';
import { createTeamLocks, readRunningRuns } from './team/team-locks.ts';
import { createTeamPresence } from './team/team-presence.ts';

/** Interval in which changes are read without a notification. */
const pollMs: Millis = 5000;

export interface TeamStateOptions {
  readonly login: StateLogin;
  /** Time after which the locks of a process that does not answer can be taken over. */
  readonly leaseMs: Millis;
  readonly stateDir: string;
  readonly mask: (text: string, field?: string) => string;
  readonly clock: Clock;
  readonly transport: Transport;
  /** The reason to act while the database is unavailable. */
  readonly breakGlass?: string;
  /** Shares readings under this name; absent: this process reads everything itself. */
  readonly readings?: Pick<
    TeamReadingsOptions,
    'reader' | 'withCredentials' | 'network' | 'version' | 'random'
  >;
}

/** Whether runs may act: with the database, or without it for a reason. */
const admissionOf = async (
  copy: TeamCopy,
  how: Pick<TeamStateOptions, 'mask'> & {
    readonly shown: string;
    readonly breakGlass: string | undefined;
  },
): Promise<StateAdmission> => {
  const { mask, breakGlass, shown } = how;
  await copy.sync();
  const { problem, foreign } = copy;
  if (problem === undefined)
    return breakGlass === undefined
      ? {
          is: 'open',
          why: mask([`shared in ${shown}`, ...(foreign === undefined ? [] : [foreign])].join('; ')),
        }
      : {
          is: 'refused',
          why: `${shown} is available, so --break-glass is refused`,
          remedy: 'run the command again without --break-glass. In the cockpit: :break-glass end',
        };
  if (breakGlass !== undefined && problem.isAway)
    return {
      is: 'break-glass',
      why: `${problem.why}. Break-glass is on, so runs use the locks and the ledger of this machine: ${mask(breakGlass)}`,
    };
  return {
    is: 'refused',
    why: problem.why,
    remedy: problem.isAway
      ? 'wait until the database is back. If the outage is part of the incident: opsdeck run --break-glass REASON, or :break-glass in the cockpit'
      : 'see opsdeck doctor',
  };
};

/**
 * The state that several machines share: PostgreSQL has the truth, and a directory its copy, which is read. Nothing is
 * contacted before `open`. Throws for an address that cannot be used.
 */
export const createTeamState = async ({
  login,
  leaseMs,
  stateDir,
  mask,
  clock,
  transport,
  breakGlass,
  readings: sharing,
}: TeamStateOptions): Promise<StateStore> => {
  const database = createStateDatabase(login, transport);
  const mirror = createMirror(join(stateDir, 'team', database.id));
  const pending: PendingRecords = await openPendingRecords(mirror.dir);
  const files = teamFiles(database, mirror);
  const stores = createFileStores(files, mask);
  const keptResets = resetFile(pending.dir);
  const leaving = new AbortController();
  const copy = new TeamCopy({ database, mirror, pending, resets: stores.resets, keptResets, mask });

  const id = randomUUID();
  const openDatabase = () => createStateDatabase(login, transport);
  const screens = createScreenServer(id, openDatabase, clock);
  const presence = createTeamPresence(database, id, { isShared: screens.isShared, followed: screens.wake });
  // A session of its own: no reading delays a record or a lock.
  const readings =
    sharing === undefined
      ? undefined
      : createTeamReadings({ ...sharing, database: openDatabase(), clock, mask });
  const requests = followRequest('');
  const notified = (payload: string): void => {
    if (payload === followRequest(id)) screens.wake();
    else if (!payload.startsWith(requests)) void copy.sync();
  };

  let listening: { readonly isOpen: boolean } | undefined;
  const follow = async (): Promise<void> => {
    await copy.sync();
    if (listening?.isOpen === true || leaving.signal.aborted || copy.problem?.isAway === true) return;
    listening = { isOpen: true };
    listening = await database.listen('opsdeck_state', notified, leaving.signal).catch(() => undefined);
  };

  const isBroken = breakGlass !== undefined;
  return {
    dir: mirror.dir,
    openLedger: async (options = {}) =>
      isBroken
        ? // Readers read the copy; the records of this machine join it later.
          {
            ...(await openLedger(pending.dir, { ...options, olderDir: mirror.dir })),
            path: ledgerPath(mirror.dir),
          }
        : createTeamLedger({ ...options, database, mirror, pending: pending.ledger, merge: copy.merge }),
    locks: isBroken ? targetLocks(join(pending.dir, 'locks')) : createTeamLocks(database, clock, leaseMs),
    ...stores,
    ...(isBroken ? { resets: keptResets } : {}),
    open: async ({ follows }) => {
      if (!follows) return copy.sync();
      const stop = clock.every(pollMs, () => void follow());
      leaving.signal.addEventListener('abort', stop);
      void follow();
    },
    admission: () => admissionOf(copy, { shown: database.shown, breakGlass, mask }),
    presence,
    ...defined({ readings }),
    approvals: async (run) => {
      await copy.sync();
      const { problem } = copy;
      if (problem !== undefined) throw new StateDatabaseError(problem.why, problem.isAway);
      return readApprovalRecords(database, mirror.dir, run);
    },
    runningRuns: () => database.read(readRunningRuns),
    screens: {
      serve: screens.serve,
      follow: (cockpit, user) => followTeamScreen(openDatabase(), clock, cockpit, user),
    },
    recovered: 'the state database is available again: this machine is up to date',
    ...(breakGlass === undefined ? {} : { breakGlass: mask(breakGlass) }),
    isAsked: () => copy.isAsked,
    trouble: () => {
      const { problem } = copy;
      if (problem === undefined) return undefined;
      const received = `${problem.why}. opsdeck shows what this machine has received so far`;
      return isBroken && problem.isAway
        ? `${received}, and runs use the locks and the ledger of this machine`
        : `${received}, and nothing can be changed`;
    },
    close: async () => {
      leaving.abort(new DOMException('closed', 'AbortError'));
      await Promise.all([screens.close(), readings?.close()]);
      await copy.settled();
      if (copy.problem?.isAway !== true) await presence.leave();
      await database.close();
    },
  };
};
