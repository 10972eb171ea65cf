import type { OperationImpact } from '../../../domain/operation.ts';
import { WireError } from '../../../platform/wire-error.ts';
import { entries, field, list, number, text } from '../../wire-value.ts';
import { type ApiResource, apiResources, findApiResource, listPath, objectPath } from '../api-resources.ts';
import type { KubeClient } from '../client.ts';
import { matchesLabels, parseSpecSelector } from '../label-selector.ts';
import { controllerRef, parseLabels, parseMeta } from '../object-meta.ts';
import type { PodSummary } from '../pod/container-summary.ts';
import { listTargetPods } from '../target-pods.ts';
import type { ClusterObject } from './find-object.ts';
import type { PlannedWrite } from './write-planner.ts';

type DependentsReader = (
  client: KubeClient,
  found: ClusterObject,
  signal: AbortSignal,
) => Promise<readonly string[]>;

/** Objects of a kind that the found one owns. */
const ownedObjects =
  (kind: ApiResource): DependentsReader =>
  async (client, { namespace, raw }, signal) => {
    const { uid } = parseMeta(raw);
    const items = list(field(await client.get(listPath(kind, namespace), signal), 'items'));
    const names = items.filter((one) => controllerRef(one)?.uid === uid).map((one) => parseMeta(one).name);
    return names.length === 0 ? [] : [`owns ${kind.plural} (${names.length}): ${summarizeNames(names)}`];
  };

const ownedPods: DependentsReader = async (client, { object, namespace }, signal) => {
  const pods = await listTargetPods(client, namespace, object, signal);
  return pods.length === 0 ? [] : [`pods (${pods.length}): ${summarizeNames(pods.map(({ name }) => name))}`];
};

/** Who makes a pod anew; nobody, when it was made by hand. */
const podOwner: DependentsReader = async (client, { namespace, raw }, signal) => {
  const owner = controllerRef(raw);
  const labels = parseLabels(field(field(raw, 'metadata'), 'labels'));
  const grace = number(field(field(raw, 'spec'), 'terminationGracePeriodSeconds')) ?? 30;
  return [
    owner === undefined
      ? 'no controller recreates this pod'
      : `${owner.kind.toLowerCase()}/${owner.name} recreates it`,
    `on node ${text(field(field(raw, 'spec'), 'nodeName')) ?? 'none'}, grace period ${grace}s`,
    ...(await disruptionBudgets(client, namespace, labels, signal)),
  ];
};

const combineReaders =
  (...looks: readonly DependentsReader[]): DependentsReader =>
  async (client, found, signal) =>
    (await Promise.all(looks.map((look) => look(client, found, signal)))).flat();

const dependentsReaders: Readonly<Record<string, DependentsReader | undefined>> = {
  pod: podOwner,
  deployment: combineReaders(ownedObjects(apiResources.replicaset), ownedPods),
  statefulset: combineReaders(ownedPods, async () => [
    'volume claims are kept unless its retention policy deletes them',
  ]),
  daemonset: ownedPods,
  replicaset: ownedPods,
  job: ownedPods,
  cronjob: ownedObjects(apiResources.job),
  service: async (client, found, signal) =>
    (await ownedPods(client, found, signal)).map((line) => `its DNS name no longer resolves; ${line}`),
};

/** What goes with an object, or comes back without it, in words. */
export const describeDependents = async (
  client: KubeClient,
  found: ClusterObject,
  signal: AbortSignal,
): Promise<readonly string[]> => {
  try {
    return (await dependentsReaders[found.kind.singular]?.(client, found, signal)) ?? [];
  } catch (error) {
    if (!(error instanceof WireError) || error.kind === 'cancelled') throw error;
    return [`cannot read dependent objects: ${error.message}`];
  }
};

/** How many pods a workload is to have; undefined for what has none of its own. Source: apps/v1. */
const desiredReplicas = (raw: unknown): number | undefined => {
  const scheduled = number(field(field(raw, 'status'), 'desiredNumberScheduled'));
  return scheduled ?? number(field(field(raw, 'spec'), 'replicas'));
};

/** So many of the pods of an object; undefined where there is no whole to be a part of. */
export const affectedReplicas = (
  part: number,
  whole: number | undefined,
  object: string,
): OperationImpact | undefined =>
  whole === undefined || whole <= 0 ? undefined : { share: { part, whole, of: `replicas of ${object}` } };

/** All pods of a workload: what a rollout replaces, and what goes with it. */
const allReplicas = (raw: unknown, object: string): OperationImpact | undefined => {
  const whole = desiredReplicas(raw);
  return whole === undefined ? undefined : affectedReplicas(whole, whole, object);
};

/** What the first of some writes that roll out replaces. */
export const rolloutImpact = (writes: readonly PlannedWrite[]): OperationImpact | undefined => {
  const [write] = writes.filter(({ rollsOut, before }) => rollsOut === true && before?.raw !== undefined);
  return write === undefined ? undefined : allReplicas(write.before?.raw, write.object);
};

/** What a deletion takes: one of its owner's pods, or all of a workload's. Unknown where the owner cannot be read. */
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

/** 'a, b, c and 4 more' */
const summarizeNames = (names: readonly string[]): string =>
  names.length <= maxNames
    ? names.join(', ')
    : `${names.slice(0, maxNames - 1).join(', ')} and ${names.length - maxNames + 1} more`;

/** What changes when a workload's template does: its pods, how they are replaced, and what guards them. */
export const blastRadius = async (
  client: KubeClient,
  found: ClusterObject,
  signal: AbortSignal,
): Promise<readonly string[]> => {
  const { object, namespace, raw } = found;
  const labels = parseLabels(field(field(field(field(raw, 'spec'), 'template'), 'metadata'), 'labels'));
  const [pods, budgets] = await Promise.all([
    listTargetPods(client, namespace, object, signal).catch(unreadableReason),
    disruptionBudgets(client, namespace, labels, signal),
  ]);
  return [formatPods(object, pods), ...replacementStrategy(found), ...budgets];
};

const formatPods = (object: string, pods: readonly PodSummary[] | string): string => {
  if (typeof pods === 'string') return `cannot read the pods of ${object}: ${pods}`;
  const ready = pods.filter(({ isLive }) => isLive).length;
  const count = `${pods.length} pod${pods.length === 1 ? '' : 's'} of ${object}`;
  return pods.length === 0
    ? `no pods of ${object}`
    : `${count}, ${ready} ready: ${summarizeNames(pods.map(({ name }) => name))}`;
};

/** That a preview lacks something is no reason to have none. */
const unreadableReason = (error: unknown): string => {
  if (error instanceof WireError && error.kind !== 'cancelled') return error.message;
  throw error;
};

/** How a kind replaces its pods. Source: apps/v1, update strategies. */
const replacementStrategy = ({ kind, raw }: ClusterObject): readonly string[] => {
  const spec = field(raw, 'spec');
  const isDeployment = kind === apiResources.deployment;
  const strategy = field(spec, isDeployment ? 'strategy' : 'updateStrategy');
  const type = text(field(strategy, 'type')) ?? 'RollingUpdate';
  const rolling = field(strategy, 'rollingUpdate');
  const said = (name: string): string | undefined => {
    const value = field(rolling, name);
    return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
  };
  const paused = field(spec, 'paused') === true ? ['paused: nothing rolls out until it is resumed'] : [];
  if (type === 'Recreate') return [...paused, 'Recreate: all pods stop before new ones start (outage)'];
  if (type === 'OnDelete') return ['OnDelete: a pod is replaced only after it is deleted'];
  if (isDeployment)
    return [
      ...paused,
      `RollingUpdate: at most ${said('maxUnavailable') ?? '25%'} unavailable, ${said('maxSurge') ?? '25%'} surge`,
    ];
  if (kind === apiResources.daemonset)
    return [`RollingUpdate: at most ${said('maxUnavailable') ?? '1'} of its nodes at a time`];
  const replicas = number(field(spec, 'replicas')) ?? 1;
  return [
    replicas === 1
      ? 'the only pod stops before the new one starts (outage)'
      : 'pods are replaced one by one, highest ordinal first',
  ];
};

/** The PodDisruptionBudgets over pods with these labels, in words; [] where there are none, or they may not be read. */
const disruptionBudgets = async (
  client: KubeClient,
  namespace: string,
  labels: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<readonly string[]> => {
  const body = await client.get(listPath(apiResources.pdb, namespace), signal).catch(unreadableReason);
  return list(field(body, 'items')).flatMap((raw) => {
    const spec = field(raw, 'spec');
    const selector = parseSpecSelector(field(spec, 'selector'));
    if (selector === undefined || !matchesLabels(selector, labels)) return [];
    const allowed = number(field(field(raw, 'status'), 'disruptionsAllowed'));
    const rule = entries(spec)
      .filter(([key]) => key === 'minAvailable' || key === 'maxUnavailable')
      .map(([key, value]) => `${key} ${String(value)}`)
      .join(', ');
    return [
      `PodDisruptionBudget ${parseMeta(raw).name} (${rule}): ${allowed ?? 'unknown'} disruptions allowed now; applies only to evictions`,
    ];
  });
};
