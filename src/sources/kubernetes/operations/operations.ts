import { z } from 'zod';
import { defined } from '../../../domain/base/defined.ts';
import { PlanError } from '../../../domain/runbooks/operation.ts';
import { declareOperation, mayRestartProcesses } from '../../kit/operations/define-operation.ts';
import { field, text } from '../../kit/values/wire-value.ts';
import { apiResources, findApiResource } from '../api/api-resources.ts';
import { parseMeta } from '../api/object-meta.ts';
import { keep } from './data/keep.ts';
import { data } from './data/read-data.ts';
import { setData } from './data/set-data.ts';
import { delivery } from './delivery/delivery-status.ts';
import { reconcile } from './delivery/reconcile.ts';
import { releaseDiff } from './delivery/release-diff.ts';
import { listReleaseHistory } from './delivery/release-history.ts';
import { releaseRevisionsOperation } from './delivery/release-revisions.ts';
import { releaseRollback } from './delivery/release-rollback.ts';
import { releaseState } from './delivery/release-state.ts';
import { sync } from './delivery/sync.ts';
import { debug } from './exec/debug.ts';
import { podExec } from './exec/exec.ts';
import { heapRoom } from './exec/heap-room.ts';
import { listeners } from './exec/listeners.ts';
import { listPodPorts } from './exec/pod-ports.ts';
import { portForward } from './exec/port-forward.ts';
import { shell } from './exec/shell.ts';
import { cordon, uncordon } from './nodes/cordon.ts';
import { drain } from './nodes/drain.ts';
import { evict } from './nodes/evict-pod.ts';
import { nodePods } from './nodes/node-pods.ts';
import { apply } from './objects/apply.ts';
import { describe } from './objects/describe.ts';
import { diff } from './objects/diff.ts';
import { events } from './objects/events.ts';
import { podLogs } from './objects/logs.ts';
import { job } from './rollouts/job.ts';
import { limits } from './rollouts/limits.ts';
import { patch } from './rollouts/patch.ts';
import { restart } from './rollouts/restart.ts';
import { listRevisionsOperation } from './rollouts/revision-list.ts';
import { rollback } from './rollouts/rollback.ts';
import { scale } from './rollouts/scale.ts';
import { setEnv } from './rollouts/set-env.ts';
import { setImage } from './rollouts/set-image.ts';
import { deletionImpact, describeDependents } from './write/blast-radius.ts';
import { deletionEffects } from './write/declared-effects.ts';
import { writtenVersion } from './write/field-diff.ts';
import { objectTarget, readObject, rightTo } from './write/find-object.ts';
import { podRemovalActions } from './write/generic-actions.ts';
import { deletionInterruption } from './write/interruption.ts';
import { rollout } from './write/rollout.ts';
import { zNamespaceParam, zObjectKind, zObjectName } from './write/shared-params.ts';
import { defineWriteOperation } from './write/write-operation.ts';

/** A runbook must not delete kinds that contain many other objects. */
const undeletableKinds: readonly string[] = ['namespace', 'node'];

const deleteParams = z.strictObject({
  kind: zObjectKind.refine((kind) => !undeletableKinds.includes(findApiResource(kind)?.singular ?? ''), {
    error: 'opsdeck does not delete namespaces or nodes. Use kubectl delete',
  }),
  name: zObjectName('object name'),
  propagation: z
    .enum(['Background', 'Foreground', 'Orphan'])
    .meta({
      description:
        'what happens to the dependents of the object (default: Background, which deletes them too)',
    })
    .exactOptional(),
  namespace: zNamespaceParam,
});

const propagationEffects = {
  Background: 'dependents are deleted after the object',
  Foreground: 'dependents are deleted before the object',
  Orphan: 'dependents are kept without an owner',
} as const;

/** The version of a pod changes with every update of its status. */
const pinnedValue = (raw: unknown): string =>
  text(field(raw, 'kind')) === apiResources.pod.kind
    ? `on node ${text(field(field(raw, 'spec'), 'nodeName')) ?? 'none'}`
    : writtenVersion(raw);

const declared = declareOperation({
  name: 'delete',
  says: 'deletes one object of the cluster',
  danger: 'destructive',
  params: deleteParams,
  actions: podRemovalActions('delete', 'Delete', { kind: 'pod', name: '${each}' }),
});

/** `delete`: deletes one object by its name and uid. */
const deleteObject = defineWriteOperation(declared, (parts) => ({
  pinnedValue,
  prepare: async ({ kind: word, name, propagation = 'Background', namespace }, signal) => {
    const kind = findApiResource(word);
    if (kind === undefined) throw new PlanError('failed', `unknown kind "${word}"`);
    const clusterObject = await readObject(parts, kind, name, namespace, signal);
    const { object, path, raw } = clusterObject;
    const { uid } = parseMeta(raw);
    const reach = await deletionImpact(parts.client, clusterObject, signal);
    const interrupts = deletionInterruption(clusterObject);
    const options = {
      apiVersion: 'v1',
      kind: 'DeleteOptions',
      preconditions: { uid },
      propagationPolicy: propagation,
    };
    return {
      writes: [
        {
          call: {
            method: 'DELETE',
            path,
            contentType: 'application/json',
            body: JSON.stringify(options),
          },
          target: objectTarget(clusterObject, pinnedValue(raw)),
          object,
          readPath: path,
          rights: [rightTo('delete', clusterObject)],
        },
      ],
      objects: [
        `${object} in ${clusterObject.where}`,
        ...(await describeDependents(parts.client, clusterObject, signal)),
        `${propagation}: ${propagationEffects[propagation]}`,
      ],
      ...defined({ reach, interrupts }),
      effects: deletionEffects(clusterObject, propagation === 'Orphan'),
      lost:
        kind === apiResources.pod
          ? 'the pod is deleted, with the data in memory and the logs'
          : `opsdeck keeps no copy of ${object}`,
    };
  },
}));

/** All operations of this source. To add one, create its file and list it here. */
export const kubernetesOperations = mayRestartProcesses([
  podLogs,
  describe,
  events,
  rollout,
  diff,
  restart,
  scale,
  rollback,
  listRevisionsOperation,
  setImage,
  setEnv,
  limits,
  patch,
  apply,
  data,
  keep,
  setData,
  deleteObject,
  evict,
  cordon,
  uncordon,
  drain,
  nodePods,
  job,
  sync,
  reconcile,
  delivery,
  listReleaseHistory,
  releaseDiff,
  releaseRevisionsOperation,
  releaseState,
  releaseRollback,
  podExec,
  shell,
  debug,
  portForward,
  listPodPorts,
  heapRoom,
  listeners,
]);
