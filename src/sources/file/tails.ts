import { fileLinesAround } from '../../logs/reading/file-lines-around.ts';
import { olderFileLines } from '../../logs/reading/older-file-lines.ts';
import { isRotated } from '../../logs/reading/rotated-files.ts';
import type { LogEvent, Tail } from '../../logs/reading/tail.ts';
import { tailLogFile } from '../../logs/reading/tail-log-file.ts';
import type { FileContext } from './file-context.ts';
import { filesMatching, isGlob } from './file-context.ts';

/** Extensions of files that are not line-oriented logs. */
const nonLogExtension = /\.(?:gz|zip|bz2|xz|zst|csv|db|jar|tar|tgz)$/;
/** More files than a person can follow. */
const maxFiles = 500;

/** A path as written in the profile, and its resolved location. */
interface NamedFile {
  readonly name: string;
  readonly path: string;
  readonly id?: string;
  /** The source's paths that match it. */
  readonly by: readonly string[];
}

/** The stream that has shown a file: under another name its lines are not repeated. */
type ShownStreams = Map<string, string>;

/**
 * Streams of a file source: every file that its paths match, and paths without a file yet. `of`: a name or a path,
 * including the source's globs. Leaves out rotated files whose lines another stream has shown.
 */
export const fileTails = (
  all: readonly FileContext[],
): ((of: string | undefined, signal: AbortSignal) => Promise<readonly Tail[]>) => {
  const shown: ShownStreams = new Map();
  return async (of, signal) => {
    const tailLists = await Promise.all(all.map((parts) => tailsAt(parts, shown, signal)));
    return tailLists
      .flat()
      .filter(({ tail, path, by }) => of === undefined || [tail.stream, path, ...by].includes(of))
      .map(({ tail }) => tail);
  };
};

const tailsAt = async (
  parts: FileContext,
  shown: ShownStreams,
  signal: AbortSignal,
): Promise<readonly { readonly tail: Tail; readonly path: string; readonly by: readonly string[] }[]> => {
  const named = new Map<string, NamedFile>();
  for (const glob of parts.config.paths)
    for (const expandName of await expandNames(parts, glob, signal)) {
      const existing = named.get(expandName.path) ?? expandName;
      named.set(expandName.path, { ...existing, by: [...existing.by, glob] });
    }
  const files = [...named.values()].slice(0, maxFiles);
  return files.flatMap((file) => {
    const isOld = files.some(({ path }) => path !== file.path && isRotatedOf(path, file.path));
    const by = file.id === undefined ? undefined : shown.get(file.id);
    if (isOld && by !== undefined && by !== file.name) return [];
    if (file.id !== undefined) shown.set(file.id, file.name);
    return [{ tail: createFileTail(parts, file, isOld, shown), path: file.path, by: file.by }];
  });
};

const isRotatedOf = (path: string, other: string): boolean => {
  const dir = path.slice(0, path.lastIndexOf('/') + 1);
  return other.startsWith(dir) && isRotated(path, other.slice(dir.length));
};

const expandNames = async (
  parts: FileContext,
  glob: string,
  signal: AbortSignal,
): Promise<readonly NamedFile[]> => {
  const placed = parts.resolvePath(glob);
  // Names drop the directory that the location adds before the written path.
  const written = glob.startsWith('./') ? glob.slice(2) : glob;
  const isBelow = placed.endsWith(written);
  const front = isBelow ? placed.length - written.length : 0;
  const name = (path: string): string => (front === 0 ? path : path.slice(front));
  if (!isGlob(placed))
    return nonLogExtension.test(placed) ? [] : [{ name: name(placed), path: placed, by: [] }];
  const fileStats = await filesMatching(parts.files, placed, signal);
  return fileStats
    .filter(({ path }) => !nonLogExtension.test(path))
    .map(({ path, id }) => ({ name: name(path), path, id, by: [] }));
};

/** A rotated file is no longer written, and its name will be reused: it is read, but not followed. */
const createFileTail = (
  parts: FileContext,
  { name, path }: NamedFile,
  isOld: boolean,
  shown: ShownStreams,
): Tail => {
  const reading = {
    files: parts.io.logFiles,
    clock: parts.io.clock,
    path,
    heads: parts.heads,
    fault: (error: unknown) => parts.fault(path, error),
  };
  return {
    stream: parts.endpoint === '' ? name : `${parts.endpoint}:${name}`,
    isFile: true,
    open: async function* (from, signal): AsyncGenerator<LogEvent, void, undefined> {
      let last = '';
      const follow = from.follow && !isOld;
      for await (const event of tailLogFile(reading, { ...from, follow }, signal)) {
        const id = event.is === 'chunk' ? (event.mark?.split('@')[0] ?? '') : last;
        if (id !== last) shown.set(id, name);
        last = id;
        yield event;
      }
    },
    older: (before, signal) => olderFileLines(reading, before, signal),
    around: (request, signal) => fileLinesAround(reading, request, signal),
  };
};
