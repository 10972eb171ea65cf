/** A directory of opsdeck's own that every user of the machine may write. */
export class UnsafeDirError extends Error {
  readonly code = 'UNSAFE';
  constructor(dir: string) {
    super(
      `every user of this machine may write ${dir}; run chmod o-w ${dir}, or choose another with --state-dir`,
    );
    this.name = 'UnsafeDirError';
  }
}

/** The system's own code of a failure: 'ENOENT'; '' where it has none. Source: errno(3). */
export const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : '';

/** For a path that may not be there. */
export const absentAs =
  <T>(value: T) =>
  (error: unknown): T => {
    if (codeOf(error) === 'ENOENT') return value;
    throw error;
  };
