import { MakeDirError } from '../../../platform/files/make-dir.ts';

/**
 * A failed read or write of the history. busy: another process was writing, try again later · broken: the
 * file is corrupt · full: no space is left · cannot: the file cannot be opened or written at all.
 */
export class HistoryError extends Error {
  readonly kind: 'busy' | 'broken' | 'full' | 'cannot';
  constructor(kind: HistoryError['kind'], message: string) {
    super(message);
    this.name = 'HistoryError';
    this.kind = kind;
  }
}

/** Primary result codes. Source: sqlite.org/rescode.html */
const kinds: Readonly<Record<number, HistoryError['kind']>> = {
  5: 'busy',
  6: 'busy',
  11: 'broken',
  13: 'full',
  26: 'broken',
};

const fieldOf = (error: unknown, name: 'code' | 'errcode' | 'message'): unknown =>
  typeof error === 'object' && error !== null ? Reflect.get(error, name) : undefined;

/**
 * Converts an error of SQLite or the file system to a HistoryError. The reason precedes the path, because a
 * narrow screen cuts off the end.
 */
export const toHistoryError = (path: string, error: unknown): HistoryError => {
  if (error instanceof HistoryError) return error;
  const code = fieldOf(error, 'errcode');
  const kind = typeof code === 'number' ? (kinds[code & 0xff] ?? 'cannot') : 'cannot';
  const message = String(fieldOf(error, 'message') ?? error);
  // Format of system errors: 'EACCES: permission denied, open …'.
  const reason =
    error instanceof MakeDirError ? error.reason : message.replace(/^[A-Z]+: ([^,]*),.*$/s, '$1');
  return new HistoryError(fieldOf(error, 'code') === 'ENOSPC' ? 'full' : kind, `${reason}, ${path}`);
};
