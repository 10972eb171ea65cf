import type { Millis } from '../../../domain/base/fault.ts';
import { type BreakerConfig, CircuitBreaker } from '../spec/breaker.ts';
import type { Release } from '../spec/release.ts';
import type { RandomSource } from '../spec/seeded-random.ts';
import type { EnvironmentSpec, FailureSpec, ServiceSpec } from '../spec/system-spec.ts';
import { notPermittedResult, type ServiceCaller } from './dependency-call.ts';
import type { Deployment } from './deployment.ts';
import { type ServedRequest, sampleLatency, Traffic } from './traffic.ts';

export const springLogLevels = ['OFF', 'ERROR', 'WARN', 'INFO', 'DEBUG', 'TRACE'] as const;
type SpringLogLevel = (typeof springLogLevels)[number];

export const isSpringLogLevel = (text: unknown): text is SpringLogLevel =>
  springLogLevels.some((level) => level === text);

export interface LoggerLevels {
  readonly configured?: SpringLogLevel;
  readonly effective: SpringLogLevel;
}

/** Loggers of one process: their own level, or that of the nearest ancestor or ROOT. */
class Loggers {
  readonly #configured = new Map<string, SpringLogLevel | undefined>([['ROOT', 'INFO']]);

  constructor(names: readonly string[]) {
    for (const name of names) this.#configured.set(name, undefined);
  }

  get names(): readonly string[] {
    return [...this.#configured.keys()].sort();
  }

  has(name: string): boolean {
    return this.#configured.has(name);
  }

  /** Without a level, the logger inherits its parent's. An unknown logger is created, as in Logback. */
  set(name: string, level: SpringLogLevel | undefined): void {
    this.#configured.set(name, level);
  }

  read(name: string): LoggerLevels {
    const configured = this.#configured.get(name);
    return configured === undefined
      ? { effective: this.#inherited(name) }
      : { configured, effective: configured };
  }

  #inherited(name: string): SpringLogLevel {
    for (let end = name.lastIndexOf('.'); end > 0; end = name.lastIndexOf('.', end - 1)) {
      const level = this.#configured.get(name.slice(0, end));
      if (level !== undefined) return level;
    }
    return this.#configured.get('ROOT') ?? 'INFO';
  }
}

/** One running process of a service: breakers, traffic, loggers. */
export class ServiceInstance {
  readonly service: ServiceSpec;
  readonly name: string;
  readonly traffic = new Traffic();
  readonly loggers: Loggers;
  #startedAt: Millis;
  /** False if the process has ended and does not respond. */
  running = true;
  /** True while it runs from the source code, outside of its container. */
  isFromSource = false;
  /** False if clients are not routed here (yet); other instances respond. */
  inService = true;
  /** Extra time of every request to this instance. */
  extraDelayMs: Millis = 0;
  /** Failure of this process until it restarts. */
  ownFailure: FailureSpec | undefined;
  /** Error that prevents this process from working until a different version runs. */
  startupFailure: string | undefined;
  /** Wait of every request for the database. */
  waitingMs: Millis = 0;
  /** Maximum connections that the database allows; absent: the pool size. */
  connectionsMax: number | undefined;
  /** Pool connections held by statements that do not end. */
  blockedConnections = 0;
  /** Database password of the process; absent if it is not checked. */
  databasePassword: string | undefined;
  /** Size of its Hikari pool, if the environment overrides it. */
  poolMaxOverride: number | undefined;
  /** Most idle connections of its pool, if its environment sets them. */
  poolIdleOverride: number | undefined;
  /** Consumers of this process in each group, if the environment overrides their number. */
  listenerConcurrency: number | undefined;
  /** Size of its MongoDB connection pool, if the environment overrides it. */
  mongoPoolOverride: number | undefined;
  /** Fraction of the heap in use after every collection, at the initial number of instances; absent: little. */
  heapRetained: number | undefined;
  /** True: what the heap retains is garbage, and an explicit collection frees it. */
  isHeapGarbage = false;
  /** Time of the last explicit garbage collection. */
  collectedAt: Millis | undefined;
  /** Number of explicit collections since the process started. */
  collections = 0;
  heapMaxBytes: number;
  /** The version of this process, if it differs from the rolled-out one. */
  release: Release | undefined;
  readonly deployment: Deployment;
  readonly #env: EnvironmentSpec;
  readonly #chance: RandomSource;
  readonly #breakers = new Map<string, CircuitBreaker>();

  constructor(
    env: EnvironmentSpec,
    deployment: Deployment,
    name: string,
    chance: RandomSource,
    now: Millis,
    isNew = false,
  ) {
    this.#env = env;
    this.deployment = deployment;
    this.service = deployment.service;
    this.heapMaxBytes = this.service.heapMaxBytes;
    this.name = name;
    this.#chance = chance;
    const ageMs = Math.round(3_600_000 * (1 + 100 * chance()));
    this.#startedAt = isNew ? now : now - ageMs;
    this.loggers = new Loggers([
      `app.${this.service.name}`,
      `app.${this.service.name}.api`,
      'org.springframework.web',
    ]);
    this.repair(now);
  }

  get version(): string {
    return this.#release.version;
  }

  /** Size of its Hikari pool; undefined without one. */
  get poolMax(): number | undefined {
    return this.service.poolMax === undefined ? undefined : (this.poolMaxOverride ?? this.service.poolMax);
  }

  get startedAt(): Millis {
    return this.#startedAt;
  }

  get #release(): Release {
    return this.release ?? this.deployment.release;
  }

  /** Extra time of every request. */
  get slowMs(): Millis {
    return this.extraDelayMs + this.waitingMs + this.deployment.waitMs;
  }

  get failing(): FailureSpec | undefined {
    return this.ownFailure ?? this.deployment.failing;
  }

  /** Excess log lines per second. */
  get noise(): number {
    const { noise } = this.deployment;
    if (noise === 0) return 0;
    const { effective } = this.loggers.read(`app.${this.service.name}`);
    return effective === 'DEBUG' || effective === 'TRACE' ? noise : 0;
  }

  get requestsPerSecond(): number {
    return this.inService ? this.#env.requestsPerSecond * this.deployment.loadShare : 0;
  }

  /** The breaker registry, by name. */
  get breakers(): readonly CircuitBreaker[] {
    return [...this.#breakers.values()];
  }

  /**
   * The breaker of that name. Resilience4j's registry creates unknown breakers, so the real endpoint returns success for a
   * mistyped name.
   */
  breaker(name: string): CircuitBreaker {
    const known = this.#breakers.get(name) ?? new CircuitBreaker(name, this.#breakerConfigs().get(name));
    this.#breakers.set(name, known);
    return known;
  }

  hasBreaker(name: string): boolean {
    return this.#breakers.has(name);
  }

  /** Initial state: running, fast, and exactly the configured breakers, all closed. */
  repair(now: Millis): void {
    this.running = true;
    this.isFromSource = false;
    this.extraDelayMs = 0;
    this.ownFailure = undefined;
    this.heapRetained = undefined;
    this.poolMaxOverride = undefined;
    this.poolIdleOverride = undefined;
    this.listenerConcurrency = undefined;
    this.mongoPoolOverride = undefined;
    this.#configureBreakers(now);
  }

  /** The registry of a process whose breakers are created by their first calls. */
  forgetBreakers(): void {
    this.#breakers.clear();
  }

  #breakerConfigs(): ReadonlyMap<string, Partial<BreakerConfig>> {
    return new Map(
      this.service.calls.flatMap((call) =>
        call.breaker === undefined ? [] : [[call.breaker, call.config ?? {}] as const],
      ),
    );
  }

  #configureBreakers(now: Millis): void {
    const configs = this.#breakerConfigs();
    for (const name of this.#breakers.keys()) if (!configs.has(name)) this.#breakers.delete(name);
    for (const [name, config] of configs) {
      const breaker = this.#breakers.get(name);
      if (breaker === undefined) this.#breakers.set(name, new CircuitBreaker(name, config));
      else if (breaker.state !== 'CLOSED') breaker.reset(now);
    }
  }

  /** Restarts the process: counters, breakers and heap are reset. Whether it runs is unchanged. */
  restart(now: Millis): void {
    this.#startedAt = now;
    this.traffic.reset();
    this.ownFailure = undefined;
    this.heapRetained = undefined;
    this.collectedAt = undefined;
    this.collections = 0;
    this.#breakers.clear();
    this.#configureBreakers(now);
  }

  /** Starts outside of its container, as `gradlew bootRun` does. */
  startFromSource(now: Millis): void {
    this.running = true;
    this.isFromSource = true;
    this.restart(now);
  }

  /** Type of a client request: write or read. */
  request(isWrite: boolean, time: Millis): Pick<ServedRequest, 'at' | 'method' | 'uri'> {
    const { api } = this.service;
    return isWrite ? { at: time, method: 'POST', uri: api } : { at: time, method: 'GET', uri: `${api}/{id}` };
  }

  /** Handles one client request. */
  serve(now: Millis, reach: ServiceCaller): void {
    const request = this.request(this.#chance() < 0.3, now);
    if (this.running) this.traffic.record({ ...request, ...this.#work(request.method, now, reach) });
    else this.traffic.miss({ ...request, status: 503, exception: 'none', ms: 1 });
  }

  #work(
    method: string,
    now: Millis,
    reach: ServiceCaller,
  ): Pick<ServedRequest, 'status' | 'exception' | 'ms' | 'cause'> {
    let ms = this.ownMs();
    for (const call of this.service.calls) {
      if (this.#chance() >= call.share) continue;
      const breaker = call.breaker === undefined ? undefined : this.breaker(call.breaker);
      if (breaker?.permit(now) === false) return notPermittedResult(breaker, ms);
      const reply = reach(call.to, this.name);
      ms += reply.ms;
      breaker?.done(now, reply.ms, reply.error);
      if (reply.error !== undefined)
        return { status: 500, exception: 'ResourceAccessException', cause: reply.error, ms };
    }
    const failure = this.failure();
    if (failure !== undefined) return { status: 500, exception: 'IllegalStateException', cause: failure, ms };
    const { fault } = this.#release;
    const isFaulty = fault?.method === method && this.#chance() < fault.share;
    if (isFaulty) return { status: 500, exception: fault.exception, ms };
    const isUnlucky = this.#chance() < this.#env.errorShare;
    return isUnlucky
      ? { status: 500, exception: 'IllegalStateException', ms }
      : { status: 200, exception: 'none', ms };
  }

  /** Reason for failing this request; undefined if it succeeds. */
  failure(): string | undefined {
    return this.failing && this.#chance() < this.failing.share ? this.failing.error : undefined;
  }

  /** Current response time in ms, without calls to others. */
  ownMs(): Millis {
    return sampleLatency(this.service, this.#env, this.#chance) + this.slowMs;
  }
}
