import type { Millis } from '../../domain/fault.ts';
import { Environment } from './environment.ts';
import type { IncidentSpec, SystemSpec } from './system-spec.ts';

interface ModelOptions {
  /** The moment on the caller's clock at which the world opens. */
  readonly startedAt: Millis;
  /** Model seconds per second of the caller's clock; default 1. */
  readonly speed?: number;
  readonly seed?: number;
}

/** Traffic that has already flowed when the world opens: windows are full, rates are known. */
const warmUpMs = 90_000;
/** How long ago an incident struck that the world opens with. */
const developedMs = 45_000;

/** The whole system. Pure: every time comes from the caller, each environment moves on only when it is looked at. */
export class SystemModel {
  readonly spec: SystemSpec;
  readonly #startedAt: Millis;
  readonly #speed: number;
  readonly #environments: ReadonlyMap<string, Environment>;

  constructor(spec: SystemSpec, options: ModelOptions) {
    this.spec = spec;
    this.#startedAt = options.startedAt;
    this.#speed = options.speed ?? 1;
    const seed = `${options.seed ?? 1}/${spec.name}`;
    this.#environments = new Map(
      spec.environments.map((env) => [
        env.name,
        new Environment(spec, env, `${seed}/${env.name}`, options.startedAt - warmUpMs),
      ]),
    );
  }

  get environmentNames(): readonly string[] {
    return [...this.#environments.keys()];
  }

  /** The environment without a look at its state: what is in it, not how it is. */
  layout(env: string): Pick<Environment, 'instances' | 'instance' | 'dependencies' | 'parts'> {
    return this.#environment(env);
  }

  /** The environment as somebody last saw it: for those who watch what it passes through. */
  peekEnvironment(env: string): Environment {
    return this.#environment(env);
  }

  /** The environment as it is at `now` of the caller's clock. Throws for a name that the system does not have. */
  environmentAt(env: string, now: Millis): Environment {
    const environment = this.#environment(env);
    environment.advance(this.toModel(now));
    return environment;
  }

  /** A moment of the model on the caller's clock: what events and timestamps show. */
  toClock(modelAt: Millis): Millis {
    return this.#startedAt + (modelAt - this.#startedAt) / this.#speed;
  }

  /** The moment of the model at a time of the caller's clock. */
  toModel(at: Millis): Millis {
    return this.#startedAt + (at - this.#startedAt) * this.#speed;
  }

  /** Starts an incident at `now`. Throws for one that the system does not know. */
  inject(incident: string, env: string, now: Millis): void {
    const spec = this.#incident(incident);
    this.environmentAt(env, now).inject(spec);
  }

  /** Before anybody looked: the incident struck a while ago and shows its full effect when the world opens. */
  injectEarlier(incident: string, env: string): void {
    const spec = this.#incident(incident);
    const environment = this.#environment(env);
    environment.advance(this.#startedAt - developedMs);
    environment.inject(spec);
  }

  #incident(name: string): IncidentSpec {
    const spec = this.spec.incidents.find((incident) => incident.name === name);
    if (spec !== undefined) return spec;
    const known = this.spec.incidents.map((incident) => incident.name).join(', ');
    throw new Error(`no incident "${name}" in the embedded system ${this.spec.name}; it knows ${known}`);
  }

  #environment(name: string): Environment {
    const environment = this.#environments.get(name);
    if (environment !== undefined) return environment;
    const known = this.environmentNames.join(', ');
    throw new Error(`no environment "${name}" in the embedded system ${this.spec.name}; it has ${known}`);
  }
}
