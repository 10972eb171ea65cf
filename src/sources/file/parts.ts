import { homedir } from 'node:os';
import { isAbsolute, join, normalize } from 'node:path';
import type { Sample } from '../../domain/facts.ts';
import type { Fault, Millis } from '../../domain/fault.ts';
import type { LogView } from '../../domain/profile.ts';
import { toFault } from '../../io/fault.ts';
import type { ReadIo } from '../../io/io.ts';
import type { FileConfig } from './config.ts';

/** What every question of a file source needs. */
export interface FileParts {
  readonly source: string;
  readonly config: FileConfig;
  readonly io: ReadIo;
  readonly views: readonly LogView[];
  /** An absolute path or glob for one that the profile names. */
  place(path: string): string;
  now(): Millis;
  /** Now on the machine's clock, which files are dated by. */
  wallNow(): Millis;
  /** A failure of a call on a path, as the fault of the source. */
  fault(path: string, error: unknown): Fault;
}

/** `dir`: what relative paths are relative to. */
export const fileParts = (
  source: string,
  config: FileConfig,
  io: ReadIo,
  from: { readonly dir?: string; readonly views?: readonly LogView[] },
): FileParts => ({
  source,
  config,
  io,
  views: from.views ?? [],
  place: (path) => {
    if (path === '~' || path.startsWith('~/')) return join(homedir(), path.slice(1));
    return isAbsolute(path) ? normalize(path) : join(from.dir ?? process.cwd(), path);
  },
  now: () => io.clock.now(),
  wallNow: () => io.clock.now() + io.clock.wallOffset(),
  fault: (path, error) => toFault(source, `read ${path}`, error, io.clock.now()),
});

/** What a signal got: a value, or why there is none; and when it was said, if that is not now. */
export type Found = Pick<Sample, 'value' | 'why'> & { readonly at?: Millis };
