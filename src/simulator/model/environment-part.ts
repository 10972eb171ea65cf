import type { Millis } from '../../domain/fault.ts';
import type { Dependency } from './dependency-call.ts';
import type { Deployment } from './deployment.ts';
import type { ServiceInstance } from './instance.ts';
import type { EnvironmentSpec } from './system-spec.ts';

/** An environment's services and the calls between them, as its parts (a cluster, a database) see them. */
export interface EnvironmentContext {
  readonly spec: EnvironmentSpec;
  /** Model time. */
  readonly now: Millis;
  readonly deployments: ReadonlyMap<string, Deployment>;
  readonly dependencies: ReadonlyMap<string, Dependency>;
  /** The instances that should run, by service and number. */
  readonly instances: readonly ServiceInstance[];
  instance(name: string): ServiceInstance | undefined;
  instancesOf(service: string): readonly ServiceInstance[];
  /** Has `look` called at every multiple of `everyMs` of model time from now on, in the order of time. */
  watch(everyMs: Millis, look: (now: Millis) => void): void;
  scale(service: string, replicas: number): void;
  /** True: pods of the cluster are the service or dependency of that name. */
  isInCluster(name: string): boolean;
  /** What the database of that name logs of its troubles in this second; empty for another server. */
  databaseErrors(name: string): readonly string[];
}

/** A part of an environment's model that is more than services and calls: a cluster, a database, a broker, hosts. */
export interface Part<Trouble> {
  /** Called every tenth of a second of model time, after the traffic of that moment. */
  tick(now: Millis): void;
  inject(trouble: Trouble): void;
  /** True: something that an incident broke shows yet. */
  readonly isBroken: boolean;
  /** As it was at the start. */
  heal(): void;
}
