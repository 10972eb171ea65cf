import type { Profile, SourceEntry } from './profile.ts';

/**
 * The dependencies of an environment by name: of services, consumer groups, workloads, signals (by id) and sources
 * (`sourceName`). Names that nothing else uses are allowed and have no effect.
 */
export type Dependencies = Readonly<Record<string, readonly string[]>>;

/** The name of a source in a dependency graph: a source and a service may have the same name. */
export const sourceName = (id: string): string => `source ${id}`;

/** True for the name of a source in a dependency graph. */
export const isSourceName = (name: string): boolean => name.startsWith(sourceName(''));

/** The workload that a tunnel ends in: 'bus' for 'deployment/bus' and 'app=bus'. */
const tunnelTarget = (target: string): string => target.split(/[/=]/).at(-1) ?? '';

/** The names that a source cannot be read without: its tunnel, and the service that it reads. */
const neededBySource = ({ id, via, config }: SourceEntry): readonly string[] => {
  const service: unknown =
    typeof config === 'object' && config !== null ? Reflect.get(config, 'service') : undefined;
  return [
    id,
    ...(typeof service === 'string' && service !== '' ? [service] : []),
    ...(via === undefined || !('source' in via) ? [] : [sourceName(via.source), tunnelTarget(via.target)]),
  ];
};

/** Returns the declared dependencies of a profile, and those of its sources. */
export const dependenciesOf = ({
  dependencies = {},
  sources,
}: Pick<Profile, 'dependencies' | 'sources'>): Dependencies => ({
  ...dependencies,
  ...Object.fromEntries(
    sources.map((source) => [
      sourceName(source.id),
      [...neededBySource(source), ...(dependencies[source.id] ?? [])],
    ]),
  ),
});

/** The pairs of a name and one of its dependencies. */
export const dependencyPairs = (
  dependencies: Dependencies,
): readonly (readonly [name: string, needed: string])[] =>
  Object.entries(dependencies).flatMap(([name, needed]) => needed.map((text) => [name, text] as const));

/** The form in which names are compared: case does not matter. */
const folded = (name: string): string => name.toLowerCase();

/** A directed graph of names; an edge leads from a name to one that it depends on. Cycles are allowed. */
export interface DependencyGraph {
  /**
   * Returns the number of steps to each name that the given ones depend on, directly (1) or through others. A name that
   * depends on `from` in turn is not included: in a cycle nothing says which one failed first.
   */
  upstreamOf(from: readonly string[]): ReadonlyMap<string, number>;
  /** Returns a cycle through this name, from it to itself; undefined if there is none. */
  cycleThrough(name: string): readonly string[] | undefined;
}

/** The last step of the way to a name: the name before it, and the length of the way. */
interface Step {
  readonly before: string;
  readonly distance: number;
}

/** Creates a graph from its edges. Names are compared without case, and returned in lower case. */
export const createDependencyGraph = (
  pairs: Iterable<readonly [name: string, needed: string]>,
): DependencyGraph => {
  const needs = new Map<string, Set<string>>();
  for (const [name, needed] of pairs) {
    const own = needs.get(folded(name)) ?? new Set();
    needs.set(folded(name), own.add(folded(needed)));
  }
  const known = new Map<string, ReadonlyMap<string, Step>>();
  const noSteps: ReadonlyMap<string, Step> = new Map();
  const nothing: ReadonlyMap<string, number> = new Map();

  /** The last step of a shortest way to every name that this one depends on; to itself only through a cycle. */
  const stepsFrom = (start: string): ReadonlyMap<string, Step> => {
    if (!needs.has(start)) return noSteps;
    const found = known.get(start);
    if (found !== undefined) return found;
    const steps = new Map<string, Step>();
    const queue: { readonly name: string; readonly distance: number }[] = [{ name: start, distance: 0 }];
    for (const { name, distance } of queue)
      for (const next of needs.get(name) ?? []) {
        if (steps.has(next)) continue;
        steps.set(next, { before: name, distance: distance + 1 });
        queue.push({ name: next, distance: distance + 1 });
      }
    known.set(start, steps);
    return steps;
  };

  return {
    upstreamOf: (from) => {
      const starts = from.map(folded);
      // Most names of thousands of findings depend on nothing.
      if (!starts.some((start) => needs.has(start))) return nothing;
      const distances = new Map<string, number>();
      for (const start of starts)
        for (const [name, { distance }] of stepsFrom(start))
          distances.set(name, Math.min(distance, distances.get(name) ?? Number.POSITIVE_INFINITY));
      for (const name of [...distances.keys()])
        if (starts.some((start) => start === name || stepsFrom(name).has(start))) distances.delete(name);
      return distances;
    },
    cycleThrough: (name) => {
      const start = folded(name);
      const steps = stepsFrom(start);
      const cycle: string[] = [];
      for (let step = steps.get(start); step !== undefined; step = steps.get(step.before)) {
        cycle.unshift(step.before);
        if (step.before === start) return [...cycle, start];
      }
      return undefined;
    },
  };
};
