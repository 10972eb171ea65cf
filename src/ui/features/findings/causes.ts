import { defined } from '../../../domain/base/defined.ts';
import type { Level } from '../../../domain/facts/level.ts';
import { type CauseFinding, groupByCause, type PossibleCause } from '../../../domain/profile/causes.ts';
import { type Dependencies, dependencyPairs, sourceName } from '../../../domain/profile/dependencies.ts';
import { lockHolders } from '../../../situation/lock-waits.ts';
import { causedFaults, isImpairment, missingDependencies, subjectNames } from '../../../situation/subject.ts';
import { watchedFrom } from '../../../store/loss-start.ts';
import { levelWords } from '../../kit/theme/glyphs.ts';
import type { RenderContext } from '../../shell/contract/render-context.ts';
import { memoizePerObject } from '../../shell/state/memoize.ts';
import { badness, type FindingRow, problemSince } from './findings.ts';

/** A finding as the search for causes needs it; undefined for rows that are no findings. */
const causeFindingOf = (
  row: FindingRow,
  listed: ReadonlySet<string>,
  held: ReturnType<typeof lockHolders>,
): CauseFinding | undefined => {
  if (row.is !== 'finding' && row.is !== 'blind') return undefined;
  const since = problemSince(row);
  const common = {
    key: row.key,
    badness: badness(row),
    ...defined({ severity: row.severity?.rank, since }),
  };
  if (row.is === 'finding') {
    const holds = row.subject?.kind === 'sessions' ? held.get(row.subject.fact)?.names : undefined;
    return {
      ...common,
      ...defined({ holds }),
      names: subjectNames(row.subject, listed),
      needs: missingDependencies(row.subject),
      explains: isImpairment(row.subject, row.level),
    };
  }
  return {
    ...common,
    names: [sourceName(row.fault.source)],
    needs: [],
    explains: true,
    ...(causedFaults.has(row.fault.kind) ? {} : { standsAlone: true }),
  };
};

/** The probable causes among the rows of Problems. */
export interface CauseIndex {
  /** The consequences of a cause, in the order of the list. */
  consequencesOf(row: FindingRow): readonly FindingRow[];
  /** The cause of a consequence. */
  causeOf(row: FindingRow): FindingRow | undefined;
  /** True if others wait for the object of the row, as its server reports. */
  holdsOthers(row: FindingRow): boolean;
  /** A cause that does not hide the row, with the reason. */
  possibleCauseOf(
    row: FindingRow,
  ): (Omit<PossibleCause, 'cause'> & { readonly cause: FindingRow }) | undefined;
}

const indexOf = (
  rows: readonly FindingRow[],
  dependencies: Dependencies,
  own: RenderContext['own'],
): CauseIndex => {
  const listed = new Set(Object.keys(dependencies).map((name) => name.toLowerCase()));
  const held = lockHolders(own?.snapshot.kinds.sessions.rows ?? []);
  const findings = rows.flatMap((row) => causeFindingOf(row, listed, held) ?? []);
  const holders = new Set(findings.flatMap(({ key, holds }) => (holds === undefined ? [] : [key])));
  const pairs = dependencyPairs(dependencies);
  const { consequences, possible } = groupByCause(
    findings,
    pairs,
    own === undefined ? 0 : watchedFrom(own.facts),
  );
  const byKey = new Map(rows.map((row) => [row.key, row]));
  const causes = new Map(
    [...consequences].flatMap(([cause, keys]) => keys.map((key) => [key, byKey.get(cause)] as const)),
  );
  return {
    consequencesOf: ({ key }) => (consequences.get(key) ?? []).flatMap((text) => byKey.get(text) ?? []),
    causeOf: ({ key }) => causes.get(key),
    holdsOthers: ({ key }) => holders.has(key),
    possibleCauseOf: ({ key }) => {
      const found = possible.get(key);
      const cause = byKey.get(found?.cause ?? '');
      return found === undefined || cause === undefined ? undefined : { because: found.because, cause };
    },
  };
};

const memoizedIndex = memoizePerObject<CauseIndex>();
const noDependencies: Dependencies = {};

/** Returns the causes among these rows. `rows`: all rows of Problems, unfolded. */
export const causesAmong = (
  { own, cockpit }: Pick<RenderContext, 'own' | 'cockpit'>,
  rows: readonly FindingRow[],
): CauseIndex => {
  const dependencies = cockpit.open?.dependencies ?? noDependencies;
  return memoizedIndex(rows, [dependencies], () => indexOf(rows, dependencies, own));
};

/** '5 CRIT · 2 WARN': the rows by level, worst first. */
export const levelCountsText = (rows: readonly FindingRow[]): string => {
  const counted = Map.groupBy(rows, ({ level }) => level);
  return (['crit', 'warn', 'unknown', 'ok'] satisfies Level[])
    .flatMap((level) => {
      const count = counted.get(level)?.length ?? 0;
      return count === 0 ? [] : [`${count} ${level === 'ok' ? 'PENDING' : levelWords[level]}`];
    })
    .join(' · ');
};
