import { alternatives, segmentMatcher, special } from '../files/glob.ts';

/** How the paths that a glob matches are found where only find(1) can look. */
export interface Search {
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
export const placed = (path: string): string =>
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
export const searchesOf = (glob: string): readonly (Search | string)[] =>
  alternatives(placed(glob)).map((one) => {
    const segments = one.split('/');
    const first = segments.findIndex((segment) => special.test(segment));
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
