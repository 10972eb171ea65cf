import type { Millis } from '../../domain/base/fault.ts';
import { Environment } from './environment.ts';
import type { IncidentSpec, SystemSpec } from './spec/system-spec.ts';

interface ModelOptions {
  /** Start time on the caller's clock. */
  readonly startedAt: Millis;
  /** Model seconds per second of the caller's clock; default 1. */
  readonly speed?: number;
  readonly seed?: number;
  /** Distinguishes its servers from those of another system of the same name. */
  readonly identity?: string;
  /** Duration of traffic before the start; default: 90 s, so that windows are full and rates are known. */
  readonly warmUpMs?: Millis;
}

const usualWarmUpMs: Millis = 90_000;
/** Age of an initial incident at the start. */
const developedMs = 45_000;

/** The whole system. Pure: every time comes from the caller, and an environment advances only when it is read. */
export class SystemModel {
  readonly spec: SystemSpec;
  readonly #startedAt: Millis;
  readonly #speed: number;
  readonly #environments: ReadonlyMap<string, Environment>;
  /** The last step of the clock of its machines: model time, and the difference to the right time since. */
  #step: { readonly at: Millis; readonly byMs: Millis } | undefined;

  constructor(spec: SystemSpec, options: ModelOptions) {
    this.spec = spec;
    this.#startedAt = options.startedAt;
    this.#speed = options.speed ?? 1;
    const seed = `${options.seed ?? 1}/${spec.name}`;
    const beganAt = options.startedAt - (options.warmUpMs ?? usualWarmUpMs);
    this.#environments = new Map(
      spec.environments.map((env) => [
        env.name,
        new Environment(spec, env, `${seed}/${env.name}`, beganAt, options.identity),
      ]),
    );
  }

  get environmentNames(): readonly string[] {
    return [...this.#environments.keys()];
  }

  /** The environment without advancing it: for its definition, not its state. */
  layout(env: string): Pick<Environment, 'instances' | 'instance' | 'dependencies' | 'parts'> {
    return this.#environment(env);
  }

  /** The environment in its last read state, for observers of every step. */
  peekEnvironment(env: string): Environment {
    return this.#environment(env);
  }

  /** The environment at `now` of the caller's clock. Throws for an unknown name. */
  environmentAt(env: string, now: Millis): Environment {
    const environment = this.#environment(env);
    environment.advance(this.toModel(now));
    return environment;
  }

  /** A model time on the caller's clock, for events and timestamps. */
  toClock(modelAt: Millis): Millis {
    const time = this.#startedAt + (modelAt - this.#startedAt) / this.#speed;
    return this.#step === undefined || modelAt < this.#step.at ? time : time + this.#step.byMs;
  }

  /** The model time for a time of the caller's clock. */
  toModel(moment: Millis): Millis {
    const model = (time: Millis): Millis => this.#startedAt + (time - this.#startedAt) * this.#speed;
    const { at: steppedAt, byMs } = this.#step ?? { at: Number.POSITIVE_INFINITY, byMs: 0 };
    const since = model(moment - byMs);
    return since >= steppedAt ? since : model(moment);
  }

  /** The difference of the clock of its machines to the right time. */
  get clockOffsetMs(): Millis {
    return this.#step?.byMs ?? 0;
  }

  /**
   * Steps the clock of its machines, as an operator or ntpd does: times recorded before stay as they are. `now`: the right time.
   */
  stepClock(byMs: Millis, now: Millis): void {
    this.#step = undefined;
    this.#step = { at: this.toModel(now), byMs };
  }

  /** Starts an incident at `now`. Throws for an unknown one. */
  inject(incident: string, env: string, now: Millis): void {
    const spec = this.#incident(incident);
    this.environmentAt(env, now).inject(spec);
  }

  /** For an initial incident: it started in the past and has its full effect at the start. */
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
