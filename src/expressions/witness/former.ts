import type { PartsFold } from '../../domain/facts.ts';
import { worseLevel } from '../../domain/level.ts';
import type { DeclaredEffect } from '../../domain/operation.ts';
import type { KindView, SignalRow, Snapshot } from '../../domain/snapshot.ts';
import { sum } from '../../domain/sums.ts';
import { factKinds, perKind } from '../../kinds/registry.ts';
import { type Accounts, isExplained } from './explain.ts';
import { type Gone, type GoneSeries, goneRows, goneSeries, goneText } from './gone.ts';

/** Computes the series of a signal that is made of other signals or of facts; undefined for any other. */
type Derive = (signal: string, of: Pick<Snapshot, 'kinds' | 'signals'>) => readonly SignalRow[] | undefined;

/** The data that a verification needs besides the reading before the action, to tell what has gone from what was ended. */
export interface Witnesses {
  readonly effects: readonly DeclaredEffect[];
  /** All that was known before the action, also of kinds that the verification does not read. */
  readonly known?: Snapshot;
  readonly derive?: Derive;
}

/** The facts of now, and with them what has gone without an explanation, as it was before the action. */
interface FormerFacts {
  readonly snapshot: Snapshot;
  readonly gone: readonly Gone[];
  /** The facts of now with one of them. */
  only(one: Gone): Snapshot;
}

/** An alert that is gone has a life of its own: whether it was resolved is not told by its row. */
const judgedElsewhere = 'alerts';

const withRows = (view: KindView, gone: readonly Gone[]): KindView => {
  const rows = gone.flatMap((one) => (one.is === 'row' ? [one.row] : []));
  return rows.length === 0 ? view : { ...view, rows: [...view.rows, ...rows] };
};

const isSame = (a: readonly SignalRow[], b: readonly SignalRow[]): boolean =>
  a.length === b.length &&
  a.every(({ key, value }, index) => key === b[index]?.key && value === b[index]?.value);

/** The series that are derived from others or from facts, computed with what has gone where that makes a difference. */
const withDerived = (
  now: Snapshot,
  former: Pick<Snapshot, 'kinds' | 'signals'>,
  { derive }: Witnesses,
): readonly SignalRow[] => {
  if (derive === undefined) return former.signals;
  const ids = [...new Set(former.signals.map(({ id }) => id))];
  return ids.flatMap((id) => {
    const [is, would] = [derive(id, now), derive(id, former)];
    const rows = former.signals.filter((row) => row.id === id);
    return is === undefined || would === undefined || isSame(is, would) ? rows : would;
  });
};

const folds: Readonly<Record<PartsFold, (values: readonly number[]) => number>> = {
  sum,
  avg: (values) => sum(values) / values.length,
  min: (values) => Math.min(...values),
  max: (values) => Math.max(...values),
  count: (values) => values.length,
};

/** An aggregated series with parts that have gone; without a value where more was calculated from them. */
const withParts = (row: SignalRow, gone: readonly GoneSeries[]): SignalRow => {
  const { parts = {}, fold, value: _, ...rest } = row;
  if (gone.length === 0) return row;
  const values = [...Object.values(parts), ...gone.flatMap((one) => Number(one.row.value ?? 0))];
  const level = gone.reduce((worst, one) => worseLevel(worst, one.row.level), row.level);
  return { ...rest, level, ...(fold === undefined ? {} : { value: folds[fold](values) }) };
};

const withGone = (now: Snapshot, gone: readonly Gone[], witnesses: Witnesses): Snapshot => {
  if (gone.length === 0) return now;
  // Each view is stored under its kind, so it has that kind.
  const kinds = perKind((kind) =>
    withRows(
      now.kinds[kind],
      gone.filter((one) => one.is === 'row' && one.kind === kind),
    ),
  ) as unknown as Snapshot['kinds'];
  const series = gone.filter((one) => one.is === 'series');
  const lost = new Map(series.flatMap(({ row, partOf }) => (partOf === undefined ? [[row.key, row]] : [])));
  const parts = Map.groupBy(series, ({ partOf }) => partOf);
  const kept = now.signals.filter(({ key }) => !lost.has(key));
  const signals = [...kept.map((row) => withParts(row, parts.get(row.key) ?? [])), ...lost.values()];
  return { ...now, kinds, signals: withDerived(now, { kinds, signals }, witnesses) };
};

const makeFormer = (now: Snapshot, before: Snapshot, witnesses: Witnesses): FormerFacts => {
  const accounts: Accounts = { before, now, ...witnesses };
  const rows = factKinds()
    .filter((kind) => kind !== judgedElsewhere)
    .flatMap((kind) => goneRows(kind, before.kinds[kind], now.kinds[kind]));
  const gone = [...rows, ...goneSeries(before, now)].filter((one) => !isExplained(one, accounts));
  return {
    snapshot: withGone(now, gone, witnesses),
    gone,
    only: (one) => withGone(now, [one], witnesses),
  };
};

interface Made {
  readonly before: Snapshot;
  readonly witnesses: Witnesses;
  readonly former: FormerFacts;
}

const made = new WeakMap<Snapshot, Made>();

/**
 * Returns the facts of now with everything that was there before the action and has gone without a declared effect. What is true of
 * them too does not rest on an absence.
 */
export const formerFacts = (now: Snapshot, before: Snapshot, witnesses: Witnesses): FormerFacts => {
  const had = made.get(now);
  if (had !== undefined && had.before === before && had.witnesses === witnesses) return had.former;
  const former = makeFormer(now, before, witnesses);
  made.set(now, { before, witnesses, former });
  return former;
};

/** Rows that are tried one by one for the one that decides. */
const maxTried = 200;

/** Names the one of those that have gone which makes a result unknown, and says how many more do. */
export const lostText = ({ gone, only }: FormerFacts, isDecisive: (facts: Snapshot) => boolean): string => {
  const decisive = gone.slice(0, maxTried).filter((one) => isDecisive(only(one)));
  const [first, ...others] = decisive.length > 0 ? decisive : gone;
  if (first === undefined) return '';
  return `${goneText(first)}${others.length === 0 ? '' : `, and ${others.length} more`}`;
};
