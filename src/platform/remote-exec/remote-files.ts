import { defined } from '../../domain/base/defined.ts';
import { segmentMatcher } from '../../domain/text/glob-segment.ts';
import type { FilePart, FileStat, FileText, ReadFiles } from '../files/file-interfaces.ts';
import { expandBraces, globSpecial, maxGlobLookups } from '../files/glob.ts';
import { decodeFilePart, lineFeed, requireRegularFile } from '../files/read-files.ts';
import { oneLine } from '../masking/sanitize.ts';
import { RemediedError } from '../network/to-fault.ts';
import type { ProgramEnd } from '../processes/program.ts';
import { ProgramError, undefinedIfMissing, WireError } from '../runtime/wire-error.ts';
import { collectRemoteOutput, type RemoteExec } from './remote-exec.ts';

/** A find(1) search for the paths that a glob matches. */
interface Search {
  /** The directory to search. */
  readonly dir: string;
  /** The maximum depth; absent: unlimited. */
  readonly depth?: number;
  /** The fnmatch(3) pattern of names in one directory. */
  readonly name?: string;
  /** True for the found paths that match. */
  fits(path: string): boolean;
}

/**
 * Prefixes a relative path with ./, so that it is never taken for an option. Relative paths start where programs are
 * run.
 */
const placed = (path: string): string =>
  path.startsWith('/') || path.startsWith('./') || path.startsWith('../') ? path : `./${path}`;

/** True if the segments of a path match those of a glob; `**` does not descend into hidden directories. */
const matches = (names: readonly string[], globs: readonly string[]): boolean => {
  const [glob, ...restOfGlobs] = globs;
  const [name, ...restOfNames] = names;
  if (glob === undefined) return name === undefined;
  if (glob !== '**')
    return name !== undefined && segmentMatcher(glob)(name) && matches(restOfNames, restOfGlobs);
  if (restOfGlobs.length === 0) return names.slice(0, -1).every((text) => !text.startsWith('.'));
  if (matches(names, restOfGlobs)) return true;
  return name !== undefined && !name.startsWith('.') && matches(restOfNames, globs);
};

/**
 * One search per alternative of a glob; a string for a path without wildcards. Same pattern rules as
 * `platform/files/glob`.
 */
const searchesOf = (glob: string): readonly (Search | string)[] =>
  expandBraces(placed(glob)).map((expandBrace) => {
    const segments = expandBrace.split('/');
    const first = segments.findIndex((segment) => globSpecial.test(segment));
    if (first === -1) return expandBrace;
    const globs = segments.slice(first).filter((segment) => segment !== '');
    const dir = segments.slice(0, first).join('/') || '/';
    const [only = ''] = globs;
    const inside = dir === '/' ? '/' : `${dir}/`;
    return {
      dir,
      ...(globs.includes('**') ? {} : { depth: globs.length }),
      ...(globs.length === 1 && only !== '**' ? { name: only } : {}),
      fits: (path) => path.startsWith(inside) && matches(path.slice(inside.length).split('/'), globs),
    };
  });

/** Output limit for a listing of the most files, in bytes. */
const longestList = 4 * 1024 * 1024;
/** Paths per call: the length of a command line is limited. */
const pathsAtOnce = 200;

/** Mode in hex, size, seconds since the epoch, device, inode, path. Identical for GNU, busybox and toybox. */
const format = '%f %s %Y %d %i %n';

const statIn = (line: string): FileStat | undefined => {
  const [, mode = '', size = '', written = '', device = '', inode = '', path = ''] =
    /^([0-9a-f]+) (\d+) (-?\d+) (\d+) (\d+) (.+)$/.exec(line) ?? [];
  if (path === '') return undefined;
  const modeBits = Number.parseInt(mode, 16);
  const type = modeBits & 0o170_000;
  return {
    path,
    kind: type === 0o100_000 ? 'file' : type === 0o040_000 ? 'directory' : 'other',
    sizeBytes: Number(size),
    runnable: (modeBits & 0o111) !== 0,
    writtenAt: Number(written) * 1000,
    id: `${device}:${inode}`,
  };
};

/** Error texts of the tools for a path, in the C locale. */
const failures: readonly (readonly [RegExp, 'missing' | 'denied' | 'malformed', string])[] = [
  [/no such file or directory/i, 'missing', 'no such file'],
  [/not a directory/i, 'missing', 'no such file: a part of the path is not a directory'],
  [/permission denied|operation not permitted/i, 'denied', 'cannot be read: permission denied'],
  [
    /too many (levels of )?symbolic links|symbolic link loop/i,
    'malformed',
    'the path is a loop of symbolic links',
  ],
  [
    /file name too long/i,
    'malformed',
    'a name in the path is too long for the file system: use a shorter one',
  ],
];

const problemOf = (tool: string, { status, signal, err }: ProgramEnd): WireError => {
  const known = failures.find(([pattern]) => pattern.test(err));
  if (known !== undefined) return new WireError(known[1], known[2]);
  const how = status === undefined ? `was killed by ${signal ?? 'a signal'}` : `exited with status ${status}`;
  return new WireError('malformed', oneLine(`remote ${tool} ${how}: ${err}`, 200));
};

/**
 * The files at a `via:` endpoint, read with the tools available there: stat, find, head and tail, each called with an
 * argv. Within one read (its signal), `list` fetches the state of its files in bulk, so that `stat` needs no call for
 * each. `read` uses the latest known state of its file.
 */
export const openRemoteFiles = (run: RemoteExec, end?: string): ReadFiles => {
  const statCache = new WeakMap<AbortSignal, Map<string, FileStat>>();
  /** Paths whose state a list has just fetched; each is used once. */
  const listed = new WeakMap<AbortSignal, Set<string>>();
  const tool = async (
    argv: readonly string[],
    signal: AbortSignal,
    more: { readonly maxBytes?: number; readonly keepsBytes?: true } = {},
  ): Promise<ProgramEnd> => {
    const program = { argv, ...more, ...defined({ at: end }) };
    try {
      return await collectRemoteOutput(run(program, signal));
    } catch (error) {
      // A missing tool implies nothing about the file.
      if (error instanceof ProgramError && (error.kind === 'missing' || error.kind === 'denied'))
        throw new RemediedError('unconfigured', error.message, requiredTools);
      throw error;
    }
  };

  const statAll = async (
    paths: readonly string[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, FileStat>> => {
    const known = statCache.get(signal) ?? new Map<string, FileStat>();
    statCache.set(signal, known);
    for (let index = 0; index < paths.length; index += pathsAtOnce) {
      const some = paths.slice(index, index + pathsAtOnce);
      const answer = await tool(['stat', '-L', '-c', format, ...some], signal, { maxBytes: longestList });
      const stats = answer.raw.split('\n').flatMap((line) => statIn(line) ?? []);
      // Among several paths, one that is missing or unreadable is skipped.
      if (stats.length === 0 && some.length === 1) throw problemOf('stat', answer);
      for (const stat of stats) known.set(stat.path, stat);
    }
    return known;
  };

  const stat = async (path: string, signal: AbortSignal): Promise<FileStat> => {
    const remotePath = placed(path);
    const isFresh = listed.get(signal)?.delete(remotePath) === true;
    const known = isFresh ? statCache.get(signal) : await statAll([remotePath], signal);
    const fileStat = known?.get(remotePath);
    if (fileStat === undefined) throw new WireError('missing', 'no such file');
    return { ...fileStat, path };
  };

  const search = async (query: Search, signal: AbortSignal): Promise<readonly string[]> => {
    const { dir, depth, name } = query;
    // -L follows links to the depth of the pattern; without a depth limit they could loop.
    const argv = ['find', depth === undefined ? '-H' : '-L', dir];
    if (depth !== undefined) argv.push('-maxdepth', String(depth));
    if (name !== undefined) argv.push('-name', name);
    const answer = await tool(argv, signal, { maxBytes: longestList });
    const lines = answer.raw.split('\n');
    if (answer.cut || lines.length > maxGlobLookups)
      throw new WireError(
        'malformed',
        `the pattern would read more than ${maxGlobLookups} files. Write a narrower pattern`,
      );
    if (answer.status !== 0) {
      const problem = problemOf('find', answer);
      if (problem.kind !== 'missing') throw problem;
    }
    return lines.filter(query.fits);
  };

  return {
    stat,
    list: async (glob, signal) => {
      const matchingPaths: string[] = [];
      for (const path of searchesOf(glob))
        if (typeof path === 'string') {
          const fileStat = await stat(path, signal).catch(undefinedIfMissing);
          if (fileStat !== undefined) matchingPaths.push(path);
        } else matchingPaths.push(...(await search(path, signal)));
      const paths = [...new Set(matchingPaths)].sort();
      if (paths.length > 1) await statAll(paths, signal);
      const known = statCache.get(signal);
      listed.set(signal, new Set(paths.filter((path) => known?.has(path) === true)));
      return paths;
    },
    read: async (path, part, signal) => {
      const file = statCache.get(signal)?.get(placed(path)) ?? (await stat(path, signal));
      requireRegularFile(file);
      const begin = beginOf(part, file);
      const bytes =
        begin >= file.sizeBytes || part.maxBytes === 0 ? nothing : await bytesFrom(begin, path, part);
      return partOf({ ...file, path }, begin, bytes);

      async function bytesFrom(from: number, name: string, { maxBytes }: FilePart): Promise<Uint8Array> {
        const remotePath = placed(name);
        const argv =
          from === 0
            ? ['head', '-c', String(maxBytes), remotePath]
            : ['tail', '-c', `+${from + 1}`, remotePath];
        const answer = await tool(argv, signal, { maxBytes, keepsBytes: true });
        if (answer.status !== 0 && !answer.cut) throw problemOf(argv[0] ?? '', answer);
        return answer.bytes ?? nothing;
      }
    },
  };
};

const requiredTools =
  'opsdeck needs stat, find, head and tail to read files in a container. Use an image that has them (busybox, coreutils)';
const nothing = new Uint8Array();

const beginOf = ({ from, maxBytes }: FilePart, { sizeBytes }: FileStat): number =>
  from === 'head' ? 0 : from === 'tail' ? Math.max(0, sizeBytes - maxBytes) : from;

const partOf = (file: FileStat, begin: number, bytes: Uint8Array): FileText => {
  const end = begin + bytes.length;
  return {
    ...file,
    raw: decodeFilePart(bytes, begin),
    begin,
    end,
    linesEnd: begin + bytes.lastIndexOf(lineFeed) + 1,
    whole: begin === 0 && end >= file.sizeBytes,
  };
};
