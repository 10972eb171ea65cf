import type { Interruption } from '../../../../domain/runbooks/operation.ts';
import { field, number, text } from '../../../kit/values/wire-value.ts';
import { apiResources } from '../../api/api-resources.ts';
import { parseLabels, parseMeta } from '../../api/object-meta.ts';
import { podOwnerText, shortKindText } from '../../pod/parse-pod.ts';
import type { ClusterObject } from './find-object.ts';
import type { PlannedRollout } from './write-planner.ts';

type Interrupted = Pick<ClusterObject, 'object' | 'namespace' | 'raw'>;

/** The pods of a workload, as the pod feed names their owner. */
const podsOf = (
  does: Interruption['does'],
  { object, namespace, raw }: Interrupted,
): Interruption | undefined => {
  const kind = text(field(raw, 'kind'));
  if (kind === undefined) return undefined;
  const owner = `${shortKindText(kind)} ${parseMeta(raw).name}`;
  return { does, service: object, instances: { kind: 'pod', namespace, owner } };
};

const workloadKinds: readonly string[] = ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet'];

/** Pods that may be unavailable at the same time. Percentages are rounded down. Source: apps/v1, maxUnavailable. */
const mostUnavailable = (rolling: unknown, replicas: number): number => {
  const value = field(rolling, 'maxUnavailable') ?? '25%';
  if (typeof value === 'number') return value;
  const percent = /^(\d+)%$/.exec(String(value))?.[1];
  return percent === undefined ? 0 : Math.floor((Number(percent) * replicas) / 100);
};

/** True: a rollout stops every pod of a workload before a new one is ready. Source: apps/v1, update strategies. */
const stopsAllPods = (raw: unknown): boolean => {
  const spec = field(raw, 'spec');
  const replicas = number(field(spec, 'replicas')) ?? 1;
  if (text(field(raw, 'kind')) === apiResources.statefulset.kind) return replicas === 1;
  if (text(field(raw, 'kind')) !== apiResources.deployment.kind) return false;
  const strategy = field(spec, 'strategy');
  if (text(field(strategy, 'type')) === 'Recreate') return true;
  return mostUnavailable(field(strategy, 'rollingUpdate'), replicas) >= replicas;
};

/** The service that a rollout interrupts: one whose pods are all stopped first. Undefined for rolling updates. */
export const rolloutInterruption = (writes: readonly PlannedRollout[]): Interruption | undefined => {
  const [write] = writes.filter(({ rollsOut, before }) => rollsOut === true && stopsAllPods(before?.raw));
  const raw = write?.before?.raw;
  if (write === undefined || raw === undefined) return undefined;
  return podsOf('restarts', { object: write.object, namespace: parseMeta(raw).namespace, raw });
};

/** The service that a new replica count interrupts: all of its pods stop, or the first ones start. */
export const scaleInterruption = (
  clusterObject: Interrupted,
  now: number,
  replicas: number,
): Interruption | undefined => {
  if (replicas === 0 && now > 0) return podsOf('stops', clusterObject);
  return now === 0 && replicas > 0 ? podsOf('starts', clusterObject) : undefined;
};

/** The service that a deletion interrupts: one pod of it, or all pods of a workload. */
export const deletionInterruption = (clusterObject: ClusterObject): Interruption | undefined => {
  const { kind, object, namespace, raw } = clusterObject;
  if (workloadKinds.includes(kind.kind)) return podsOf('stops', clusterObject);
  if (kind !== apiResources.pod) return undefined;
  const { name } = parseMeta(raw);
  const owner = podOwnerText(raw, parseLabels(field(field(raw, 'metadata'), 'labels')));
  const instances = owner === '' ? { kind: 'pod', namespace, name } : { kind: 'pod', namespace, owner };
  // A controller recreates the pod.
  const does = owner === '' ? 'stops' : 'restarts';
  return { does, service: owner === '' ? object : owner, instances, affected: [{ name }] };
};
