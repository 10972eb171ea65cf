/** Number of allowed uses by folder. A folder that is not listed allows none. */
export type Baseline = Readonly<Record<string, number>>;

/** The folder that a file is counted in: two levels of its path, or its own path at the root. */
export const folderOf = (path: string): string => {
  const parts = path.split('/');
  return parts.length < 3 ? (parts.length === 1 ? path : (parts[0] ?? path)) : parts.slice(0, 2).join('/');
};

/** Folders with more uses than the baseline allows. */
export const exceeded = (baseline: Baseline, counts: ReadonlyMap<string, number>): readonly string[] =>
  [...counts].filter(([folder, count]) => count > (baseline[folder] ?? 0)).map(([folder]) => folder);

/** The baseline lowered to the counts. It never grows, and folders without uses are dropped. */
export const shrunk = (baseline: Baseline, counts: ReadonlyMap<string, number>): Baseline =>
  Object.fromEntries(
    Object.entries(baseline)
      .map(([folder, allowed]): [string, number] => [folder, Math.min(allowed, counts.get(folder) ?? 0)])
      .filter(([, allowed]) => allowed > 0)
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
