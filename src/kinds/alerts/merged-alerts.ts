import type { Row } from '../../domain/snapshot.ts';
import type { Alert } from './fact.ts';

/** Labels that name a thing, the most particular one that people speak of first. */
const aboutLabels = [
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

/** The label that says best what an alert is about; undefined when none does. */
const aboutLabel = (labels: Alert['labels']): string | undefined =>
  aboutLabels.find((name) => labels[name] !== undefined && labels[name] !== '');

/** What an alert is about: a service, a consumer group, a pod; '' when no label says so. */
export const alertSubject = (labels: Alert['labels']): string => labels[aboutLabel(labels) ?? ''] ?? '';

/** One alert, however many servers tell of it. */
export interface MergedAlert {
  /** As the server tells it that knows most of it. */
  readonly row: Row<'alerts'>;
  /** The same as others tell it. */
  readonly also: readonly Row<'alerts'>[];
}

/** Every label of the one has the same value in the other. */
const isWithin = (a: Alert['labels'], b: Alert['labels']): boolean =>
  Object.entries(a).every(([name, value]) => b[name] === value);

/**
 * True when both tell of one alert. Alertmanager holds what Prometheus sends it: the alert's labels and, besides them, the
 * server's `external_labels`. Source: Prometheus docs, configuration, global.
 */
const isSame = (a: Pick<Alert, 'name' | 'labels'>, b: Pick<Alert, 'name' | 'labels'>): boolean =>
  a.name === b.name && (isWithin(a.labels, b.labels) || isWithin(b.labels, a.labels));

/** What is read now before what is old; then Alertmanager, which alone knows of silences. */
const knowsMost = (isManager: (source: string) => boolean) => (a: Row<'alerts'>, b: Row<'alerts'>) =>
  Number(a.stale) - Number(b.stale) ||
  Number(isManager(b.fact.source)) - Number(isManager(a.fact.source)) ||
  Object.keys(b.fact.labels).length - Object.keys(a.fact.labels).length;

/**
 * Alerts without doubles. Two alerts of one source are two, whatever their labels; an alert is merged with at most one of
 * each other source. `isManager`: that source is an Alertmanager.
 */
export const mergedAlerts = (
  rows: readonly Row<'alerts'>[],
  isManager: (source: string) => boolean,
): readonly MergedAlert[] => {
  const compare = knowsMost(isManager);
  return [...Map.groupBy(rows, ({ fact }) => fact.name).values()].flatMap((named) => {
    if (new Set(named.map(({ fact }) => fact.source)).size < 2)
      return named.map((row): MergedAlert => ({ row, also: [] }));
    const merged: { row: Row<'alerts'>; also: Row<'alerts'>[] }[] = [];
    for (const row of named.toSorted(compare)) {
      const same = merged.find(
        (one) =>
          isSame(one.row.fact, row.fact) &&
          ![one.row, ...one.also].some(({ fact }) => fact.source === row.fact.source),
      );
      if (same === undefined) merged.push({ row, also: [] });
      else same.also.push(row);
    }
    return merged;
  });
};

/** An alert as a report lists it. */
type ListedAlert = Pick<Alert, 'name' | 'labels' | 'source'>;

/** The same for listed alerts: of each the one that knows most of it. */
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
    const same = taken.find((one) => isSame(one.row, row) && !one.sources.has(row.source));
    if (same === undefined) taken.push({ row, sources: new Set([row.source]) });
    else same.sources.add(row.source);
  }
  return rows.filter((row) => taken.some((one) => one.row === row));
};
