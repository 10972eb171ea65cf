import type { Fault, Millis } from '../../domain/base/fault.ts';
import type { FactKind } from '../../domain/facts/facts.ts';
import type { Level } from '../../domain/facts/level.ts';
import type { Row, SignalRow } from '../../domain/facts/snapshot.ts';
import { formatCount, isoTime } from '../../domain/text/format.ts';
import type { CheckRow } from '../define/define-kind.ts';
import { type IsoFormatter, jsonNumber } from '../define/fields.ts';
import { kindOf } from './registry.ts';

/** Returns a formatter for engine times, which are `clockOffset` ms away from the machine's clock. */
export const isoFormatter =
  (clockOffset: number): IsoFormatter =>
  (position) =>
    isoTime(position + clockOffset);

/** Builds a row of a kind with statuses in the spelling of their system. A stale row keeps its last values; its level is `unknown`. */
export const checkRowAsReported = <K extends FactKind>(
  kind: K,
  { fact, level }: Pick<Row<K>, 'fact' | 'level'>,
  iso: IsoFormatter,
): CheckRow => kindOf(kind).json(fact, level, iso);

/** Names of the fields of a kind whose words come from its system: 'CrashLoopBackOff'. */
const foreignFields = (kind: FactKind): readonly string[] =>
  Object.entries(kindOf(kind).allFields).flatMap(([name, { anyCase }]) => (anyCase === true ? [name] : []));

/** Builds a row of `check --json`: as reported, with statuses in lower case. */
export const checkRow = <K extends FactKind>(
  kind: K,
  row: Pick<Row<K>, 'fact' | 'level'>,
  iso: IsoFormatter,
): CheckRow => {
  const reported = checkRowAsReported(kind, row, iso);
  const lower = foreignFields(kind).flatMap((name) => {
    const value = reported[name];
    return typeof value === 'string' ? [[name, value.toLowerCase()] as const] : [];
  });
  // The other keys keep their place and type.
  return { ...reported, ...Object.fromEntries(lower) };
};

/** Builds the JSON of a fault and its remedy. */
export const checkFault = ({ source, kind, message, at, remedy }: Fault, iso: IsoFormatter) => ({
  source,
  kind,
  message,
  at: iso(at),
  remedy: remedy ?? null,
});

/** JSON has no infinities: they are words there, as in the JSON of Prometheus. */
const jsonValue = (value: SignalRow['value']): number | string | null =>
  value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY
    ? formatCount(value)
    : typeof value === 'string'
      ? value
      : jsonNumber(value);

/**
 * Builds the JSON of a signal series. A series that was never read has the time of the fault that prevented it, or of
 * the report.
 */
export const checkSignal = (row: SignalRow, now: Millis, iso: IsoFormatter) => ({
  id: row.id,
  title: row.title,
  value: jsonValue(row.value),
  unit: row.unit,
  level: row.level,
  source: row.source,
  labels: row.labels,
  at: iso(row.at ?? row.fault?.at ?? now),
  fault: row.fault === undefined ? null : checkFault(row.fault, iso),
});

/** The output of `opsdeck check --json`: one reading of everything. Later versions only add to the format. */
/** The situation of a report. */
export interface CheckSituation {
  readonly level: Level;
  /** One sentence, as text and notifications have it. */
  readonly sentence: string;
  /** The causes of the worst level, the most important first. `since`: ISO 8601 UTC, null if it is unknown. */
  readonly causes: readonly {
    readonly kind: string;
    readonly object: string;
    readonly state: string;
    readonly fact: string;
    readonly level: Level;
    readonly since: string | null;
  }[];
  /** Number of problems of objects that depend on a cause, and of all others. */
  readonly consequences: number;
  readonly others: number;
}

/** A report of `check`. */
export type CheckReport = {
  readonly opsdeck: 1;
  readonly system: string;
  readonly env: string;
  readonly at: string;
  readonly level: Level;
  /** Absent: the report was built without one. */
  readonly situation?: CheckSituation;
  readonly signals: readonly ReturnType<typeof checkSignal>[];
  readonly faults: readonly ReturnType<typeof checkFault>[];
} & { readonly [K in FactKind]: readonly CheckRow[] };
