import type { Millis } from '../../domain/fault.ts';
import type { BreakerConfig } from './breaker.ts';
import type { CheckoutIncidentSpec, CheckoutSpec } from './checkout/spec.ts';
import type { ClusterIncidentSpec, ClusterSpec } from './cluster/spec.ts';
import type { ComposeIncidentSpec, ComposeSpec } from './compose/spec.ts';
import type { DatabaseIncidentSpec, DatabaseSpec } from './database/spec.ts';
import type { HostsIncidentSpec, HostsSpec } from './hosts/spec.ts';
import type { LogFormat } from './logs/log-entry.ts';
import type { MessagingIncidentSpec, MessagingSpec } from './messaging/spec.ts';

/** What a script can find out of a service. */
interface ScriptService {
  readonly name: string;
  readonly version: string;
  readonly running: number;
  readonly wanted: number;
}

/** What a script sees when it writes. */
export interface ScriptContext {
  readonly services: readonly ScriptService[];
  /** A whole number from 0 up to `below` that differs from moment to moment. */
  some(what: string, below: number): number;
}

/** A log file that a script of a system's people writes where it is run. */
export interface ScriptLogSpec {
  /** Where it lies; `{date}` is the day: 20260304. */
  readonly file: string;
  /** How often it writes; absent: once, when it was run. */
  readonly everyMs?: Millis;
  /** What it writes, behind the time. */
  lines(view: ScriptContext): readonly string[];
}

/** What writes a log beside the services, each in its own way; `quiet` writes nothing when all is well. */
export type ServerKind = 'quiet' | 'postgres' | 'kafka' | 'rabbitmq' | 'redis' | 'nginx' | 'kong' | 'fluentd';

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
  /** How many of the pool's connections stay open when nobody uses them; absent: all of them, as Hikari has it. */
  readonly poolIdle?: number;
  /** The dependency that the pool's connections lead to; absent: a database that never fails. */
  readonly poolOn?: string;
  readonly calls: readonly CallSpec[];
  /** Dependencies that it shows as health components of their own: such a one DOWN makes the whole DOWN. */
  readonly indicators: readonly string[];
  /** An answer that took longer does not comply with the service level; absent: only failures do not. */
  readonly slaMs?: Millis;
  /** What its requests mean to the business: names of counters, without `_total`. */
  readonly business?: BusinessSpec;
  /** Resilience4j's `allowHealthIndicatorToFail`: an open breaker makes the health DOWN, else it says CIRCUIT_OPEN. */
  readonly openBreakerIsDown: boolean;
  /** It shows the documentation of its API at /swagger-ui/index.html. */
  readonly apiDocs?: true;
  /** How it writes its log; absent: as its runtime is used to. */
  readonly log?: LogFormat;
  /** The actuator has a server (in the real thing: a port) of its own, which knows nothing of the application. */
  readonly managementApart: boolean;
  /** True: `/metrics` stands beside its API. */
  readonly showsMetrics?: true;
}

/** Business counters of a service. */
interface BusinessSpec {
  /** What a good request counts for: 'events_processed'. */
  readonly done: string;
  /** How many of them one request carries; default 1. */
  readonly each?: number;
  /** What a failed request counts for, with its reason: 'orders_failed'. */
  readonly failed?: string;
  /** What every request counts for, before it is known how it ends: 'saga_created'. */
  readonly begun?: string;
  /** What a failed request has to take back: 'saga_compensation'. */
  readonly undone?: string;
}

/** What is wrong with a release. */
export interface ReleaseFault {
  readonly method: 'GET' | 'POST';
  /** Part of these requests that fail, 0..1. */
  readonly share: number;
  readonly exception: string;
}

/** A service that fails a part of what it is asked. */
export interface FailureSpec {
  /** Part of its requests, and of the calls to it, 0..1. */
  readonly share: number;
  /** What its caller's exception says. */
  readonly error: string;
  /** True: it lies in what the service works on, and a process that starts anew fails as well. Else it ends with the process. */
  readonly isPermanent?: boolean;
}

/** More work than the instances of a service can do. */
export interface OverloadSpec {
  /** What every request waits at the initial number of instances. */
  readonly ms: Millis;
  /** With that many instances nobody waits. */
  readonly enough: number;
  /** It is the batch work's doing: turned off, nobody waits either. */
  readonly batch?: boolean;
}

export interface DependencySpec {
  readonly name: string;
  /** How it writes its log, where it is a container; absent: as a proxy in front of something. */
  readonly log?: ServerKind;
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

/** An alerting rule of Prometheus, its `expr` within what the embedded evaluator understands. */
export interface AlertRule {
  readonly name: string;
  readonly expr: string;
  readonly forMs: Millis;
  readonly labels: Readonly<Record<string, string>>;
  /** `{{ $labels.NAME }}` and `{{ $value }}` are filled in. */
  readonly annotations: Readonly<Record<string, string>>;
}

/** What an incident does to the model when it strikes. */
export interface IncidentSpec {
  readonly name: string;
  readonly title: string;
  readonly dependenciesDown?: readonly string[];
  /** Service → what every request takes longer. */
  readonly servicesSlow?: Readonly<Record<string, Millis>>;
  readonly servicesStopped?: readonly string[];
  /** Service → how many instances somebody has left of it. */
  readonly servicesScaled?: Readonly<Record<string, number>>;
  /** Breakers that opened a while ago and wait, though what they guard answers again. */
  readonly breakersOpen?: readonly string[];
  readonly servicesFailing?: Readonly<Record<string, FailureSpec>>;
  /** Service → more work than its instances can do: more of them mend it. */
  readonly servicesOverloaded?: Readonly<Record<string, OverloadSpec>>;
  /** Service → a new version that is bad: the one before mends it. */
  readonly servicesReleased?: Readonly<
    Record<string, { readonly version: string; readonly fault: ReleaseFault }>
  >;
  /** Service → lines a second that it writes too many, until its logger is no longer at DEBUG. */
  readonly servicesNoisy?: Readonly<Record<string, number>>;
  readonly cluster?: ClusterIncidentSpec;
  readonly compose?: ComposeIncidentSpec;
  readonly database?: DatabaseIncidentSpec;
  readonly messaging?: MessagingIncidentSpec;
  readonly hosts?: HostsIncidentSpec;
  readonly checkout?: CheckoutIncidentSpec;
}

/** A whole system as data: what runs where, what calls what, and how it can break. */
export interface SystemSpec {
  readonly name: string;
  readonly services: readonly ServiceSpec[];
  readonly dependencies: readonly DependencySpec[];
  readonly environments: readonly EnvironmentSpec[];
  readonly incidents: readonly IncidentSpec[];
  /** Alerting rules that its Prometheus has loaded; absent: none. */
  readonly alerts?: readonly AlertRule[];
  /** What its environments run on; absent: the world has no such server. */
  readonly cluster?: ClusterSpec;
  readonly compose?: ComposeSpec;
  readonly database?: DatabaseSpec;
  readonly messaging?: MessagingSpec;
  readonly hosts?: HostsSpec;
  readonly checkout?: CheckoutSpec;
  /** Manifests of its people: file name → YAML; they lie in `manifests` of its files. */
  readonly manifests?: Readonly<Record<string, string>>;
  /** Log files that the scripts of its people leave where they are run. */
  readonly scriptLogs?: readonly ScriptLogSpec[];
  readonly rehearsal: RehearsalSpec;
}

/** What the vars of the real profiles of a system are in a rehearsal. */
export interface RehearsalSpec {
  /** Var → what its address is called here, without `world.` */
  readonly addresses: Readonly<Record<string, string>>;
  readonly texts: Readonly<Record<string, string>>;
}
