import type { Level } from '../../../domain/facts/level.ts';
import { worstLevel } from '../../../domain/facts/level.ts';
import type { Row } from '../../../domain/facts/snapshot.ts';
import type { PaneRow } from '../../shell/contract/pane-row.ts';
import type { RenderContext } from '../../shell/contract/render-context.ts';
import { compareWorstFirst } from '../../shell/panes/ranking.ts';

/** A namespace of a source, with its workloads. */
export interface NamespaceRow extends PaneRow {
  readonly namespace: string;
  readonly source: string;
  /** Pods, or the containers of a source without pods. */
  readonly pods: readonly Row<'workloads'>[];
  /** All other workloads: deployments, jobs. */
  readonly others: readonly Row<'workloads'>[];
  readonly counts: Readonly<Record<Level, number>>;
}

const keyOf = (source: string, namespace: string): string => `${source}/${namespace}`;

const countLevels = (rows: readonly Row<'workloads'>[]): Readonly<Record<Level, number>> => {
  const counts: Record<Level, number> = { ok: 0, unknown: 0, warn: 0, crit: 0 };
  for (const { level } of rows) counts[level] += 1;
  return counts;
};

const namespaceRow = (
  source: string,
  namespace: string,
  members: readonly Row<'workloads'>[],
): NamespaceRow => {
  const hasPods = members.some(({ fact }) => fact.kind === 'pod');
  const isInstance = ({ fact }: Row<'workloads'>): boolean => fact.kind === (hasPods ? 'pod' : 'container');
  const pods = members.filter(isInstance);
  return {
    key: keyOf(source, namespace),
    level: worstLevel(members.map(({ level }) => level)),
    label: namespace,
    text: `${namespace} ${source}`,
    fields: { namespace, source },
    namespace,
    source,
    pods,
    // A container of a pod is a part of the pod.
    others: members.filter((row) => !isInstance(row) && row.fact.kind !== 'container'),
    counts: countLevels(pods),
  };
};

/** Namespaces that the profile names. One without any workload is worth a row. */
const configured = ({ cockpit, own }: RenderContext): readonly (readonly [string, string])[] => {
  const isRead = (source: string): boolean =>
    Object.values(own?.facts.feeds ?? {}).some(
      ({ feed, known }) => feed.source === source && feed.kind === 'workloads' && known !== undefined,
    );
  return Object.entries(cockpit.open?.namespaces ?? {}).flatMap(([source, names]) =>
    isRead(source) ? names.filter((name) => name !== '*').map((name) => [source, name] as const) : [],
  );
};

/** The namespaces of all sources, worst first. */
export const namespaceRows = (view: RenderContext): readonly NamespaceRow[] => {
  const rows = view.own?.snapshot.kinds.workloads.rows ?? [];
  const members = Map.groupBy(
    rows.filter(({ fact }) => fact.namespace !== ''),
    ({ fact }) => keyOf(fact.source, fact.namespace),
  );
  const seen = [...members.values()].flatMap((group) => {
    const fact = group[0]?.fact;
    return fact === undefined ? [] : [namespaceRow(fact.source, fact.namespace, group)];
  });
  const empty = configured(view)
    .filter(([source, name]) => !members.has(keyOf(source, name)))
    .map(([source, name]) => namespaceRow(source, name, []));
  return [...seen, ...empty].toSorted(compareWorstFirst);
};
