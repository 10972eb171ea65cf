import type { FactKind } from '../../../domain/facts/facts.ts';
import { type Level, worseLevel } from '../../../domain/facts/level.ts';
import type { KindView, Row, Snapshot } from '../../../domain/facts/snapshot.ts';
import { factKinds, kindOf } from '../../../kinds/registry/registry.ts';
import type { PaneId } from '../../kit/components/cursor.ts';
import type { PaneRegistry } from '../contract/features.ts';
import type { Pane } from '../contract/pane.ts';
import type { RowChange } from '../contract/row-changes.ts';

/** The changes between two snapshots. */
interface LevelNews {
  readonly changed: readonly RowChange[];
  /** Rows that are gone, or that were only out of sight and returned to their level: a change of them is no longer news. */
  readonly settled: readonly RowChange[];
}

/** The changes found so far. */
interface News {
  readonly changed: RowChange[];
  readonly settled: RowChange[];
}

/** The level of a row, and the last one that was known while it is unknown. */
interface KnownLevel {
  readonly now: Level;
  readonly last: Level | undefined;
}

/** A row of the snapshot, as far as the tracker compares it. */
type LevelRow = Pick<Row, 'key' | 'level'>;

/** Known levels of the rows of a pane. `of`: the rows of the snapshot, which are the same object while nothing changed. */
interface KnownRows {
  readonly of: readonly LevelRow[];
  readonly levels: Map<string, KnownLevel>;
  /** True if every source of the rows had answered or failed, so that a new row is news. */
  readonly inSight: boolean;
}

const nothing: KnownRows = { of: [], levels: new Map(), inSight: false };

/** The worst level per row of a pane: several facts may share a row. */
const factLevels = (pane: Pane, kind: FactKind, env: string, rows: readonly Row[]): Map<string, Level> => {
  const { isOf } = kindOf<FactKind>(kind);
  const levels = new Map<string, Level>();
  for (const row of rows) {
    if (isOf?.(row.fact, env) === false) continue;
    const key = pane.rowKey?.(row) ?? row.key;
    const had = levels.get(key);
    levels.set(key, had === undefined ? row.level : worseLevel(had, row.level));
  }
  return levels;
};

/**
 * The rows that are another object than before, for a list with the same keys in the same places, as the next reading of a large
 * feed has; undefined: the keys differ.
 */
const replacedRows = <R extends LevelRow>(
  before: readonly LevelRow[],
  now: readonly R[],
): readonly R[] | undefined => {
  if (before.length !== now.length) return undefined;
  const replaced: R[] = [];
  for (let index = 0; index < now.length; index++) {
    const row = now[index] as R;
    if (row === before[index]) continue;
    if (row.key !== before[index]?.key) return undefined;
    replaced.push(row);
  }
  return replaced;
};

/** Returns the change that a new level of a row means; undefined for none. */
const newsOf = (
  was: KnownLevel | undefined,
  now: Level,
  isNewcomer: boolean,
): 'changed' | 'settled' | undefined => {
  if (was === undefined) return isNewcomer && (now === 'warn' || now === 'crit') ? 'changed' : undefined;
  if (was.now === now) return undefined;
  if (was.now !== 'unknown') return 'changed';
  // The first level of a row that was unknown from the start is no change.
  if (was.last === undefined) return undefined;
  return was.last === now ? 'settled' : 'changed';
};

/**
 * Creates the tracker of row levels. It reports rows of the open environment whose level differs from that of the last
 * snapshot, and new rows that are WARN or CRIT once every source of their kind has answered. The first snapshot, and the
 * first of another environment, is no news.
 */
export const createLevelTracker = (panes: PaneRegistry): ((snapshot: Snapshot) => LevelNews) => {
  let known = new Map<PaneId, KnownRows>();
  let place = '';

  /** Reports what a level means, and returns what is known of the row from now on. */
  const compareOne = ({ id }: Pane, key: string, level: Level, before: KnownRows, news: News): KnownLevel => {
    const was = before.levels.get(key);
    const what = newsOf(was, level, before.inSight);
    if (what !== undefined) news[what].push({ pane: id, key });
    return { now: level, last: level === 'unknown' ? was?.last : level };
  };

  const compare = (
    pane: Pane,
    levels: ReadonlyMap<string, Level>,
    { of, inSight, keepsMissing }: { of: readonly LevelRow[]; inSight: boolean; keepsMissing: boolean },
    news: News,
  ): void => {
    const before = known.get(pane.id) ?? nothing;
    const missing = [...before.levels].filter(([key]) => !levels.has(key));
    const next = new Map<string, KnownLevel>(keepsMissing ? missing : []);
    if (!keepsMissing) news.settled.push(...missing.map(([key]) => ({ pane: pane.id, key })));
    for (const [key, level] of levels) next.set(key, compareOne(pane, key, level, before, news));
    known.set(pane.id, { of, levels: next, inSight });
  };

  /** Compares only replaced rows, each of which is a row of the pane. False: not possible. */
  const compareReplaced = (pane: Pane, of: readonly LevelRow[], inSight: boolean, news: News): boolean => {
    const before = known.get(pane.id);
    // Otherwise rows share a key, or rows that are missing have a level too.
    if (before?.levels.size !== of.length) return false;
    const replaced = replacedRows(before.of, of);
    if (replaced === undefined) return false;
    for (const { key, level } of replaced)
      if (before.levels.get(key)?.now !== level)
        before.levels.set(key, compareOne(pane, key, level, before, news));
    known.set(pane.id, { ...before, of, inSight });
    return true;
  };

  const compareKind = (kind: FactKind, snapshot: Snapshot, news: News): void => {
    const pane = panes.ofKind(kind);
    if (pane === undefined) return;
    const view: KindView = snapshot.kinds[kind];
    const inSight = view.isProvided && view.waiting === 0;
    const before = known.get(pane.id);
    if (before?.of === view.rows && before.inSight === inSight) return;
    const isRowPerFact = pane.rowKey === undefined && kindOf<FactKind>(kind).isOf === undefined;
    if (isRowPerFact && compareReplaced(pane, view.rows, inSight, news)) return;
    const keepsMissing = view.faults.length > 0 || view.waiting > 0;
    const levels = factLevels(pane, kind, snapshot.env, view.rows);
    compare(pane, levels, { of: view.rows, inSight, keepsMissing }, news);
  };

  return (snapshot) => {
    const here = `${snapshot.system}/${snapshot.env}`;
    if (here !== place) [place, known] = [here, new Map()];
    const news: News = { changed: [], settled: [] };
    for (const kind of factKinds()) compareKind(kind, snapshot, news);
    const matrix = panes.ofKind('samples');
    if (matrix !== undefined && known.get(matrix.id)?.of !== snapshot.signals) {
      const levels = new Map(snapshot.signals.map(({ key, level }) => [key, level]));
      compare(matrix, levels, { of: snapshot.signals, inSight: false, keepsMissing: false }, news);
    }
    return news;
  };
};
