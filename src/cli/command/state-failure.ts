import { isAbsolute, relative, resolve, sep } from 'node:path';
import { LedgerError } from '../../persistence/ledger/ledger-error.ts';
import { SavedTextError } from '../../platform/files/kept-files.ts';
import { LockHeldError } from '../../platform/files/lock-file.ts';
import { MakeDirError } from '../../platform/files/make-dir.ts';
import { UnsafeDirError } from '../../platform/files/private-dir.ts';
import { TrustFileError } from '../../platform/files/trust-file.ts';
import { errnoOf } from '../../platform/runtime/errno.ts';

const remedyOf = (code: string): string =>
  ['EACCES', 'EPERM'].includes(code)
    ? 'Correct the permissions, or choose another state directory with --state-dir.'
    : 'Choose another state directory with --state-dir.';

/** Messages for system error codes. Source: errno(3). */
const whys: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system of the path is read-only',
  ENOSPC: 'no space left on the device',
  EDQUOT: 'the disk quota is used up',
  EIO: 'input/output error',
  EISDIR: 'is a directory',
  ENOTDIR: 'a part of the path is not a directory',
  ELOOP: 'is a symbolic link, which is not followed',
};

const isBelow = (path: string, dir: string): boolean => {
  const rel = relative(resolve(dir), resolve(path));
  return rel !== '..' && !rel.startsWith(`..${sep}`) && !isAbsolute(rel);
};

/** The path of a failed system call; of two paths the one that would be created. */
const pathOf = (error: Error): string | undefined => {
  const path: unknown = Reflect.get(error, 'dest') ?? Reflect.get(error, 'path');
  return typeof path === 'string' ? path : undefined;
};

/** A failed system call on a file of the state directory; undefined for any other error. */
const systemFailure = (error: unknown, stateDir: string): string | undefined => {
  const path = error instanceof Error ? pathOf(error) : undefined;
  const code = errnoOf(error);
  const why = whys[code];
  if (why === undefined || path === undefined || !isBelow(path, stateDir)) return undefined;
  return `cannot use ${path}: ${why} (${code}). ${remedyOf(code)}`;
};

/**
 * The message of a state directory that cannot be read or written: the operation, the path, the reason and the remedy.
 * Undefined for any other error.
 */
export const stateFailureText = (error: unknown, stateDir: string): string | undefined => {
  // These have their own remedy.
  for (const type of [UnsafeDirError, TrustFileError, LockHeldError])
    if (error instanceof type) return error.message;
  if (error instanceof LedgerError)
    return error.code === '' ? error.message : `${error.message}. ${remedyOf(error.code)}`;
  if (error instanceof SavedTextError)
    return `cannot write the state: ${error.message}. ${remedyOf(error.code)}`;
  if (error instanceof MakeDirError) return `${error.message}. ${remedyOf(error.code)}`;
  return systemFailure(error, stateDir);
};

/** The message of a command whose state database cannot be used, with the way on. */
export const stateOutageText = (trouble: string): string => `${trouble}. See opsdeck state status.`;
