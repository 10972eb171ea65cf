import { glob, readFile } from 'node:fs/promises';

/** More entries than that rarely all serve one row. */
const manyClaims = 8;

/** The rows that the profiles of a system name. */
export interface Written {
  readonly ids: ReadonlySet<string>;
  /** Doubtful claims, one line each: by a source, or of one row by many entries. */
  readonly doubts: readonly string[];
}

const idsOf = (list: string): readonly string[] => list.split(',').map((id) => id.trim());

/** Reads the `covers` lists of a system's profiles. */
export const writtenIn = async (system: string): Promise<Written> => {
  const claims = new Map<string, number>();
  const bySource = new Set<string>();
  for await (const file of glob(`profiles/${system}/*.yaml`)) {
    const text = await readFile(file, 'utf8');
    for (const [, list = ''] of text.matchAll(/covers:\s*\[([^\]]*)\]/g))
      for (const id of idsOf(list)) claims.set(id, (claims.get(id) ?? 0) + 1);
    const sources = /^sources:\n((?:[ #].*\n|\n)*)/m.exec(text)?.[1] ?? '';
    for (const [, list = ''] of sources.matchAll(/covers:\s*\[([^\]]*)\]/g))
      for (const id of idsOf(list)) bySource.add(id);
  }
  const many = [...claims].filter(([, count]) => count > manyClaims);
  return {
    ids: new Set(claims.keys()),
    doubts: [
      ...(bySource.size === 0
        ? []
        : [`a source serves no row by itself: ${[...bySource].sort().join(', ')}`]),
      ...many.map(([id, count]) => `${id} is claimed by ${count} entries`),
    ],
  };
};
