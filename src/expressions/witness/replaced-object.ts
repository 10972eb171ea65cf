import type { FactKind } from '../../domain/facts/facts.ts';
import type { Row, Snapshot } from '../../domain/facts/snapshot.ts';
import { factKinds } from '../../kinds/registry/registry.ts';
import { type Gone, type GoneSeries, instancesOf, isAnotherObject, partsOf } from './gone.ts';
import { isCalled, objectNames } from './object-names.ts';

/** The kind of objects that others name, and whose successors may have their name. */
const named = 'workloads';

const instead = 'is now reported by a different object with the same name';

/** Kinds that have a rule of their own. */
const judgedElsewhere: ReadonlySet<FactKind> = new Set([named, 'alerts']);

/** The names of objects in whose place another one of the same name is now: pods of a StatefulSet. */
const replacedNames = (known: Snapshot, now: Snapshot): readonly string[] => {
  const had = new Map<string, Row>(known.kinds[named].rows.map((row) => [row.key, row]));
  return now.kinds[named].rows.flatMap((row) => {
    const was = had.get(row.key);
    return was === undefined || row.stale || !isAnotherObject(named, was, row) ? [] : objectNames(named, was);
  });
};

const rowsIn = (before: Snapshot, now: Snapshot, isOf: (gone: Gone) => boolean): readonly Gone[] =>
  factKinds()
    .filter((kind) => !judgedElsewhere.has(kind))
    .flatMap((kind) => {
      const here = new Set(now.kinds[kind].rows.map(({ key }) => key));
      return before.kinds[kind].rows.flatMap((row): readonly Gone[] => {
        const gone: Gone = { is: 'row', kind, row, instead };
        return here.has(row.key) && row.isUnread !== true && isOf(gone) ? [gone] : [];
      });
    });

const seriesIn = (before: Snapshot, now: Snapshot, isOf: (gone: Gone) => boolean): readonly Gone[] => {
  const here = new Map(now.signals.map((row) => [row.key, row]));
  return before.signals.flatMap((row): readonly Gone[] => {
    const is = here.get(row.key);
    if (is?.value === undefined || row.value === undefined || is.stale) return [];
    const whole: GoneSeries = { is: 'series', row, silence: instead };
    if (isOf(whole)) return [whole];
    const { parts = {}, computed } = is;
    // A window has to pass after a restart, which is a rule of its own.
    if (computed?.windowMs !== undefined) return [];
    return partsOf(row).flatMap((part) => {
      const isHere = parts[part.row.key.slice(row.key.length + 1)] !== undefined;
      return isHere && isOf(part) ? [{ ...part, silence: instead }] : [];
    });
  });
};

/**
 * Returns the rows and series of before that name an object which has been replaced by another one of its name: those of now are about the
 * other one. `known`: all objects that were known before the action.
 */
export const toldByOthers = (before: Snapshot, known: Snapshot, now: Snapshot): readonly Gone[] => {
  const names = replacedNames(known, now);
  if (names.length === 0) return [];
  const isOf = (gone: Gone): boolean =>
    instancesOf(gone).some((value) => names.some((name) => isCalled(value, name)));
  return [...rowsIn(before, now, isOf), ...seriesIn(before, now, isOf)];
};

/** Returns whether rows or series of these kinds and signals name a pod whose successor would have its name. */
export const nameLastingPods = (
  { kinds, signals }: Readonly<Record<'kinds' | 'signals', ReadonlySet<string>>>,
  before: Snapshot,
  known: Snapshot,
): boolean => {
  const pods = known.kinds[named].rows.filter(
    ({ fact }) => fact.kind === 'pod' && /^(?:(?:statefulset|sts)\b|$)/i.test(fact.owner),
  );
  if (pods.length === 0) return false;
  const names = pods.flatMap((row) => objectNames(named, row));
  const isOf = (gone: Gone): boolean =>
    instancesOf(gone).some((value) => names.some((name) => isCalled(value, name)));
  return (
    before.signals.some(
      (row) =>
        signals.has(row.id) &&
        [{ is: 'series', row } as const, ...partsOf(row)].some((series) => isOf(series)),
    ) ||
    factKinds().some(
      (kind) =>
        kinds.has(kind) &&
        !judgedElsewhere.has(kind) &&
        before.kinds[kind].rows.some((row) => isOf({ is: 'row', kind, row })),
    )
  );
};
