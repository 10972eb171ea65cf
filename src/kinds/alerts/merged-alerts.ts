import type { Row } from '../../domain/facts/snapshot.ts';
import type { Alert } from './fact.ts';

/** Labels that name the affected object of an alert, the most specific first. */
export const aboutLabels = [
  'service',
  'consumergroup',
  'group',
  'topic',
  'deployment',
  'pod',
  'container',
  'job',
  'instance',
];

/** Returns the label that best identifies the subject of an alert, or undefined. */
const aboutLabel = (labels: Alert['labels']): string | undefined =>
  aboutLabels.find((name) => labels[name] !== undefined && labels[name] !== '');

/** Returns the subject of an alert: a service, a consumer group, a pod; '' when no label names it. */
export const alertSubject = (labels: Alert['labels']): string => labels[aboutLabel(labels) ?? ''] ?? '';

/** One alert, however many servers report it. */
export interface MergedAlert {
  /** The row of the server with the most complete data. */
  readonly row: Row<'alerts'>;
  /** The rows of the other servers. */
  readonly also: readonly Row<'alerts'>[];
}

/** Returns whether every label of `a` has the same value in `b`. */
const isWithin = (a: Alert['labels'], b: Alert['labels']): boolean =>
  Object.entries(a).every(([name, value]) => b[name] === value);

/**
 * Returns whether both rows are the same alert. Alertmanager has the labels that Prometheus sends: those of the alert
 * and the server's `external_labels`. Source: Prometheus docs, configuration, global.
 */
const isSame = (a: Pick<Alert, 'name' | 'labels'>, b: Pick<Alert, 'name' | 'labels'>): boolean =>
  a.name === b.name && (isWithin(a.labels, b.labels) || isWithin(b.labels, a.labels));

/** Sorts fresh rows before stale ones, then Alertmanager first, since only it has silences. */
const mostCompleteFirst = (isManager: (source: string) => boolean) => (a: Row<'alerts'>, b: Row<'alerts'>) =>
  Number(a.stale) - Number(b.stale) ||
  Number(isManager(b.fact.source)) - Number(isManager(a.fact.source)) ||
  Object.keys(b.fact.labels).length - Object.keys(a.fact.labels).length;

/**
 * Merges duplicate alerts. Two alerts of one source stay separate, whatever their labels; an alert is merged with at
 * most one of each other source. `isManager`: that source is an Alertmanager.
 */
export const mergedAlerts = (
  rows: readonly Row<'alerts'>[],
  isManager: (source: string) => boolean,
): readonly MergedAlert[] => {
  const compare = mostCompleteFirst(isManager);
  return [...Map.groupBy(rows, ({ fact }) => fact.name).values()].flatMap((named) => {
    if (new Set(named.map(({ fact }) => fact.source)).size < 2)
      return named.map((row): MergedAlert => ({ row, also: [] }));
    const merged: { row: Row<'alerts'>; also: Row<'alerts'>[] }[] = [];
    for (const row of named.toSorted(compare)) {
      const same = merged.find(
        (entry) =>
          isSame(entry.row.fact, row.fact) &&
          ![entry.row, ...entry.also].some(({ fact }) => fact.source === row.fact.source),
      );
      if (same === undefined) merged.push({ row, also: [] });
      else same.also.push(row);
    }
    return merged;
  });
};

/** An alert in a report. */
type ListedAlert = Pick<Alert, 'name' | 'labels' | 'source'>;

/** Merges listed alerts: keeps the most complete row of each. */
export const mergedRows = <A extends ListedAlert>(
  rows: readonly A[],
  isManager: (source: string) => boolean,
): readonly A[] => {
  const most = rows.toSorted(
    (a, b) =>
      Number(isManager(b.source)) - Number(isManager(a.source)) ||
      Object.keys(b.labels).length - Object.keys(a.labels).length,
  );
  const taken: { readonly row: A; readonly sources: Set<string> }[] = [];
  for (const row of most) {
    const same = taken.find((entry) => isSame(entry.row, row) && !entry.sources.has(row.source));
    if (same === undefined) taken.push({ row, sources: new Set([row.source]) });
    else same.sources.add(row.source);
  }
  return rows.filter((row) => taken.some((entry) => entry.row === row));
};
