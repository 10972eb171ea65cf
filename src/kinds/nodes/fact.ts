import type { Millis } from '../../domain/base/fault.ts';
import type { Fact } from '../../domain/facts/facts.ts';

/** A node of a cluster. A number that was not read is absent. */
export interface ClusterNode extends Fact {
  readonly name: string;
  /** Distinguishes it from another node of its name. */
  readonly uid?: string;
  /** 'Ready' or 'NotReady'. A node whose kubelet no longer reports is not ready either. */
  readonly status: string;
  /** True: not ready, and registered a moment ago. */
  readonly isStarting?: boolean;
  /** Conditions that report a problem: MemoryPressure, DiskPressure, KernelDeadlock. */
  readonly problems: readonly string[];
  /** True: the scheduler places no new pods on it. */
  readonly isCordoned: boolean;
  /** Roles from its labels: 'control-plane'. */
  readonly roles: readonly string[];
  readonly kubelet?: string;
  readonly startedAt?: Millis;
  /** Pods that have not ended, of all namespaces. */
  readonly pods?: number;
  readonly podsAllocatable?: number;
  readonly cpuCores?: number;
  /** Sum of the requests of its pods. */
  readonly cpuRequestedCores?: number;
  readonly cpuAllocatableCores?: number;
  readonly memoryBytes?: number;
  readonly memoryRequestedBytes?: number;
  readonly memoryAllocatableBytes?: number;
  /** One line with the messages of the conditions that decide its state, or absent. */
  readonly detail?: string;
}

declare module '../../domain/facts/facts.ts' {
  interface FactTypes {
    readonly nodes: ClusterNode;
  }
}
