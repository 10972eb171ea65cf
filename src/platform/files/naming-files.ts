import { constants, type Dirent } from 'node:fs';
import { open, opendir } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import { errnoOf } from '../runtime/errno.ts';
import { type Files, isSkippedDir } from './local-files.ts';

/** Budget for reading a directory that is not trusted. Beyond it, a command continues without the rest. */
interface NamingBudget {
  /** Files and directories. */
  readonly entries: number;
  readonly bytesPerFile: number;
  readonly bytes: number;
  readonly ms: number;
}

const kibibyte = 1024;
const budget: NamingBudget = {
  entries: 1000,
  bytesPerFile: 128 * kibibyte,
  bytes: 2048 * kibibyte,
  ms: 150,
};

/** The entries of a directory, a few at a time: one with millions is not listed to its end. None if it cannot be read. */
async function* entriesOf(dir: string): AsyncGenerator<Dirent> {
  try {
    yield* await opendir(dir, { bufferSize: 64 });
  } catch {
    // What is in a directory that others may not read is not found.
  }
}

/** Creates a check that throws for the first entry beyond the budget, or when no time is left. */
const createEntryCount = (ms: number): (() => void) => {
  const began = performance.now();
  let entries = 0;
  return () => {
    entries += 1;
    if (entries > budget.entries)
      throw new Error(`not trusted, and the directory holds more than ${budget.entries} files`);
    if (performance.now() - began > ms) throw new Error('not trusted, and takes too long to read');
  };
};

/**
 * Lists regular files; symbolic links to files are followed when they are read, those to directories are not. Rejects when there
 * are too many, and for a directory that cannot be read.
 */
const listBounded = async (dir: string, ms: number): Promise<readonly string[]> => {
  const found: string[] = [];
  const pending = [''];
  const count = createEntryCount(ms);
  // Node 22 cannot dispose of a directory.
  await (await opendir(dir)).close();
  for (const prefix of pending)
    for await (const entry of entriesOf(join(dir, prefix))) {
      count();
      if (isSkippedDir(entry.name)) continue;
      const path = prefix === '' ? entry.name : `${prefix}/${entry.name}`;
      if (entry.isDirectory()) pending.push(path);
      else if (entry.isFile() || entry.isSymbolicLink()) found.push(path);
    }
  return found.sort();
};

/** Reads a regular file. O_NONBLOCK opens a FIFO at once, and anything that is no file is refused before it is read. */
const readRegular = async (path: string): Promise<string> => {
  await using file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const stats = await file.stat();
  if (!stats.isFile()) throw new Error('not a regular file');
  // One byte more: a file of /proc has no size, and one may grow.
  const { bytesRead, buffer } = await file.read(Buffer.alloc(budget.bytesPerFile + 1), 0, undefined, 0);
  if (bytesRead > budget.bytesPerFile)
    throw new Error(`not trusted, and larger than ${budget.bytesPerFile / kibibyte} KiB`);
  return buffer.toString('utf8', 0, bytesRead);
};

/**
 * The files of a directory that is not trusted, as far as they name its profiles. They share one budget of files, bytes and time,
 * so that such a directory cannot delay a command: beyond it every read rejects, and the names are unknown. `ms`: the budget of
 * time, for a caller that does other work meanwhile.
 */
export const namingFiles = (dir: string, ms = budget.ms): Files => {
  let began: number | undefined;
  const texts = new Map<string, Promise<string | undefined>>();
  let bytes = 0;
  const requireBudget = (): void => {
    began ??= performance.now();
    if (performance.now() - began > ms || bytes > budget.bytes)
      throw new Error('the directory is not trusted, and takes too long to read');
  };
  const readOnce = async (path: string): Promise<string | undefined> => {
    try {
      const text = await readRegular(path);
      bytes += text.length;
      return text;
    } catch (error) {
      if (['ENOENT', 'ENOTDIR', 'EISDIR'].includes(errnoOf(error))) return undefined;
      throw error;
    }
  };
  return {
    read: async (path) => {
      requireBudget();
      const text = texts.get(path) ?? readOnce(path);
      texts.set(path, text);
      const known = await text;
      // What follows is parsing, which takes most of the time.
      requireBudget();
      return known;
    },
    list: async (where) => {
      const below = relative(resolve(dir), resolve(where)).split(sep).join('/');
      return below === '' ? await listBounded(dir, ms) : [];
    },
  };
};
