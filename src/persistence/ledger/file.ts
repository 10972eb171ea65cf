import { open, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { acquireLock } from '../../platform/files/lock-file.ts';
import { openToRead, readRegular } from '../../platform/files/open-regular.ts';
import { openToAppend, orIfAbsent, privateDir } from '../../platform/files/private-dir.ts';
import { toLedgerError } from './ledger-error.ts';

/** The ledger's files while their lock is held. */
export interface LockedLedger {
  /** Content of `audit.head`; undefined if absent. */
  head(): Promise<string | undefined>;
  /** Size of `audit.jsonl` in bytes; 0 if absent. */
  size(): Promise<number>;
  /** Content of `audit.jsonl` from this byte on. */
  tail(from: number): Promise<string>;
  /** True when the file is empty or ends in a newline. */
  endsWhole(): Promise<boolean>;
  /** Appends text; resolves to the new size once the text is on disk. */
  append(text: string): Promise<number>;
  /** Replaces `audit.head` atomically; resolves once it is on disk. */
  writeHead(text: string): Promise<void>;
}

/**
 * Operations that change the disk, in the order of an append. `new-name`: sync of the directory after the
 * file was created.
 */
export type LedgerWrite =
  | 'lock'
  | 'append'
  | 'append-sync'
  | 'new-name'
  | 'head'
  | 'head-sync'
  | 'head-rename'
  | 'head-name'
  | 'unlock';

export interface LedgerFileOptions {
  /** Maximum time in ms to wait for other processes; default 10 s. */
  readonly lockWaitMs?: number;
  /** Called before each operation. An exception simulates its failure, such as a full disk (for tests). */
  readonly before?: (write: LedgerWrite) => void;
}

interface LedgerFile {
  readonly path: string;
  /** Runs `work` under a lock against all processes on this machine. Rejects with a LedgerError. */
  locked<T>(work: (files: LockedLedger) => Promise<T>): Promise<T>;
}

/** Syncs a directory, so that a new or renamed file survives a power failure. */
const syncDir = async (dir: string): Promise<void> => {
  await using handle = await open(dir, 'r');
  await handle.sync();
};

const readRange = async (path: string, from: number, length: number): Promise<string> => {
  if (length <= 0) return '';
  await using handle = await openToRead(path);
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await handle.read(buffer, 0, length, from);
  return buffer.toString('utf8', 0, bytesRead);
};

const lockedFiles = (dir: string, path: string, before: (write: LedgerWrite) => void): LockedLedger => {
  const headPath = join(dir, 'audit.head');
  const size = async (): Promise<number> => (await stat(path).catch(orIfAbsent(undefined)))?.size ?? 0;
  return {
    head: () => readRegular(headPath).catch(orIfAbsent(undefined)),
    size,
    tail: async (from) => readRange(path, from, (await size()) - from),
    endsWhole: async () => {
      const bytes = await size();
      return bytes === 0 || (await readRange(path, bytes - 1, 1)) === '\n';
    },
    append: async (text) => {
      const isNew = (await size()) === 0;
      before('append');
      await using handle = await openToAppend(path);
      await handle.appendFile(text);
      before('append-sync');
      await handle.sync();
      if (isNew) {
        before('new-name');
        await syncDir(dir);
      }
      return (await handle.stat()).size;
    },
    writeHead: async (text) => {
      const draft = `${headPath}.tmp`;
      before('head');
      // Removes a leftover of an interrupted writer, or a symbolic link.
      await rm(draft, { force: true });
      const handle = await open(draft, 'wx', 0o600);
      try {
        await handle.writeFile(text);
        before('head-sync');
        await handle.sync();
      } finally {
        await handle.close();
      }
      before('head-rename');
      await rename(draft, headPath);
      before('head-name');
      await syncDir(dir);
    },
  };
};

/**
 * Opens `audit.jsonl`, `audit.head` and `audit.lock` in a state directory. Touches nothing before the first
 * `locked`, which creates the directory (0700). Files have mode 0600.
 */
export const ledgerFile = (stateDir: string, options: LedgerFileOptions = {}): LedgerFile => {
  const { lockWaitMs = 10_000, before = () => {} } = options;
  const path = join(stateDir, 'audit.jsonl');
  return {
    path,
    locked: async (work) => {
      try {
        await privateDir(stateDir);
        const lock = await acquireLock(join(stateDir, 'audit.lock'), lockWaitMs, before);
        try {
          return await work(lockedFiles(stateDir, path, before));
        } finally {
          await lock.release();
        }
      } catch (error) {
        throw toLedgerError('written', path, error);
      }
    },
  };
};
