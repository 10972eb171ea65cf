import { z } from 'zod';
import { defined } from '../../../../domain/base/defined.ts';
import { type Plan, PlanError } from '../../../../domain/runbooks/operation.ts';
import { WireError } from '../../../../platform/runtime/wire-error.ts';
import type { Right } from '../../../kit/contract/access-review.ts';
import type { PlanDraft } from '../../../kit/operations/define-operation.ts';
import { apiResources, objectPath } from '../../api/api-resources.ts';
import type { KubeClient } from '../../api/client.ts';
import type { KubeParts } from '../../api/parts.ts';
import { dryRunOrRefuse, requireAccess } from '../write/admission.ts';
import { podRemovalEffect } from '../write/declared-effects.ts';
import { formatBudget, readDisruptionBudgets } from '../write/disruption-budgets.ts';
import { type ClusterObject, objectTarget, readObject, rightTo } from '../write/find-object.ts';
import { rolloutProgress } from '../write/rollout-wait.ts';
import { zRights } from '../write/write-planner.ts';
import { isCordoned, schedulingCall, schedulingState } from './cordon.ts';
import { drainInterruptions } from './drain-interruption.ts';
import { evictionCall } from './evict-pod.ts';
import { namesOf } from './evictions.ts';
import { evictable, type NodePod, nodeShare, readNodePods } from './node-pods.ts';

/** The record of a plan: what it evicts, and what must be complete afterward. */
const zDrainRecord = z.object({
  path: z.string(),
  wasCordoned: z.boolean(),
  pods: z.array(z.object({ namespace: z.string(), name: z.string(), uid: z.string() })),
  follow: z.array(z.object({ object: z.string(), path: z.string() })),
  rights: zRights,
});
type DrainRecord = z.infer<typeof zDrainRecord>;
export const drainRecordOf = (plan: Pick<Plan, 'earlier'>): DrainRecord => zDrainRecord.parse(plan.earlier);

/** The workload of a pod, whose replicas are counted: 'deployment/bus'. */
const workloadOf = ({ owner, labels, namespace }: NodePod): { object: string; path: string } | undefined => {
  const hash = labels['pod-template-hash'];
  if (owner?.kind === 'StatefulSet')
    return {
      object: `statefulset/${owner.name}`,
      path: objectPath(apiResources.statefulset, namespace, owner.name),
    };
  if (owner?.kind !== 'ReplicaSet' || hash === undefined || !owner.name.endsWith(`-${hash}`))
    return undefined;
  const name = owner.name.slice(0, -hash.length - 1);
  return { object: `deployment/${name}`, path: objectPath(apiResources.deployment, namespace, name) };
};

/** The workloads of these pods that are complete now, and so can be again. One that is not complete proves nothing. */
const completeWorkloads = async (
  { client }: KubeParts,
  pods: readonly NodePod[],
  signal: AbortSignal,
): Promise<DrainRecord['follow']> => {
  const byPath = new Map(
    pods.flatMap((pod) => workloadOf(pod) ?? []).map((workload) => [workload.path, workload]),
  );
  const judged = await Promise.all(
    [...byPath.values()].map(async (entry) => {
      try {
        return rolloutProgress(entry.object, await client.get(entry.path, signal))?.is === 'done'
          ? [entry]
          : [];
      } catch (error) {
        if (!(error instanceof WireError) || error.kind === 'cancelled') throw error;
        return [];
      }
    }),
  );
  return judged.flat();
};

/** Describes the budgets of the pods, and those that forbid an eviction now. */
const budgetLines = async (
  { client }: KubeParts,
  pods: readonly NodePod[],
  timeout: string,
  signal: AbortSignal,
): Promise<readonly string[]> => {
  try {
    const budgets = await readDisruptionBudgets(client, '*', signal);
    return budgets
      .filter((budget) => pods.some((pod) => budget.covers(pod)))
      .map((budget) => {
        const blocks = budget.allowed === 0 ? `; blocks now, retried for ${timeout}` : '';
        return `${formatBudget(budget)}${blocks}`;
      });
  } catch (error) {
    if (!(error instanceof WireError) || error.kind === 'cancelled') throw error;
    return [
      `opsdeck cannot read the PodDisruptionBudgets: ${error.message}. The API server still enforces them`,
    ];
  }
};

/** A node to drain, and its pods. */
interface NodeToDrain {
  readonly node: ClusterObject;
  readonly wasCordoned: boolean;
  readonly all: readonly NodePod[];
  /** The pods that are evicted. */
  readonly leaving: readonly NodePod[];
  /** Those of them that no controller recreates. */
  readonly bare: readonly NodePod[];
  /** Those of them that lose the data of an emptyDir. */
  readonly losing: readonly NodePod[];
}

/** Reads a node and its pods. Throws PlanError if it cannot be drained, and WireError. */
const readNodeToDrain = async (
  parts: KubeParts,
  name: string,
  force: boolean,
  signal: AbortSignal,
): Promise<NodeToDrain> => {
  const node = await readObject(parts, apiResources.node, name, undefined, signal);
  const all = await readNodePods(parts.client, name, signal);
  const leaving = evictable(all);
  const wasCordoned = isCordoned(node.raw);
  if (leaving.length === 0 && wasCordoned)
    throw new PlanError(
      'not-applicable',
      `${node.object} is already cordoned and has no pods to evict, so there is nothing to drain`,
    );
  const running = leaving.filter(({ hasEnded }) => !hasEnded);
  const bare = running.filter(({ isManaged }) => !isManaged);
  if (bare.length > 0 && !force)
    throw new PlanError(
      'not-applicable',
      `no controller recreates ${namesOf(bare)}. Delete these pods first, or set force: true`,
    );
  const losing = running.filter(({ emptyDirs }) => emptyDirs.length > 0);
  return { node, wasCordoned, all, leaving, bare, losing };
};

const drainRights = ({ node, leaving }: NodeToDrain): readonly Right[] => [
  rightTo('patch', node),
  ...[...new Set(leaving.map(({ namespace }) => namespace))].map((namespace) => ({
    verb: 'create',
    group: '',
    resource: 'pods',
    subresource: 'eviction',
    namespace,
  })),
];

/** The requests of a drain: one that cordons the node, unless it is, and one eviction per pod. */
const drainCalls = (
  client: Pick<KubeClient, 'describeCall'>,
  { node: { path }, wasCordoned, leaving }: NodeToDrain,
): Plan['calls'] => [
  ...(wasCordoned
    ? []
    : [{ line: client.describeCall('PATCH', path), body: schedulingCall(path, true).body ?? '', target: 0 }]),
  ...leaving.map((pod) => ({ line: client.describeCall('POST', evictionCall(pod).path), target: 0 })),
];

/** The pods that leave and stay, as text for the preview. */
const podLines = ({ node: { object }, all, leaving }: NodeToDrain): readonly string[] => [
  `${object}: ${leaving.length} of ${all.length} pods are evicted${leaving.length === 0 ? '' : `: ${namesOf(leaving)}`}`,
  ...(all.length > leaving.length
    ? [`${all.length - leaving.length} pods of DaemonSets and of the kubelet stay on the node`]
    : []),
];

/** Describes what a drain loses for good. */
const lossText = ({ losing, bare }: NodeToDrain): string =>
  [
    'data in memory of the evicted pods, and their logs',
    ...(losing.length === 0 ? [] : [`emptyDir data of ${namesOf(losing)}`]),
    ...(bare.length === 0 ? [] : [`for good, because no controller recreates them: ${namesOf(bare)}`]),
  ].join('; ');

/** Parameters of a drain, with defaults. */
interface DrainRequest {
  readonly node: string;
  /** Time for which evictions are retried, as a duration with a unit. */
  readonly timeout: string;
  /** True: also evicts pods that no controller recreates. */
  readonly force: boolean;
}

/**
 * Plans a drain: reads the node, its pods and their budgets, and asks for the permissions. Changes nothing. Throws PlanError
 * and WireError.
 */
export const planDrain = async (
  parts: KubeParts,
  { node: name, timeout, force }: DrainRequest,
  signal: AbortSignal,
): Promise<PlanDraft> => {
  const { client } = parts;
  const drained = await readNodeToDrain(parts, name, force, signal);
  const { node, wasCordoned, leaving, bare, losing } = drained;
  const { object, path, raw } = node;
  if (!wasCordoned) await dryRunOrRefuse(client, schedulingCall(path, true), object, signal);
  const rights = drainRights(drained);
  const [allowed, budgets, follow, reach, interrupts] = await Promise.all([
    Promise.all(rights.map((right) => requireAccess(client, right, signal))),
    budgetLines(parts, leaving, timeout, signal),
    completeWorkloads(parts, leaving, signal),
    nodeShare(client, signal),
    drainInterruptions(parts, leaving, signal),
  ]);
  const earlier: DrainRecord = {
    path,
    wasCordoned,
    pods: leaving.map(({ namespace, name, uid }) => ({ namespace, name, uid })),
    follow,
    rights: [...rights],
  };
  return {
    // Data that exists nowhere else is lost, so the name is typed.
    ...(losing.length === 0 && bare.length === 0 ? {} : { danger: 'destructive' }),
    targets: [objectTarget(node, schedulingState(raw))],
    calls: drainCalls(client, drained),
    objects: [
      ...podLines(drained),
      ...budgets,
      ...(follow.length === 0
        ? []
        : [
            `opsdeck waits until these workloads are complete on other nodes: ${follow.map((entry) => entry.object).join(', ')}`,
          ]),
      `allowed: ${[...new Set(allowed)].join(', ')}`,
    ],
    lost: lossText(drained),
    ...defined({ reach }),
    interrupts,
    effects: leaving.map(({ name, namespace, workload, hasEnded }) =>
      podRemovalEffect({ name, namespace, owner: workload, hasEnded }),
    ),
    earlier,
  };
};
