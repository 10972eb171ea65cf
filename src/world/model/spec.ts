import type { Millis } from '../../domain/fault.ts';
import type { BreakerConfig } from './breaker-config.ts';

/** A call that a service makes while it answers a request. */
export interface CallSpec {
  /** A dependency or another service of the same environment. */
  readonly to: string;
  /** The circuit breaker that it goes through; absent: none guards it. */
  readonly breaker?: string;
  /** Part of the requests that make this call, 0..1. */
  readonly share: number;
  readonly config?: Partial<BreakerConfig>;
}

export interface ServiceSpec {
  readonly name: string;
  readonly version: string;
  /** Prefix of its own API, '/api/v1/orders'. */
  readonly api: string;
  readonly latencyMs: Millis;
  readonly heapMaxBytes: number;
  /** Size of its Hikari pool; absent: it has none. */
  readonly poolMax?: number;
  /** The dependency that the pool's connections lead to; absent: a database that never fails. */
  readonly poolOn?: string;
  readonly calls: readonly CallSpec[];
  /** Dependencies that it shows as health components of their own: such a one DOWN makes the whole DOWN. */
  readonly indicators: readonly string[];
  /** Resilience4j's `allowHealthIndicatorToFail`: an open breaker makes the health DOWN, else it says CIRCUIT_OPEN. */
  readonly openBreakerIsDown: boolean;
  /** The actuator has a server (in the real thing: a port) of its own, which knows nothing of the application. */
  readonly managementApart: boolean;
}

export interface DependencySpec {
  readonly name: string;
  readonly latencyMs: Millis;
  /** What a caller's exception says while it is down. */
  readonly error: string;
}

export interface EnvironmentSpec {
  readonly name: string;
  /** Instances per service; a service without an entry does not run here. */
  readonly instances: Readonly<Record<string, number>>;
  readonly requestsPerSecond: number;
  /** Multiplies every latency: production is busier than a laptop. */
  readonly slowness: number;
  /** Part of the requests that fail for no reason of a dependency, 0..1. */
  readonly errorShare: number;
}

/** What an incident does to the model when it strikes. */
export interface IncidentSpec {
  readonly name: string;
  readonly title: string;
  readonly dependenciesDown?: readonly string[];
  /** Service → what every request takes longer. */
  readonly servicesSlow?: Readonly<Record<string, Millis>>;
  readonly servicesStopped?: readonly string[];
}

/** A whole system as data: what runs where, what calls what, and how it can break. */
export interface SystemSpec {
  readonly name: string;
  readonly services: readonly ServiceSpec[];
  readonly dependencies: readonly DependencySpec[];
  readonly environments: readonly EnvironmentSpec[];
  readonly incidents: readonly IncidentSpec[];
  readonly rehearsal: RehearsalSpec;
}

/** What the vars of the real profiles of a system are in a rehearsal. */
export interface RehearsalSpec {
  /** Var → what its address is called here, without `world.` */
  readonly addresses: Readonly<Record<string, string>>;
  readonly texts: Readonly<Record<string, string>>;
}
