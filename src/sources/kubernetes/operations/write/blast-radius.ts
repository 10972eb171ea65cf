import type { OperationImpact } from '../../../../domain/runbooks/operation.ts';
import { joinFirst, pluralize } from '../../../../domain/text/count-text.ts';
import { WireError } from '../../../../platform/runtime/wire-error.ts';
import { field, number, text } from '../../../kit/values/wire-value.ts';
import {
  type ApiResource,
  apiResources,
  findApiResource,
  listPath,
  objectPath,
} from '../../api/api-resources.ts';
import type { KubeClient } from '../../api/client.ts';
import { parseListChunk } from '../../api/list-watch.ts';
import { controllerRef, parseLabels, parseMeta } from '../../api/object-meta.ts';
import type { PodSummary } from '../../pod/container-summary.ts';
import { listTargetPods } from '../../pod/target-pods.ts';
import { formatBudget, readDisruptionBudgets } from './disruption-budgets.ts';
import type { ClusterObject } from './find-object.ts';
import type { PlannedRollout } from './write-planner.ts';

type DependentsReader = (
  client: KubeClient,
  clusterObject: ClusterObject,
  signal: AbortSignal,
) => Promise<readonly string[]>;

/** Returns the objects of a kind that the given object owns. */
const ownedObjects =
  (kind: ApiResource): DependentsReader =>
  async (client, { namespace, raw }, signal) => {
    const { uid } = parseMeta(raw);
    const { items } = parseListChunk(await client.get(listPath(kind, namespace), signal));
    const names = items
      .filter((item) => controllerRef(item)?.uid === uid)
      .map((item) => parseMeta(item).name);
    return names.length === 0 ? [] : [`owns ${kind.plural} (${names.length}): ${summarizeNames(names)}`];
  };

const ownedPods: DependentsReader = async (client, { object, namespace }, signal) => {
  const pods = await listTargetPods(client, namespace, object, signal);
  return pods.length === 0 ? [] : [`pods (${pods.length}): ${summarizeNames(pods.map(({ name }) => name))}`];
};

/** The controller that recreates a pod; none when the pod was created manually. */
const podOwner: DependentsReader = async (client, { namespace, raw }, signal) => {
  const owner = controllerRef(raw);
  const labels = parseLabels(field(field(raw, 'metadata'), 'labels'));
  const grace = number(field(field(raw, 'spec'), 'terminationGracePeriodSeconds')) ?? 30;
  return [
    owner === undefined
      ? 'no controller recreates this pod'
      : `${owner.kind.toLowerCase()}/${owner.name} recreates it`,
    `the pod runs on node ${text(field(field(raw, 'spec'), 'nodeName')) ?? 'none'}, and has a grace period of ${grace}s`,
    ...(await disruptionBudgets(client, namespace, labels, signal)),
  ];
};

const combineReaders =
  (...readers: readonly DependentsReader[]): DependentsReader =>
  async (client, clusterObject, signal) =>
    (
      await Promise.all(readers.map((readDependents) => readDependents(client, clusterObject, signal)))
    ).flat();

const dependentsReaders: Readonly<Record<string, DependentsReader | undefined>> = {
  pod: podOwner,
  deployment: combineReaders(ownedObjects(apiResources.replicaset), ownedPods),
  statefulset: combineReaders(ownedPods, async () => [
    'its volume claims stay, unless the retention policy deletes them',
  ]),
  daemonset: ownedPods,
  replicaset: ownedPods,
  job: ownedPods,
  cronjob: ownedObjects(apiResources.job),
  service: async (client, clusterObject, signal) =>
    (await ownedPods(client, clusterObject, signal)).map(
      (line) => `the DNS name no longer resolves. ${line}`,
    ),
};

/** Describes the objects that are deleted with an object, or recreated after it. */
export const describeDependents = async (
  client: KubeClient,
  clusterObject: ClusterObject,
  signal: AbortSignal,
): Promise<readonly string[]> => {
  try {
    return (await dependentsReaders[clusterObject.kind.singular]?.(client, clusterObject, signal)) ?? [];
  } catch (error) {
    if (!(error instanceof WireError) || error.kind === 'cancelled') throw error;
    return [`opsdeck cannot read the dependent objects: ${error.message}`];
  }
};

/** Desired replicas of a workload; undefined for kinds without replicas. Source: apps/v1. */
const desiredReplicas = (raw: unknown): number | undefined => {
  const scheduled = number(field(field(raw, 'status'), 'desiredNumberScheduled'));
  return scheduled ?? number(field(field(raw, 'spec'), 'replicas'));
};

/** Affected fraction of the pods of an object; undefined where no total exists. */
export const affectedReplicas = (
  part: number,
  whole: number | undefined,
  object: string,
): OperationImpact | undefined =>
  whole === undefined || whole <= 0 ? undefined : { share: { part, whole, of: `replicas of ${object}` } };

/** Impact of a rollout: all pods of a workload and their dependents. */
const allReplicas = (raw: unknown, object: string): OperationImpact | undefined => {
  const whole = desiredReplicas(raw);
  return whole === undefined ? undefined : affectedReplicas(whole, whole, object);
};

/** Impact of the first write that rolls out. */
export const rolloutImpact = (writes: readonly PlannedRollout[]): OperationImpact | undefined => {
  const [write] = writes.filter(({ rollsOut, before }) => rollsOut === true && before?.raw !== undefined);
  return write === undefined ? undefined : allReplicas(write.before?.raw, write.object);
};

/** Impact of a deletion: one of the owner's pods, or all pods of a workload. Unknown where the owner cannot be read. */
export const deletionImpact = async (
  client: KubeClient,
  { kind, namespace, object, raw }: ClusterObject,
  signal: AbortSignal,
): Promise<OperationImpact | undefined> => {
  if (kind !== apiResources.pod) return allReplicas(raw, object);
  const owner = controllerRef(raw);
  const ownerKind = owner === undefined ? undefined : findApiResource(owner.kind);
  if (owner === undefined || ownerKind === undefined) return undefined;
  try {
    const body = await client.get(objectPath(ownerKind, namespace, owner.name), signal);
    return affectedReplicas(1, desiredReplicas(body), `${ownerKind.singular}/${owner.name}`);
  } catch (error) {
    if (!(error instanceof WireError) || error.kind === 'cancelled') throw error;
    return undefined;
  }
};

const maxNames = 6;

/** 'a, b, c and 4 more'; the count takes the place of a name. */
const summarizeNames = (names: readonly string[]): string =>
  joinFirst(names, names.length > maxNames ? maxNames - 1 : maxNames);

/** Impact of a template change on a workload: its pods, the update strategy and the disruption budgets. */
export const blastRadius = async (
  client: KubeClient,
  clusterObject: ClusterObject,
  signal: AbortSignal,
): Promise<readonly string[]> => {
  const { object, namespace, raw } = clusterObject;
  const labels = parseLabels(field(field(field(field(raw, 'spec'), 'template'), 'metadata'), 'labels'));
  const [pods, budgets] = await Promise.all([
    listTargetPods(client, namespace, object, signal).catch(unreadableReason),
    disruptionBudgets(client, namespace, labels, signal),
  ]);
  return [formatPods(object, pods), ...replacementStrategy(clusterObject), ...budgets];
};

const formatPods = (object: string, pods: readonly PodSummary[] | string): string => {
  if (typeof pods === 'string') return `opsdeck cannot read the pods of ${object}: ${pods}`;
  const ready = pods.filter(({ isLive }) => isLive).length;
  const count = `${pluralize(pods.length, 'pod')} of ${object}`;
  return pods.length === 0
    ? `${object} has no pods`
    : `${count}, ${ready} ready: ${summarizeNames(pods.map(({ name }) => name))}`;
};

/** A preview with gaps is better than none. */
const unreadableReason = (error: unknown): string => {
  if (error instanceof WireError && error.kind !== 'cancelled') return error.message;
  throw error;
};

/** Update strategy of a workload. Source: apps/v1, update strategies. */
const replacementStrategy = ({ kind, raw }: ClusterObject): readonly string[] => {
  const spec = field(raw, 'spec');
  const isDeployment = kind === apiResources.deployment;
  const strategy = field(spec, isDeployment ? 'strategy' : 'updateStrategy');
  const type = text(field(strategy, 'type')) ?? 'RollingUpdate';
  const rolling = field(strategy, 'rollingUpdate');
  const rollingText = (name: string): string | undefined => {
    const value = field(rolling, name);
    return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
  };
  const paused = field(spec, 'paused') === true ? ['paused: nothing rolls out until resumed'] : [];
  if (type === 'Recreate') return [...paused, 'Recreate: all pods stop before new ones start (outage)'];
  if (type === 'OnDelete')
    return ['with the strategy OnDelete, Kubernetes replaces only the pods that you delete'];
  if (isDeployment)
    return [
      ...paused,
      `the rolling update makes at most ${rollingText('maxUnavailable') ?? '25%'} of the pods unavailable, and at most ${rollingText('maxSurge') ?? '25%'} more than desired`,
    ];
  if (kind === apiResources.daemonset)
    return [
      `the rolling update replaces the pods of at most ${rollingText('maxUnavailable') ?? '1'} of the nodes at a time`,
    ];
  const replicas = number(field(spec, 'replicas')) ?? 1;
  return [
    replicas === 1
      ? 'the only pod stops before the new one starts, so there is an outage until the new one is ready'
      : 'the pods are replaced one by one, the one with the highest ordinal first',
  ];
};

/** Describes the PodDisruptionBudgets that match these labels; [] where none exist or they are not readable. */
const disruptionBudgets = async (
  client: KubeClient,
  namespace: string,
  labels: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<readonly string[]> => {
  const budgets = await readDisruptionBudgets(client, namespace, signal).catch(unreadableReason);
  return typeof budgets === 'string'
    ? []
    : budgets
        .filter((budget) => budget.covers({ namespace, labels }))
        .map((budget) => `${formatBudget(budget)}. The budget applies only to evictions`);
};
