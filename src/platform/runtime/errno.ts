/** The error code of a failed system call, such as 'ENOENT'; '' if it has none. Source: errno(3). */
export const errnoOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : '';
