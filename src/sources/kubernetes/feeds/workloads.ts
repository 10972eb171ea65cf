import type { Millis } from '../../../domain/base/fault.ts';
import type { AnyFact } from '../../../domain/facts/facts.ts';
import type { Reading } from '../../../domain/facts/reading.ts';
import { formatAge } from '../../../domain/text/duration.ts';
import type { Workload } from '../../../kinds/workloads/fact.ts';
import type { Feed } from '../../kit/contract/source.ts';
import { type ApiResource, apiResources, parseObjectRef } from '../api/api-resources.ts';
import type { FactName } from '../api/config.ts';
import type { KubeParts } from '../api/parts.ts';
import { deletedByMs } from '../object/object-state.ts';
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
      if (chosen.length === 0) return [{ why: `${named} not found: check the name and the namespace` }];
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
    ? { why: 'the workload is scaled to 0 replicas, so there is no share to compute' }
    : { value: (100 * ready) / wanted };
};

/** The start of the newest completed job of each cron job. */
type Successes = ReadonlyMap<string, Millis>;

const scheduleKey = ({ namespace, owner }: WorkloadSummary['row']): string => `${namespace} ${owner}`;

const lastSuccesses = (workloads: readonly WorkloadSummary[]): Successes => {
  const newest = new Map<string, Millis>();
  for (const { row } of workloads) {
    if (row.status !== 'complete' || row.startedAt === undefined || row.owner === '') continue;
    const key = scheduleKey(row);
    newest.set(key, Math.max(row.startedAt, newest.get(key) ?? 0));
  }
  return newest;
};

/** A rollout without progress for this time is stuck, whatever its deadline. */
const stuckAfterMs: Millis = 3_600_000;

/** A job without any pod after this time has none that it may create: a quota, or an admission that refuses it. */
const podByMs: Millis = 600_000;

/** The part of a row that depends on the time, and on other objects. */
const passingState = (
  { row, startsUntil, progressAt, podlessSince, deleted }: WorkloadSummary,
  successes: Successes,
  now: Millis,
): Pick<Workload, 'starting' | 'overdue' | 'leaving' | 'detail'> => {
  // A cron job keeps failed runs in its history after a later one has succeeded.
  const isOutlived =
    row.status === 'failed' &&
    row.owner !== '' &&
    (successes.get(scheduleKey(row)) ?? 0) > (row.startedAt ?? 0);
  const idleMs = progressAt === undefined ? 0 : now - progressAt;
  const podlessMs = podlessSince === undefined ? 0 : now - podlessSince;
  const deletedMs = deleted === undefined ? 0 : now - deleted.at;
  const waits = deleted === undefined || deleted.waitsFor === '' ? '' : `, waits for ${deleted.waitsFor}`;
  const late = [
    deletedMs > deletedByMs ? `has been terminating for ${formatAge(deletedMs)}${waits}` : '',
    idleMs > stuckAfterMs ? `has made no progress for ${formatAge(idleMs)}` : '',
    podlessMs > podByMs ? `has no pod after ${formatAge(podlessMs)}` : '',
  ].filter((part) => part !== '');
  const detail = [...late, ...(row.detail === undefined ? [] : [row.detail])].join('; ');
  return {
    ...(startsUntil !== undefined && now < startsUntil ? { starting: 'in time' } : {}),
    ...(late.length === 0 ? {} : { overdue: true, detail }),
    ...(isOutlived ? { leaving: 'replaced' } : {}),
  };
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
  const rowOf = (workloadSummary: WorkloadSummary, successes: Successes): Workload => {
    const known = rows.get(workloadSummary);
    const state = passingState(workloadSummary, successes, client.now());
    if (
      known !== undefined &&
      known.starting === state.starting &&
      known.overdue === state.overdue &&
      known.leaving === state.leaving
    )
      return known;
    const made: Workload = { source, at: client.now(), ...workloadSummary.row, ...state };
    rows.set(workloadSummary, made);
    return made;
  };
  const signals = workloadSignals(parts, kind);
  const read = async (signal: AbortSignal): Promise<Reading<AnyFact>> => {
    const { objects, faults } = await followed.read(signal);
    const samples = faults.length === 0 ? signals.samples(objects, client.now()) : [];
    const successes = lastSuccesses(objects);
    const items = objects.map((workloadSummary) => rowOf(workloadSummary, successes));
    return { items, faults, ...(signals.ids.length === 0 ? {} : { samples }) };
  };
  return {
    feed: kubeFeed(parts, { name, kind: 'workloads', signals: signals.ids, watcher: followed }, read),
    followed,
  };
};
