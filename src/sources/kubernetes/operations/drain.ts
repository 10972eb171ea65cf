import { z } from 'zod';
import { formatDuration, parseDuration } from '../../../domain/duration.ts';
import type { Millis } from '../../../domain/fault.ts';
import type { GenericAction } from '../../../domain/generic-action.ts';
import { type ActEvent, type Plan, PlanError } from '../../../domain/operation.ts';
import { statusText } from '../../../platform/network/status.ts';
import { toFault } from '../../../platform/to-fault.ts';
import { WireError } from '../../../platform/wire-error.ts';
import { declareOperation, defineOperation, type PlanDraft } from '../../define-operation.ts';
import { apiResources, objectPath } from '../api-resources.ts';
import type { KubeParts } from '../parts.ts';
import { checkPermit, dryRunOrRefuse, type Right, requireAccess, toPlanError } from './admission.ts';
import { isCordoned, schedulingCall, schedulingState } from './cordon.ts';
import { formatBudget, readDisruptionBudgets } from './disruption-budgets.ts';
import { drainInterruptions } from './drain-interruption.ts';
import { evictionCall } from './evict-pod.ts';
import { evictAll, namesOf, podName, waitForEnds } from './evictions.ts';
import { objectDrift, objectTarget, readObject, rightTo } from './find-object.ts';
import { evictable, type NodePod, nodeShare, readNodePods } from './node-pods.ts';
import { rolloutProgress, waitForRollouts } from './rollout-wait.ts';
import { zBoundedDuration, zObjectName } from './shared-params.ts';
import { zRights } from './write-planner.ts';

const longestMs: Millis = 60 * 60_000;
const defaultTimeout = '10m';

const drainParams = z.strictObject({
  node: zObjectName('node name'),
  timeout: zBoundedDuration(
    'how long to retry evictions that a PodDisruptionBudget forbids, and to wait for the pods to end and for their workloads to be complete elsewhere; default: 10m, at most 1h',
    longestMs,
  ),
  force: z
    .boolean()
    .meta({ description: 'true: also evict pods that no controller recreates' })
    .exactOptional(),
});

const drainAction: GenericAction = {
  id: 'drain-node',
  verb: 'drain',
  title: 'Drain node',
  step: 'Drain node/${param.node}',
  on: 'nodes',
  params: [
    { name: 'node', type: 'choice', from: 'nodes.name', title: 'Node' },
    { name: 'timeout', type: 'duration', default: defaultTimeout, title: 'Timeout' },
  ],
  with: { node: '${param.node}', timeout: '${param.timeout}' },
  timeoutMs: longestMs + 60_000,
  verify: [
    {
      id: 'v1',
      title: 'Only pods of DaemonSets are left on the node',
      use: 'nodePods',
      with: { node: '${param.node}' },
      expect: { json: { evictable: 0 } },
      withinMs: 60_000,
      forMs: 10_000,
    },
    {
      id: 'v2',
      title: 'The node is cordoned',
      that: 'all(nodes[source = "$source" and name = "${param.node}"] | scheduling = cordoned)',
      withinMs: 60_000,
      forMs: 0,
      guard: true,
    },
  ],
  notes: 'Evictions respect PodDisruptionBudgets. Undo uncordons the node; evicted pods do not move back.',
};

/** The record of a plan: what it evicts, and what must be complete afterward. */
const zDrainRecord = z.object({
  path: z.string(),
  wasCordoned: z.boolean(),
  pods: z.array(z.object({ namespace: z.string(), name: z.string(), uid: z.string() })),
  follow: z.array(z.object({ object: z.string(), path: z.string() })),
  rights: zRights,
});
type DrainRecord = z.infer<typeof zDrainRecord>;
const recordOf = (plan: Plan): DrainRecord => zDrainRecord.parse(plan.earlier);

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
  const byPath = new Map(pods.flatMap((pod) => workloadOf(pod) ?? []).map((one) => [one.path, one]));
  const judged = await Promise.all(
    [...byPath.values()].map(async (one) => {
      try {
        return rolloutProgress(one.object, await client.get(one.path, signal))?.is === 'done' ? [one] : [];
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
    return [`cannot read PodDisruptionBudgets: ${error.message}; the API server respects them all the same`];
  }
};

/** `drain`: cordons a node and evicts its pods, except those of DaemonSets and of the kubelet. */
export const drain = defineOperation(
  declareOperation({ name: 'drain', danger: 'disruptive', params: drainParams, actions: [drainAction] }),
  (parts: KubeParts) => {
    const { client, source } = parts;

    const planned = async (
      { node, timeout = defaultTimeout, force }: z.infer<typeof drainParams>,
      signal: AbortSignal,
    ): Promise<PlanDraft> => {
      const clusterObject = await readObject(parts, apiResources.node, node, undefined, signal);
      const { object, path, raw } = clusterObject;
      const all = await readNodePods(client, node, signal);
      const leaving = evictable(all);
      const wasCordoned = isCordoned(raw);
      if (leaving.length === 0 && wasCordoned)
        throw new PlanError('not-applicable', `${object} is cordoned and has no pods to evict`);
      const bare = leaving.filter(({ isManaged, hasEnded }) => !isManaged && !hasEnded);
      if (bare.length > 0 && force !== true)
        throw new PlanError(
          'not-applicable',
          `no controller recreates ${namesOf(bare)}: delete them first, or set force: true`,
        );
      if (!wasCordoned) await dryRunOrRefuse(client, schedulingCall(path, true), object, signal);
      const rights: readonly Right[] = [
        rightTo('patch', clusterObject),
        ...[...new Set(leaving.map(({ namespace }) => namespace))].map((namespace) => ({
          verb: 'create',
          group: '',
          resource: 'pods',
          subresource: 'eviction',
          namespace,
        })),
      ];
      const [allowed, budgets, follow, reach, interrupts] = await Promise.all([
        Promise.all(rights.map((right) => requireAccess(client, right, signal))),
        budgetLines(parts, leaving, timeout, signal),
        completeWorkloads(parts, leaving, signal),
        nodeShare(client, signal),
        drainInterruptions(parts, leaving, signal),
      ]);
      const losing = leaving.filter(({ emptyDirs, hasEnded }) => emptyDirs.length > 0 && !hasEnded);
      const earlier: DrainRecord = {
        path,
        wasCordoned,
        pods: leaving.map(({ namespace, name, uid }) => ({ namespace, name, uid })),
        follow,
        rights: [...rights],
      };
      const call = schedulingCall(path, true);
      return {
        // Data that exists nowhere else is lost, so the name is typed.
        ...(losing.length === 0 && bare.length === 0 ? {} : { danger: 'destructive' }),
        targets: [objectTarget(clusterObject, schedulingState(raw))],
        calls: [
          ...(wasCordoned
            ? []
            : [{ line: client.describeCall('PATCH', path), body: call.body ?? '', target: 0 }]),
          ...leaving.map((pod) => ({
            line: client.describeCall('POST', evictionCall(pod).path),
            target: 0,
          })),
        ],
        objects: [
          `${object}: ${leaving.length} of ${all.length} pods are evicted${leaving.length === 0 ? '' : `: ${namesOf(leaving)}`}`,
          ...(all.length > leaving.length
            ? [`${all.length - leaving.length} pods of DaemonSets and of the kubelet stay`]
            : []),
          ...budgets,
          ...(follow.length === 0
            ? []
            : [`waits until complete elsewhere: ${follow.map((one) => one.object).join(', ')}`]),
          `allowed: ${[...new Set(allowed)].join(', ')}`,
        ],
        lost: [
          'data in memory of the evicted pods, and their logs',
          ...(losing.length === 0 ? [] : [`emptyDir data of ${namesOf(losing)}`]),
          ...(bare.length === 0 ? [] : [`for good, because no controller recreates them: ${namesOf(bare)}`]),
        ].join('; '),
        ...(reach === undefined ? {} : { reach }),
        interrupts,
        earlier,
      };
    };

    /** A pod that a drain would evict, and that the plan does not show. */
    const newPod = async (plan: Plan, node: string, signal: AbortSignal): Promise<NodePod | undefined> => {
      const known = new Set(recordOf(plan).pods.map(({ uid }) => uid));
      return evictable(await readNodePods(client, node, signal)).find(({ uid }) => !known.has(uid));
    };

    return {
      plan: async (params, signal) => {
        try {
          return await planned(params, signal);
        } catch (error) {
          throw toPlanError(error, 'drain');
        }
      },

      permits: (plan, signal) => checkPermit(client, recordOf(plan).rights, signal),

      recheck: async (plan, signal) => {
        const [target] = plan.targets;
        const { node } = plan.params;
        if (target === undefined) return undefined;
        const drift = await objectDrift(client, target, recordOf(plan).path, signal, schedulingState);
        if (drift !== undefined) return drift;
        const pod = await newPod(plan, node, signal);
        return pod === undefined
          ? undefined
          : { target: node, planned: 'the pods of the preview', found: `also ${podName(pod)}` };
      },

      act: async function* (plan, change, signal): AsyncIterable<ActEvent> {
        const { path, wasCordoned, pods, follow } = recordOf(plan);
        const { node, timeout = defaultTimeout } = plan.params;
        const startedAt = change.clock.now();
        const until = startedAt + (parseDuration(timeout) ?? 0);
        const waitLine = `draining node/${node}`;
        const failed = (status: string): ActEvent => ({ is: 'answered', line: waitLine, status, ok: false });
        try {
          if (!wasCordoned) {
            const call = schedulingCall(path, true);
            const line = client.describeCall(call.method, path);
            yield { is: 'call', line };
            const answer = await client.send(change, call, signal);
            const problem = client.responseError(answer);
            if (problem !== undefined) throw problem;
            yield { is: 'answered', line, status: statusText(answer.status), ok: true };
          }
          const blocked = yield* evictAll(client, pods, change, until, signal);
          if (blocked.length > 0)
            return yield failed(
              `not drained after ${timeout}: ${blocked.join('; ')}; the node stays cordoned`,
            );
          const left = yield* waitForEnds(client, node, change, until, signal);
          if (left.length > 0)
            return yield failed(`not drained after ${timeout}: still on the node: ${namesOf(left)}`);
          const took = formatDuration(Math.round((change.clock.now() - startedAt) / 1000) * 1000);
          yield { is: 'answered', line: waitLine, status: `drained after ${took}`, ok: true };
        } catch (error) {
          return yield failed(toFault(source, waitLine, error, client.now()).message);
        }
        const rest = Math.max(1000, until - change.clock.now());
        yield* waitForRollouts(client, follow, `${Math.ceil(rest / 1000)}s`, change.clock, signal);
      },

      undo: (plan) =>
        recordOf(plan).wasCordoned
          ? undefined
          : {
              use: `${source}.uncordon`,
              with: { node: plan.params.node },
              title: `Uncordon node/${plan.params.node}`,
              pins: 'value',
            },
    };
  },
);
