import { z } from 'zod';
import { PlanError } from '../../../domain/operation.ts';
import { declareOperation, mayRestartProcesses } from '../../define-operation.ts';
import { field, text } from '../../wire-value.ts';
import { apiResources, findApiResource } from '../api-resources.ts';
import { parseMeta } from '../object-meta.ts';
import { apply } from './apply.ts';
import { deletionImpact, describeDependents } from './blast-radius.ts';
import { cordon, uncordon } from './cordon.ts';
import { keep } from './data/keep.ts';
import { data } from './data/read-data.ts';
import { setData } from './data/set-data.ts';
import { deletionEffects } from './declared-effects.ts';
import { describe } from './describe.ts';
import { diff } from './diff.ts';
import { drain } from './drain.ts';
import { events } from './events.ts';
import { evict } from './evict-pod.ts';
import { podExec } from './exec.ts';
import { writtenVersion } from './field-diff.ts';
import { objectTarget, readObject, rightTo } from './find-object.ts';
import { podRemovalActions } from './generic-actions.ts';
import { heapRoom } from './heap-room.ts';
import { deletionInterruption } from './interruption.ts';
import { job } from './job.ts';
import { limits } from './limits.ts';
import { listeners } from './listeners.ts';
import { podLogs } from './logs.ts';
import { nodePods } from './node-pods.ts';
import { patch } from './patch.ts';
import { listPodPorts } from './pod-ports.ts';
import { portForward } from './port-forward.ts';
import { restart } from './restart.ts';
import { listRevisionsOperation } from './revision-list.ts';
import { rollback } from './rollback.ts';
import { rollout } from './rollout.ts';
import { scale } from './scale.ts';
import { setEnv } from './set-env.ts';
import { setImage } from './set-image.ts';
import { zNamespaceParam, zObjectKind, zObjectName } from './shared-params.ts';
import { shell } from './shell.ts';
import { defineWriteOperation } from './write-operation.ts';

/** A runbook must not delete kinds that contain many other objects. */
const undeletableKinds: readonly string[] = ['namespace', 'node'];

const deleteParams = z.strictObject({
  kind: zObjectKind.refine((kind) => !undeletableKinds.includes(findApiResource(kind)?.singular ?? ''), {
    error: 'opsdeck does not delete namespaces or nodes',
  }),
  name: zObjectName('object name'),
  propagation: z
    .enum(['Background', 'Foreground', 'Orphan'])
    .meta({ description: 'propagation policy for dependents; default: Background (deleted too)' })
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
      ...(reach === undefined ? {} : { reach }),
      ...(interrupts === undefined ? {} : { interrupts }),
      effects: deletionEffects(clusterObject),
      lost:
        kind === apiResources.pod
          ? 'the pod, its data in memory, and its logs'
          : `${object}: opsdeck keeps no copy of it`,
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
  podExec,
  shell,
  portForward,
  listPodPorts,
  heapRoom,
  listeners,
]);
