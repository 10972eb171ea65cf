import type { Fact } from '../../domain/facts.ts';
import type { Millis } from '../../domain/fault.ts';

export type WorkloadKind =
  | 'pod'
  | 'deployment'
  | 'statefulset'
  | 'daemonset'
  | 'job'
  | 'node'
  | 'container'
  | 'service'
  | 'unit'
  | 'process'
  | 'file';

/** Something that runs: a pod, a container, a unit. Or lies there to be used: an archive. */
export interface Workload extends Fact {
  readonly kind: WorkloadKind;
  /** Tells it from another of its name, as an operation on it pins it. */
  readonly uid?: string;
  readonly namespace: string;
  readonly name: string;
  readonly owner: string;
  readonly node: string;
  readonly status: string;
  readonly ready?: number;
  readonly wanted?: number;
  readonly restarts?: number;
  readonly restartsRising?: boolean;
  /** Its containers are being made for the first time: 'slow' when that takes long; absent when it takes too long. */
  readonly starting?: 'in time' | 'slow';
  readonly startedAt?: Millis;
  readonly cpuCores?: number;
  readonly memoryBytes?: number;
  readonly cpuLimitCores?: number;
  readonly memoryLimitBytes?: number;
  /** What it is made of, as it was asked for; several are separated by blanks. */
  readonly image?: string;
  /** Which of its templates it runs: a deployment's revision, a stateful set's. */
  readonly revision?: string;
  /** Counts the changes of its spec. */
  readonly generation?: number;
  /** One line: why it is as it is ('exit 137', 'Back-off restarting'), or absent. */
  readonly detail?: string;
}

declare module '../../domain/facts.ts' {
  interface FactTypes {
    readonly workloads: Workload;
  }
}
