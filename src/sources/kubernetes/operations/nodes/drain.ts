import { z } from 'zod';
import type { Millis } from '../../../../domain/base/fault.ts';
import type { GenericAction } from '../../../../domain/runbooks/generic-action.ts';
import type { ActEvent, TargetDrift } from '../../../../domain/runbooks/operation.ts';
import { formatDuration, parseDuration } from '../../../../domain/text/duration.ts';
import type { ChangeIo } from '../../../../doors/io.ts';
import { statusText } from '../../../../platform/network/status.ts';
import { toFault } from '../../../../platform/network/to-fault.ts';
import { declareOperation, defineOperation, type PlanOf } from '../../../kit/operations/define-operation.ts';
import type { KubeClient } from '../../api/client.ts';
import type { KubeParts } from '../../api/parts.ts';
import { checkPermit, toPlanError } from '../write/admission.ts';
import { objectDrift } from '../write/find-object.ts';
import { waitForRollouts } from '../write/rollout-wait.ts';
import { zBoundedDuration, zObjectName } from '../write/shared-params.ts';
import { schedulingCall, schedulingState } from './cordon.ts';
import { drainRecordOf, planDrain } from './drain-plan.ts';
import { evictAll, namesOf, podName, waitForEnds } from './evictions.ts';
import { evictable, readNodePods } from './node-pods.ts';

const longestMs: Millis = 60 * 60_000;
const defaultTimeout = '10m';

const drainParams = z.strictObject({
  node: zObjectName('node name'),
  timeout: zBoundedDuration(
    'how long opsdeck retries evictions that a PodDisruptionBudget forbids, and waits until the pods have ended and run elsewhere (default: 10m, at most 1h)',
    longestMs,
  ),
  force: z
    .boolean()
    .meta({
      description: 'with true, the drain also evicts pods that no controller recreates. The default is false',
    })
    .exactOptional(),
});
type DrainParams = z.infer<typeof drainParams>;

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
  notes: 'Evictions respect PodDisruptionBudgets. Undo uncordons the node. Evicted pods do not move back.',
};

/** Reads the node and its pods again. Drift: another node, another scheduling, or a pod that the plan does not show. */
const drainDrift = async (
  { client }: KubeParts,
  plan: PlanOf<DrainParams>,
  signal: AbortSignal,
): Promise<TargetDrift | undefined> => {
  const [target] = plan.targets;
  const { node } = plan.params;
  if (target === undefined) return undefined;
  const { path, pods } = drainRecordOf(plan);
  const drift = await objectDrift(client, target, path, signal, schedulingState);
  if (drift !== undefined) return drift;
  const known = new Set(pods.map(({ uid }) => uid));
  const pod = evictable(await readNodePods(client, node, signal)).find(({ uid }) => !known.has(uid));
  return pod === undefined
    ? undefined
    : { target: node, planned: 'the pods of the preview', found: `also ${podName(pod)}` };
};

/** Cordons a node. Throws WireError. */
async function* cordonNode(
  client: KubeClient,
  path: string,
  change: ChangeIo,
  signal: AbortSignal,
): AsyncGenerator<ActEvent, void, undefined> {
  const call = schedulingCall(path, true);
  const line = client.describeCall(call.method, path);
  yield { is: 'call', line };
  const answer = await client.send(change, call, signal);
  const problem = client.responseError(answer);
  if (problem !== undefined) throw problem;
  yield { is: 'answered', line, status: statusText(answer.status), ok: true };
}

/** Cordons the node, evicts the pods of the plan, and waits until they have ended and their workloads are complete elsewhere. */
async function* executeDrain(
  { client, source }: KubeParts,
  plan: PlanOf<DrainParams>,
  change: ChangeIo,
  signal: AbortSignal,
): AsyncGenerator<ActEvent, void, undefined> {
  const { path, wasCordoned, pods, follow } = drainRecordOf(plan);
  const { node, timeout = defaultTimeout } = plan.params;
  const startedAt = change.clock.now();
  const until = startedAt + (parseDuration(timeout) ?? 0);
  const waitLine = `draining node/${node}`;
  const failed = (status: string): ActEvent => ({
    is: 'answered',
    line: waitLine,
    status,
    ok: false,
    waited: true,
  });
  try {
    if (!wasCordoned) yield* cordonNode(client, path, change, signal);
    const blocked = yield* evictAll(client, pods, change, until, signal);
    if (blocked.length > 0)
      return yield failed(
        `the node was not drained after ${timeout}: ${blocked.join(', ')}. The node stays cordoned: undo uncordons the node`,
      );
    const left = yield* waitForEnds(client, node, change, until, signal);
    if (left.length > 0)
      return yield failed(
        `the node was not drained after ${timeout}. These pods are still there: ${namesOf(left)}`,
      );
    const took = formatDuration(Math.round((change.clock.now() - startedAt) / 1000) * 1000);
    yield { is: 'answered', line: waitLine, status: `drained after ${took}`, ok: true, waited: true };
  } catch (error) {
    return yield failed(toFault(source, waitLine, error, client.now()).message);
  }
  const rest = Math.max(1000, until - change.clock.now());
  yield* waitForRollouts(client, follow, `${Math.ceil(rest / 1000)}s`, change.clock, signal);
}

/** `drain`: cordons a node and evicts its pods, except those of DaemonSets and of the kubelet. */
export const drain = defineOperation(
  declareOperation({
    name: 'drain',
    says: 'cordons a node and evicts the pods. The step is destructive if emptyDir data or pods without a controller are lost',
    rights: ['patch nodes', 'create pods/eviction'],
    danger: 'disruptive',
    params: drainParams,
    actions: [drainAction],
  }),
  (parts: KubeParts) => ({
    plan: async ({ node, timeout = defaultTimeout, force = false }, signal) => {
      try {
        return await planDrain(parts, { node, timeout, force }, signal);
      } catch (error) {
        throw toPlanError(error, 'drain');
      }
    },
    permits: (plan, signal) => checkPermit(parts.client, drainRecordOf(plan).rights, signal),
    recheck: (plan, signal) => drainDrift(parts, plan, signal),
    act: (plan, change, signal) => executeDrain(parts, plan, change, signal),
    undo: (plan) =>
      drainRecordOf(plan).wasCordoned
        ? undefined
        : {
            use: `${parts.source}.uncordon`,
            with: { node: plan.params.node },
            title: `Uncordon node/${plan.params.node}`,
            pins: 'value',
          },
  }),
);
