import { z } from 'zod';
import { defined } from '../../../../domain/base/defined.ts';
import { PlanError } from '../../../../domain/runbooks/operation.ts';
import { pluralize } from '../../../../domain/text/count-text.ts';
import { WireError } from '../../../../platform/runtime/wire-error.ts';
import { declareOperation } from '../../../kit/operations/define-operation.ts';
import { field, number } from '../../../kit/values/wire-value.ts';
import { apiResources, listPath } from '../../api/api-resources.ts';
import { parseHpa } from '../../api/hpa.ts';
import { formatLabelSelector, parseSpecSelector } from '../../api/label-selector.ts';
import { parseListChunk } from '../../api/list-watch.ts';
import type { KubeParts } from '../../api/parts.ts';
import { affectedReplicas, blastRadius } from '../write/blast-radius.ts';
import { scaleEffects } from '../write/declared-effects.ts';
import {
  type ClusterObject,
  findWorkload,
  namingParams,
  objectTarget,
  rightTo,
} from '../write/find-object.ts';
import { rolloutActions } from '../write/generic-actions.ts';
import { scaleInterruption } from '../write/interruption.ts';
import { hasOneWorkload, scalableParams } from '../write/shared-params.ts';
import { defineWriteOperation } from '../write/write-operation.ts';
import type { PreparedWrites } from '../write/write-planner.ts';

const scaleParams = z
  .strictObject({
    ...scalableParams,
    replicas: z.union([z.int().min(0).max(10_000), z.literal('planned')]).meta({
      description:
        'number of replicas that the workload should have. After a step that scaled to 0, planned restores the number from before the run',
    }),
    only: z
      .literal('up')
      .meta({ description: 'with up, the step is refused unless the number of replicas increases' })
      .exactOptional(),
  })
  .refine(hasOneWorkload, { error: 'the step needs one workload: set either deployment or statefulset' });

type ScaleParams = z.infer<typeof scaleParams>;

const specReplicas = (raw: unknown): number => number(field(field(raw, 'spec'), 'replicas')) ?? 1;

const replicaCount = (replicas: number): string => pluralize(replicas, 'replica');

/** Scaling up follows a step that scaled to 0: the target is pinned by its uid, not by its replica count. */
const pinnedValue = (raw: unknown, { replicas }: Pick<ScaleParams, 'replicas'>): string =>
  replicas === 'planned' ? 'the number of replicas of the plan' : replicaCount(specReplicas(raw));

/** Path of the pods of an object, terminating ones included. */
const podsPath = ({ namespace, raw }: ClusterObject): string => {
  const selector = parseSpecSelector(field(field(raw, 'spec'), 'selector')) ?? [];
  const query = new URLSearchParams({ labelSelector: formatLabelSelector(selector) });
  return `${listPath(apiResources.pod, namespace)}?${query.toString()}`;
};

const scaleCall = (path: string, replicas: number) => ({
  method: 'PATCH',
  path: `${path}/scale`,
  contentType: 'application/merge-patch+json',
  body: JSON.stringify({ spec: { replicas } }),
});

/** Replica count at planning time, since a step of the same run scales to 0 first. Throws PlanError, WireError. */
const prepareRestore = async (
  { client }: KubeParts,
  clusterObject: ClusterObject,
  now: number,
  signal: AbortSignal,
): Promise<PreparedWrites> => {
  const { object, path, raw } = clusterObject;
  if (now === 0)
    throw new PlanError(
      'not-applicable',
      `${object} has 0 replicas, and the previous number is unknown. Name the number in replicas`,
    );
  const [pods = ''] = await blastRadius(client, clusterObject, signal);
  const interrupts = scaleInterruption(clusterObject, 0, now);
  return {
    writes: [
      {
        call: scaleCall(path, now),
        target: objectTarget(clusterObject, pinnedValue(raw, { replicas: 'planned' })),
        object,
        readPath: path,
        rights: [rightTo('patch', clusterObject, 'scale')],
        rollsOut: true,
      },
    ],
    objects: [`${object}: back to ${replicaCount(now)}, as planned`, pods],
    ...defined({ interrupts }),
    effects: scaleEffects(clusterObject, 0, now, true),
  };
};

/**
 * Rejects a scale that an autoscaler would revert. An autoscaler ignores a workload scaled to 0, so scaling to 0 and
 * back is allowed. Source: kubernetes.io, "Horizontal Pod Autoscaling", implicit maintenance-mode deactivation.
 */
const autoscalerNotes = async (
  { client }: KubeParts,
  { object, namespace, raw }: ClusterObject,
  replicas: number,
  signal: AbortSignal,
): Promise<readonly string[]> => {
  let body: unknown;
  try {
    body = await client.get(listPath(apiResources.hpa, namespace), signal);
  } catch (error) {
    if (!(error instanceof WireError) || error.kind === 'cancelled') throw error;
    return [`opsdeck cannot check whether an autoscaler manages the workload: ${error.message}`];
  }
  const owner = parseListChunk(body)
    .items.map(parseHpa)
    .find(({ target }) => target === object);
  if (owner === undefined) return [];
  const words = `the autoscaler hpa/${owner.name} manages the replicas of ${object} (allowed: ${owner.min} to ${owner.max})`;
  if (replicas > 0 && specReplicas(raw) > 0)
    throw new PlanError(
      'not-applicable',
      `${words}: the autoscaler would revert the change. Change the minimum or maximum of the autoscaler instead`,
    );
  return [`${words}. At 0 replicas the autoscaler does nothing`];
};

const declared = declareOperation({
  name: 'scale',
  says: 'sets the number of replicas of a workload',
  rights: ['patch deployments/scale'],
  danger: 'disruptive',
  params: scaleParams,
  actions: rolloutActions(['deployment', 'statefulset'], {
    verb: 'scale',
    title: 'Scale',
    params: [{ name: 'replicas', type: 'int', min: 0, max: 10_000, title: 'Replicas' }],
    given: { replicas: '${param.replicas}' },
    check: 'The requested replicas are ready and stable',
    expect: { json: { done: true, replicas: '${param.replicas}', ready: '${param.replicas}' } },
  }),
});

/** `scale`: sets the replica count of a deployment or stateful set. */
export const scale = defineWriteOperation(declared, (parts) => ({
  pinnedValue,
  prepare: async (params, signal) => {
    const clusterObject = await findWorkload(parts, params, signal);
    const { object, path, raw } = clusterObject;
    const now = specReplicas(raw);
    if (params.replicas === 'planned') return prepareRestore(parts, clusterObject, now, signal);
    const { replicas } = params;
    if (now === replicas)
      throw new PlanError(
        'not-applicable',
        `${object} already has ${replicaCount(now)}, so there is nothing to scale`,
      );
    if (params.only === 'up' && replicas < now)
      throw new PlanError(
        'not-applicable',
        `${object} has ${replicaCount(now)}: ${replicas} is fewer, and only: up forbids scaling down`,
      );
    const scaler = await autoscalerNotes(parts, clusterObject, replicas, signal);
    const [pods = '', ...rest] = await blastRadius(parts.client, clusterObject, signal);
    const reach = affectedReplicas(Math.max(0, now - replicas), now, object);
    const interrupts = scaleInterruption(clusterObject, now, replicas);
    const budgets = rest.filter((line) => line.startsWith('PodDisruptionBudget'));
    return {
      writes: [
        {
          call: scaleCall(path, replicas),
          target: objectTarget(clusterObject, pinnedValue(raw, params)),
          object,
          readPath: path,
          rights: [rightTo('patch', clusterObject, 'scale')],
          rollsOut: true,
        },
      ],
      objects: [
        `${object}: ${now} → ${replicaCount(replicas)}${replicas < now ? `: ${pluralize(now - replicas, 'pod is', 'pods are')} terminated` : ''}`,
        pods,
        ...budgets,
        ...scaler,
        ...(replicas === 0
          ? [
              'at 0 replicas nothing runs until you scale up again. Consider danger: destructive for this step',
            ]
          : []),
      ],
      changes: [`${object} replicas: ${now} → ${replicas}`],
      ...defined({ reach, interrupts }),
      effects: scaleEffects(clusterObject, now, replicas),
      ...(replicas === 0 ? { follow: [{ object, path, pods: podsPath(clusterObject) }] } : {}),
      undo: {
        use: `${parts.source}.scale`,
        with: { ...namingParams(clusterObject), replicas: now },
        title: `Scale ${object} back to ${replicaCount(now)}`,
        pins: 'value',
      },
    };
  },
}));
