import { readdir, stat } from 'node:fs/promises';
import { join, normalize } from 'node:path';
import { segmentMatcher } from '../../domain/text/glob-segment.ts';
import { errnoOf } from '../runtime/errno.ts';
import { WireError } from '../runtime/wire-error.ts';

/** The most directory entries that one pattern may visit. A pattern beyond it is refused as a mistake. */
export const maxGlobLookups = 20_000;

/** The characters that make a path segment a pattern. */
export const globSpecial = /[*?[]/;

/** The innermost braces. */
const braces = /\{([^{}]*)\}/;
/** The most pairs of braces of a pattern. */
const maxBraces = 100;

const tooMany = (): WireError =>
  new WireError(
    'malformed',
    `the pattern would read more than ${maxGlobLookups} files. Write a narrower pattern`,
  );

/**
 * 'a.{log,txt}' → 'a.log', 'a.txt'. Expands the innermost braces first, also with slashes inside. Throws WireError for more
 * than `maxGlobLookups` texts: each pair of braces multiplies them.
 */
export const expandBraces = (glob: string): readonly string[] => {
  let texts: readonly string[] = [glob];
  for (let pairs = 0; texts.some((text) => braces.test(text)); pairs += 1) {
    if (pairs === maxBraces) throw tooMany();
    const expanded: string[] = [];
    for (const text of texts) {
      const match = braces.exec(text);
      const parts = match?.[1]?.split(',') ?? [''];
      if (expanded.length + parts.length > maxGlobLookups) throw tooMany();
      const before = text.slice(0, match?.index);
      const after = match === null ? '' : text.slice(match.index + match[0].length);
      for (const part of parts) expanded.push(`${before}${part}${after}`);
    }
    texts = expanded;
  }
  return texts;
};

/**
 * The absolute paths that an absolute glob matches, sorted. `**` descends any number of directories. It follows no
 * links, so a link loop is harmless. Rejects with the error of a directory that cannot be read.
 */
export const globPaths = async (glob: string, signal: AbortSignal): Promise<readonly string[]> => {
  let visited = 0;
  const countVisit = (): void => {
    signal.throwIfAborted();
    visited += 1;
    if (visited > maxGlobLookups) throw tooMany();
  };
  const entriesOf = async (dir: string) => {
    countVisit();
    const entries = await readdir(dir, { withFileTypes: true }).catch(ignoring(absent, []));
    for (const _ of entries) countVisit();
    return entries;
  };
  const walk = async (dir: string, segments: readonly string[]): Promise<readonly string[]> => {
    const [segment, ...rest] = segments;
    if (segment === undefined) return [dir];
    if (segment === '**') return walkDeep(dir, rest);
    if (!globSpecial.test(segment)) {
      countVisit();
      const path = join(dir, segment);
      return (await stat(path).catch(ignoring(absent, undefined))) === undefined ? [] : walk(path, rest);
    }
    const matches = segmentMatcher(segment);
    const names = (await entriesOf(dir)).map((entry) => entry.name).filter(matches);
    return inTurn(names, (name) => walkInto(join(dir, name), rest));
  };
  /** Continues below a matched name: only a directory, or a link to one, has entries. */
  const walkInto = async (path: string, segments: readonly string[]): Promise<readonly string[]> => {
    if (segments.length === 0) return [path];
    const stats = await stat(path).catch(ignoring(absent, undefined));
    return stats?.isDirectory() === true ? walk(path, segments) : [];
  };
  const walkDeep = async (dir: string, segments: readonly string[]): Promise<readonly string[]> => {
    const here = segments.length === 0 ? [] : await walk(dir, segments);
    const entries = await entriesOf(dir);
    const below = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'));
    const files = segments.length === 0 ? entries.map((entry) => join(dir, entry.name)) : [];
    const deeper = await inTurn(below, (entry) => walkDeep(join(dir, entry.name), segments));
    return [...here, ...files, ...deeper];
  };
  const segmentsOf = (text: string): readonly string[] => text.split('/').filter((segment) => segment !== '');
  const paths = await inTurn(expandBraces(normalize(glob)), (text) => walk('/', segmentsOf(text)));
  return [...new Set(paths)].sort();
};

const absent: ReadonlySet<string> = new Set(['ENOENT', 'ENOTDIR', 'ELOOP']);

const ignoring =
  <T>(codes: ReadonlySet<string>, value: T) =>
  (error: unknown): T => {
    if (codes.has(errnoOf(error))) return value;
    throw error;
  };

/** Runs one after the other, so that a thousand directories are not opened at once. */
const inTurn = async <T, R>(items: readonly T[], work: (item: T) => Promise<readonly R[]>): Promise<R[]> => {
  const results: R[] = [];
  for (const item of items) results.push(...(await work(item)));
  return results;
};
