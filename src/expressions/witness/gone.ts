import type { FactKind } from '../../domain/facts/facts.ts';
import type { MissingObservation } from '../../domain/facts/missing-observation.ts';
import type { KindView, Row, SignalRow, Snapshot } from '../../domain/facts/snapshot.ts';
import { formatMeasurement } from '../../domain/text/value-text.ts';
import { fieldOf, kindOf, rowName, shownState, stateWord } from '../../kinds/registry/registry.ts';

/** A row or a series of the reading before the action that is not there now. */
export type Gone = GoneRow | GoneSeries;

export interface GoneRow {
  readonly is: 'row';
  readonly kind: FactKind;
  readonly row: Row;
}

export interface GoneSeries {
  readonly is: 'series';
  readonly row: SignalRow;
  /** The key of the aggregated series that it was a part of. Absent: it was a series of the signal. */
  readonly partOf?: string;
}

const keysOf = new WeakMap<readonly Row[], ReadonlySet<string>>();

const keys = (rows: readonly Row[]): ReadonlySet<string> => {
  const known = keysOf.get(rows) ?? new Set(rows.map(({ key }) => key));
  keysOf.set(rows, known);
  return known;
};

/**
 * Returns the rows of a kind that were there before the action and are not there now. A check that was expected and never read says
 * nothing, before or after: a service without instances is listed as one, and by its instances once it has some.
 */
export const goneRows = (kind: FactKind, before: KindView, now: KindView): readonly GoneRow[] => {
  if (before.rows === now.rows) return [];
  const here = keys(now.rows);
  return before.rows
    .filter(({ key, isUnread }) => isUnread !== true && !here.has(key))
    .map((row) => ({ is: 'row', kind, row }));
};

const labelsIn = (text: string): SignalRow['labels'] => {
  const labels: unknown = JSON.parse(text);
  return typeof labels === 'object' && labels !== null ? Object.fromEntries(Object.entries(labels)) : {};
};

/** Returns the series of which an aggregated one is made. Without an aggregation that is known, they are of another unit. */
export const partsOf = ({ parts = {}, fold, ...row }: SignalRow): readonly GoneSeries[] =>
  Object.entries(parts).map(([text, value]) => ({
    is: 'series',
    row: {
      ...row,
      ...(fold === undefined ? { unit: '' } : {}),
      key: `${row.key} ${text}`,
      labels: labelsIn(text),
      value,
    },
    partOf: row.key,
  }));

const targetLabels = ['metric', 'job', 'instance'];

/** The sums of the parts by target. They are no values of an aggregation other than a sum. */
const perTarget = ({ parts = {}, fold, ...row }: SignalRow): SignalRow => {
  const sums: Record<string, number> = {};
  for (const [text, value] of Object.entries(parts)) {
    const labels = labelsIn(text);
    const target = JSON.stringify(
      Object.fromEntries(
        targetLabels.flatMap((name) => (labels[name] === undefined ? [] : [[name, labels[name]]])),
      ),
    );
    sums[target] = (sums[target] ?? 0) + (fold === undefined || fold === 'sum' ? value : Number.NaN);
  }
  return { ...row, parts: sums };
};

const goneParts = (was: SignalRow, is: SignalRow): readonly GoneSeries[] => {
  if (was.parts === undefined || is.parts === undefined) return [];
  // Between two readings, the series may have become too many to be read one by one, or few enough.
  const isSame = was.computed?.isPerTarget === is.computed?.isPerTarget;
  const [former, present] = isSame ? [was, is] : [perTarget(was), perTarget(is)];
  const here = new Set(partsOf(present).map(({ row }) => row.key));
  const addsUp = was.computed?.addsUp === true;
  return partsOf(former).filter(({ row }) => !here.has(row.key) && !(addsUp && row.value === 0));
};

/** Returns the series that had a value before the action and have none now: a value that is no longer told is gone as well. */
export const goneSeries = (before: Snapshot, now: Snapshot): readonly GoneSeries[] => {
  const here = new Map(now.signals.map((row) => [row.key, row]));
  return before.signals.flatMap((row): readonly GoneSeries[] => {
    const is = here.get(row.key);
    // A reading that failed or is too old is unknown already.
    const isGone = row.value !== undefined && (is === undefined || (is.value === undefined && !is.stale));
    if (isGone) return [{ is: 'series', row }];
    return is === undefined || is === row || is.stale ? [] : goneParts(row, is);
  });
};

/** Fields and labels that name the one instance in which a row or a series lives. */
const instanceNames: ReadonlySet<string> = new Set([
  ...['instance', 'pod', 'pod_name', 'kubernetes_pod_name', 'pod_ip', 'exported_pod', 'exported_instance'],
  ...['container_id', 'id', 'uid', 'pid', 'node', 'host', 'hostname'],
]);

/** The names and values that distinguish a row or a series from others of its kind. */
const identityOf = (gone: Gone): readonly (readonly [string, string])[] => {
  if (gone.is === 'series') return Object.entries(gone.row.labels);
  const { kind, row } = gone;
  const definition = kindOf(kind);
  return Object.entries(definition.allFields).flatMap(([name, field]) =>
    field.identity === true ? [[name, String(field.of(row.fact, row.level) ?? '')] as const] : [],
  );
};

/** The values that may name the instance in which it lives: every label of a series, and such fields of a row. */
export const instancesOf = (gone: Gone): readonly string[] =>
  identityOf(gone)
    .filter(([name, value]) => value !== '' && (gone.is === 'series' || instanceNames.has(name)))
    .map(([, value]) => value);

/** True for a row with an owner, whose successors have other names: a pod of a deployment. */
const isOwned = ({ kind, row }: GoneRow): boolean =>
  String(fieldOf(kind, 'owner')?.of(row.fact, row.level) ?? '') !== '';

/** The names of the fields or labels in which a value names the object that it lived in. */
export const namesInside = (gone: Gone, isInside: (value: string) => boolean): ReadonlySet<string> =>
  new Set(identityOf(gone).flatMap(([name, value]) => (isInside(value) ? [name] : [])));

const nothing: ReadonlySet<string> = new Set();

/**
 * Returns what a row and its successor have in common: everything that identifies it but its instance. `inside`: further fields that
 * name the instance.
 */
export const familyOf = (gone: Gone, inside = nothing): string => {
  if (inside.size > 0) return findFamily(gone, inside);
  const family = families.get(gone.row) ?? findFamily(gone, inside);
  families.set(gone.row, family);
  return family;
};

const families = new WeakMap<Row | SignalRow, string>();

const findFamily = (gone: Gone, inside: ReadonlySet<string>): string => {
  const owned = gone.is === 'row' && isOwned(gone);
  const parts = identityOf(gone).filter(
    ([name]) => !instanceNames.has(name) && !inside.has(name) && !(owned && name === 'name'),
  );
  const of = gone.is === 'row' ? gone.kind : gone.row.id;
  return JSON.stringify([of, ...parts.toSorted(([a], [b]) => (a < b ? -1 : 1))]);
};

const seriesName = ({ id, labels }: SignalRow): string =>
  [id, ...Object.entries(labels).map(([name, value]) => `${name}=${value}`)].join(' ');

/** The observation that is missing with one that is gone. */
export const missingWith = (gone: Gone): MissingObservation =>
  gone.is === 'series'
    ? { is: 'gone', object: seriesName(gone.row), source: gone.row.source }
    : {
        is: 'gone',
        object: `${gone.kind} ${rowName(gone.kind, gone.row.fact)}`,
        kind: gone.kind,
        source: gone.row.fact.source,
      };

/** Describes one that is gone, with its state before: 'errors instance=orders-1 is gone, it was 48 % before the action'. */
export const goneText = (gone: Gone): string => {
  if (gone.is === 'series') {
    const { value, unit } = gone.row;
    return `${seriesName(gone.row)} is gone, it was ${value === undefined || Number.isNaN(value) ? 'unknown' : formatMeasurement(value, unit)} before the action`;
  }
  const { kind, row } = gone;
  const state = shownState(kind, stateWord(kind, row.fact));
  const was = state === '' ? 'it was there' : `it was ${state}`;
  return `${kind} ${rowName(kind, row.fact)} is gone, ${was} before the action`;
};
