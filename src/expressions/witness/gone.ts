import type { Millis } from '../../domain/base/fault.ts';
import type { FactKind } from '../../domain/facts/facts.ts';
import type { MissingObservation } from '../../domain/facts/missing-observation.ts';
import type { KindView, Row, SignalRow, Snapshot } from '../../domain/facts/snapshot.ts';
import { formatAge } from '../../domain/text/duration.ts';
import { formatMeasurement } from '../../domain/text/value-text.ts';
import { fieldOf, kindOf, rowName, shownState, stateWord } from '../../kinds/registry/registry.ts';

/** A row or a series of the reading before the action that is not there now. */
export type Gone = GoneRow | GoneSeries;

export interface GoneRow {
  readonly is: 'row';
  readonly kind: FactKind;
  readonly row: Row;
  /** Where a row of its key is there that shows nothing about it: how. */
  readonly instead?: string;
  /** True: it is the same object, which was switched off. */
  readonly isOff?: true;
  /** True: it is the same object, and its row shows nothing about it yet. */
  readonly isHere?: true;
}

export interface GoneSeries {
  readonly is: 'series';
  readonly row: SignalRow;
  /** The key of the aggregated series that it was a part of. Absent: it was a series of the signal. */
  readonly partOf?: string;
  /** Of a log stream that is still listed and writes no more: how it shows. */
  readonly silence?: string;
}

const byKey = new WeakMap<readonly Row[], ReadonlyMap<string, Row>>();

const indexed = (rows: readonly Row[]): ReadonlyMap<string, Row> => {
  const known = byKey.get(rows) ?? new Map(rows.map((row) => [row.key, row]));
  byKey.set(rows, known);
  return known;
};

/** True when a row of the same key shows an earlier object than before: the run of CI before the one that was deleted. */
const isEarlier = (kind: FactKind, was: Row, is: Row): boolean => {
  const { sequence } = kindOf(kind);
  const then = sequence?.(was.fact);
  const now = sequence?.(is.fact);
  return then !== undefined && now !== undefined && now < then;
};

/** True when a row of the same key is another object than before: a session that got the pid of one that has ended. */
export const isAnotherObject = (kind: FactKind, was: Row, is: Row): boolean => {
  const { object } = kindOf(kind);
  const then = object?.(was.fact);
  const now = object?.(is.fact);
  return then !== undefined && now !== undefined && now !== then;
};

/** True when an object was switched off since. */
const isSwitchedOff = (kind: FactKind, was: Row, is: Row): boolean => {
  const { isOff } = kindOf(kind);
  return isOff?.(is.fact) === true && !isOff(was.fact);
};

/** Returns how a row of the same key shows nothing about the object of before; undefined: it shows that object. */
const insteadOf = (
  kind: FactKind,
  was: Row,
  is: Row,
): Pick<GoneRow, 'instead' | 'isOff' | 'isHere'> | undefined => {
  if (isEarlier(kind, was, is)) return {};
  if (isAnotherObject(kind, was, is)) return { instead: 'no longer exists, and a new object has its name' };
  if (isSwitchedOff(kind, was, is)) return { instead: 'was switched off', isOff: true };
  const instead = kindOf(kind).noEvidence?.(was.fact, is.fact);
  return instead === undefined ? undefined : { instead, isHere: true };
};

/**
 * Returns the rows of a kind that were there before the action and are not there now. A check that was expected and never read says
 * nothing, before or after: a service without instances is listed as one, and by its instances once it has some. A row that shows
 * another object now, or one that was switched off, is gone as well.
 */
export const goneRows = (kind: FactKind, before: KindView, now: KindView): readonly GoneRow[] => {
  if (before.rows === now.rows) return [];
  const here = indexed(now.rows);
  return before.rows.flatMap((row): readonly GoneRow[] => {
    if (row.isUnread === true) return [];
    const is = here.get(row.key);
    if (is === undefined) return [{ is: 'row', kind, row }];
    const instead = insteadOf(kind, row, is);
    return instead === undefined ? [] : [{ is: 'row', kind, row, ...instead }];
  });
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
      // A word is that of the worst part.
      value: typeof row.value === 'string' ? row.value : value,
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

/**
 * Returns how a log stream shows that its writer may be gone: it has no line since the action, or none in the newer half of the time over
 * which lines are counted. A program that ends often writes a last line. Undefined: it writes, or the row counts no log lines.
 */
const silenceOf = (
  part: string,
  was: SignalRow,
  { computed, at }: SignalRow,
  actedAt: Millis | undefined,
): string | undefined => {
  const { lastLines, windowMs = Number.POSITIVE_INFINITY } = computed ?? {};
  if (lastLines === undefined || actedAt === undefined) return undefined;
  const last = lastLines[part];
  // The clock of the writer may be ahead: the last line before the action is none since.
  if (last === undefined || last <= Math.max(actedAt, was.computed?.lastLines?.[part] ?? 0))
    return 'has written no line since the action';
  const age = (at ?? last) - last;
  if (age > windowMs / 2) return `has written no line for ${formatAge(age)}`;
  if (isMuted(part, was.computed, computed, actedAt))
    return 'has written warnings and errors only since the action, so the log level may have been changed';
  const logger = mutedLogger(part, was.computed, computed, actedAt);
  return logger === undefined
    ? undefined
    : `has no line of the logger ${logger} since the action other than warnings and errors, so the log level may have been changed`;
};

/** True for a stream whose lines at info or below have ended: a logger that was set to a higher level leaves out others as well. */
const isMuted = (
  part: string,
  was: SignalRow['computed'],
  is: SignalRow['computed'],
  actedAt: Millis,
): boolean => {
  const then = was?.plainLines;
  if (then?.usual.includes(part) !== true || is?.plainLines === undefined) return false;
  const last = is.plainLines.last[part];
  return last === undefined || last <= Math.max(actedAt, then.last[part] ?? 0);
};

/** A logger whose lines were counted, and whose other lines have ended: it may have been switched off. Undefined: there is none. */
const mutedLogger = (
  part: string,
  was: SignalRow['computed'],
  is: SignalRow['computed'],
  actedAt: Millis,
): string | undefined => {
  const then = was?.plainLines?.loggers?.[part];
  const now = is?.plainLines?.loggers?.[part];
  return now === undefined
    ? undefined
    : then?.usual.find((logger) => (now.last[logger] ?? 0) <= Math.max(actedAt, then.last[logger] ?? 0));
};

/** True for a row that counts lines of logs none of which writes. */
export const isSilent = (was: SignalRow, is: SignalRow, actedAt: Millis | undefined): boolean =>
  is.computed?.lastLines !== undefined &&
  actedAt !== undefined &&
  Object.keys(is.computed.lastLines).every((part) => silenceOf(part, was, is, actedAt) !== undefined);

/** The log streams with counted lines before the action that are listed and write no more: their writers may be gone. */
const silentParts = (was: SignalRow, is: SignalRow, actedAt: Millis | undefined): readonly GoneSeries[] => {
  const { parts: listed = {} } = is;
  return partsOf(was).flatMap((part) => {
    const text = part.row.key.slice(was.key.length + 1);
    if (part.row.value === 0 || listed[text] === undefined) return [];
    const silence = silenceOf(text, was, is, actedAt);
    return silence === undefined ? [] : [{ ...part, silence }];
  });
};

const goneParts = (was: SignalRow, is: SignalRow, actedAt: Millis | undefined): readonly GoneSeries[] => {
  if (was.parts === undefined || is.parts === undefined) return [];
  // Between two readings, the series may have become too many to be read one by one, or few enough.
  const isSame = was.computed?.isPerTarget === is.computed?.isPerTarget;
  const [former, present] = isSame ? [was, is] : [perTarget(was), perTarget(is)];
  // A part without a number tells nothing: a quantile of a process that gets no requests. The sums of targets have none on purpose.
  const tells = ({ row: { value } }: GoneSeries): boolean => !isSame || !Number.isNaN(value);
  const here = new Set(
    partsOf(present)
      .filter(tells)
      .map(({ row }) => row.key),
  );
  const addsUp = was.computed?.addsUp === true;
  return [
    ...partsOf(former).filter(
      (part) => tells(part) && !here.has(part.row.key) && !(addsUp && part.row.value === 0),
    ),
    ...silentParts(was, is, actedAt),
  ];
};

/**
 * Returns the series that had a value before the action and have none now: a value that is no longer told is gone as well, and so is a log
 * that has no line since the action. `actedAt`: absent where the action is not known to have ended.
 */
export const goneSeries = (
  before: Snapshot,
  now: Snapshot,
  actedAt?: Millis | undefined,
): readonly GoneSeries[] => {
  const here = new Map(now.signals.map((row) => [row.key, row]));
  return before.signals.flatMap((row): readonly GoneSeries[] => {
    const is = here.get(row.key);
    // A reading that failed or is too old is unknown already.
    const isGone = row.value !== undefined && (is === undefined || (is.value === undefined && !is.stale));
    if (isGone) return [{ is: 'series', row }];
    return is === undefined || is === row || is.stale ? [] : goneParts(row, is, actedAt);
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

/** The name of a series: its signal and its labels. */
export const seriesName = ({ id, labels }: SignalRow): string =>
  [id, ...Object.entries(labels).map(([name, value]) => `${name}=${value}`)].join(' ');

/** The observation that is missing with one that is gone. */
export const missingWith = (gone: Gone): MissingObservation =>
  gone.is === 'series'
    ? { is: 'gone', object: seriesName(gone.row), source: gone.row.source }
    : {
        is: gone.isHere === true ? 'early' : 'gone',
        object: `${gone.kind} ${rowName(gone.kind, gone.row.fact)}`,
        kind: gone.kind,
        source: gone.row.fact.source,
      };

/** Describes one that is gone, with its state before: 'errors instance=orders-1 is gone, it was 48 % before the action'. */
export const goneText = (gone: Gone): string => {
  if (gone.is === 'series') {
    const { value, unit } = gone.row;
    return `${seriesName(gone.row)} ${gone.silence ?? 'is gone'}, it was ${value === undefined || Number.isNaN(value) ? 'unknown' : formatMeasurement(value, unit)} before the action`;
  }
  const { kind, row } = gone;
  const state = shownState(kind, stateWord(kind, row.fact));
  const was = state === '' ? 'it existed' : `it was ${state}`;
  return `${kind} ${rowName(kind, row.fact)} ${gone.instead ?? 'is gone'}, ${was} before the action`;
};
