import type { AnyFact } from '../../../domain/facts/facts.ts';
import type { Reading } from '../../../domain/facts/reading.ts';
import type { Workload } from '../../../kinds/workloads/fact.ts';
import type { Feed } from '../../kit/contract/source.ts';
import { type ApiResource, apiResources, parseObjectRef } from '../api/api-resources.ts';
import type { FactName } from '../api/config.ts';
import type { KubeParts } from '../api/parts.ts';
import {
  parseDaemonSet,
  parseDeployment,
  parseJob,
  parseStatefulSet,
  type WorkloadParser,
  type WorkloadSummary,
} from '../workload/parse-workload.ts';
import {
  conditionStatus,
  kubeFeed,
  labelSelectorQuery,
  matchesNamespace,
  type ResourceSignals,
  type ResourceWatcher,
  resourceSignals,
  type SignalEvaluator,
  type SignalValue,
  watchResource,
} from './resource-feed.ts';

/** Signals computed from one kind of workload: `ready: deployment/x`, `condition: deployment/x`. */
const workloadSignals = (parts: KubeParts, kind: ApiResource): ResourceSignals<WorkloadSummary> =>
  resourceSignals(parts, (read): SignalEvaluator<WorkloadSummary> | undefined => {
    const named = 'ready' in read ? read.ready : 'condition' in read ? read.condition : '';
    const object = parseObjectRef(named);
    if (object === undefined || object.kind !== kind) return undefined;
    return (workloads) => {
      const chosen = workloads.filter(
        ({ row }) => row.name === object.name && matchesNamespace(read.namespace, row.namespace),
      );
      if (chosen.length === 0) return [{ why: `${named} not found` }];
      return chosen.map((workloadSummary) => ({
        ...('condition' in read
          ? conditionStatus(workloadSummary.conditions, read.type)
          : readySignal(workloadSummary, 'of' in read)),
        ...(chosen.length === 1 ? {} : { labels: { namespace: workloadSummary.row.namespace } }),
      }));
    };
  });

const readySignal = ({ row: { ready, wanted } }: WorkloadSummary, isShare: boolean): SignalValue => {
  if (ready === undefined || wanted === undefined) return { why: 'readiness unknown' };
  if (!isShare) return { value: ready };
  return wanted === 0
    ? { why: 'no replicas are desired, so there is no share' }
    : { value: (100 * ready) / wanted };
};

interface WorkloadFeedSpec {
  readonly name: FactName;
  readonly kind: ApiResource;
  readonly parse: WorkloadParser;
}

/** Workloads other than pods, one feed per kind. */
export const workloadFeedSpecs: readonly WorkloadFeedSpec[] = [
  { name: 'deployments', kind: apiResources.deployment, parse: parseDeployment },
  { name: 'statefulsets', kind: apiResources.statefulset, parse: parseStatefulSet },
  { name: 'daemonsets', kind: apiResources.daemonset, parse: parseDaemonSet },
  { name: 'jobs', kind: apiResources.job, parse: parseJob },
];

export const workloadFeed = (
  parts: KubeParts,
  { name, kind, parse }: WorkloadFeedSpec,
): { readonly feed: Feed; readonly followed: ResourceWatcher<WorkloadSummary> } => {
  const { client, source } = parts;
  const followed = watchResource(parts, {
    kind,
    query: labelSelectorQuery(parts),
    parse: (raw) => parse(raw, client.toClock),
  });
  const rows = new WeakMap<WorkloadSummary, Workload>();
  const rowOf = (workloadSummary: WorkloadSummary): Workload => {
    const known = rows.get(workloadSummary);
    if (known !== undefined) return known;
    const made: Workload = { source, at: client.now(), ...workloadSummary.row };
    rows.set(workloadSummary, made);
    return made;
  };
  const signals = workloadSignals(parts, kind);
  const read = async (signal: AbortSignal): Promise<Reading<AnyFact>> => {
    const { objects, faults } = await followed.read(signal);
    const samples = faults.length === 0 ? signals.samples(objects, client.now()) : [];
    return { items: objects.map(rowOf), faults, ...(signals.ids.length === 0 ? {} : { samples }) };
  };
  return {
    feed: kubeFeed(parts, { name, kind: 'workloads', signals: signals.ids, watcher: followed }, read),
    followed,
  };
};
