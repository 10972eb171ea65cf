import { open, unlink } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { secretMasker } from '../masking/secrets.ts';

/** The path that was written, or the reason of the failure. */
export type SaveResult = { readonly path: string } | { readonly why: string };

const whys: Readonly<Record<string, string>> = {
  EACCES: 'your user may not write to the directory of the file',
  EPERM: 'your user may not write to the directory of the file',
  EROFS: 'the file system of the file is read-only',
  ENOSPC: 'no space left on the device',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'the file is too large for the file system, or for the size limit of this process (ulimit -f)',
  ENOENT: 'the directory of the file no longer exists',
  EISDIR: 'a directory already has the name of the file',
  UNSAFE: 'the directory of the file is world-writable. Run chmod o-w on the directory',
  ELOOP: 'the path is a symbolic link, which opsdeck does not follow',
  ENOTDIR: 'a part of the path is not a directory',
  ENAMETOOLONG: 'the file name is too long for the file system: use a shorter one',
};

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : String(error);

/** Explains why a file could not be written: 'no space left on the device (ENOSPC)'. */
export const writeFailureText = (error: unknown): string => {
  const code = codeOf(error);
  return `${whys[code] ?? 'writing failed'} (${code})`;
};

/** The most names to try. */
const triesAtMost = 100;

/** 'pods.csv', then 'pods-2.csv', 'pods-3.csv' … */
const nthName = (name: string, nth: number): string => {
  if (nth === 1) return name;
  const extension = extname(name);
  return `${name.slice(0, name.length - extension.length)}-${nth}${extension}`;
};

/** A name within a directory, whatever it was made of. */
const plainName = (name: string): string => name.replaceAll(/[/\0]/g, '_');

/** Masks known secrets as a last resort; the caller has already masked by context. */
const masked = (text: string | Iterable<string>): string | Iterable<string> =>
  typeof text === 'string' ? secretMasker.mask(text) : piecesOf(text);

function* piecesOf(text: Iterable<string>): Generator<string> {
  for (const piece of text) yield secretMasker.mask(piece);
}

const writeNew = async (path: string, text: string | Iterable<string>): Promise<void> => {
  // x (O_EXCL, open(2)): fails if the name is taken, even by a dangling link.
  const handle = await open(path, 'wx', 0o600);
  try {
    await handle.writeFile(masked(text), 'utf8');
    await handle.sync();
    await handle.close();
  } catch (error) {
    await handle.close().catch(() => {});
    // A partial file would pass for a complete one.
    await unlink(path).catch(() => {});
    throw error;
  }
};

/**
 * Writes a new private file (0600) in a directory, and nowhere else. An existing file stays; the new one gets a number. A
 * failed write leaves nothing behind. Never rejects.
 */
export const saveNewFile = async (
  dir: string,
  name: string,
  text: string | Iterable<string>,
): Promise<SaveResult> => {
  for (let nth = 1; nth <= triesAtMost; nth++) {
    const path = join(dir, nthName(plainName(name), nth));
    try {
      await writeNew(path, text);
      return { path };
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') return { why: `${path}: ${writeFailureText(error)}` };
    }
  }
  return { why: `${join(dir, name)}: ${triesAtMost} files with that name exist` };
};
