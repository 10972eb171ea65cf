import type { Fault } from '../../../domain/base/fault.ts';
import type { Reading } from '../../../domain/facts/reading.ts';
import type { Feed } from '../../kit/contract/source.ts';
import { apiResources } from '../api/api-resources.ts';
import { configuredNamespaces, isFactEnabled } from '../api/config.ts';
import type { KubeParts } from '../api/parts.ts';
import { type NodeCapacity, type PodLoad, podLoad, sumPodLoads } from '../node/node-capacity.ts';
import type { PodSummary } from '../pod/container-summary.ts';
import { parsePod } from '../pod/parse-pod.ts';
import { type Missing, missingRights, readNodeUsage } from './node-usage.ts';
import { kubeFeed, type ResourceWatcher, watchResource } from './resource-feed.ts';

/** The metrics server scrapes every 15 s. */
const resolutionMs = 15_000;

/** True if the pods of the source are all pods of the cluster. */
export const readsAllPods = ({ config }: KubeParts): boolean =>
  config.selector === undefined && configuredNamespaces(config)[0] === '*' && isFactEnabled(config, 'pods');

/** Reads what each pod requests. Undefined while the list is not complete, or not watched. */
interface PodLoads {
  read(
    signal: AbortSignal,
  ): Promise<{ readonly loads?: readonly PodLoad[]; readonly faults: readonly Fault[] }>;
  readonly watcher?: ResourceWatcher<PodLoad>;
}

/** The requests of all pods, from a watch of its own. */
const watchPodLoads = (parts: KubeParts): PodLoads => {
  const watcher = watchResource<PodLoad>(parts, {
    // Pods of all namespaces, whatever the namespaces of the source.
    kind: { ...apiResources.pod, isNamespaced: false },
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

/** The requests of all pods, from the pods that the source reads anyway. */
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

/**
 * Usage of nodes from the metrics server, and the requests of all pods of the cluster. Fills the columns of `nodes` and
 * adds no rows. A missing permission or metrics server is no fault here: the columns stay unknown, with the reason in
 * the pane. Requests are read only while watching: listing all pods on every poll would burden a large cluster.
 * `allPods`: the pods of the source, if it reads the whole cluster.
 */
export const nodeCapacityFeed = (
  parts: KubeParts,
  capacity: NodeCapacity,
  allPods: ResourceWatcher<PodSummary> | undefined,
): { readonly feed: Feed; readonly followed: { stop(): void } } => {
  const pods = allPods === undefined ? watchPodLoads(parts) : sharedPodLoads(allPods);
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
        ...(watcher === undefined ? {} : { watcher }),
      },
      read,
    ),
    followed: { stop: () => watcher?.stop() },
  };
};
