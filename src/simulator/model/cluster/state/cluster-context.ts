import type { Millis } from '../../../../domain/base/fault.ts';
import type { EnvironmentContext } from '../../instances/environment-part.ts';
import type { ClusterSpec } from '../../spec/cluster.ts';
import type { KubeObject } from '../../spec/cluster-objects.ts';
import type { RandomSource } from '../../spec/seeded-random.ts';
import type { ObjectStores } from './object-store.ts';
import type { PodRuntime } from './pod-runtime.ts';

/** Content of an event about an object. */
export interface EventDetails {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
  /** 'kubelet', 'default-scheduler', 'deployment-controller'. */
  readonly by: string;
  readonly fieldPath?: string;
}

/** State shared by controllers and kubelets. */
export interface ClusterContext {
  readonly spec: ClusterSpec;
  readonly env: EnvironmentContext;
  readonly shelves: ObjectStores;
  readonly chance: RandomSource;
  /** Pod runtimes by UID. */
  readonly lives: ReadonlyMap<string, PodRuntime>;
  readonly now: Millis;
  /** Time at which the cluster's time began. */
  readonly startedAt: Millis;
  /** True while the cluster is set up or repaired as a whole: transitions are instantaneous and record no events. */
  readonly isInstant: boolean;
  /** True during the first setup: processes appear to have run for hours. */
  readonly isInitialSetup: boolean;
  recordEvent(of: KubeObject, details: EventDetails): void;
}
