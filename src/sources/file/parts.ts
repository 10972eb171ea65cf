import { homedir } from 'node:os';
import { isAbsolute, join, normalize } from 'node:path';
import type { Sample } from '../../domain/facts.ts';
import type { Fault, Millis } from '../../domain/fault.ts';
import type { LogSettings, LogView } from '../../domain/profile.ts';
import type { ReadIo } from '../../doors/io.ts';
import type { HeadOptions } from '../../logs/format/head.ts';
import { lineHeads } from '../../logs/reading/line-heads.ts';
import { toFault } from '../../platform/fault.ts';
import type { ReadFiles } from '../../platform/files/file-shapes.ts';
import type { FileConfig } from './config.ts';

/** What every question of a file source needs. */
export interface FileParts {
  readonly source: string;
  readonly config: FileConfig;
  readonly io: ReadIo;
  /** The end of a `via:` where the files are; '' for this machine. */
  readonly end: string;
  readonly files: ReadFiles;
  /** Tells the series of several ends apart. */
  readonly labels: Readonly<Record<string, string>>;
  readonly views: readonly LogView[];
  readonly heads: HeadOptions;
  /** An absolute path or glob for one that the profile names; at an end, one that is not absolute is taken as it is. */
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
  from: { readonly dir?: string; readonly views?: readonly LogView[]; readonly logs?: LogSettings },
  end = '',
): FileParts => ({
  source,
  config,
  io,
  end,
  files: end === '' ? io.files : io.filesAt(end),
  labels: (config.ends?.length ?? 0) > 1 ? { instance: end } : {},
  views: from.views ?? [],
  heads: lineHeads(from.logs, io.clock),
  place: (path) => {
    if (end !== '') return path;
    if (path === '~' || path.startsWith('~/')) return join(homedir(), path.slice(1));
    return isAbsolute(path) ? normalize(path) : join(from.dir ?? process.cwd(), path);
  },
  now: () => io.clock.now(),
  wallNow: () => io.clock.now() + io.clock.wallOffset(),
  fault: (path, error) =>
    toFault(source, end === '' ? `read ${path}` : `read ${path} in ${end}`, error, io.clock.now()),
});

/** What a signal got: a value, or why there is none; and when it was said, if that is not now. */
export type Found = Pick<Sample, 'value' | 'why'> & { readonly at?: Millis };
