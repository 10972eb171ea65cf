import { defined } from '../../domain/base/defined.ts';
import type { Millis } from '../../domain/base/fault.ts';
import {
  applyIncident,
  createParts,
  type EnvironmentParts,
  isEnvironmentDegraded,
} from './environment-parts.ts';
import type { CallResult } from './instances/dependency-call.ts';
import { callDependency, type Dependency } from './instances/dependency-call.ts';
import { Deployment } from './instances/deployment.ts';
import type { EnvironmentContext } from './instances/environment-part.ts';
import { ServiceInstance } from './instances/instance.ts';
import { sampleLatency } from './instances/traffic.ts';
import { databaseErrorLines } from './logs/server-lines.ts';
import { type RandomSource, seededRandom } from './spec/seeded-random.ts';
import type { EnvironmentSpec, IncidentSpec, SystemSpec } from './spec/system-spec.ts';

/** Number of requests that represent all earlier ones: enough for a 2 % tail. */
const sampled = 200;

/** Initializes an instance's counters to the traffic since its process started, hours ago. All of these requests succeeded. */
const fillPast = (
  instance: ServiceInstance,
  system: SystemSpec,
  env: EnvironmentSpec,
  now: Millis,
  chance: RandomSource,
): void => {
  const { service, traffic } = instance;
  const latencyBehind = (name: string): Millis =>
    system.dependencies.find((d) => d.name === name)?.latencyMs ??
    system.services.find((s) => s.name === name)?.latencyMs ??
    0;
  const behindMs = (): Millis =>
    service.calls
      .filter((call) => chance() < call.share)
      .reduce(
        (sum, call) => sum + Math.round(latencyBehind(call.to) * env.slowness * (0.6 + 0.8 * chance())),
        0,
      );
  const requests = (env.requestsPerSecond * (now - instance.startedAt)) / 1000;
  for (let index = 0; index < sampled; index += 1) {
    const request = instance.request(index % 10 < 3, now);
    const ms = sampleLatency(service, env, chance) + behindMs();
    traffic.remember({ ...request, status: 200, exception: 'none', ms }, Math.floor(requests / sampled));
  }
  for (const isWrite of [true, false]) {
    const failed = Math.floor(requests * env.errorShare * (isWrite ? 0.3 : 0.7));
    const request = { ...instance.request(isWrite, now), status: 500, exception: 'IllegalStateException' };
    if (failed > 0) traffic.remember({ ...request, ms: service.latencyMs }, failed);
  }
};

const tickMs = 100;
/** Maximum time to catch up. A longer pause, such as a suspended laptop, is dropped. */
const longestCatchUpMs = 600_000;

/**
 * One environment: its instances, their dependencies and the traffic between them. Time moves only by `advance`, in 100 ms steps,
 * so results do not depend on how often it is read.
 */
export class Environment implements EnvironmentContext {
  readonly spec: EnvironmentSpec;
  readonly identity: string;
  readonly deployments: ReadonlyMap<string, Deployment>;
  readonly dependencies: ReadonlyMap<string, Dependency>;
  /** The platform: cluster, database, broker, hosts. */
  readonly parts: EnvironmentParts;
  readonly #seed: string;
  readonly #chance: RandomSource;
  /** All instances ever created, including those scaled down. */
  readonly #known: ServiceInstance[] = [];
  #wanted: readonly ServiceInstance[] = [];
  readonly #due = new Map<ServiceInstance, number>();
  readonly #watchers: { readonly everyMs: Millis; onInterval(now: Millis): void }[] = [];
  #now: Millis;
  #struck: string | undefined;

  constructor(system: SystemSpec, spec: EnvironmentSpec, seed: string, now: Millis, identity = '') {
    this.spec = spec;
    this.identity = identity;
    this.#now = now;
    this.#seed = seed;
    this.#chance = seededRandom(seed);
    this.dependencies = new Map(system.dependencies.map((d) => [d.name, { spec: d, up: true, restarts: 0 }]));
    this.deployments = new Map(
      system.services
        .filter(({ name }) => (spec.instances[name] ?? 0) > 0)
        .map((service) => [service.name, new Deployment(service, spec.instances[service.name] ?? 0)]),
    );
    for (const deployment of this.deployments.values())
      for (let index = 0; index < deployment.initial; index += 1) this.#start(deployment, index);
    this.#wanted = [...this.#known];
    for (const instance of this.#known) {
      this.#due.set(instance, this.#chance());
      fillPast(instance, system, spec, now, seededRandom(`${seed}/${instance.name}/past`));
    }
    this.parts = createParts(system, this);
  }

  /** Model time. */
  get now(): Millis {
    return this.#now;
  }

  /** Desired instances by service and number, running or not. */
  get instances(): readonly ServiceInstance[] {
    return this.#wanted;
  }

  /** The incident with remaining effects. It ends when everything is fixed and every breaker is closed. */
  get incident(): string | undefined {
    if (!isEnvironmentDegraded(this, this.parts)) this.#struck = undefined;
    return this.#struck;
  }

  instance(name: string): ServiceInstance | undefined {
    return this.#known.find((instance) => instance.name === name);
  }

  instancesOf(service: string): readonly ServiceInstance[] {
    return this.instances.filter((instance) => instance.service.name === service);
  }

  /** Calls `onInterval` at every multiple of `everyMs` of model time from now on, in order. */
  watch(everyMs: Millis, onInterval: (now: Millis) => void): void {
    this.#watchers.push({ everyMs, onInterval });
  }

  /** Runs traffic up to `until`; an earlier time changes nothing. */
  advance(until: Millis): void {
    this.#now = Math.max(this.#now, until - longestCatchUpMs);
    while (this.#now + tickMs <= until) {
      const before = this.#now;
      this.#now += tickMs;
      this.#tick();
      for (const { everyMs, onInterval } of this.#watchers)
        if (Math.floor(before / everyMs) < Math.floor(this.#now / everyMs)) onInterval(this.#now);
    }
  }

  isInCluster(name: string): boolean {
    const { cluster } = this.parts;
    return (
      cluster?.runs(name) === true ||
      (cluster?.spec.statefulSets ?? []).some(({ dependency }) => dependency === name)
    );
  }

  databaseErrors(name: string): readonly string[] {
    const { database } = this.parts;
    return database?.spec.name === name ? databaseErrorLines(database) : [];
  }

  inject(incident: IncidentSpec): void {
    this.#struck = incident.name;
    applyIncident(this, this.parts, incident);
  }

  /** Sets the number of instances of a service; new ones start at once, or with their pods. */
  scale(service: string, replicas: number): void {
    const deployment = this.deployments.get(service);
    if (deployment === undefined) return;
    deployment.replicas = replicas;
    for (let index = 0; index < replicas; index += 1)
      if (this.instance(`${service}-${index}`) === undefined) this.#start(deployment, index);
    this.#wanted = [...this.deployments.values()].flatMap((each) =>
      Array.from({ length: each.replicas }, (_, index) =>
        this.instance(`${each.service.name}-${index}`),
      ).filter((instance) => instance !== undefined),
    );
    for (const instance of this.#known.filter((known) => known.service.name === service))
      if (!this.#wanted.includes(instance)) instance.running = false;
      else if (this.parts.cluster?.runs(service) !== true) instance.running = true;
    this.parts.cluster?.rescale();
  }

  /** An instance ends, and nothing expects it any more: its series and its place behind the addresses are gone. */
  lose(name: string): void {
    for (const instance of this.#wanted.filter(
      (wantedServiceInstance) => wantedServiceInstance.name === name,
    ))
      instance.running = false;
    this.#wanted = this.#wanted.filter((instance) => instance.name !== name);
  }

  /** Restores everything at once, including breakers, versions and numbers of instances. */
  heal(): void {
    for (const dependency of this.dependencies.values()) dependency.up = true;
    for (const deployment of this.deployments.values()) {
      deployment.repair();
      this.scale(deployment.service.name, deployment.initial);
    }
    for (const instance of this.instances) instance.repair(this.#now);
    for (const part of this.parts.all) part.heal();
  }

  #start(deployment: Deployment, index: number): void {
    const name = `${deployment.service.name}-${index}`;
    const isNew = this.#due.size > 0;
    const chance = seededRandom(`${this.#seed}/${name}`);
    this.#known.push(new ServiceInstance(this.spec, deployment, name, chance, this.#now, isNew));
  }

  #tick(): void {
    for (const instance of this.instances) {
      if (instance.running) for (const breaker of instance.breakers) breaker.tick(this.#now);
      let due = (this.#due.get(instance) ?? 0) + (instance.requestsPerSecond * tickMs) / 1000;
      for (; due >= 1; due -= 1) instance.serve(this.#now, (to, caller) => this.#reach(to, caller));
      this.#due.set(instance, due);
    }
    for (const part of this.parts.all) part.tick(this.#now);
  }

  #reach(to: string, caller: string): CallResult {
    const refused = this.parts.database?.refusal(to, caller) ?? this.parts.aws?.refusal(to);
    if (refused !== undefined) return refused;
    const dependency = this.dependencies.get(to);
    if (dependency !== undefined) return callDependency(dependency, this.spec.slowness, this.#chance);
    const peers = this.instancesOf(to);
    const peer = peers[Math.floor(this.#chance() * peers.length)];
    if (peer?.running) {
      const error = peer.failure();
      return { ms: peer.ownMs(), ...defined({ error }) };
    }
    return { ms: 2, error: `java.net.ConnectException: Connection refused: ${to}` };
  }
}
