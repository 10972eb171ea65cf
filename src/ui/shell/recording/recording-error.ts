/** A recording that cannot be read. The message names the line. */
export class RecordingError extends Error {
  /** The line, from 1. */
  readonly line: number;
  readonly why: string;
  constructor(line: number, why: string) {
    super(`line ${line}: ${why}`);
    this.name = 'RecordingError';
    this.line = line;
    this.why = why;
  }
}
