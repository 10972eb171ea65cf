import { z } from 'zod';
import { PlanError } from '../../../domain/operation.ts';
import { declareOperation } from '../../define-operation.ts';
import { field, text } from '../../wire-value.ts';
import { kindNamed, kinds } from '../kinds.ts';
import { metaOf } from '../meta.ts';
import { describe } from '../reading/describe.ts';
import { events } from '../reading/events.ts';
import { podLogs } from '../reading/logs.ts';
import { rollout } from '../reading/rollout.ts';
import { apply } from './apply.ts';
import { ownedWords, reachOfDelete } from './blast-radius.ts';
import { keep } from './data/keep.ts';
import { data } from './data/read-data.ts';
import { setData } from './data/set-data.ts';
import { diff } from './diff.ts';
import { podExec } from './exec.ts';
import { standingOf } from './field-diff.ts';
import { findIt, rightTo, targetOf } from './found.ts';
import { heapRoom } from './heap-room.ts';
import { job } from './job.ts';
import { limits } from './limits.ts';
import { listeners } from './listeners.ts';
import { zKind, zName, zNamespace } from './param-parts.ts';
import { patch } from './patch.ts';
import { restart } from './restart.ts';
import { rollback } from './rollback.ts';
import { scale } from './scale.ts';
import { setEnv } from './set-env.ts';
import { setImage } from './set-image.ts';
import { defineWrite } from './write-operation.ts';

/** What holds whole worlds of others is nothing for a runbook. */
const tooMuch: readonly string[] = ['namespace', 'node'];

const deleteParams = z.strictObject({
  kind: zKind.refine((kind) => !tooMuch.includes(kindNamed(kind)?.word ?? ''), {
    error: 'namespaces and nodes are not deleted from here',
  }),
  name: zName('of the object'),
  propagation: z
    .enum(['Background', 'Foreground', 'Orphan'])
    .meta({ description: 'what becomes of what it owns; default: Background (it goes, too)' })
    .exactOptional(),
  namespace: zNamespace,
});

const becomes = {
  Background: 'what it owns goes after it',
  Foreground: 'what it owns goes before it',
  Orphan: 'what it owns stays, and belongs to nobody',
} as const;

/** A pod's version changes with every word in its status. */
const saw = (raw: unknown): string =>
  text(field(raw, 'kind')) === kinds.pod.kind
    ? `on node ${text(field(field(raw, 'spec'), 'nodeName')) ?? 'none'}`
    : standingOf(raw);

const declared = declareOperation({ name: 'delete', danger: 'destructive', params: deleteParams });

/** `delete`: one object, by its name and uid. */
const deleteObject = defineWrite(declared, (parts) => ({
  saw,
  prepare: async ({ kind: word, name, propagation = 'Background', namespace }, signal) => {
    const kind = kindNamed(word);
    if (kind === undefined) throw new PlanError('failed', `"${word}" is no kind that is known here`);
    const found = await findIt(parts, kind, name, namespace, signal);
    const { object, path, raw } = found;
    const { uid } = metaOf(raw);
    const reach = await reachOfDelete(parts.client, found, signal);
    const options = {
      apiVersion: 'v1',
      kind: 'DeleteOptions',
      preconditions: { uid },
      propagationPolicy: propagation,
    };
    return {
      deeds: [
        {
          call: {
            method: 'DELETE',
            path,
            contentType: 'application/json',
            body: JSON.stringify(options),
          },
          target: targetOf(found, saw(raw)),
          object,
          look: path,
          rights: [rightTo('delete', found)],
        },
      ],
      objects: [
        `${object} in ${found.where}`,
        ...(await ownedWords(parts.client, found, signal)),
        `${propagation}: ${becomes[propagation]}`,
      ],
      ...(reach === undefined ? {} : { reach }),
      lost:
        kind === kinds.pod
          ? 'the pod, what it holds in memory, and its logs'
          : `${object}: opsdeck keeps no copy of it`,
    };
  },
}));

/** Every operation of this source; a new one is its file and a line here. */
export const kubernetesOperations = [
  podLogs,
  describe,
  events,
  rollout,
  diff,
  restart,
  scale,
  rollback,
  setImage,
  setEnv,
  limits,
  patch,
  apply,
  data,
  keep,
  setData,
  deleteObject,
  job,
  podExec,
  heapRoom,
  listeners,
];
