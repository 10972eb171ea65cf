import { defined } from '../../../domain/base/defined.ts';
import type { Fault, Millis } from '../../../domain/base/fault.ts';
import type { ClusterNode } from '../../../kinds/nodes/fact.ts';
import { field } from '../../kit/values/wire-value.ts';
import { parseListChunk } from '../api/list-watch.ts';
import { parseMeta } from '../api/object-meta.ts';
import { parseQuantity } from '../api/quantity.ts';
import type { ContainerSummary, PodSummary } from '../pod/container-summary.ts';

/** Path of node usage on the metrics server. Source: metrics.k8s.io/v1beta1 NodeMetrics. */
export const nodeMetricsPath = '/apis/metrics.k8s.io/v1beta1/nodes';

export type NodeUsage = Pick<ClusterNode, 'cpuCores' | 'memoryBytes'>;
export type NodeLoad = Required<Pick<ClusterNode, 'pods' | 'cpuRequestedCores' | 'memoryRequestedBytes'>>;

/** Load of one pod on its node. */
export interface PodLoad {
  /** '' while it is not scheduled. */
  readonly node: string;
  readonly hasEnded: boolean;
  readonly cpuCores: number;
  readonly memoryBytes: number;
}

/** Latest usage and requests per node; shared by the feed that reads them and the rows that show them. */
export interface NodeCapacity {
  usage: ReadonlyMap<string, NodeUsage>;
  /** The time of the last successful read of the usage. */
  usageReadAt: Millis;
  load: ReadonlyMap<string, NodeLoad> | undefined;
  /** Missing permissions and a missing metrics server: the reasons for absent columns. */
  unavailable: readonly Fault[];
}

export const createNodeCapacity = (): NodeCapacity => ({
  usage: new Map(),
  usageReadAt: Number.NEGATIVE_INFINITY,
  load: undefined,
  unavailable: [],
});

/**
 * The requests that the scheduler counts for a pod: the sum of its containers and sidecars, or its largest init
 * container if that needs more. Source: kubernetes.io, "Init Containers", resource sharing.
 */
const effectiveRequest = (
  containers: readonly ContainerSummary[],
  of: (containerSummary: ContainerSummary) => number | undefined,
): number => {
  const lasting = containers.filter((container) => !container.isInit || container.isSidecar === true);
  const init = containers.filter((container) => container.isInit && container.isSidecar !== true);
  // A container without a request requests nothing, so 0 is known here.
  return Math.max(
    lasting.reduce((sum, containerSummary) => sum + (of(containerSummary) ?? 0), 0),
    ...init.map((containerSummary) => of(containerSummary) ?? 0),
  );
};

export const podLoad = ({ node, hasEnded, containers }: PodSummary): PodLoad => ({
  node,
  hasEnded: hasEnded === true,
  cpuCores: effectiveRequest(containers, (containerSummary) => containerSummary.cpuRequest),
  memoryBytes: effectiveRequest(containers, (containerSummary) => containerSummary.memoryRequest),
});

/** Sums the pods of each node that have not ended. */
export const sumPodLoads = (pods: readonly PodLoad[]): ReadonlyMap<string, NodeLoad> => {
  const sums = new Map<string, NodeLoad>();
  for (const { node, hasEnded, cpuCores, memoryBytes } of pods) {
    if (hasEnded || node === '') continue;
    const sum = sums.get(node);
    sums.set(node, {
      pods: (sum?.pods ?? 0) + 1,
      cpuRequestedCores: (sum?.cpuRequestedCores ?? 0) + cpuCores,
      memoryRequestedBytes: (sum?.memoryRequestedBytes ?? 0) + memoryBytes,
    });
  }
  return sums;
};

/** Parses NodeMetricsList. Throws WireError `malformed`. */
export const parseNodeUsage = (body: unknown): ReadonlyMap<string, NodeUsage> =>
  new Map(
    parseListChunk(body).items.map((item) => {
      const usage = field(item, 'usage');
      const cpu = parseQuantity(field(usage, 'cpu'));
      const memory = parseQuantity(field(usage, 'memory'));
      return [
        parseMeta(item).name,
        {
          ...defined({ cpuCores: cpu, memoryBytes: memory }),
        },
      ];
    }),
  );
