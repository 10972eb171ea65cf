import type { Millis } from '../../../domain/fault.ts';
import type { Chance } from '../chance.ts';
import type { Surroundings } from '../part.ts';
import type { KubeObject } from './objects.ts';
import type { PodLife } from './pod-life.ts';
import type { Shelves } from './shelf.ts';
import type { ClusterSpec } from './spec.ts';

/** What an event says of an object. */
export interface Said {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
  /** 'kubelet', 'default-scheduler', 'deployment-controller'. */
  readonly by: string;
  readonly fieldPath?: string;
}

/** What controllers and kubelets work on. */
export interface Ground {
  readonly spec: ClusterSpec;
  readonly env: Surroundings;
  readonly shelves: Shelves;
  readonly chance: Chance;
  /** The pods' lives, by uid. */
  readonly lives: ReadonlyMap<string, PodLife>;
  readonly now: Millis;
  /** When its time began. */
  readonly startedAt: Millis;
  /** True while the cluster is set up or mended as a whole: what takes time takes none, and no event tells of it. */
  readonly isHurried: boolean;
  /** True while it is set up for the first time: its processes have run for long. */
  readonly isFresh: boolean;
  say(of: KubeObject, said: Said): void;
}
