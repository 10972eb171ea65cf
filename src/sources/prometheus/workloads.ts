import { durationText } from '../../domain/duration.ts';
import type { Workload, WorkloadKind } from '../../kinds/workloads/fact.ts';
import type { FactSpec } from './fact-feed.ts';
import { sumOf } from './fact-feed.ts';
import type { kubeStateMetrics } from './names.ts';
import { labelOf, type Names, selector } from './names.ts';
import type { Series } from './parse.ts';

type Metric = keyof typeof kubeStateMetrics.metrics;
type Label = keyof typeof kubeStateMetrics.labels;
type KubeNames = Names<Metric, Label>;
type Query = 'phase' | 'waiting' | 'restarts' | 'rising' | 'pod' | 'controllers';
type Told = { readonly [K in Query]?: readonly Series[] };
type Stamp = { readonly source: string; readonly at: number };

const controllers = [
  { kind: 'deployment', wanted: 'deploymentWanted', ready: 'deploymentReady' },
  { kind: 'statefulset', wanted: 'statefulsetWanted', ready: 'statefulsetReady' },
  { kind: 'daemonset', wanted: 'daemonsetWanted', ready: 'daemonsetReady' },
] as const;

/**
 * Pods (phase, or the reason why a container waits; restarts of all containers together) and what controls them
 * (replicas ready and wanted). Six queries, whatever the size of the cluster.
 */
export const workloadSpec = (names: KubeNames, windowMs: number): FactSpec<Query> => {
  const { metrics, where } = names;
  const { phase, waiting, restarts, pod } = metrics;
  const all = controllers.flatMap(({ wanted, ready }) => [metrics[wanted], metrics[ready]]);
  const named = { name: '__name__', value: all.join('|'), isRegex: true, isEqual: true };
  return {
    kind: 'workloads',
    queries: {
      phase: `${selector(names, phase)} == 1`,
      waiting: `${selector(names, waiting)} == 1`,
      restarts: selector(names, restarts),
      rising: `increase(${selector(names, restarts)}[${durationText(windowMs)}]) > 0`,
      pod: selector(names, pod),
      controllers: selector({ ...names, where: [named, ...where] }, ''),
    },
    needs: ['phase', 'controllers'],
    make: (told, stamp) => ({
      rows: [...controllerRows(names, told.controllers ?? [], stamp), ...podRows(names, told, stamp)],
      clashes: [],
    }),
  };
};

const controllerRows = (names: KubeNames, series: readonly Series[], stamp: Stamp): readonly Workload[] => {
  const rows = new Map<string, { row: Omit<Workload, 'status'>; wanted?: number; ready?: number }>();
  for (const { labels, value } of series)
    for (const { kind, ...metric } of controllers) {
      const part = (['wanted', 'ready'] as const).find(
        (one) => names.metrics[metric[one]] === labels.__name__,
      );
      if (part === undefined) continue;
      const row = emptyRow(kind, names, labels, labelOf(labels, names.labels[kind]), stamp);
      const key = `${kind} ${row.namespace} ${row.name}`;
      rows.set(key, { row, ...rows.get(key), ...(value === undefined ? {} : { [part]: value }) });
    }
  return [...rows.values()].map(({ row, ...counts }) => ({ ...row, ...counts, status: readiness(counts) }));
};

const readiness = ({ wanted, ready }: { wanted?: number; ready?: number }): string => {
  if (wanted === undefined || ready === undefined) return '';
  if (wanted === 0) return 'scaled to 0';
  return ready >= wanted ? 'ready' : 'not ready';
};

const podRows = (names: KubeNames, told: Told, stamp: Stamp): readonly Workload[] => {
  const podOf = ({ labels }: Series): string =>
    `${labelOf(labels, names.labels.namespace)} ${labelOf(labels, names.labels.pod)}`;
  const by = (series: readonly Series[] | undefined): ReadonlyMap<string, readonly Series[]> =>
    Map.groupBy(series ?? [], podOf);
  const [waiting, restarts, rising, infos] = [told.waiting, told.restarts, told.rising, told.pod].map(by);
  return (told.phase ?? []).map((series): Workload => {
    const pod = podOf(series);
    const { labels } = series;
    const info = infos?.get(pod)?.[0]?.labels ?? {};
    const reason = labelOf(waiting?.get(pod)?.[0]?.labels ?? {}, names.labels.reason);
    const count = sumOf((restarts?.get(pod) ?? []).map(({ value }) => value));
    return {
      ...emptyRow('pod', names, labels, labelOf(labels, names.labels.pod), stamp),
      owner: labelOf(info, names.labels.owner),
      node: labelOf(info, names.labels.node),
      status: reason === '' ? labelOf(labels, names.labels.phase) : reason,
      ...(count === undefined ? {} : { restarts: count }),
      ...(told.rising === undefined ? {} : { restartsRising: rising?.has(pod) === true }),
    };
  });
};

const emptyRow = (
  kind: WorkloadKind,
  names: KubeNames,
  labels: Readonly<Record<string, string>>,
  name: string,
  stamp: Stamp,
): Omit<Workload, 'status'> => ({
  ...stamp,
  kind,
  namespace: labelOf(labels, names.labels.namespace),
  name,
  owner: '',
  node: '',
});
