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
