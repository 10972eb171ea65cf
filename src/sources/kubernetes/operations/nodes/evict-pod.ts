import { z } from 'zod';
import type { KubeCall } from '../../../../clients/kubernetes/reading.ts';
import { defined } from '../../../../domain/base/defined.ts';
import { oneLine } from '../../../../platform/masking/sanitize.ts';
import type { HttpAnswer } from '../../../../platform/network/http-messages.ts';
import { parseApiStatus } from '../../../kit/contract/kube-api-errors.ts';
import { declareOperation } from '../../../kit/operations/define-operation.ts';
import { field, list, text } from '../../../kit/values/wire-value.ts';
import { apiResources, objectPath } from '../../api/api-resources.ts';
import { parseMeta } from '../../api/object-meta.ts';
import { deletionImpact, describeDependents } from '../write/blast-radius.ts';
import { deletionEffects } from '../write/declared-effects.ts';
import { objectTarget, readObject, rightTo } from '../write/find-object.ts';
import { podRemovalActions } from '../write/generic-actions.ts';
import { deletionInterruption } from '../write/interruption.ts';
import { zNamespaceParam, zObjectName } from '../write/shared-params.ts';
import { defineWriteOperation } from '../write/write-operation.ts';

/**
 * The request to evict one pod: a deletion that its PodDisruptionBudgets permit. Source: policy/v1 Eviction, API-initiated
 * eviction.
 */
export const evictionCall = (pod: {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}): KubeCall => ({
  method: 'POST',
  path: objectPath(apiResources.pod, pod.namespace, pod.name, 'eviction'),
  contentType: 'application/json',
  body: JSON.stringify({
    apiVersion: 'policy/v1',
    kind: 'Eviction',
    metadata: { name: pod.name, namespace: pod.namespace },
    deleteOptions: { preconditions: { uid: pod.uid } },
  }),
});

/** Why a budget forbids an eviction now (429); undefined for any other answer. */
export const budgetRefusal = (answer: HttpAnswer): string | undefined => {
  if (answer.status !== 429) return undefined;
  const status = parseApiStatus(answer);
  const causes = list(field(field(status, 'details'), 'causes')).flatMap(
    (cause) => text(field(cause, 'message')) ?? [],
  );
  return oneLine(
    causes.join('; ') ||
      text(field(status, 'message')) ||
      'the API server is busy, or a disruption budget forbids the eviction',
  );
};

const evictParams = z.strictObject({ pod: zObjectName('pod name'), namespace: zNamespaceParam });

const nodeOf = (raw: unknown): string => `on node ${text(field(field(raw, 'spec'), 'nodeName')) ?? 'none'}`;

/** `evict`: deletes one pod if its PodDisruptionBudgets permit it. */
export const evict = defineWriteOperation(
  declareOperation({
    name: 'evict',
    says: 'evicts a pod, if the disruption budgets allow that',
    rights: ['create pods/eviction'],
    danger: 'disruptive',
    params: evictParams,
    actions: podRemovalActions('evict', 'Evict', { pod: '${each}' }),
  }),
  (parts) => ({
    pinnedValue: nodeOf,
    prepare: async ({ pod, namespace }, signal) => {
      const clusterObject = await readObject(parts, apiResources.pod, pod, namespace, signal);
      const { object, path, raw } = clusterObject;
      const reach = await deletionImpact(parts.client, clusterObject, signal);
      const interrupts = deletionInterruption(clusterObject);
      return {
        writes: [
          {
            call: evictionCall(parseMeta(raw)),
            target: objectTarget(clusterObject, nodeOf(raw)),
            object,
            readPath: path,
            rights: [rightTo('create', clusterObject, 'eviction')],
          },
        ],
        objects: [
          `${object} in ${clusterObject.where}`,
          ...(await describeDependents(parts.client, clusterObject, signal)),
        ],
        ...defined({ reach, interrupts }),
        effects: deletionEffects(clusterObject),
        lost: 'the pod is deleted, with the data in memory and the logs',
      };
    },
  }),
);
