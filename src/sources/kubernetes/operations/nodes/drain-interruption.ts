import type { Interruption, ObservedInstance } from '../../../../domain/runbooks/operation.ts';
import { WireError } from '../../../../platform/runtime/wire-error.ts';
import { type KubeParts, resolveNamespaces } from '../../api/parts.ts';
import { type NodePod, readNamespacePods } from './node-pods.ts';

const serviceKey = ({ namespace, workload, name }: NodePod): string =>
  `${namespace}/${workload === '' ? `pod/${name}` : workload}`;

/** The pods of other namespaces than those of the source, which are not among its facts. */
const unreadPods = async (
  parts: KubeParts,
  pods: readonly NodePod[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, readonly NodePod[]>> => {
  const followed = await resolveNamespaces(parts, signal);
  if (followed.includes('*')) return new Map();
  const others = [...new Set(pods.map(({ namespace }) => namespace))].filter(
    (text) => !followed.includes(text),
  );
  const read = await Promise.all(
    others.map(async (namespace) => {
      try {
        return await readNamespacePods(parts.client, namespace, signal);
      } catch (error) {
        if (!(error instanceof WireError) || error.kind === 'cancelled') throw error;
        // Instances that cannot be read are unknown, and the check says so.
        return [];
      }
    }),
  );
  return Map.groupBy(read.flat(), serviceKey);
};

const observedIn = (service: readonly NodePod[], taken: readonly NodePod[]): readonly ObservedInstance[] => {
  const uids = new Set(taken.map(({ uid }) => uid));
  return service
    .filter(({ hasEnded }) => !hasEnded)
    .map(({ name, uid, isReady }) => ({ name, isHealthy: isReady, isAffected: uids.has(uid) }));
};

/**
 * The services that a drain interrupts, by the pods that it evicts. A controller recreates one pod elsewhere, like after
 * an eviction. Several pods of one service are evicted at once, so they all stop; one without a controller is gone.
 */
export const drainInterruptions = async (
  parts: KubeParts,
  leaving: readonly NodePod[],
  signal: AbortSignal,
): Promise<readonly Interruption[]> => {
  const running = leaving.filter(({ hasEnded }) => !hasEnded);
  const unread = await unreadPods(parts, running, signal);
  return [...Map.groupBy(running, serviceKey)].map(([key, pods]): Interruption => {
    const [{ namespace, workload, name } = { namespace: '', workload: '', name: '' }] = pods;
    const isBare = workload === '';
    const observed = unread.get(key);
    return {
      does: isBare || pods.length > 1 ? 'stops' : 'restarts',
      service: isBare ? `pod/${name}` : `${workload} in ${namespace}`,
      instances: { kind: 'pod', namespace, ...(isBare ? { name } : { owner: workload }) },
      affected: pods.map((pod) => ({ name: pod.name })),
      ...(observed === undefined ? {} : { observed: observedIn(observed, pods) }),
    };
  });
};
