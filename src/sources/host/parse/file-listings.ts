import { WireError } from '../../../platform/runtime/wire-error.ts';

/** A file in the output of `find` or `stat`. */
export interface RemoteFile {
  readonly path: string;
  readonly bytes: number;
  /** On the host's clock. */
  readonly writtenAt: number;
  readonly inode: string;
}

/**
 * Output format of `find -printf` and `stat -c`: `%i` the inode, the modification time in seconds, the size, the path.
 */
export const findFormat = '%i %T@ %s %p\\n';
export const statFormat = '%i %Y %s %n';

/** Parses lines of one of these formats; ignores others. */
export const parseFileLines = (out: string): readonly RemoteFile[] =>
  out.split('\n').flatMap((line) => {
    const [, inode = '', seconds, bytes, path = ''] = /^(\d+) (\d+(?:\.\d+)?) (\d+) (.+)$/.exec(line) ?? [];
    if (path === '') return [];
    return [{ inode, path, bytes: Number(bytes), writtenAt: Math.round(Number(seconds) * 1000) }];
  });

/** Contents of an archive: names without a leading './'. */
export interface ArchiveListing {
  readonly names: readonly string[];
  readonly bytes: number;
}

/**
 * Parses `tar -tv`: '-rwxr-xr-x deploy/deploy 9437184 2026-11-19 21:14 ./bin/riptide-api'. Throws `malformed` without
 * any entry.
 */
export const parseArchiveListing = (out: string): ArchiveListing => {
  const entries = out.split('\n').flatMap((line) => {
    const match = /^[-dlhbcps]\S{9,} +\S+ +(\d+|\d+,\d+) +\S+ +\S+ (.+)$/.exec(line);
    if (match === null) return [];
    const name = (match[2] ?? '').replace(/ -> .*$/, '').replace(/^\.\/(?=.)/, '');
    return [{ name, bytes: Number(match[1]) || 0 }];
  });
  if (entries.length === 0)
    throw new WireError('malformed', 'the archive contains no files: choose another archive');
  return {
    names: entries.map(({ name }) => name),
    bytes: entries.reduce((sum, { bytes }) => sum + bytes, 0),
  };
};

/** Returns the first name that would unpack outside the target directory. */
export const findUnsafeName = ({ names }: ArchiveListing): string | undefined =>
  names.find((name) => name.startsWith('/') || name.split('/').includes('..'));

/** Parses `df -P -k`: bytes available to ordinary users. Throws `malformed`. */
export const parseFreeBytes = (out: string): number => {
  const free = /^.+? +\d+ +\d+ +(-?\d+) +(?:\d+%|-) +.+$/m.exec(
    out.trim().split('\n').slice(1).join('\n'),
  )?.[1];
  if (free === undefined) throw new WireError('malformed', 'df printed no file system: check df on the host');
  return Math.max(0, Number(free)) * 1024;
};

/** Parses `du -sb`: size of a tree in bytes. Throws `malformed`. */
export const parseDirectoryBytes = (out: string): number => {
  const bytes = /^(\d+)\s/.exec(out)?.[1];
  if (bytes === undefined)
    throw new WireError('malformed', 'the output of du has no size: check du on the host');
  return Number(bytes);
};
