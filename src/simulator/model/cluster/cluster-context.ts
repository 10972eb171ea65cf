import type { Millis } from '../../../domain/fault.ts';
import type { EnvironmentContext } from '../environment-part.ts';
import type { RandomSource } from '../seeded-random.ts';
import type { ObjectStores } from './object-store.ts';
import type { KubeObject } from './objects.ts';
import type { PodRuntime } from './pod-runtime.ts';
import type { ClusterSpec } from './spec.ts';

/** What an event says of an object. */
export interface EventDetails {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
  /** 'kubelet', 'default-scheduler', 'deployment-controller'. */
  readonly by: string;
  readonly fieldPath?: string;
}

/** What controllers and kubelets work on. */
export interface ClusterContext {
  readonly spec: ClusterSpec;
  readonly env: EnvironmentContext;
  readonly shelves: ObjectStores;
  readonly chance: RandomSource;
  /** The pods' lives, by uid. */
  readonly lives: ReadonlyMap<string, PodRuntime>;
  readonly now: Millis;
  /** When its time began. */
  readonly startedAt: Millis;
  /** True while the cluster is set up or mended as a whole: what takes time takes none, and no event tells of it. */
  readonly isInstant: boolean;
  /** True while it is set up for the first time: its processes have run for long. */
  readonly isInitialSetup: boolean;
  recordEvent(of: KubeObject, said: EventDetails): void;
}
