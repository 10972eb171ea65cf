import { defined } from '../../domain/base/defined.ts';
import type { Millis } from '../../domain/base/fault.ts';
import type { FactKind } from '../../domain/facts/facts.ts';
import { type Level, levelRank } from '../../domain/facts/level.ts';
import type { Row, SignalRow, Snapshot } from '../../domain/facts/snapshot.ts';
import type { CauseFinding } from '../../domain/profile/causes.ts';
import { type DependencyGraph, sourceName } from '../../domain/profile/dependencies.ts';
import { conditionUsesSignal, rowsOfCondition } from '../../expressions/condition-match.ts';
import type { Alert } from '../../kinds/alerts/fact.ts';
import { alertSubject } from '../../kinds/alerts/merged-alerts.ts';
import type { KindDefinition } from '../../kinds/define/define-kind.ts';
import { factKinds, kindOf } from '../../kinds/registry/registry.ts';

/** A problem with the names that place it in the dependency graph. */
export interface PlacedProblem extends Pick<CauseFinding, 'names' | 'needs'> {
  readonly level: Level;
  readonly since?: Millis;
}

/** Names of symptoms: nothing depends on them, and each depends on its object. */
const symptomName = (text: string): string => `symptom ${text}`;

/** The declared names, in lower case, and what each depends on directly. */
export interface KnownPlaces {
  readonly listed: ReadonlySet<string>;
  readonly needs: Readonly<Record<string, readonly string[]>>;
}

/** A problem, and the edges that place symptoms behind their objects. */
interface Placement {
  readonly problem: PlacedProblem;
  readonly edges: readonly (readonly [name: string, needed: string])[];
}

const symptom = (
  text: string,
  object: string,
): Pick<Placement, 'edges'> & { readonly names: readonly string[] } =>
  object === ''
    ? { names: [], edges: [] }
    : { names: [symptomName(text)], edges: [[symptomName(text), object]] };

const placeAlert = ({ fact, level, since }: Row<'alerts'>, { listed }: KnownPlaces): Placement => {
  const { name, labels }: Alert = fact;
  const placed = listed.has(name.toLowerCase())
    ? { names: [name], edges: [] }
    : symptom(`alert ${name}`, alertSubject(labels));
  const start = fact.since ?? since;
  return {
    problem: { names: placed.names, needs: [], level, ...defined({ since: start }) },
    edges: placed.edges,
  };
};

/**
 * Places a signal: one that the profile lists by its own name, then a symptom of its service, otherwise a measurement of
 * the service that its source reads.
 */
const placeSignal = (
  { id, labels, source, level, verdict }: SignalRow,
  { listed, needs }: KnownPlaces,
): Placement => {
  const service = labels.service ?? '';
  const ofSource = (needs[sourceName(source)] ?? []).filter(
    (name) => name !== source && !name.startsWith('source '),
  );
  const placed = listed.has(id.toLowerCase())
    ? { names: [id], edges: [] }
    : service === ''
      ? { names: ofSource, edges: [] }
      : symptom(`signal ${id}`, service);
  return {
    problem: {
      names: placed.names,
      needs: [],
      level,
      ...defined({ since: verdict?.since }),
    },
    edges: placed.edges,
  };
};

const placeRow = (kindName: FactKind, row: Row, places: KnownPlaces): Placement => {
  if (kindName === 'alerts') return placeAlert(row as Row<'alerts'>, places);
  const kind: KindDefinition = kindOf<FactKind>(kindName);
  const parent = kind.belongsTo?.(row.fact) ?? '';
  return {
    problem: {
      names: parent === '' ? [] : [parent],
      needs: kind.needs?.(row.fact) ?? [],
      level: row.level,
      ...defined({ since: row.since }),
    },
    edges: [],
  };
};

const isBad = (level: Level): boolean => level === 'warn' || level === 'crit';

const placedOf = new WeakMap<Snapshot, readonly Placement[]>();

/** All problems of a snapshot: rows of this environment and signals past their limits. */
export const problemsOf = (snapshot: Snapshot, places: KnownPlaces): readonly Placement[] => {
  // An unchanged snapshot is the same object.
  const had = placedOf.get(snapshot);
  if (had !== undefined) return had;
  const placed = placeProblems(snapshot, places);
  placedOf.set(snapshot, placed);
  return placed;
};

const placeProblems = (snapshot: Snapshot, places: KnownPlaces): readonly Placement[] => [
  ...factKinds().flatMap((kind) =>
    (snapshot.kinds[kind].rows as readonly Row[])
      .filter(
        ({ level, stale, fact }) =>
          !stale && isBad(level) && kindOf<FactKind>(kind).isOf?.(fact, snapshot.env) !== false,
      )
      .map((row) => placeRow(kind, row, places)),
  ),
  ...snapshot.signals.filter(({ level }) => isBad(level)).map((signal) => placeSignal(signal, places)),
];

/** The problems because of which a `when` matches. */
export const problemsOfCondition = (
  when: string,
  snapshot: Snapshot,
  places: KnownPlaces,
): readonly Placement[] => [
  ...rowsOfCondition(when, snapshot).map(({ kind, row }) => placeRow(kind, row, places)),
  ...snapshot.signals
    .filter(({ id, level, stale }) => !stale && isBad(level) && conditionUsesSignal(when, id))
    .map((signal) => placeSignal(signal, places)),
];

/** Where a suggestion stands: the names of its problems that none of its other problems explains. */
export interface Standing {
  readonly roots: ReadonlySet<string>;
  /** Everything that they depend on, and the missing dependencies that they report. */
  readonly upstream: ReadonlySet<string>;
  readonly worst: Level;
}

/** Returns the standing of a suggestion in the dependency graph. */
export const standingOf = (problems: readonly PlacedProblem[], graph: DependencyGraph): Standing => {
  const names = [...new Set(problems.flatMap((problem) => problem.names.map((name) => name.toLowerCase())))];
  const roots = names.filter((name) => {
    const above = graph.upstreamOf([name]);
    return !names.some((other) => above.has(other));
  });
  const needs = problems
    .filter((problem) => problem.names.some((name) => roots.includes(name.toLowerCase())))
    .flatMap((problem) => problem.needs);
  const upstream = new Set([
    ...needs.map((need) => need.toLowerCase()),
    ...graph.upstreamOf([...needs]).keys(),
    ...graph.upstreamOf(roots).keys(),
  ]);
  const worst = problems.reduce<Level>(
    (most, { level }) => (levelRank[level] > levelRank[most] ? level : most),
    'ok',
  );
  return { roots: new Set(roots), upstream, worst };
};
