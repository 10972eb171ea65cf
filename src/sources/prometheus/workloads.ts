import { defined } from '../../domain/base/defined.ts';
import { sumKnown } from '../../domain/base/sums.ts';
import { formatDuration } from '../../domain/text/duration.ts';
import type { Workload, WorkloadKind } from '../../kinds/workloads/fact.ts';
import type { FactSpec } from './fact-feed.ts';
import type { kubeStateMetrics } from './metric-names.ts';
import { firstLabel, type MetricNames, metricSelector } from './metric-names.ts';
import type { InstantSeries } from './parse.ts';

type Metric = keyof typeof kubeStateMetrics.metrics;
type Label = keyof typeof kubeStateMetrics.labels;
type KubeNames = MetricNames<Metric, Label>;
type WorkloadQuery = 'phase' | 'waiting' | 'restarts' | 'rising' | 'pod' | 'controllers';
type WorkloadSeries = { readonly [K in WorkloadQuery]?: readonly InstantSeries[] };
type Stamp = { readonly source: string; readonly at: number };

const controllers = [
  { kind: 'deployment', wanted: 'deploymentWanted', ready: 'deploymentReady' },
  { kind: 'statefulset', wanted: 'statefulsetWanted', ready: 'statefulsetReady' },
  { kind: 'daemonset', wanted: 'daemonsetWanted', ready: 'daemonsetReady' },
] as const;

/**
 * Pods (phase, or the reason a container is waiting; restarts of all containers) and their controllers (ready and
 * desired replicas). Six queries, whatever the size of the cluster.
 */
export const workloadSpec = (names: KubeNames, windowMs: number): FactSpec<WorkloadQuery> => {
  const { metrics, where } = names;
  const { phase, waiting, restarts, pod } = metrics;
  const all = controllers.flatMap(({ wanted, ready }) => [metrics[wanted], metrics[ready]]);
  const named = { name: '__name__', value: all.join('|'), isRegex: true, isEqual: true };
  return {
    kind: 'workloads',
    queries: {
      phase: `${metricSelector(names, phase)} == 1`,
      waiting: `${metricSelector(names, waiting)} == 1`,
      restarts: metricSelector(names, restarts),
      rising: `increase(${metricSelector(names, restarts)}[${formatDuration(windowMs)}]) > 0`,
      pod: metricSelector(names, pod),
      controllers: metricSelector({ ...names, where: [named, ...where] }, ''),
    },
    required: ['phase', 'controllers'],
    toRows: (results, stamp) => ({
      rows: [...controllerRows(names, results.controllers ?? [], stamp), ...podRows(names, results, stamp)],
      conflicts: [],
    }),
  };
};

const controllerRows = (
  names: KubeNames,
  series: readonly InstantSeries[],
  stamp: Stamp,
): readonly Workload[] => {
  const rows = new Map<string, { row: Omit<Workload, 'status'>; wanted?: number; ready?: number }>();
  for (const { labels, value } of series)
    for (const { kind, ...metric } of controllers) {
      const part = (['wanted', 'ready'] as const).find(
        (text) => names.metrics[metric[text]] === labels.__name__,
      );
      if (part === undefined) continue;
      const row = baseRow(kind, names, labels, firstLabel(labels, names.labels[kind]), stamp);
      const key = `${kind} ${row.namespace} ${row.name}`;
      rows.set(key, { row, ...rows.get(key), ...(value === undefined ? {} : { [part]: value }) });
    }
  return [...rows.values()].map(({ row, ...counts }) => ({
    ...row,
    ...counts,
    status: readinessText(counts),
  }));
};

const readinessText = ({ wanted, ready }: { wanted?: number; ready?: number }): string => {
  if (wanted === undefined || ready === undefined) return '';
  if (wanted === 0) return 'scaled to 0';
  return ready >= wanted ? 'ready' : 'not ready';
};

const podRows = (names: KubeNames, results: WorkloadSeries, stamp: Stamp): readonly Workload[] => {
  const podOf = ({ labels }: InstantSeries): string =>
    `${firstLabel(labels, names.labels.namespace)} ${firstLabel(labels, names.labels.pod)}`;
  const by = (series: readonly InstantSeries[] | undefined): ReadonlyMap<string, readonly InstantSeries[]> =>
    Map.groupBy(series ?? [], podOf);
  const [waiting, restarts, rising, infos] = [
    results.waiting,
    results.restarts,
    results.rising,
    results.pod,
  ].map(by);
  return (results.phase ?? []).map((series): Workload => {
    const pod = podOf(series);
    const { labels } = series;
    const info = infos?.get(pod)?.[0]?.labels ?? {};
    const reason = firstLabel(waiting?.get(pod)?.[0]?.labels ?? {}, names.labels.reason);
    const count = sumKnown((restarts?.get(pod) ?? []).map(({ value }) => value));
    return {
      ...baseRow('pod', names, labels, firstLabel(labels, names.labels.pod), stamp),
      owner: firstLabel(info, names.labels.owner),
      node: firstLabel(info, names.labels.node),
      status: reason === '' ? firstLabel(labels, names.labels.phase) : reason,
      ...defined({ restarts: count }),
      ...(results.rising === undefined ? {} : { restartsRising: rising?.has(pod) === true }),
    };
  });
};

const baseRow = (
  kind: WorkloadKind,
  names: KubeNames,
  labels: Readonly<Record<string, string>>,
  name: string,
  stamp: Stamp,
): Omit<Workload, 'status'> => ({
  ...stamp,
  kind,
  namespace: firstLabel(labels, names.labels.namespace),
  name,
  owner: '',
  node: '',
});
