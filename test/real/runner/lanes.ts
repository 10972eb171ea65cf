/** A server and the names of those that it or its suites use. */
interface Using {
  readonly name: string;
  readonly uses: readonly string[];
}

/**
 * Groups of entries whose suites may run at the same time: servers that use one another, also through a third, are in one
 * group, in their order. A suite that pauses or reconfigures a shared server cannot disturb another group.
 */
export const independentGroups = <Entry>(
  entries: readonly Entry[],
  usingOf: (entry: Entry) => Using,
): readonly (readonly Entry[])[] => {
  const groups: Entry[][] = [];
  for (const entry of entries) {
    const { name, uses } = usingOf(entry);
    const isLinked = (other: Entry): boolean => {
      const that = usingOf(other);
      return uses.includes(that.name) || that.uses.includes(name);
    };
    const linked = groups.filter((group) => group.some(isLinked));
    const merged = new Set([...linked.flat(), entry]);
    for (const group of linked) groups.splice(groups.indexOf(group), 1);
    groups.push(entries.filter((item) => merged.has(item)));
  }
  return groups;
};

/** Runs each group's entries one after the other, at most `width` groups at a time; groups with most entries start first. */
export const inLanes = async <Entry>(
  groups: readonly (readonly Entry[])[],
  width: number,
  run: (entry: Entry) => Promise<void>,
): Promise<void> => {
  const waiting = groups.toSorted((first, other) => other.length - first.length);
  const lane = async (): Promise<void> => {
    for (let group = waiting.shift(); group !== undefined; group = waiting.shift())
      for (const entry of group) await run(entry);
  };
  await Promise.all(Array.from({ length: width }, lane));
};
