import { errorMessage } from '../../domain/text/error-message.ts';
import { LockHeldError } from '../../platform/files/lock-file.ts';
import { MakeDirError } from '../../platform/files/make-dir.ts';
import { UnsafeDirError } from '../../platform/files/private-dir.ts';
import { errnoOf } from '../../platform/runtime/errno.ts';

/** The ledger could not be read or written. The message contains the path and the reason. */
export class LedgerError extends Error {
  /** The error code of the failed system call; '' if it has none. */
  readonly code: string;
  constructor(message: string, code = '') {
    super(message);
    this.name = 'LedgerError';
    this.code = code;
  }
}

/** The entry was not appended, because its condition refuses it. The message is the reason. */
export class LedgerRefusal extends LedgerError {}

/** A record does not continue its chain: nothing can be appended after it. The message names it. */
export class BrokenLedgerError extends LedgerError {}

/** Messages for system error codes. Source: errno(3). */
const words: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'not permitted',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space left on the device',
  EDQUOT: 'disk quota exceeded',
  EFBIG: 'file size limit exceeded',
  EIO: 'input/output error',
  ENOTDIR: 'a part of the path is not a directory',
  EISDIR: 'the path is a directory',
  ENXIO: 'the path is a FIFO, a socket or a device',
  ELOOP: 'the path is a symbolic link, which is not followed',
};

/**
 * Converts any failure to a LedgerError: 'the ledger PATH cannot be written: no space left on the device
 * (ENOSPC)'.
 */
export const toLedgerError = (does: string, path: string, error: unknown): LedgerError => {
  if (error instanceof LedgerError) return error;
  if ([LockHeldError, MakeDirError, UnsafeDirError].some((type) => error instanceof type))
    return new LedgerError(`the ledger ${path} cannot be ${does}: ${errorMessage(error)}`);
  const code = errnoOf(error);
  const why = words[code] ?? errorMessage(error);
  return new LedgerError(
    `the ledger ${path} cannot be ${does}: ${why}${code === '' ? '' : ` (${code})`}`,
    code,
  );
};
