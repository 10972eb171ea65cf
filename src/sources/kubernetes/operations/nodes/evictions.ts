import type { KubeCall } from '../../../../clients/kubernetes/reading.ts';
import type { Millis } from '../../../../domain/base/fault.ts';
import type { ActEvent } from '../../../../domain/runbooks/operation.ts';
import { joinFirst } from '../../../../domain/text/count-text.ts';
import type { ChangeIo } from '../../../../doors/io.ts';
import { statusText } from '../../../../platform/network/status.ts';
import type { KubeClient } from '../../api/client.ts';
import { budgetRefusal, evictionCall } from './evict-pod.ts';
import { evictable, type NodePod, readNodePods } from './node-pods.ts';

const retryMs: Millis = 5000;
const pollMs: Millis = 1000;

/** A pod that a plan evicts. */
export interface PlannedPod {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

export const podName = ({ namespace, name }: Pick<PlannedPod, 'namespace' | 'name'>): string =>
  `${namespace}/${name}`;
const maxNames = 12;
/** 'shop/bus-0, shop/bus-1 and 4 more' */
export const namesOf = (pods: readonly NodePod[]): string => joinFirst(pods.map(podName), maxNames);

/** Result of one eviction: its status, or the reason why a budget forbids it now. */
type Eviction = { readonly status: string } | { readonly blockedBy: string };

/** Sends one eviction. A pod that has ended meanwhile, or whose name another one has, is gone. Throws WireError. */
const evictOne = async (
  client: KubeClient,
  call: KubeCall,
  change: ChangeIo,
  signal: AbortSignal,
): Promise<Eviction> => {
  const answer = await client.send(change, call, signal);
  const blockedBy = budgetRefusal(answer);
  if (blockedBy !== undefined) return { blockedBy };
  if (answer.status === 404 || answer.status === 409) return { status: 'already gone' };
  const problem = client.responseError(answer);
  if (problem !== undefined) throw problem;
  return { status: statusText(answer.status) };
};

/**
 * Evicts every pod, retrying until `until` those that a budget forbids. Returns why each pod that is left was not
 * evicted. Throws WireError.
 */
export async function* evictAll(
  client: KubeClient,
  pods: readonly PlannedPod[],
  change: ChangeIo,
  until: Millis,
  signal: AbortSignal,
): AsyncGenerator<ActEvent, readonly string[], undefined> {
  const told = new Set<string>();
  let waiting = pods;
  for (;;) {
    const blocked: { readonly pod: PlannedPod; readonly why: string }[] = [];
    for (const pod of waiting) {
      if (signal.aborted) return [];
      const call = evictionCall(pod);
      const line = client.describeCall(call.method, call.path);
      const eviction = await evictOne(client, call, change, signal);
      if ('blockedBy' in eviction) blocked.push({ pod, why: `${podName(pod)}: ${eviction.blockedBy}` });
      else {
        yield { is: 'call', line };
        yield { is: 'answered', line, status: eviction.status, ok: true };
      }
    }
    for (const { why } of blocked) {
      if (!told.has(why)) yield { is: 'output', text: `the pod is not evicted yet, because ${why}` };
      told.add(why);
    }
    if (blocked.length === 0 || change.clock.now() >= until) return blocked.map(({ why }) => why);
    waiting = blocked.map(({ pod }) => pod);
    await change.clock.sleep(retryMs, signal);
  }
}

/** Waits until the evicted pods have ended. Returns those that are left at the end. */
export async function* waitForEnds(
  client: KubeClient,
  node: string,
  change: ChangeIo,
  until: Millis,
  signal: AbortSignal,
): AsyncGenerator<ActEvent, readonly NodePod[], undefined> {
  let before = -1;
  for (;;) {
    const left = evictable(await readNodePods(client, node, signal));
    if (left.length === 0 || signal.aborted || change.clock.now() >= until) return left;
    if (left.length !== before) yield { is: 'output', text: `${left.length} pods terminating` };
    before = left.length;
    await change.clock.sleep(pollMs, signal);
  }
}
