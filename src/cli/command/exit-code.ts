/** Exit code of a usage or profile error. */
export const usageExit = 4;
/** Exit code of a record that could not be stored. */
export const notStoredExit = 1;
/** A usage or profile error. Nothing was contacted or executed; the command exits with 4. */
export class UsageError extends Error {
  readonly lines: readonly string[];
  constructor(...lines: readonly string[]) {
    super(lines.join('\n'));
    this.name = 'UsageError';
    this.lines = lines;
  }
}
