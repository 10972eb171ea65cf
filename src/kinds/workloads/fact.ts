import type { Millis } from '../../domain/base/fault.ts';
import type { Fact } from '../../domain/facts/facts.ts';

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
  | 'file'
  | 'application'
  | 'kustomization'
  | 'helmrelease'
  | 'release'
  | 'pvc'
  | 'pv'
  | 'ingress'
  | 'cronjob'
  | 'hpa'
  | 'pdb'
  | 'namespace';

/** Kinds of objects that deliver others: an Argo CD application, the objects of Flux, a Helm release. */
export type DeliveryKind = Extract<WorkloadKind, 'application' | 'kustomization' | 'helmrelease' | 'release'>;

/** A running object (pod, container, unit), a stored one (an archive), or one that delivers others (a Helm release). */
export interface Workload extends Fact {
  readonly kind: WorkloadKind;
  /** Distinguishes it from another one of its name; operations pin it. */
  readonly uid?: string;
  /**
   * Identity of its current run, as the system counts it, where a restart keeps the `uid`: a container and its start, a
   * process and its start in ticks since boot. Independent of any clock that can be set.
   */
  readonly run?: string;
  readonly namespace: string;
  readonly name: string;
  readonly owner: string;
  readonly node: string;
  /** Address of a pod in the cluster network. */
  readonly ip?: string;
  readonly status: string;
  readonly ready?: number;
  readonly wanted?: number;
  readonly restarts?: number;
  readonly restartsRising?: boolean;
  /**
   * Set while its containers are created for the first time: 'slow' when that takes long; absent when it takes too
   * long.
   */
  readonly starting?: 'in time' | 'slow';
  /**
   * Set for one that is no longer expected to be ready: 'replaced' by a younger one of its owner after it has failed;
   * 'terminating' within its grace period.
   */
  readonly leaving?: 'replaced' | 'terminating';
  /** True: it is not ready as a whole, although its containers are: a readiness gate, or a node that does not answer. */
  readonly isUnready?: boolean;
  /** Set while a state that passes by itself lasts far longer than it can: a pod that should have been deleted long ago. */
  readonly overdue?: boolean;
  /**
   * Set while an object that delivers others has not delivered them. 'outdated': the cluster differs from what is wanted.
   * 'unfinished': an operation has not ended; 'pending': its controller is at work, or has not reported.
   */
  readonly delivery?: 'failed' | 'outdated' | 'unfinished' | 'suspended' | 'pending';
  /** End of its last successful sync, of an object that delivers others. */
  readonly syncedAt?: Millis;
  readonly startedAt?: Millis;
  readonly cpuCores?: number;
  readonly memoryBytes?: number;
  readonly cpuLimitCores?: number;
  readonly memoryLimitBytes?: number;
  /** The requested image; several are space-separated. */
  readonly image?: string;
  /** The template revision it runs, of a deployment or a stateful set; the delivered revision, of what delivers others. */
  readonly revision?: string;
  /** Version counter of its spec (metadata.generation). */
  readonly generation?: number;
  /** False: no health check of the system watches it, so that `running` says nothing about its health. Absent: unknown. */
  readonly isHealthChecked?: boolean;
  /** One line with the reason for its state ('exit 137', 'Back-off restarting'), or absent. */
  readonly detail?: string;
}

declare module '../../domain/facts/facts.ts' {
  interface FactTypes {
    readonly workloads: Workload;
  }
}
