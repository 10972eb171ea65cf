import type { Fault, Millis } from '../base/fault.ts';
import type { AlertRulesView } from './alert-rules.ts';
import type { FactKind, FactTypes, Sample, SignalParts } from './facts.ts';
import type { Level } from './level.ts';
import type { PossibleStart } from './state-start.ts';
import type { Verdict } from './threshold.ts';

/** Formats labels as `name=value`, sorted by name, so that their input order does not matter. */
export const labelParts = (labels: Readonly<Record<string, string>>): readonly string[] =>
  Object.keys(labels)
    .sort()
    .map((name) => `${name}=${labels[name] ?? ''}`);

/** Returns the key of a signal's series: its ID, followed by its labels if any. */
export const signalKey = (signal: string, labels: Readonly<Record<string, string>>): string => {
  const parts = labelParts(labels);
  return parts.length === 0 ? signal : `${signal}{${parts.join(',')}}`;
};

/** A fact with its level, and the start of its state. */
export interface Row<K extends FactKind = FactKind> extends PossibleStart {
  /** Stable across readings; unique within its kind. */
  readonly key: string;
  readonly fact: FactTypes[K];
  /** Unknown when the fact is stale, whatever its data. */
  readonly level: Level;
  readonly stale: boolean;
  /** The feed it came from. */
  readonly feed: string;
  /** True: no reading contained it. It is listed because its check is expected, and its state is unknown. */
  readonly isUnread?: true;
  /** True: its first reading is still to come, and none has failed. */
  readonly isAwaited?: true;
}

/** The data of one kind, and what is missing from it. */
export interface KindView<K extends FactKind = FactKind> {
  readonly rows: readonly Row<K>[];
  /** Faults of feeds of this kind, and of sources that would provide it. Not empty: data is missing. */
  readonly faults: readonly Fault[];
  /** True when a feed or a source that is not open yet provides this kind. */
  readonly isProvided: boolean;
  /** Number of feeds of this kind without any result yet. */
  readonly waiting: number;
}

/** One series of a signal. A signal without samples is one row without a value. */
export interface SignalRow extends Pick<Sample, 'parts' | 'fold' | 'metric' | 'origin'> {
  readonly key: string;
  readonly id: string;
  readonly title: string;
  readonly value?: number | string;
  readonly unit: string;
  readonly level: Level;
  readonly source: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly at?: Millis;
  readonly stale: boolean;
  /** Where the server computes the value: the parts as read beside it. Absent: they were not read. */
  readonly computed?: Omit<SignalParts, 'values' | 'fold'>;
  /** The reason why the series from which the server computes the value could not be read. */
  readonly partsProblem?: string;
  /** Of a value whose parts cannot be read, the function that computed it: 'count(*) of the server'. */
  readonly hiddenBy?: string;
  /** True: it is a counter of a process, which only a restart sets back. */
  readonly isCounter?: true;
  /** True: its value says that nothing is measured. */
  readonly isUnmeasured?: true;
  /** The object of a kind whose number it is: a consumer group, a queue. Absent: it is that of no such object. */
  readonly object?: { readonly kind: FactKind; readonly name: string };
  readonly verdict?: Verdict;
  /** Reason for a missing value or level. */
  readonly fault?: Fault;
}

/**
 * True for a signal without a value where its profile expects that (`noData: ok`): no problem, and nothing that is known to
 * be OK either.
 */
export const isExpectedAbsence = ({
  level,
  value,
}: {
  readonly level: Level;
  readonly value?: unknown;
}): boolean => level === 'ok' && (value === undefined || value === null);

/** True when the first reading of a signal is still to come, and none has failed. */
export const isAwaitedSignal = ({
  value,
  fault,
  verdict,
  at,
}: Pick<SignalRow, 'value' | 'fault' | 'verdict' | 'at'>): boolean =>
  value === undefined && fault === undefined && verdict === undefined && at === undefined;

/** Of the alerts that are a problem, the values of some labels, by the name of the alert and those of the labels. */
const problemLabels = new WeakMap<readonly Row<'alerts'>[], Map<string, ReadonlySet<string>>>();

/** The alerts of a name that are a problem, as the values of these labels. There may be thousands of alerts and of series. */
const problemsNamed = (
  name: string,
  labels: readonly string[],
  alerts: readonly Row<'alerts'>[],
): ReadonlySet<string> => {
  const known = problemLabels.get(alerts) ?? new Map<string, ReadonlySet<string>>();
  problemLabels.set(alerts, known);
  const key = JSON.stringify([name, labels]);
  const values =
    known.get(key) ??
    new Set(
      alerts
        .filter(({ fact, level }) => fact.name === name && level !== 'ok')
        .map(({ fact }) => JSON.stringify(labels.map((label) => fact.labels[label]))),
    );
  known.set(key, values);
  return values;
};

/**
 * True for a signal whose problem an alert row tells: that of the rule which decides its level, with the labels of its series.
 * One problem is then listed once.
 */
export const isToldByAlert = (
  { verdict, labels }: Pick<SignalRow, 'verdict' | 'labels'>,
  alerts: readonly Row<'alerts'>[],
): boolean => {
  const rule = verdict?.rule;
  if (rule === undefined) return false;
  const names = Object.keys(labels)
    .filter((name) => name !== '__name__')
    .sort();
  return problemsNamed(rule, names, alerts).has(JSON.stringify(names.map((name) => labels[name])));
};

/** All data of one environment at one moment, for expressions, `check` and suggestions. */
export interface Snapshot {
  readonly at: Millis;
  readonly system: string;
  readonly env: string;
  readonly kinds: { readonly [K in FactKind]: KindView<K> };
  readonly signals: readonly SignalRow[];
  /** The alerting rules of each source that evaluates some. Absent: no source does. */
  readonly alertRules?: readonly AlertRulesView[];
  /** Every fault of every source, without duplicates. */
  readonly faults: readonly Fault[];
  /** The worst level; a source without data counts as unknown. */
  readonly level: Level;
}
