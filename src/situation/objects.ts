import type { FactKind, FactTypes } from '../domain/facts/facts.ts';
import { type Level, levelRank } from '../domain/facts/level.ts';
import type { Row } from '../domain/facts/snapshot.ts';
import { mergedAlerts } from '../kinds/alerts/merged-alerts.ts';
import { groupVerdict } from '../kinds/lag/group-verdict.ts';
import { kindOf } from '../kinds/registry/registry.ts';
import type { SituationInput } from './finding.ts';
import { lockHolderFinder } from './lock-waits.ts';
import { workloadFamilies } from './workload-families.ts';

/** One object of a snapshot: its rows, the one that decides its level first. */
export interface ObjectRows<K extends FactKind = FactKind> {
  readonly rows: readonly [Row<K>, ...Row<K>[]];
  readonly level: Level;
  /** The rows whose start is that of the problem. */
  readonly problems: readonly Row<K>[];
  /** Its state, where it is not that of the deciding row. */
  readonly word?: string;
  readonly subject?: FactTypes[K];
}

const worstFirst = <R extends { readonly level: Level }>(rows: readonly R[]): readonly R[] =>
  rows.toSorted((a, b) => levelRank[b.level] - levelRank[a.level]);

const groupedBy = <K extends FactKind>(
  rows: readonly Row<K>[],
  nameOf: (fact: FactTypes[K]) => string,
): readonly (readonly [Row<K>, ...Row<K>[]])[] =>
  [...Map.groupBy(rows, ({ fact }) => nameOf(fact)).values()].flatMap((group) => {
    const [first, ...others] = worstFirst(group);
    return first === undefined ? [] : [[first, ...others] as const];
  });

const single = <K extends FactKind>(row: Row<K>): ObjectRows<K> => ({
  rows: [row],
  level: row.level,
  problems: [row],
});

/** The objects of one kind that have a problem, and the number of those that are OK. */
interface KindObjects<K extends FactKind = FactKind> {
  readonly problems: readonly ObjectRows<K>[];
  readonly ok: number;
}

const splitByLevel = <K extends FactKind>(objects: readonly ObjectRows<K>[]): KindObjects<K> => {
  const problems = objects.filter(({ level }) => level !== 'ok');
  return { problems, ok: objects.length - problems.length };
};

/** Most kinds: each row is an object. */
const eachRow = <K extends FactKind>(rows: readonly Row<K>[]): KindObjects<K> => {
  const problems = rows.filter(({ level }) => level !== 'ok');
  return { problems: problems.map(single), ok: rows.length - problems.length };
};

/** The sessions that wait for no other session with a problem: those that wait are its branches, which it counts. */
const rootSessions = (rows: readonly Row<'sessions'>[]): readonly Row<'sessions'>[] => {
  const holderOf = lockHolderFinder(rows.map(({ fact }) => fact));
  const byFact = new Map(rows.map((row) => [row.fact, row]));
  return rows.filter((row) => {
    const holder = holderOf(row.fact);
    const held = holder === undefined ? undefined : byFact.get(holder);
    return held === undefined || held === row || held.level === 'ok';
  });
};

/** The objects of the kinds whose rows are not one object each. */
const objectsOfKind: { readonly [K in FactKind]?: (rows: readonly Row<K>[]) => KindObjects<K> } = {
  health: (rows) =>
    splitByLevel(
      groupedBy(rows, ({ service }) => service).map((group) => ({
        rows: group,
        level: group[0].level,
        problems: group.filter(({ level }) => level === group[0].level),
      })),
    ),
  lag: (rows) =>
    splitByLevel(
      groupedBy(rows, ({ cluster, group }) => `${cluster}\0${group}`).map((group) => {
        const { level, word } = groupVerdict(group);
        return { rows: group, level, word, problems: group.filter((row) => row.level === level) };
      }),
    ),
  workloads: (rows) => {
    const { families, ok } = workloadFamilies(rows);
    const problems = families.map(
      ({ root, problems: [worst, ...others] }): ObjectRows<'workloads'> => ({
        rows: worst === root ? [root] : [worst, ...others.filter((row) => row !== root), root],
        level: worst.level,
        problems: [worst],
        subject: root.fact,
      }),
    );
    return { problems, ok };
  },
  sessions: (rows) => eachRow(rootSessions(rows)),
  alerts: (rows) => {
    const managers = new Set(
      rows.flatMap(({ fact }) =>
        fact.state === 'silenced' || fact.state === 'inhibited' ? [fact.source] : [],
      ),
    );
    return splitByLevel(mergedAlerts(rows, (source) => managers.has(source)).map(({ row }) => single(row)));
  },
};

/** The objects of the rows of a kind, by environment: most rows are those of the reading before. */
const known = new WeakMap<readonly Row[], Map<string, KindObjects>>();

/** Returns the objects of one kind in this environment: what its pane lists at the top level. Computed once per rows. */
export const objectsOf = <K extends FactKind>(
  kind: K,
  { kinds, env }: SituationInput['snapshot'],
): KindObjects<K> => {
  // Rows of a kind have its type.
  const all = kinds[kind].rows as unknown as readonly Row<K>[];
  const byEnv = known.get(all) ?? new Map<string, KindObjects>();
  known.set(all, byEnv);
  const cached = byEnv.get(`${kind} ${env}`);
  // Objects of a kind have its type.
  if (cached !== undefined) return cached as unknown as KindObjects<K>;
  const { isOf } = kindOf(kind);
  const rows = isOf === undefined ? all : all.filter(({ fact }) => isOf(fact, env));
  const group: ((some: readonly Row<K>[]) => KindObjects<K>) | undefined = objectsOfKind[kind];
  const objects = group === undefined ? eachRow(rows) : group(rows);
  byEnv.set(`${kind} ${env}`, objects as unknown as KindObjects);
  return objects;
};
