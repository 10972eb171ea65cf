import { defined } from '../../../domain/base/defined.ts';
import type { Fault } from '../../../domain/base/fault.ts';
import type { Reading } from '../../../domain/facts/reading.ts';
import type { Feed } from '../../kit/contract/source.ts';
import { apiResources } from '../api/api-resources.ts';
import { configuredNamespaces, isFactEnabled } from '../api/config.ts';
import { type KubeParts, resolveNamespaces } from '../api/parts.ts';
import { type NodeCapacity, type PodLoad, podLoad, sumPodLoads } from '../node/node-capacity.ts';
import type { PodSummary } from '../pod/container-summary.ts';
import { parsePod } from '../pod/parse-pod.ts';
import { type Missing, missingRights, readNodeUsage } from './node-usage.ts';
import { kubeFeed, type ResourceWatcher, watchResource } from './resource-feed.ts';

/** The metrics server scrapes every 15 s. */
const resolutionMs = 15_000;

/** More names than these in one address may exceed what a proxy accepts. */
const mostNamespaces = 50;

/** True if the source reads all pods of its namespaces, of which there are few enough to be left out of another list. */
const readsWholeNamespaces = ({ config }: KubeParts): boolean =>
  config.selector === undefined &&
  isFactEnabled(config, 'pods') &&
  configuredNamespaces(config).length <= mostNamespaces;

/** Reads what each pod requests. Undefined while the list is not complete, or not watched. */
interface PodLoads {
  read(
    signal: AbortSignal,
  ): Promise<{ readonly loads?: readonly PodLoad[]; readonly faults: readonly Fault[] }>;
  readonly watcher?: ResourceWatcher<PodLoad>;
}

/** The requests of all pods, or of those in other namespaces than those of the source, from a watch of its own. */
const watchPodLoads = (parts: KubeParts, isOfOthers: boolean): PodLoads => {
  const watcher = watchResource<PodLoad>(parts, {
    // Pods of all namespaces, whatever the namespaces of the source.
    kind: { ...apiResources.pod, isNamespaced: false },
    ...(isOfOthers
      ? {
          queryFor: async (signal) => ({
            fieldSelector: (await resolveNamespaces(parts, signal))
              .map((namespace) => `metadata.namespace!=${namespace}`)
              .join(','),
          }),
        }
      : {}),
    parse: (raw) => podLoad(parsePod(raw, parts.strings, parts.client.toClock)),
  });
  return {
    // The sums are of interest every few seconds, not at every change of any pod.
    watcher: { ...watcher, watch: () => watcher.watch(() => {}) },
    read: async (signal) => {
      if (!watcher.isWatched()) return { faults: [] };
      const { objects, faults } = await watcher.read(signal);
      return faults.length === 0 ? { loads: objects, faults } : { faults };
    },
  };
};

/** The requests of the pods that the source reads anyway. */
const sharedPodLoads = (pods: ResourceWatcher<PodSummary>): PodLoads => {
  const made = new WeakMap<PodSummary, PodLoad>();
  const loadOf = (pod: PodSummary): PodLoad => {
    const load = made.get(pod) ?? podLoad(pod);
    made.set(pod, load);
    return load;
  };
  return {
    read: async (signal) => {
      if (!pods.isWatched()) return { faults: [] };
      const { objects, faults } = await pods.read(signal);
      // The feed of the pods reports its faults itself.
      return faults.length === 0 ? { loads: objects.map(loadOf), faults } : { faults: [] };
    },
  };
};

/** Both; no loads while those of either are unknown. */
const joinedPodLoads = (own: PodLoads, others: PodLoads): PodLoads => ({
  ...others,
  read: async (signal) => {
    const [first, second] = await Promise.all([own.read(signal), others.read(signal)]);
    const faults = [...first.faults, ...second.faults];
    if (first.loads === undefined || second.loads === undefined) return { faults };
    return { loads: [...first.loads, ...second.loads], faults };
  },
});

/** The requests of all pods of the cluster. A pod that the source reads itself is not listed twice. */
const podLoadsOfCluster = (parts: KubeParts, pods: ResourceWatcher<PodSummary>): PodLoads => {
  if (!readsWholeNamespaces(parts)) return watchPodLoads(parts, false);
  const own = sharedPodLoads(pods);
  return configuredNamespaces(parts.config)[0] === '*'
    ? own
    : joinedPodLoads(own, watchPodLoads(parts, true));
};

/**
 * Usage of nodes from the metrics server, and the requests of all pods of the cluster. Fills the columns of `nodes` and
 * adds no rows. A missing permission or metrics server is no fault here: the columns stay unknown, with the reason in
 * the pane. Requests are read only while watching: listing all pods on every poll would burden a large cluster.
 * `followed`: the pods of the source.
 */
export const nodeCapacityFeed = (
  parts: KubeParts,
  capacity: NodeCapacity,
  followed: ResourceWatcher<PodSummary>,
): { readonly feed: Feed; readonly followed: { stop(): void } } => {
  const pods = podLoadsOfCluster(parts, followed);
  const readLoads = async (signal: AbortSignal): Promise<Missing> => {
    const { loads, faults } = await pods.read(signal);
    // A sum over a part of the pods would look like free room.
    capacity.load = loads === undefined ? undefined : sumPodLoads(loads);
    // 'missing': the first list is under way.
    return missingRights(faults.filter(({ kind }) => kind !== 'missing'));
  };
  const read = async (signal: AbortSignal): Promise<Reading<never>> => {
    const results = await Promise.all([readNodeUsage(parts, capacity, signal), readLoads(signal)]);
    capacity.unavailable = results.flatMap(({ unavailable }) => unavailable);
    return { items: [], faults: results.flatMap(({ faults }) => faults) };
  };
  const { watcher } = pods;
  return {
    feed: kubeFeed(
      parts,
      {
        name: 'capacity',
        kind: 'samples',
        fills: 'nodes',
        atLeastMs: resolutionMs,
        ...defined({ watcher }),
      },
      read,
    ),
    followed: { stop: () => watcher?.stop() },
  };
};
