import type { Files } from '../platform/files/files.ts';
import { readProfileTree } from './read.ts';

/** A profile's file, and the files that it extends and includes, as far as they can be followed. */
export const profileFilesOf = async (file: string, files: Files): Promise<readonly string[]> => {
  const seen = new Set([file]);
  await readProfileTree(file, {
    ...files,
    read: (path) => {
      seen.add(path);
      return files.read(path);
    },
  });
  return [...seen];
};
