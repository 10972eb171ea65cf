import type { FactKind, FactTypes } from './facts.ts';
import type { Fault, Millis } from './fault.ts';
import { isoTime } from './format.ts';
import type { Level } from './level.ts';
import { utilOf } from './pool-use.ts';
import type { Row, SignalRow } from './snapshot.ts';

/** Writes a moment of our clock as ISO 8601 UTC of the machine's clock. */
export type Iso = (at: Millis) => string;

/** `isoTime` of our clock's moments, `clockOffset` ms away from the machine's clock. */
export const isoWith =
  (clockOffset: number): Iso =>
  (at) =>
    isoTime(at + clockOffset);

/** Not known, NaN and ±Inf are null, never 0. */
const number = (value: number | undefined): number | null =>
  value === undefined || !Number.isFinite(value) ? null : value;
const decimal = (value: bigint | undefined): string | null => value?.toString() ?? null;
const time = (at: Millis | undefined, iso: Iso): string | null => (at === undefined ? null : iso(at));

/** The fields of each kind, in the order of the contract; `source`, `at` and `level` are the same for all. */
const fields = {
  health: (f: FactTypes['health']) => ({
    env: f.env,
    service: f.service,
    instance: f.instance,
    status: f.status,
    latencyMs: number(f.latencyMs),
    httpStatus: number(f.httpStatus),
    detail: f.detail,
    components: f.components.map(({ name, status }) => ({ name, status: status.toLowerCase() })),
  }),
  breakers: (f: FactTypes['breakers']) => ({
    service: f.service,
    instance: f.instance,
    name: f.name,
    state: f.state,
    failureRate: number(f.failureRate),
    slowCallRate: number(f.slowCallRate),
    bufferedCalls: number(f.bufferedCalls),
    failedCalls: number(f.failedCalls),
    notPermittedCalls: number(f.notPermittedCalls),
  }),
  lag: (f: FactTypes['lag']) => ({
    cluster: f.cluster,
    group: f.group,
    topic: f.topic,
    partition: f.partition,
    committed: decimal(f.committed),
    end: decimal(f.end),
    lag: number(f.lag),
    lost: number(f.lost),
    rate: number(f.rate),
    motion: f.motion,
    etaSeconds: number(f.etaSeconds),
    members: number(f.members),
  }),
  pools: (f: FactTypes['pools']) => ({
    service: f.service,
    instance: f.instance,
    name: f.name,
    kind: f.kind,
    active: number(f.active),
    idle: number(f.idle),
    max: number(f.max),
    pending: number(f.pending),
    taken: number(f.taken),
    util: number(utilOf(f)),
  }),
  workloads: (f: FactTypes['workloads'], iso: Iso) => ({
    kind: f.kind,
    namespace: f.namespace,
    name: f.name,
    owner: f.owner,
    node: f.node,
    status: f.status,
    ready: number(f.ready),
    wanted: number(f.wanted),
    restarts: number(f.restarts),
    startedAt: time(f.startedAt, iso),
    cpuCores: number(f.cpuCores),
    memoryBytes: number(f.memoryBytes),
  }),
  alerts: (f: FactTypes['alerts'], iso: Iso) => ({
    name: f.name,
    severity: f.severity,
    state: f.state,
    since: time(f.since, iso),
    labels: f.labels,
    summary: f.summary,
  }),
  sessions: (f: FactTypes['sessions']) => ({
    database: f.database,
    pid: f.pid,
    user: f.user,
    state: f.state,
    durationMs: number(f.durationMs),
    waiting: f.waiting,
    blockedBy: f.blockedBy,
    query: f.query,
  }),
  queues: (f: FactTypes['queues']) => ({
    name: f.name,
    kind: f.kind,
    depth: number(f.depth),
    oldestSeconds: number(f.oldestSeconds),
  }),
  ci: (f: FactTypes['ci'], iso: Iso) => ({
    workflow: f.workflow,
    branch: f.branch,
    run: f.run,
    status: f.status.toLowerCase(),
    startedAt: time(f.startedAt, iso),
    seconds: number(f.seconds),
    failedStep: f.failedStep,
  }),
} as const;

type Fields = { readonly [K in FactKind]: ReturnType<(typeof fields)[K]> };
/** The same table, typed so that a kind picks its own entry. */
const fieldsOf: { readonly [K in FactKind]: (fact: FactTypes[K], iso: Iso) => Fields[K] } = fields;

/** A row of one kind as `check --json` shows it. */
export type CheckRow<K extends FactKind> = Fields[K] & {
  readonly level: Level;
  readonly source: string;
  readonly at: string;
};

/** One row of a kind. A row that is stale keeps what it last said; its level is `unknown`. */
export const checkRow = <K extends FactKind>(
  kind: K,
  { fact, level }: Pick<Row<K>, 'fact' | 'level'>,
  iso: Iso,
): CheckRow<K> => ({
  ...fieldsOf[kind](fact, iso),
  level,
  source: fact.source,
  at: iso(fact.at),
});

/** What could not be seen, and what to do about it. */
export const checkFault = ({ source, kind, message, at, remedy }: Fault, iso: Iso) => ({
  source,
  kind,
  message,
  at: iso(at),
  remedy: remedy ?? null,
});

/** One series of a signal. One that was never read is as old as what kept it from being read, or as the report. */
export const checkSignal = (row: SignalRow, now: Millis, iso: Iso) => ({
  id: row.id,
  title: row.title,
  value: typeof row.value === 'string' ? row.value : number(row.value),
  unit: row.unit,
  level: row.level,
  source: row.source,
  labels: row.labels,
  at: iso(row.at ?? row.fault?.at ?? now),
  fault: row.fault === undefined ? null : checkFault(row.fault, iso),
});

/** What `opsdeck check --json` prints: one reading of everything, in a form that later versions only add to. */
export type CheckReport = {
  readonly opsdeck: 1;
  readonly system: string;
  readonly env: string;
  readonly at: string;
  readonly level: Level;
  readonly signals: readonly ReturnType<typeof checkSignal>[];
  readonly faults: readonly ReturnType<typeof checkFault>[];
} & { readonly [K in FactKind]: readonly CheckRow<K>[] };
