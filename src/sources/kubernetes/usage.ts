import { field, list, text } from '../wire-value.ts';
import type { KubeClient } from './client.ts';
import { parseChunk } from './list.ts';
import { metaOf } from './meta.ts';
import { quantity } from './quantity.ts';

/** What a container or a pod uses now, by the metrics server. */
interface Used {
  readonly cpuCores: number;
  readonly memoryBytes: number;
}

export interface Usage extends Used {
  readonly containers: readonly (Used & { readonly name: string })[];
}

export type UsageOf = (pod: { readonly namespace: string; readonly name: string }) => Usage | undefined;

/** Where the metrics server keeps what pods use. Source: metrics.k8s.io/v1beta1 PodMetrics. */
export const usagePath = (namespace: string): string =>
  namespace === '*'
    ? '/apis/metrics.k8s.io/v1beta1/pods'
    : `/apis/metrics.k8s.io/v1beta1/namespaces/${encodeURIComponent(namespace)}/pods`;

/** What pods used when they were asked for last; shared by the feed that asks and the rows that show it. */
export interface UsageBook {
  /** Throws WireError; what was known of that namespace is then unknown. */
  read(namespace: string, signal: AbortSignal): Promise<void>;
  readonly of: UsageOf;
  /** True: what is known was read so lately that it need not be read again. */
  isFresh(): boolean;
}

/** A proof that rests on it must not be told for ever what there was before the act. */
const freshMs = 5000;

export const createUsageBook = (client: KubeClient): UsageBook => {
  const known = new Map<string, ReadonlyMap<string, Usage>>();
  let readAt = Number.NEGATIVE_INFINITY;
  const keyOf = (pod: { readonly namespace: string; readonly name: string }): string =>
    `${pod.namespace}/${pod.name}`;
  return {
    isFresh: () => known.size > 0 && client.now() - readAt < freshMs,
    read: async (namespace, signal) => {
      const begun = client.now();
      try {
        const { items } = parseChunk(await client.get(usagePath(namespace), signal));
        readAt = begun;
        known.set(
          namespace,
          new Map(
            items.flatMap((item) => {
              const usage = parseUsage(item);
              return usage === undefined ? [] : [[keyOf(metaOf(item)), usage] as const];
            }),
          ),
        );
      } catch (error) {
        known.delete(namespace);
        throw error;
      }
    },
    of: (pod) => (known.get(pod.namespace) ?? known.get('*'))?.get(keyOf(pod)),
  };
};

/** Sums of a pod's containers; undefined when one of them tells no numbers. */
const parseUsage = (raw: unknown): Usage | undefined => {
  const containers = list(field(raw, 'containers')).map((one) => ({
    name: text(field(one, 'name')) ?? '',
    cpuCores: quantity(field(field(one, 'usage'), 'cpu')),
    memoryBytes: quantity(field(field(one, 'usage'), 'memory')),
  }));
  const whole = containers.flatMap(({ name, cpuCores, memoryBytes }) =>
    cpuCores === undefined || memoryBytes === undefined ? [] : [{ name, cpuCores, memoryBytes }],
  );
  if (whole.length === 0 || whole.length < containers.length) return undefined;
  return {
    cpuCores: whole.reduce((sum, one) => sum + one.cpuCores, 0),
    memoryBytes: whole.reduce((sum, one) => sum + one.memoryBytes, 0),
    containers: whole,
  };
};
