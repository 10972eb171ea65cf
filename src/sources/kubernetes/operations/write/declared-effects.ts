import { defined } from '../../../../domain/base/defined.ts';
import type { DeclaredEffect } from '../../../../domain/runbooks/operation.ts';
import { field, number, text } from '../../../kit/values/wire-value.ts';
import { parseLabels, parseMeta } from '../../api/object-meta.ts';
import { isTerminal, podOwnerText, shortKindText } from '../../pod/parse-pod.ts';
import { fieldDiff } from './field-diff.ts';
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

/** True: its controller replaces no pod by itself. Source: apps/v1, update strategies. */
const waitsForDeletion = (raw: unknown): boolean =>
  text(field(field(field(raw, 'spec'), 'updateStrategy'), 'type')) === 'OnDelete';

/** True: the pods of a workload get another template. */
const changesTemplate = (before: unknown, after: unknown): boolean => {
  const [was, is] = [before, after].map((raw) => field(field(raw, 'spec'), 'template'));
  return fieldDiff(was, is).length > 0 && !waitsForDeletion(after);
};

/**
 * The effect of a written workload on its pods. `after`: the workload as the API would store it. Without another template and with as
 * many replicas, it touches no pod.
 */
export const rolloutEffects = (before: unknown, after: unknown): readonly DeclaredEffect[] => {
  if (!rolledKinds.includes(text(field(after, 'kind')) ?? '')) return [];
  const was = replicasOf(before);
  const ready = replicasOf(after);
  const isFewer = was !== undefined && ready !== undefined && ready < was;
  if (!isFewer && !changesTemplate(before, after)) return [];
  return [
    {
      does: isFewer ? 'ends' : 'replaces',
      kind: 'workloads',
      where: podsOf(after),
      ...defined({ ready }),
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

/** The effect of removing a pod. Its controller puts another in its place, unless it has none or the pod has ended its work. */
export const podRemovalEffect = ({ name, namespace, owner, hasEnded }: RemovedPod): DeclaredEffect => ({
  does: owner === '' || hasEnded ? 'ends' : 'replaces',
  kind: 'workloads',
  where: { kind: 'pod', namespace, ...(owner === '' ? {} : { owner }), name },
});

interface RemovedPod {
  readonly name: string;
  readonly namespace: string;
  /** As the pod feed names it: 'deploy billing'; '' without a controller. */
  readonly owner: string;
  readonly hasEnded: boolean;
}

const removedPod = (raw: unknown): RemovedPod => {
  const { name, namespace } = parseMeta(raw);
  const labels = parseLabels(field(field(raw, 'metadata'), 'labels'));
  const hasEnded = isTerminal(text(field(field(raw, 'status'), 'phase')) ?? '');
  return { name, namespace, owner: podOwnerText(raw, labels), hasEnded };
};

/**
 * The rows that a deletion ends: the object, and with its dependents the pods of a controller. An orphaned pod stays, and a pod that
 * a controller recreates has a successor.
 */
export const deletionEffects = (
  { kind, raw }: Pick<ClusterObject, 'kind' | 'raw'>,
  keepsDependents = false,
): readonly DeclaredEffect[] => {
  const { namespace, name } = parseMeta(raw);
  if (kind.kind === 'Pod') return [podRemovalEffect(removedPod(raw))];
  if (kind.kind === 'Node') return [{ does: 'ends', kind: 'nodes', where: { name } }];
  const own: DeclaredEffect = {
    does: 'ends',
    kind: 'workloads',
    where: { kind: kind.kind.toLowerCase(), namespace, name },
  };
  return controllerKinds.includes(kind.kind) && !keepsDependents
    ? [own, { does: 'ends', kind: 'workloads', where: podsOf(raw) }]
    : [own];
};
