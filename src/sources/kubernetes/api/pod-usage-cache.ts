import { field, list, text } from '../../kit/values/wire-value.ts';
import type { KubeClient } from './client.ts';
import { parseListChunk } from './list-watch.ts';
import { parseMeta } from './object-meta.ts';
import { parseQuantity } from './quantity.ts';

/** Current usage of a container or a pod, from the metrics server. */
interface ResourceUsage {
  readonly cpuCores: number;
  readonly memoryBytes: number;
}

export interface PodUsage extends ResourceUsage {
  readonly containers: readonly (ResourceUsage & { readonly name: string })[];
}

export type PodUsageLookup = (pod: {
  readonly namespace: string;
  readonly name: string;
}) => PodUsage | undefined;

/** Path of pod usage on the metrics server. Source: metrics.k8s.io/v1beta1 PodMetrics. */
export const podMetricsPath = (namespace: string): string =>
  namespace === '*'
    ? '/apis/metrics.k8s.io/v1beta1/pods'
    : `/apis/metrics.k8s.io/v1beta1/namespaces/${encodeURIComponent(namespace)}/pods`;

/** Latest usage of pods; shared by the feed that reads it and the rows that show it. */
export interface PodUsageCache {
  /** Reads the usage of a namespace. On failure its usage becomes unknown. Throws WireError. */
  read(namespace: string, signal: AbortSignal): Promise<void>;
  readonly lookup: PodUsageLookup;
  /** True: the usage was read recently and need not be read again. */
  isFresh(): boolean;
  /** Calls back when the usage of a namespace has been read for the first time, or again after a failure. */
  onArrival(call: () => void): void;
}

/** The metrics server has no chunks. With the labels of a pod it sends about 500 bytes each, so this is room for 20,000 pods. */
const maxUsageBytes = 10 * 1024 * 1024;

/** Limits the age of usage that a verification relies on: it must not be from before the action. */
const freshMs = 5000;

export const createPodUsageCache = (client: KubeClient): PodUsageCache => {
  const known = new Map<string, ReadonlyMap<string, PodUsage>>();
  let readAt = Number.NEGATIVE_INFINITY;
  let arrived: (() => void) | undefined;
  const keyOf = (pod: { readonly namespace: string; readonly name: string }): string =>
    `${pod.namespace}/${pod.name}`;
  return {
    onArrival: (call) => {
      arrived = call;
    },
    isFresh: () => known.size > 0 && client.now() - readAt < freshMs,
    read: async (namespace, signal) => {
      const begun = client.now();
      try {
        const { items } = parseListChunk(await client.get(podMetricsPath(namespace), signal, maxUsageBytes));
        readAt = begun;
        const isNew = !known.has(namespace);
        known.set(
          namespace,
          new Map(
            items.flatMap((item) => {
              const usage = parsePodUsage(item);
              return usage === undefined ? [] : [[keyOf(parseMeta(item)), usage] as const];
            }),
          ),
        );
        if (isNew) arrived?.();
      } catch (error) {
        known.delete(namespace);
        throw error;
      }
    },
    lookup: (pod) => (known.get(pod.namespace) ?? known.get('*'))?.get(keyOf(pod)),
  };
};

/** Sums the usage of a pod's containers; undefined when one of them has no numbers. */
const parsePodUsage = (raw: unknown): PodUsage | undefined => {
  const containers = list(field(raw, 'containers')).map((value) => ({
    name: text(field(value, 'name')) ?? '',
    cpuCores: parseQuantity(field(field(value, 'usage'), 'cpu')),
    memoryBytes: parseQuantity(field(field(value, 'usage'), 'memory')),
  }));
  const whole = containers.flatMap(({ name, cpuCores, memoryBytes }) =>
    cpuCores === undefined || memoryBytes === undefined ? [] : [{ name, cpuCores, memoryBytes }],
  );
  if (whole.length === 0 || whole.length < containers.length) return undefined;
  return {
    cpuCores: whole.reduce((sum, entry) => sum + entry.cpuCores, 0),
    memoryBytes: whole.reduce((sum, entry) => sum + entry.memoryBytes, 0),
    containers: whole,
  };
};
