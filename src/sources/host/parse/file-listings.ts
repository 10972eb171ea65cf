import { WireError } from '../../../platform/wire-error.ts';

/** A file as `find` or `stat` tells of it. */
export interface RemoteFile {
  readonly path: string;
  readonly bytes: number;
  /** On the host's clock. */
  readonly writtenAt: number;
  readonly inode: string;
}

/** What `find -printf` and `stat -c` are asked for: `%i` the inode, the moment of writing in seconds, the size, the path. */
export const findFormat = '%i %T@ %s %p\\n';
export const statFormat = '%i %Y %s %n';

/** Lines of one of these formats; others are left out. */
export const parseFileLines = (out: string): readonly RemoteFile[] =>
  out.split('\n').flatMap((line) => {
    const [, inode = '', seconds, bytes, path = ''] = /^(\d+) (\d+(?:\.\d+)?) (\d+) (.+)$/.exec(line) ?? [];
    if (path === '') return [];
    return [{ inode, path, bytes: Number(bytes), writtenAt: Math.round(Number(seconds) * 1000) }];
  });

/** What an archive holds: names without a leading './'. */
export interface ArchiveListing {
  readonly names: readonly string[];
  readonly bytes: number;
}

/** `tar -tv`: '-rwxr-xr-x deploy/deploy 9437184 2026-11-19 21:14 ./bin/riptide-api'. Throws `malformed` for what lists nothing. */
export const parseArchiveListing = (out: string): ArchiveListing => {
  const entries = out.split('\n').flatMap((line) => {
    const found = /^[-dlhbcps]\S{9,} +\S+ +(\d+|\d+,\d+) +\S+ +\S+ (.+)$/.exec(line);
    if (found === null) return [];
    const name = (found[2] ?? '').replace(/ -> .*$/, '').replace(/^\.\/(?=.)/, '');
    return [{ name, bytes: Number(found[1]) || 0 }];
  });
  if (entries.length === 0) throw new WireError('malformed', 'the archive is empty');
  return {
    names: entries.map(({ name }) => name),
    bytes: entries.reduce((sum, { bytes }) => sum + bytes, 0),
  };
};

/** The first name that would be unpacked elsewhere than into the directory that is meant. */
export const findUnsafeName = ({ names }: ArchiveListing): string | undefined =>
  names.find((name) => name.startsWith('/') || name.split('/').includes('..'));

/** `df -P -k`: bytes that ordinary users may still write. Throws `malformed`. */
export const parseFreeBytes = (out: string): number => {
  const free = /^.+? +\d+ +\d+ +(-?\d+) +(?:\d+%|-) +.+$/m.exec(
    out.trim().split('\n').slice(1).join('\n'),
  )?.[1];
  if (free === undefined) throw new WireError('malformed', 'the output lists no file system');
  return Math.max(0, Number(free)) * 1024;
};

/** `du -sb`: the bytes of a tree. Throws `malformed`. */
export const parseDirectoryBytes = (out: string): number => {
  const bytes = /^(\d+)\s/.exec(out)?.[1];
  if (bytes === undefined) throw new WireError('malformed', 'the output has no size');
  return Number(bytes);
};
