import type { Millis } from '../../domain/fault.ts';
import { Breaker } from './breaker.ts';
import type { Chance } from './chance.ts';
import { Loggers } from './loggers.ts';
import type { EnvironmentSpec, ServiceSpec } from './spec.ts';
import { type Served, Traffic } from './traffic.ts';

/** How a call to a dependency or to another service ended. */
export interface Reply {
  readonly ms: Millis;
  readonly error?: string;
}

/** Calls something by its name. */
export type Reach = (to: string, caller: string) => Reply;

/** One running process of a service: its breakers, its traffic, its loggers. */
export class Instance {
  readonly service: ServiceSpec;
  readonly name: string;
  readonly traffic = new Traffic();
  readonly loggers: Loggers;
  readonly startedAt: Millis;
  /** False: the process is gone; nobody answers. */
  running = true;
  /** What every request takes longer than it should. */
  slowMs: Millis = 0;
  readonly #env: EnvironmentSpec;
  readonly #chance: Chance;
  readonly #breakers = new Map<string, Breaker>();

  constructor(env: EnvironmentSpec, service: ServiceSpec, name: string, chance: Chance, now: Millis) {
    this.#env = env;
    this.service = service;
    this.name = name;
    this.#chance = chance;
    this.startedAt = now - Math.round(3_600_000 * (1 + 100 * chance()));
    this.loggers = new Loggers([`app.${service.name}`, `app.${service.name}.api`, 'org.springframework.web']);
    this.mend(now);
  }

  /** The registry, by name. */
  get breakers(): readonly Breaker[] {
    return [...this.#breakers.values()];
  }

  /**
   * The breaker of that name, which Resilience4j's registry makes on the spot if there is none: that is why a
   * mistyped name is answered with success by the real endpoint.
   */
  breaker(name: string): Breaker {
    const known = this.#breakers.get(name) ?? new Breaker(name);
    this.#breakers.set(name, known);
    return known;
  }

  hasBreaker(name: string): boolean {
    return this.#breakers.has(name);
  }

  /** As deployed: running, quick, every configured breaker closed and no other there. */
  mend(now: Millis): void {
    this.running = true;
    this.slowMs = 0;
    const wanted = new Map(
      this.service.calls.flatMap((call) =>
        call.breaker === undefined ? [] : [[call.breaker, call.config ?? {}] as const],
      ),
    );
    for (const name of this.#breakers.keys()) if (!wanted.has(name)) this.#breakers.delete(name);
    for (const [name, config] of wanted) {
      const breaker = this.#breakers.get(name);
      if (breaker === undefined) this.#breakers.set(name, new Breaker(name, config));
      else if (breaker.state !== 'CLOSED') breaker.reset(now);
    }
  }

  /** Answers one request of its clients. */
  serve(now: Millis, reach: Reach): void {
    const isWrite = this.#chance() < 0.3;
    const request = isWrite
      ? { at: now, method: 'POST', uri: this.service.api }
      : { at: now, method: 'GET', uri: `${this.service.api}/{id}` };
    if (this.running) this.traffic.record({ ...request, ...this.#work(now, reach) });
    else this.traffic.miss({ ...request, status: 503, exception: 'none', ms: 1 });
  }

  #work(now: Millis, reach: Reach): Pick<Served, 'status' | 'exception' | 'ms'> {
    let ms = this.ownMs();
    for (const call of this.service.calls) {
      if (this.#chance() >= call.share) continue;
      const breaker = call.breaker === undefined ? undefined : this.breaker(call.breaker);
      if (breaker?.permit(now) === false) return { status: 503, exception: 'CallNotPermittedException', ms };
      const reply = reach(call.to, this.name);
      ms += reply.ms;
      breaker?.done(now, reply.ms, reply.error);
      if (reply.error !== undefined) return { status: 500, exception: 'ResourceAccessException', ms };
    }
    return this.#chance() < this.#env.errorShare
      ? { status: 500, exception: 'IllegalStateException', ms }
      : { status: 200, exception: 'none', ms };
  }

  /** Ms that it takes to answer now, calls to others not counted. */
  ownMs(): Millis {
    const tail = this.#chance() < 0.02 ? 4 : 1;
    const scatter = 0.6 + 0.8 * this.#chance();
    return Math.round(this.service.latencyMs * this.#env.slowness * scatter * tail) + this.slowMs;
  }
}
