import { WireError } from '../../platform/failures.ts';
import type { LogFile, LogFileStat, LogFiles } from '../../platform/files/log-file-shapes.ts';
import { beginningsOf, rotatedOf } from './log-file-beside.ts';
import { partOf } from './log-file-ends.ts';
import { checkOf, type FilePlace } from './log-file-mark.ts';

const mostTries = 20;

/** What stands in front of a place, when that is what stood there before; empty where the place does not say. Undefined: it is not there any more. */
export const stillThere = async (
  file: LogFile,
  place: FilePlace,
  signal: AbortSignal,
): Promise<Uint8Array | undefined> => {
  const { sizeBytes } = await file.stat(signal);
  if (sizeBytes < place.offset) return undefined;
  const { bytes, crc } = place.check ?? { bytes: 0, crc: 0 };
  const before = await partOf(file, place.offset - bytes, place.offset, signal);
  return before.length === bytes && checkOf(before).crc === crc ? before : undefined;
};

/** What stands at the path, held open, and what it was rotated to, the newest first: of one and the same moment. */
export interface Family {
  readonly live?: LogFile;
  readonly rotated: readonly LogFileStat[];
}

/** Throws WireError. Should it be rotated meanwhile, it is looked at anew. */
export const familyOf = async (files: LogFiles, path: string, signal: AbortSignal): Promise<Family> => {
  for (let tries = 0; ; tries += 1) {
    const live = await files.open(path, signal).catch(ifMissing);
    try {
      const beside = rotatedOf(path, await files.beside(path, beginningsOf(path), signal));
      const again = await files.stat(path, signal);
      if (again?.id === live?.id || tries === mostTries)
        return { ...(live && { live }), rotated: beside.filter(({ id }) => id !== live?.id) };
    } catch (error) {
      await live?.close();
      throw error;
    }
    await live?.close();
  }
};

/** Nothing for what is not there; anything else is thrown again. */
export const ifMissing = (error: unknown): undefined => {
  if (error instanceof WireError && error.kind === 'missing') return undefined;
  throw error;
};

/** Tries again as long as files are renamed under our hands. */
export const steadily = async <T>(work: () => Promise<T | undefined>): Promise<T> => {
  for (let tries = 0; tries < mostTries; tries += 1) {
    const found = await work();
    if (found !== undefined) return found;
  }
  throw new WireError('unreachable', 'it is rotated faster than it can be read');
};

/** The same files, and how to close whatever of them is still open: whoever reads may be left at any moment. */
export const openedOf = (
  files: LogFiles,
): { readonly files: LogFiles; readonly closeAll: () => Promise<void> } => {
  const opened = new Set<LogFile>();
  return {
    files: {
      ...files,
      open: async (path, signal) => {
        const file = await files.open(path, signal);
        opened.add(file);
        return {
          ...file,
          close: () => {
            opened.delete(file);
            return file.close();
          },
        };
      },
    },
    closeAll: async () => {
      for (const file of opened) await file.close();
      opened.clear();
    },
  };
};
