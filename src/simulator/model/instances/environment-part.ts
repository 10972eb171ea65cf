import type { Millis } from '../../../domain/base/fault.ts';
import type { EnvironmentSpec } from '../spec/system-spec.ts';
import type { Dependency } from './dependency-call.ts';
import type { Deployment } from './deployment.ts';
import type { ServiceInstance } from './instance.ts';

/** Services of an environment and their calls, for its parts (cluster, database). */
export interface EnvironmentContext {
  readonly spec: EnvironmentSpec;
  /** Distinguishes the identities of its servers from those of another system of the same name; '' by default. */
  readonly identity: string;
  /** Model time. */
  readonly now: Millis;
  readonly deployments: ReadonlyMap<string, Deployment>;
  readonly dependencies: ReadonlyMap<string, Dependency>;
  /** Desired instances, by service and number. */
  readonly instances: readonly ServiceInstance[];
  instance(name: string): ServiceInstance | undefined;
  instancesOf(service: string): readonly ServiceInstance[];
  /** Calls `onInterval` at every multiple of `everyMs` of model time from now on, in order. */
  watch(everyMs: Millis, onInterval: (now: Millis) => void): void;
  scale(service: string, replicas: number): void;
  /** Returns true when pods of the cluster run the service or dependency of that name. */
  isInCluster(name: string): boolean;
  /** Problems that the database of that name logs in this second; empty for other servers. */
  databaseErrors(name: string): readonly string[];
}

/** A part of an environment's model beyond services and calls: cluster, database, broker, hosts. */
export interface Part<Trouble> {
  /** Called every 100 ms of model time, after the traffic of that step. */
  tick(now: Millis): void;
  inject(trouble: Trouble): void;
  /** True while an effect of an incident remains. */
  readonly isBroken: boolean;
  /** Restores the initial state. */
  heal(): void;
}
