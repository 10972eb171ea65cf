import type { Millis } from '../../../domain/base/fault.ts';
import type { AwsIncidentSpec, AwsSpec } from './aws.ts';
import type { BreakerConfig } from './breaker.ts';
import type { CheckoutIncidentSpec, CheckoutSpec } from './checkout.ts';
import type { CiIncidentSpec, CiSpec } from './ci.ts';
import type { ClusterIncidentSpec, ClusterSpec } from './cluster.ts';
import type { ColorsIncidentSpec, ColorsSpec } from './colors.ts';
import type { ComposeIncidentSpec, ComposeSpec } from './compose.ts';
import type { DatabaseIncidentSpec, DatabaseSpec } from './database.ts';
import type { HostsIncidentSpec, HostsSpec } from './hosts.ts';
import type { LogFormat } from './log-entry.ts';
import type { MessagingIncidentSpec, MessagingSpec } from './messaging.ts';
import type { MongoIncidentSpec, MongoSpec } from './mongodb.ts';
import type { PagerSpec, PageSpec } from './pager.ts';
import type { PipelineIncidentSpec, PipelineSpec } from './pipeline.ts';
import type { RedisIncidentSpec, RedisSpec } from './redis.ts';
import type { Release } from './release.ts';

/** Service data available to a script. */
interface ScriptService {
  readonly name: string;
  readonly version: string;
  readonly running: number;
  readonly wanted: number;
}

/** Inputs of a script's output. */
export interface ScriptContext {
  /** Time of the run, on the caller's clock. */
  readonly at: Millis;
  readonly services: readonly ScriptService[];
  /** A deterministic integer from 0 to below `below` for this time. */
  some(what: string, below: number): number;
}

/** Log file written by an operator script in its working directory. */
export interface ScriptLogSpec {
  /** Path; `{date}` is the day: 20260304. */
  readonly file: string;
  /** Write interval; absent: written once, by a manual run. */
  readonly everyMs?: Millis;
  /** True when the lines contain their times; otherwise each begins with the time of the run. */
  readonly hasOwnTimes?: true;
  /** Text after the timestamp. */
  lines(view: ScriptContext): readonly string[];
}

/** Kinds of servers with their own log formats; `quiet` logs only problems. */
export type ServerKind =
  | 'quiet'
  | 'postgres'
  | 'kafka'
  | 'rabbitmq'
  | 'redis'
  | 'nginx'
  | 'kong'
  | 'fluentd'
  | 'mongodb'
  | 'localstack';

/** A call that a service makes while handling a request. */
export interface CallSpec {
  /** A dependency or another service of the same environment. */
  readonly to: string;
  /** The circuit breaker around it; absent: none. */
  readonly breaker?: string;
  /** Fraction of requests that make this call, 0..1. */
  readonly share: number;
  readonly config?: Partial<BreakerConfig>;
}

export interface ServiceSpec {
  readonly name: string;
  readonly version: string;
  /** Prefix of its API, '/api/v1/orders'. */
  readonly api: string;
  readonly latencyMs: Millis;
  readonly heapMaxBytes: number;
  /** Size of its Hikari pool; absent: no pool. */
  readonly poolMax?: number;
  /** Minimum idle connections of the pool; absent: all, Hikari's default. */
  readonly poolIdle?: number;
  /** Dependency to which the pool connects; absent: a database that never fails. */
  readonly poolOn?: string;
  /** Size of its connection pool to the MongoDB server; absent: no such pool. */
  readonly mongoPoolMax?: number;
  readonly calls: readonly CallSpec[];
  /** Dependencies shown as health components; if one is DOWN, the service is DOWN. */
  readonly indicators: readonly string[];
  /** Maximum response time of the service level; absent: only failures violate it. */
  readonly slaMs?: Millis;
  /** Business meaning of its requests: counter names without `_total`. */
  readonly business?: BusinessSpec;
  /** Resilience4j's `allowHealthIndicatorToFail`: an open breaker makes the health DOWN, otherwise CIRCUIT_OPEN. */
  readonly openBreakerIsDown: boolean;
  /** True when it serves its API documentation at /swagger-ui/index.html. */
  readonly apiDocs?: true;
  /** Log format; default: that of its runtime. */
  readonly log?: LogFormat;
  /** True when the actuator has a separate server (management port). */
  readonly managementApart: boolean;
  /** True when `/metrics` is served next to its API. */
  readonly showsMetrics?: true;
}

/** Business counters of a service. */
interface BusinessSpec {
  /** Counter for a successful request: 'events_processed'. */
  readonly done: string;
  /** Amount per request; default 1. */
  readonly each?: number;
  /** Counter for a failed request, labeled with the reason: 'orders_failed'. */
  readonly failed?: string;
  /** Counter for every request, independent of its result: 'saga_created'. */
  readonly begun?: string;
  /** Counter for compensations of failed requests: 'saga_compensation'. */
  readonly undone?: string;
}

/** A service that fails some of its requests. */
export interface FailureSpec {
  /** Fraction of its requests, and of calls to it, 0..1. */
  readonly share: number;
  /** Exception of its caller. */
  readonly error: string;
  /** True if the cause is in the data, so that a restart does not help. Otherwise a restart fixes it. */
  readonly isPermanent?: boolean;
}

/** Load above the capacity of a service's instances. */
export interface OverloadSpec {
  /** Extra time of every request at the initial number of instances. */
  readonly ms: Millis;
  /** Number of instances without extra time. */
  readonly enough: number;
  /** True when the batch causes the load; the extra time then ends with the batch. */
  readonly batch?: boolean;
}

export interface DependencySpec {
  readonly name: string;
  /** Log format, if it is a container; default: a reverse proxy's. */
  readonly log?: ServerKind;
  readonly latencyMs: Millis;
  /** Exception of a caller while it is down. */
  readonly error: string;
  /** True for a provider outside of the platform, which is not one of its containers. */
  readonly isExternal?: true;
}

export interface EnvironmentSpec {
  readonly name: string;
  /** Instances per service; services without an entry do not run here. */
  readonly instances: Readonly<Record<string, number>>;
  readonly requestsPerSecond: number;
  /** Factor for every latency: production is slower than a laptop. */
  readonly slowness: number;
  /** Fraction of requests that fail independently of dependencies, 0..1. */
  readonly errorShare: number;
}

/** A Prometheus alerting rule. Its `expr` must be supported by the simulator's evaluator. */
export interface AlertRule {
  readonly name: string;
  readonly expr: string;
  readonly forMs: Millis;
  readonly labels: Readonly<Record<string, string>>;
  /** `{{ $labels.NAME }}` and `{{ $value }}` are substituted. */
  readonly annotations: Readonly<Record<string, string>>;
}

/** Effects of an incident on the model. */
export interface IncidentSpec {
  readonly name: string;
  readonly title: string;
  /** The only environment in which it is visible; absent: it is in each. */
  readonly env?: string;
  readonly dependenciesDown?: readonly string[];
  /** Service → extra time of every request. */
  readonly servicesSlow?: Readonly<Record<string, Millis>>;
  readonly servicesStopped?: readonly string[];
  /** Service → number of instances. */
  readonly servicesScaled?: Readonly<Record<string, number>>;
  /** Breakers that opened earlier and stay open although the dependency has recovered. */
  readonly breakersOpen?: readonly string[];
  readonly servicesFailing?: Readonly<Record<string, FailureSpec>>;
  /** Service → load above capacity, fixed by more instances. */
  readonly servicesOverloaded?: Readonly<Record<string, OverloadSpec>>;
  /** Service → a bad version, fixed by a rollback. */
  readonly servicesReleased?: Readonly<Record<string, Release>>;
  /** Service → excess log lines per second until its logger is no longer at DEBUG. */
  readonly servicesNoisy?: Readonly<Record<string, number>>;
  readonly cluster?: ClusterIncidentSpec;
  readonly compose?: ComposeIncidentSpec;
  readonly database?: DatabaseIncidentSpec;
  readonly messaging?: MessagingIncidentSpec;
  /** A problem of the MongoDB server. */
  readonly mongodb?: MongoIncidentSpec;
  /** A problem of the Redis server. */
  readonly redis?: RedisIncidentSpec;
  /** A problem of the AWS emulator. */
  readonly aws?: AwsIncidentSpec;
  readonly pipeline?: PipelineIncidentSpec;
  readonly hosts?: HostsIncidentSpec;
  readonly checkout?: CheckoutIncidentSpec;
  readonly ci?: CiIncidentSpec;
  readonly colors?: ColorsIncidentSpec;
  /** An incident in PagerDuty. */
  readonly page?: PageSpec;
}

/** A whole system as data: services, calls and possible incidents. */
export interface SystemSpec {
  readonly name: string;
  readonly services: readonly ServiceSpec[];
  readonly dependencies: readonly DependencySpec[];
  readonly environments: readonly EnvironmentSpec[];
  readonly incidents: readonly IncidentSpec[];
  /** Alerting rules loaded in its Prometheus; absent: none. */
  readonly alerts?: readonly AlertRule[];
  /** Platform of its environments; absent: no such servers. */
  readonly cluster?: ClusterSpec;
  readonly compose?: ComposeSpec;
  readonly database?: DatabaseSpec;
  readonly messaging?: MessagingSpec;
  /** Its MongoDB server; absent: none. */
  readonly mongodb?: MongoSpec;
  /** Its Redis server; absent: none. */
  readonly redis?: RedisSpec;
  /** Its AWS emulator; absent: none. */
  readonly aws?: AwsSpec;
  /** The way of its events; absent: not modeled. */
  readonly pipeline?: PipelineSpec;
  readonly hosts?: HostsSpec;
  readonly checkout?: CheckoutSpec;
  /** True when its public address has a TLS certificate. */
  readonly hasCertificate?: true;
  /** Its repository on GitHub; absent: none. */
  readonly ci?: CiSpec;
  /** Blue-green deployments of one of its services; absent: none. */
  readonly colors?: ColorsSpec;
  /** Its service in PagerDuty; absent: none. */
  readonly pager?: PagerSpec;
  /** Its channel in Slack; absent: none. */
  readonly channel?: { readonly id: string; readonly name: string };
  /** Dashboards of its Grafana; absent: its Grafana reports only its health. */
  readonly dashboards?: readonly {
    readonly uid: string;
    readonly title: string;
    readonly tags: readonly string[];
    readonly folder?: string;
  }[];
  /** Operator manifests: file name → YAML, written to `manifests` in the files folder. */
  readonly manifests?: Readonly<Record<string, string>>;
  /** Log files of operator scripts. */
  readonly scriptLogs?: readonly ScriptLogSpec[];
  /** The service that `./gradlew :SERVICE:bootRun` starts from the checkout; absent: none. */
  readonly gradle?: { readonly service: string };
  readonly rehearsal: RehearsalSpec;
}

/** Values in a drill for the vars of a system's real profiles. */
export interface RehearsalSpec {
  /** Var → name of the address here, without `world.`. */
  readonly addresses: Readonly<Record<string, string>>;
  readonly texts: Readonly<Record<string, string>>;
}
