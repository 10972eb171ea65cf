import { localFiles } from '../../src/platform/files/local-files.ts';
import { findProfiles } from '../../src/profile/catalog/profile-catalog.ts';
import { type EntryIds, entryIds, readCoverageFile } from '../../src/profile/document/coverage-file.ts';
import { readProfileTree } from '../../src/profile/document/read.ts';

/** Maximum plausible number of entries for one row. */
const manyClaims = 8;

/** Rows that the profiles of a system name. */
export interface Written {
  readonly ids: ReadonlySet<string>;
  /** Doubtful claims, one line each: a wrong source type, or one row claimed by many entries. */
  readonly doubts: readonly string[];
}

/** Rows of each entry of a system, by environment and path of the entry. */
export type Claims = ReadonlyMap<string, EntryIds>;

/** Reads the rows claimed by the entries of a system's shipped profiles. */
export const claimsOf = async (system: string): Promise<Claims> => {
  const dir = `profiles/${system}`;
  const [{ entries }, side] = await Promise.all([
    findProfiles([dir], localFiles),
    readCoverageFile(dir, localFiles),
  ]);
  const claims = await Promise.all(
    entries.map(async ({ env, file }) => {
      const { tree } = await readProfileTree(file, localFiles);
      return [env, tree === undefined ? new Map() : entryIds({ env, tree }, side)] as const;
    }),
  );
  return new Map(claims);
};

/** Checks the rows that a system's profiles and coverage file name. */
export const writtenIn = async (system: string): Promise<Written> => {
  const paths = new Map<string, Set<string>>();
  for (const ids of (await claimsOf(system)).values())
    for (const [path, rows] of ids)
      for (const row of rows) paths.set(row, (paths.get(row) ?? new Set()).add(path));
  const bySource = [...paths].filter(([, claiming]) =>
    [...claiming].some((path) => path.startsWith('sources.')),
  );
  const many = [...paths].filter(([, claiming]) => claiming.size > manyClaims);
  return {
    ids: new Set(paths.keys()),
    doubts: [
      ...(bySource.length === 0
        ? []
        : [
            `a source serves no row by itself: ${bySource
              .map(([id]) => id)
              .sort()
              .join(', ')}`,
          ]),
      ...many.map(([id, { size }]) => `${id} is claimed by ${size} entries`),
    ],
  };
};
