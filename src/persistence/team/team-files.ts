import type { SharedFiles } from '../files/shared-files.ts';
import { localSharedFiles } from '../files/shared-files.ts';
import type { AskState, StateDatabase } from './database/database.ts';
import type { Mirror } from './mirror.ts';

/** Serializes changes of shared files, so that their numbers are committed in order. */
const filesLock = 'SELECT pg_advisory_xact_lock(1869640548, 2)';

/** Tells the others that something has changed; sent at the commit. */
export const notifyOthers = "SELECT pg_notify('opsdeck_state', '')";

const insert = async (ask: AskState, path: string, isAppend: boolean, content: string): Promise<void> => {
  await ask(
    'INSERT INTO opsdeck.file_change (seq, path, is_append, content) SELECT coalesce(max(seq), 0) + 1, $1, $2, $3 FROM opsdeck.file_change',
    [path, isAppend, content],
  );
};

/**
 * Files that several machines share: read from the copy, changed in the database. A change is a transaction, alone among
 * all machines, over a copy that is current. Rejects with a StateDatabaseError while the database is not available.
 */
export const teamFiles = (database: StateDatabase, mirror: Mirror): SharedFiles => ({
  dir: mirror.dir,
  locked: async (_, __, work) => {
    const result = await database.transaction(async (ask) => {
      await ask(filesLock);
      await mirror.pullFiles(ask);
      const made = await work({
        append: (path, lines) => insert(ask, path, true, lines),
        replace: (path, text) => insert(ask, path, false, text),
      });
      await ask(notifyOthers);
      return made;
    });
    // Committed: a copy that cannot be read now is read later.
    await database.read(mirror.pullFiles).catch(() => {});
    return result;
  },
  // A claim must end with its process, and lasts for seconds: the lock of its targets keeps other machines out.
  claim: localSharedFiles(mirror.dir).claim,
});
