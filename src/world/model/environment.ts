import type { Millis } from '../../domain/fault.ts';
import { type Chance, chanceOf } from './chance.ts';
import { Instance, type Reply } from './instance.ts';
import type { DependencySpec, EnvironmentSpec, IncidentSpec, SystemSpec } from './spec.ts';

/** Something that services need and that is not one of them. */
export interface Dependency {
  readonly spec: DependencySpec;
  up: boolean;
  restarts: number;
}

const tickMs = 100;
/** A laptop that slept wakes to a world that lost the night, not to minutes of catching up. */
const longestCatchUpMs = 600_000;

/**
 * One environment: its instances, what they depend on, and the traffic between them. Time moves only by `advance`,
 * in steps of a tenth of a second, so that what happened does not depend on how often somebody looked.
 */
export class Environment {
  readonly spec: EnvironmentSpec;
  readonly instances: readonly Instance[];
  readonly dependencies: ReadonlyMap<string, Dependency>;
  readonly #chance: Chance;
  readonly #due: number[];
  #now: Millis;
  #struck: string | undefined;

  constructor(system: SystemSpec, spec: EnvironmentSpec, seed: string, now: Millis) {
    this.spec = spec;
    this.#now = now;
    this.#chance = chanceOf(seed);
    this.dependencies = new Map(system.dependencies.map((d) => [d.name, { spec: d, up: true, restarts: 0 }]));
    this.instances = system.services.flatMap((service) =>
      Array.from({ length: spec.instances[service.name] ?? 0 }, (_, index) => {
        const name = `${service.name}-${index}`;
        return new Instance(spec, service, name, chanceOf(`${seed}/${name}`), now);
      }),
    );
    this.#due = this.instances.map(() => this.#chance());
  }

  /** Model time. */
  get now(): Millis {
    return this.#now;
  }

  /** The incident that still shows: over once everything it broke is mended and every breaker is closed. */
  get incident(): string | undefined {
    const broken =
      [...this.dependencies.values()].some((dependency) => !dependency.up) ||
      this.instances.some((i) => !i.running || i.slowMs > 0 || i.breakers.some((b) => b.state !== 'CLOSED'));
    if (!broken) this.#struck = undefined;
    return this.#struck;
  }

  instance(name: string): Instance | undefined {
    return this.instances.find((instance) => instance.name === name);
  }

  instancesOf(service: string): readonly Instance[] {
    return this.instances.filter((instance) => instance.service.name === service);
  }

  /** Lets traffic flow up to `until`; a time already passed changes nothing. */
  advance(until: Millis): void {
    this.#now = Math.max(this.#now, until - longestCatchUpMs);
    while (this.#now + tickMs <= until) {
      this.#now += tickMs;
      this.#tick();
    }
  }

  strike(incident: IncidentSpec): void {
    this.#struck = incident.name;
    for (const name of incident.dependenciesDown ?? []) {
      const dependency = this.dependencies.get(name);
      if (dependency) dependency.up = false;
    }
    for (const [service, ms] of Object.entries(incident.servicesSlow ?? {}))
      for (const instance of this.instancesOf(service)) instance.slowMs = ms;
    for (const service of incident.servicesStopped ?? [])
      for (const instance of this.instancesOf(service)) instance.running = false;
  }

  /** Mends everything at once, breakers included. */
  heal(): void {
    for (const dependency of this.dependencies.values()) dependency.up = true;
    for (const instance of this.instances) instance.mend(this.#now);
  }

  #tick(): void {
    for (const [index, instance] of this.instances.entries()) {
      if (instance.running) for (const breaker of instance.breakers) breaker.tick(this.#now);
      let due = (this.#due[index] ?? 0) + (this.spec.requestsPerSecond * tickMs) / 1000;
      for (; due >= 1; due -= 1) instance.serve(this.#now, (to) => this.#reach(to));
      this.#due[index] = due;
    }
  }

  #reach(to: string): Reply {
    const dependency = this.dependencies.get(to);
    if (dependency !== undefined) {
      const ms = Math.round(dependency.spec.latencyMs * this.spec.slowness * (0.6 + 0.8 * this.#chance()));
      return dependency.up ? { ms } : { ms: 2, error: dependency.spec.error };
    }
    const peers = this.instancesOf(to);
    const peer = peers[Math.floor(this.#chance() * peers.length)];
    if (peer?.running) return { ms: peer.ownMs() };
    return { ms: 2, error: `java.net.ConnectException: Connection refused: ${to}` };
  }
}
