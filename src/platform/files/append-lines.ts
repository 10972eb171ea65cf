import { appendFile } from 'node:fs/promises';

/** Adds lines to a file, which is made where there is none. Rejects when it cannot be written. */
export const appendLines = (path: string, lines: readonly string[]): Promise<void> =>
  appendFile(path, lines.map((line) => `${line}\n`).join(''));
