import type { Millis } from './fault.ts';

/** Every fact says which source gave it and when the answer came. */
interface Stamp {
  readonly source: string;
  readonly at: Millis;
}

export type HealthStatus = 'up' | 'degraded' | 'down' | 'unknown';

/** One service (or one instance of it) as a probe saw it. */
export interface Health extends Stamp {
  readonly env: string;
  readonly service: string;
  /** '' when the service was asked as a whole. */
  readonly instance: string;
  readonly status: HealthStatus;
  readonly latencyMs?: number;
  readonly httpStatus?: number;
  /** One line: why it is not up, or '' */
  readonly detail: string;
  readonly components: readonly { readonly name: string; readonly status: string }[];
}

export type BreakerState =
  | 'closed'
  | 'open'
  | 'half-open'
  | 'forced-open'
  | 'disabled'
  | 'metrics-only'
  | 'unknown';

/** A circuit breaker of one instance. Rates are percent; absent while there are too few calls for a rate. */
export interface Breaker extends Stamp {
  readonly service: string;
  readonly instance: string;
  readonly name: string;
  readonly state: BreakerState;
  readonly failureRate?: number;
  readonly slowCallRate?: number;
  readonly failureRateThreshold?: number;
  readonly slowCallRateThreshold?: number;
  readonly bufferedCalls?: number;
  readonly failedCalls?: number;
  readonly slowCalls?: number;
  readonly notPermittedCalls?: number;
}

export type LagMotion = 'gaining' | 'steady' | 'falling-behind' | 'stalled' | 'stopped' | 'unknown';

/**
 * Consumer lag of one partition. Offsets are 64 bit. Absent `lag`: nothing is committed; without `committed` and `end`,
 * neither can be read.
 */
export interface Lag extends Stamp {
  readonly cluster: string;
  readonly group: string;
  readonly topic: string;
  readonly partition: number;
  readonly committed?: bigint;
  readonly end?: bigint;
  readonly lag?: number;
  /** Messages of the lag that retention has deleted: the log begins behind the committed offset. */
  readonly lost?: number;
  /** Messages per second that the lag grows (+) or shrinks (-). */
  readonly rate?: number;
  readonly motion: LagMotion;
  readonly etaSeconds?: number;
  /** Of the whole group. */
  readonly members?: number;
  /** Who has this partition: the client's id. */
  readonly member?: string;
}

export type PoolKind = 'hikari' | 'postgres' | 'mongodb' | 'go-sql' | 'redis';

/**
 * A connection pool, or the connection slots of a server. `pending` is absent where the driver reports no queue. `taken`: of a
 * server's slots those that are in use, which an idle session is, too.
 */
export interface Pool extends Stamp {
  readonly service: string;
  readonly instance: string;
  readonly name: string;
  readonly kind: PoolKind;
  readonly active?: number;
  readonly idle?: number;
  readonly max?: number;
  readonly pending?: number;
  readonly taken?: number;
}

export type WorkloadKind =
  | 'pod'
  | 'deployment'
  | 'statefulset'
  | 'daemonset'
  | 'job'
  | 'node'
  | 'container'
  | 'service'
  | 'unit'
  | 'process'
  | 'file';

/** Something that runs: a pod, a container, a unit. Or lies there to be used: an archive. */
export interface Workload extends Stamp {
  readonly kind: WorkloadKind;
  /** Tells it from another of its name, as an operation on it pins it. */
  readonly uid?: string;
  readonly namespace: string;
  readonly name: string;
  readonly owner: string;
  readonly node: string;
  readonly status: string;
  readonly ready?: number;
  readonly wanted?: number;
  readonly restarts?: number;
  readonly restartsRising?: boolean;
  /** Its containers are being made for the first time: 'slow' when that takes long; absent when it takes too long. */
  readonly starting?: 'in time' | 'slow';
  readonly startedAt?: Millis;
  readonly cpuCores?: number;
  readonly memoryBytes?: number;
  readonly cpuLimitCores?: number;
  readonly memoryLimitBytes?: number;
  /** What it is made of, as it was asked for; several are separated by blanks. */
  readonly image?: string;
  /** Which of its templates it runs: a deployment's revision, a stateful set's. */
  readonly revision?: string;
  /** Counts the changes of its spec. */
  readonly generation?: number;
  /** One line: why it is as it is ('exit 137', 'Back-off restarting'), or absent. */
  readonly detail?: string;
}

export type AlertState = 'firing' | 'pending' | 'silenced' | 'inhibited';

/** An alert of Prometheus or Alertmanager. */
export interface Alert extends Stamp {
  readonly name: string;
  readonly severity: string;
  readonly state: AlertState;
  readonly since?: Millis;
  readonly labels: Readonly<Record<string, string>>;
  readonly summary: string;
}

/** A database session. */
export interface DbSession extends Stamp {
  readonly database: string;
  readonly pid: number;
  readonly user: string;
  readonly state: string;
  readonly durationMs?: number;
  readonly waiting: string;
  /** Pids of the sessions that hold what it waits for; 0: a prepared transaction, which no session holds. */
  readonly blockedBy: readonly number[];
  /** How many sessions wait for it directly. */
  readonly blocks?: number;
  readonly query: string;
  readonly application?: string;
  /** Where its client is. */
  readonly client?: string;
  /** When its backend started: pins the pid. */
  readonly startedAt?: Millis;
  /** How long its transaction has been open. */
  readonly transactionMs?: number;
}

/** A queue, a dead-letter queue, or something counted like one. */
export interface Queue extends Stamp {
  readonly name: string;
  readonly kind: 'sqs' | 'dlq' | 'topic' | 'collection';
  readonly depth?: number;
  readonly oldestSeconds?: number;
}

/** A run of a CI workflow. */
export interface CiRun extends Stamp {
  readonly workflow: string;
  readonly branch: string;
  readonly run: string;
  readonly status: string;
  readonly startedAt?: Millis;
  readonly seconds?: number;
  readonly failedStep: string;
}

/** The kinds that `check --json` lists and that expressions range over, with the type of their rows. */
export interface FactTypes {
  readonly health: Health;
  readonly breakers: Breaker;
  readonly lag: Lag;
  readonly pools: Pool;
  readonly workloads: Workload;
  readonly alerts: Alert;
  readonly sessions: DbSession;
  readonly queues: Queue;
  readonly ci: CiRun;
}
export type FactKind = keyof FactTypes;
export type AnyFact = FactTypes[FactKind];

export const factKinds: readonly FactKind[] = [
  'health',
  'breakers',
  'lag',
  'pools',
  'workloads',
  'alerts',
  'sessions',
  'queues',
  'ci',
];

/** One number or word read for a signal. Absent `value`: asked, and there is none (never 0). */
export interface Sample extends Stamp {
  readonly signal: string;
  readonly value?: number | string;
  /** What tells several series of one signal apart. */
  readonly labels: Readonly<Record<string, string>>;
  /** Why there is no value, when there is none. */
  readonly why?: string;
}

/** A line of detail for a person: endpoint information, a logger's level, a breaker's event. */
export interface Note extends Stamp {
  readonly title: string;
  readonly text: string;
}
