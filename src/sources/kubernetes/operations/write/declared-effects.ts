import type { DeclaredEffect } from '../../../../domain/runbooks/operation.ts';
import { field, number, text } from '../../../kit/values/wire-value.ts';
import { parseMeta } from '../../api/object-meta.ts';
import { shortKindText } from '../../pod/parse-pod.ts';
import type { ClusterObject } from './find-object.ts';

/** Kinds whose pods a rollout replaces. */
const rolledKinds: readonly string[] = ['Deployment', 'StatefulSet', 'DaemonSet'];
const controllerKinds: readonly string[] = [...rolledKinds, 'ReplicaSet', 'Job'];

/** The pods of a workload, as the pod feed names their owner. */
const podsOf = (raw: unknown): DeclaredEffect['where'] => {
  const { namespace, name } = parseMeta(raw);
  return { kind: 'pod', namespace, owner: `${shortKindText(text(field(raw, 'kind')) ?? '')} ${name}` };
};

/** Absent for a DaemonSet, whose nodes decide. Source: apps/v1: the default is 1. */
const replicasOf = (raw: unknown): number | undefined =>
  text(field(raw, 'kind')) === 'DaemonSet' ? undefined : (number(field(field(raw, 'spec'), 'replicas')) ?? 1);

/** The effect of a rollout on the pods of a workload. `after`: the workload as it is written. */
export const rolloutEffects = (before: unknown, after: unknown): readonly DeclaredEffect[] => {
  if (!rolledKinds.includes(text(field(after, 'kind')) ?? '')) return [];
  const [was, ready] = [replicasOf(before), replicasOf(after)];
  const isFewer = was !== undefined && ready !== undefined && ready < was;
  return [
    {
      does: isFewer ? 'ends' : 'replaces',
      kind: 'workloads',
      where: podsOf(after),
      ...(ready === undefined ? {} : { ready }),
    },
  ];
};

/** The pods that a smaller number of replicas ends. One that was scaled to 0 by an earlier step gets new ones. */
export const scaleEffects = (
  { raw }: Pick<ClusterObject, 'raw'>,
  now: number,
  replicas: number,
  isRestored = false,
): readonly DeclaredEffect[] =>
  replicas >= now && !isRestored
    ? []
    : [
        {
          does: isRestored ? 'replaces' : 'ends',
          kind: 'workloads',
          where: podsOf(raw),
          ready: replicas,
        },
      ];

/** The object that a deletion ends, and its pods: those of a controller, and a pod that none recreates. */
export const deletionEffects = ({
  kind,
  raw,
}: Pick<ClusterObject, 'kind' | 'raw'>): readonly DeclaredEffect[] => {
  const { namespace, name } = parseMeta(raw);
  const own: DeclaredEffect = {
    does: 'ends',
    kind: 'workloads',
    where: { kind: kind.kind.toLowerCase(), namespace, name },
  };
  if (kind.kind === 'Pod') return [];
  return controllerKinds.includes(kind.kind)
    ? [own, { does: 'ends', kind: 'workloads', where: podsOf(raw) }]
    : [own];
};
