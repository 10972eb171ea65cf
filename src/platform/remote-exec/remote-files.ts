import type { FilePart, FileStat, FileText, ReadFiles } from '../files/file-interfaces.ts';
import { expandBraces, globSpecial, maxGlobLookups, segmentMatcher } from '../files/glob.ts';
import { decodeFilePart, lineFeed, requireRegularFile } from '../files/read-files.ts';
import type { ProgramEnd } from '../processes/program.ts';
import { oneLine } from '../terminal/sanitize.ts';
import { RemediedError } from '../to-fault.ts';
import { ProgramError, WireError } from '../wire-error.ts';
import { collectRemoteOutput, type RemoteExec } from './remote-exec.ts';

/** How the paths that a glob matches are found where only find(1) can look. */
interface Search {
  /** Where to look. */
  readonly dir: string;
  /** How far below it; absent: any depth. */
  readonly depth?: number;
  /** What the names of one directory have to look like, in the words of fnmatch(3). */
  readonly name?: string;
  /** What of the paths that were found is meant. */
  fits(path: string): boolean;
}

/** A path is looked for from the root, or from where programs are started there: never what could be an option. */
const placed = (path: string): string =>
  path.startsWith('/') || path.startsWith('./') || path.startsWith('../') ? path : `./${path}`;

/** True when the segments of a path are those that the segments of a glob mean; hidden directories are not gone into. */
const matches = (names: readonly string[], globs: readonly string[]): boolean => {
  const [glob, ...restOfGlobs] = globs;
  const [name, ...restOfNames] = names;
  if (glob === undefined) return name === undefined;
  if (glob !== '**')
    return name !== undefined && segmentMatcher(glob)(name) && matches(restOfNames, restOfGlobs);
  if (restOfGlobs.length === 0) return names.slice(0, -1).every((one) => !one.startsWith('.'));
  if (matches(names, restOfGlobs)) return true;
  return name !== undefined && !name.startsWith('.') && matches(restOfNames, globs);
};

/** One search per alternative of a glob; a text for a path that is no pattern. Source: as `platform/files/glob` reads patterns. */
const searchesOf = (glob: string): readonly (Search | string)[] =>
  expandBraces(placed(glob)).map((one) => {
    const segments = one.split('/');
    const first = segments.findIndex((segment) => globSpecial.test(segment));
    if (first === -1) return one;
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

/** Paths of that many files, and what is told of them. */
const longestList = 4 * 1024 * 1024;
/** The length of a command line has a limit in every container. */
const pathsAtOnce = 200;

/** Mode in hex, size, seconds since the epoch, device, inode, path: the same for GNU, busybox and toybox. */
const format = '%f %s %Y %d %i %n';

const statIn = (line: string): FileStat | undefined => {
  const [, mode = '', size = '', written = '', device = '', inode = '', path = ''] =
    /^([0-9a-f]+) (\d+) (-?\d+) (\d+) (\d+) (.+)$/.exec(line) ?? [];
  if (path === '') return undefined;
  const bits = Number.parseInt(mode, 16);
  const type = bits & 0o170_000;
  return {
    path,
    kind: type === 0o100_000 ? 'file' : type === 0o040_000 ? 'directory' : 'other',
    sizeBytes: Number(size),
    runnable: (bits & 0o111) !== 0,
    writtenAt: Number(written) * 1000,
    id: `${device}:${inode}`,
  };
};

/** What a tool says of a path that it cannot look at, in the C locale. */
const failures: readonly (readonly [RegExp, 'missing' | 'denied' | 'malformed', string])[] = [
  [/no such file or directory/i, 'missing', 'no such file'],
  [/not a directory/i, 'missing', 'no such file: a part of its path is not a directory'],
  [/permission denied|operation not permitted/i, 'denied', 'cannot be read: permission denied'],
  [/too many (levels of )?symbolic links|symbolic link loop/i, 'malformed', 'symbolic link loop'],
  [/file name too long/i, 'malformed', 'its name is too long'],
];

const problemOf = (tool: string, { status, signal, err }: ProgramEnd): WireError => {
  const known = failures.find(([said]) => said.test(err));
  if (known !== undefined) return new WireError(known[1], known[2]);
  const how = status === undefined ? `was killed by ${signal ?? 'a signal'}` : `exited with status ${status}`;
  return new WireError('malformed', oneLine(`remote ${tool} ${how}: ${err}`, 200));
};

/**
 * The files at an end of a `via:`, seen by the small tools that are there: stat, find, head, tail, each called with an
 * argv. Within one read (its signal) a list has looked at its files at once, so that `stat` need not ask for each of them,
 * and `read` believes what was seen of its file last.
 */
export const openRemoteFiles = (run: RemoteExec, end?: string): ReadFiles => {
  const seen = new WeakMap<AbortSignal, Map<string, FileStat>>();
  /** What a list has told of each, once. */
  const listed = new WeakMap<AbortSignal, Set<string>>();
  const tool = async (
    argv: readonly string[],
    signal: AbortSignal,
    more: { readonly maxBytes?: number; readonly keepsBytes?: true } = {},
  ): Promise<ProgramEnd> => {
    const program = { argv, ...more, ...(end === undefined ? {} : { at: end }) };
    try {
      return await collectRemoteOutput(run(program, signal));
    } catch (error) {
      // That a tool is not there says nothing of the file.
      if (error instanceof ProgramError && (error.kind === 'missing' || error.kind === 'denied'))
        throw new RemediedError('unconfigured', error.message, toolsWanted);
      throw error;
    }
  };

  const statAll = async (
    paths: readonly string[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, FileStat>> => {
    const known = seen.get(signal) ?? new Map<string, FileStat>();
    seen.set(signal, known);
    for (let at = 0; at < paths.length; at += pathsAtOnce) {
      const some = paths.slice(at, at + pathsAtOnce);
      const answer = await tool(['stat', '-L', '-c', format, ...some], signal, { maxBytes: longestList });
      const stats = answer.raw.split('\n').flatMap((line) => statIn(line) ?? []);
      // Of several, one that is gone by now or may not be looked at hides only itself.
      if (stats.length === 0 && some.length === 1) throw problemOf('stat', answer);
      for (const stat of stats) known.set(stat.path, stat);
    }
    return known;
  };

  const stat = async (path: string, signal: AbortSignal): Promise<FileStat> => {
    const there = placed(path);
    const isFresh = listed.get(signal)?.delete(there) === true;
    const known = isFresh ? seen.get(signal) : await statAll([there], signal);
    const found = known?.get(there);
    if (found === undefined) throw new WireError('missing', 'no such file');
    return { ...found, path };
  };

  const search = async (wanted: Search, signal: AbortSignal): Promise<readonly string[]> => {
    const { dir, depth, name } = wanted;
    // Links are followed as far as the pattern goes; any deeper they could lead in a circle.
    const argv = ['find', depth === undefined ? '-H' : '-L', dir];
    if (depth !== undefined) argv.push('-maxdepth', String(depth));
    if (name !== undefined) argv.push('-name', name);
    const answer = await tool(argv, signal, { maxBytes: longestList });
    const lines = answer.raw.split('\n');
    if (answer.cut || lines.length > maxGlobLookups)
      throw new WireError('malformed', `the pattern would read more than ${maxGlobLookups} files; narrow it`);
    if (answer.status !== 0) {
      const problem = problemOf('find', answer);
      if (problem.kind !== 'missing') throw problem;
    }
    return lines.filter(wanted.fits);
  };

  return {
    stat,
    list: async (glob, signal) => {
      const found: string[] = [];
      for (const one of searchesOf(glob))
        if (typeof one === 'string') {
          const there = await stat(one, signal).catch(ifMissing);
          if (there !== undefined) found.push(one);
        } else found.push(...(await search(one, signal)));
      const paths = [...new Set(found)].sort();
      if (paths.length > 1) await statAll(paths, signal);
      const known = seen.get(signal);
      listed.set(signal, new Set(paths.filter((path) => known?.has(path) === true)));
      return paths;
    },
    read: async (path, part, signal) => {
      const file = seen.get(signal)?.get(placed(path)) ?? (await stat(path, signal));
      requireRegularFile(file);
      const begin = beginOf(part, file);
      const bytes =
        begin >= file.sizeBytes || part.maxBytes === 0 ? nothing : await bytesFrom(begin, path, part);
      return partOf({ ...file, path }, begin, bytes);

      async function bytesFrom(from: number, name: string, { maxBytes }: FilePart): Promise<Uint8Array> {
        const there = placed(name);
        const argv =
          from === 0 ? ['head', '-c', String(maxBytes), there] : ['tail', '-c', `+${from + 1}`, there];
        const answer = await tool(argv, signal, { maxBytes, keepsBytes: true });
        if (answer.status !== 0 && !answer.cut) throw problemOf(argv[0] ?? '', answer);
        return answer.bytes ?? nothing;
      }
    },
  };
};

const toolsWanted =
  'opsdeck reads files there with stat, find, head and tail: use an image that has them (busybox, coreutils)';
const nothing = new Uint8Array();

const ifMissing = (error: unknown): undefined => {
  if (error instanceof WireError && error.kind === 'missing') return undefined;
  throw error;
};

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
