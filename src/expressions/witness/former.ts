import { defined } from '../../domain/base/defined.ts';
import type { Millis } from '../../domain/base/fault.ts';
import { sum } from '../../domain/base/sums.ts';
import type { PartsFold } from '../../domain/facts/facts.ts';
import { worseLevel } from '../../domain/facts/level.ts';
import type { MissingObservation } from '../../domain/facts/missing-observation.ts';
import type { KindView, SignalRow, Snapshot } from '../../domain/facts/snapshot.ts';
import type { DeclaredEffect } from '../../domain/runbooks/operation.ts';
import { factKinds, perKind } from '../../kinds/registry/registry.ts';
import { type DilutedSeries, dilutedSeries, type JudgeValue, withoutNewcomers } from './diluted.ts';
import { type Accounts, isExplained } from './explain.ts';
import { type Gone, type GoneSeries, goneRows, goneSeries, goneText, missingWith } from './gone.ts';
import { isOfObject } from './read-object.ts';
import { toldByOthers } from './replaced-object.ts';
import { type SeenRestarts, type UnprovenSeries, unprovenSeries } from './unproven.ts';

/** Computes the series of a signal that is made of other signals or of facts; undefined for any other. */
type Derive = (signal: string, of: Pick<Snapshot, 'kinds' | 'signals'>) => readonly SignalRow[] | undefined;

/** The data that a verification needs besides the reading before the action, to tell what has gone from what was ended. */
export interface Witnesses {
  readonly effects: readonly DeclaredEffect[];
  /** All that was known before the action, also of kinds that the verification does not read. */
  readonly known?: Snapshot;
  readonly derive?: Derive;
  /** Absent: levels stay as they are. */
  readonly judge?: JudgeValue;
  /** The restarts of processes that were noticed since the action. Absent: none is remembered. */
  readonly restarts?: SeenRestarts;
}

/** A reason why the facts of now prove nothing, and what they would be without it. */
interface Lost {
  readonly text: string;
  readonly missing: MissingObservation;
  /** The facts of now with this one as it was before the action, or without it where its value proves nothing. */
  facts(): Snapshot;
}

/** The facts of now, and with them what has gone without an explanation, as it was before the action. */
export interface FormerFacts {
  readonly snapshot: Snapshot;
  readonly lost: readonly Lost[];
}

/** An alert that is gone has a life of its own: whether it was resolved is not told by its row. */
const judgedElsewhere = 'alerts';

const withRows = (view: KindView, gone: readonly Gone[]): KindView => {
  const rows = gone.flatMap((currentGone) => (currentGone.is === 'row' ? [currentGone.row] : []));
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
    const is = derive(id, now);
    const would = derive(id, former);
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
  const former = new Set(gone.map(({ row: { key } }) => key));
  const values = [
    ...Object.entries(parts).flatMap(([part, value]) =>
      former.has(`${row.key} ${part}`) || Number.isNaN(value) ? [] : [value],
    ),
    ...gone.flatMap((currentGoneSeries) => Number(currentGoneSeries.row.value ?? 0)),
  ];
  const level = gone.reduce(
    (worst, currentGoneSeries) => worseLevel(worst, currentGoneSeries.row.level),
    row.level,
  );
  const value = fold === undefined ? Number.NaN : folds[fold](values);
  return { ...rest, level, ...(Number.isNaN(value) ? {} : { value }) };
};

/** A series without the value that proves nothing. */
const withoutValue = ({ value: _, ...row }: SignalRow): SignalRow => ({ ...row, level: 'unknown' });

const withGone = (
  now: Snapshot,
  gone: readonly Gone[],
  unproven: readonly UnprovenSeries[],
  witnesses: Witnesses,
): Snapshot => {
  if (gone.length === 0 && unproven.length === 0) return now;
  // Each view is stored under its kind, so it has that kind.
  const kinds = perKind((kind) =>
    withRows(
      now.kinds[kind],
      gone.filter((other) => other.is === 'row' && other.kind === kind),
    ),
  ) as unknown as Snapshot['kinds'];
  const series = gone.filter((other) => other.is === 'series');
  const lost = new Map(series.flatMap(({ row, partOf }) => (partOf === undefined ? [[row.key, row]] : [])));
  const parts = Map.groupBy(series, ({ partOf }) => partOf);
  const worthless = new Set(unproven.map(({ key }) => key));
  const kept = now.signals.filter(({ key }) => !lost.has(key));
  const signals = [
    ...kept.map((row) =>
      worthless.has(row.key) ? withoutValue(row) : withParts(row, parts.get(row.key) ?? []),
    ),
    ...lost.values(),
  ];
  return { ...now, kinds, signals: withDerived(now, { kinds, signals }, witnesses) };
};

/** The observation that is missing while the value of a series does not count. */
const earlyValue = ({ signals }: Snapshot, { key }: UnprovenSeries): MissingObservation => {
  const row = signals.find((candidate) => candidate.key === key);
  return { is: 'early', object: row?.id ?? key, ...defined({ source: row?.source }) };
};

/**
 * The signals whose number is that of an object that shows nothing, or in whose place another one is: the lag of a group whose offsets were
 * set, the depth of a queue that was created again.
 */
const numbersOf = (lost: readonly Gone[], before: Snapshot, now: Snapshot): readonly GoneSeries[] => {
  const here = new Map(now.signals.map((row) => [row.key, row]));
  const rows = lost.flatMap((gone) => (gone.is === 'row' && gone.instead !== undefined ? [gone] : []));
  if (rows.length === 0) return [];
  return before.signals.flatMap((row): readonly GoneSeries[] => {
    const { object, source, value } = row;
    if (object === undefined || value === undefined || here.get(row.key)?.value === undefined) return [];
    const gone = rows.find(
      ({ row: other, kind, instead }) =>
        instead !== undefined && other.fact.source === source && isOfObject(object, kind, other),
    );
    return gone === undefined ? [] : [{ is: 'series', row, silence: gone.instead ?? '' }];
  });
};

const makeFormer = (
  now: Snapshot,
  before: Snapshot,
  witnesses: Witnesses,
  unproven: readonly UnprovenSeries[],
  actedAt: Millis | undefined,
): FormerFacts => {
  const accounts: Accounts = { before, now, ...witnesses, ...defined({ actedAt }) };
  const rows = factKinds()
    .filter((kind) => kind !== judgedElsewhere)
    .flatMap((kind) => goneRows(kind, before.kinds[kind], now.kinds[kind]));
  const others = toldByOthers(before, witnesses.known ?? before, now);
  const lost = [...rows, ...goneSeries(before, now, actedAt), ...others].filter(
    (candidate) => !isExplained(candidate, accounts),
  );
  const gone = [...lost, ...numbersOf(lost, before, now)];
  const diluted = dilutedSeries(now, before);
  const undiluted = (series: readonly DilutedSeries[]): Snapshot => {
    const facts = withoutNewcomers(now, before, series, witnesses.judge);
    return series.length === 0 ? facts : { ...facts, signals: withDerived(now, facts, witnesses) };
  };
  return {
    snapshot: withGone(undiluted(diluted), gone, unproven, witnesses),
    lost: [
      ...diluted.map(
        (series): Lost => ({
          text: series.why,
          missing: { is: 'early', object: series.id, source: series.source },
          facts: () => undiluted([series]),
        }),
      ),
      ...gone.map(
        (entry): Lost => ({
          text: goneText(entry),
          missing: missingWith(entry),
          facts: () => withGone(now, [entry], [], witnesses),
        }),
      ),
      ...unproven.map(
        (currentUnprovenSeries): Lost => ({
          text: currentUnprovenSeries.why,
          missing: earlyValue(now, currentUnprovenSeries),
          facts: () => withGone(now, [], [currentUnprovenSeries], witnesses),
        }),
      ),
    ],
  };
};

/** Returns the facts of now with what was there before the action and has gone without a declared effect. */
export const factsWithGone = (
  now: Snapshot,
  before: Snapshot,
  witnesses: Witnesses,
  actedAt: Millis,
): FormerFacts => makeFormer(now, before, witnesses, [], actedAt);

interface Made {
  readonly before: Snapshot;
  readonly witnesses: Witnesses;
  readonly actedAt: Millis | undefined;
  /** The reasons of its series that prove nothing: they change with time. */
  readonly reasons: string;
  readonly former: FormerFacts;
}

const made = new WeakMap<Snapshot, Made>();

/**
 * Returns the facts of now with everything that was there before the action and has gone without a declared effect, and without values
 * that prove nothing. What is true of them too does not rest on an absence.
 */
export const formerFacts = (
  now: Snapshot,
  before: Snapshot,
  witnesses: Witnesses,
  times: { readonly time: Millis; readonly actedAt: Millis | undefined },
): FormerFacts => {
  const unproven = unprovenSeries(
    now,
    before,
    { effects: witnesses.effects, ...defined({ seen: witnesses.restarts, known: witnesses.known }) },
    times,
  );
  const reasons = unproven.map(({ why }) => why).join();
  const { actedAt } = times;
  const had = made.get(now);
  const isSameAction = had?.before === before && had.witnesses === witnesses && had.actedAt === actedAt;
  if (isSameAction && had.reasons === reasons) return had.former;
  const former = makeFormer(now, before, witnesses, unproven, actedAt);
  made.set(now, { before, witnesses, actedAt, reasons, former });
  return former;
};

/** Rows that are tried one by one for the one that decides. */
const maxTried = 200;

/** The one of those that are lost which makes a result unknown, in words with the number of the others that do. */
export const decisiveLoss = (
  { lost }: FormerFacts,
  isDecisive: (facts: Snapshot) => boolean,
): { readonly why: string; readonly missing?: MissingObservation } => {
  const decisive = lost.slice(0, maxTried).filter((other) => isDecisive(other.facts()));
  const [first, ...others] = decisive.length > 0 ? decisive : lost;
  if (first === undefined) return { why: '' };
  const more = others.length === 0 ? '' : `, and ${others.length} more`;
  return { why: `${first.text}${more}`, missing: first.missing };
};
