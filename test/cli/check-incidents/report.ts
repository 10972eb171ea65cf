import { z } from 'zod';

const level = z.enum(['ok', 'unknown', 'warn', 'crit']);
const known = z.number().nullable();
const time = z.iso.datetime();
const words = z.record(z.string(), z.string());

const row = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.array(z.object({ ...shape, source: z.string(), at: time }));

/** The output of `check --json`: every list is present, and an unknown value is null, never omitted. */
export const checkReportShape = z.strictObject({
  opsdeck: z.literal(1),
  system: z.string(),
  env: z.string(),
  at: time,
  level,
  situation: z.strictObject({
    level,
    sentence: z.string().min(1),
    causes: z.array(
      z.strictObject({
        kind: z.string(),
        object: z.string().min(1),
        state: z.string().min(1),
        fact: z.string(),
        level,
        since: time.nullable(),
      }),
    ),
    consequences: z.number(),
    others: z.number(),
  }),
  signals: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      value: z.union([z.number(), z.string(), z.boolean()]).nullable(),
      unit: z.string(),
      level,
      source: z.string(),
      labels: words,
      at: time.nullable(),
      fault: z.unknown().refine((fault) => fault !== undefined, 'left out'),
    }),
  ),
  health: row({
    env: z.string(),
    service: z.string(),
    instance: z.string(),
    status: z.enum(['up', 'degraded', 'down', 'unknown']),
    level,
    latencyMs: known,
    httpStatus: known,
    detail: z.string(),
    components: z.array(z.object({ name: z.string(), status: z.string() })),
  }),
  breakers: row({
    service: z.string(),
    instance: z.string(),
    name: z.string(),
    state: z.enum(['closed', 'open', 'half-open', 'forced-open', 'disabled', 'metrics-only', 'unknown']),
    level,
    failureRate: known,
    slowCallRate: known,
    bufferedCalls: known,
    failedCalls: known,
    notPermittedCalls: known,
  }),
  lag: row({
    cluster: z.string(),
    group: z.string(),
    topic: z.string(),
    partition: z.number(),
    committed: z.string().nullable(),
    end: z.string().nullable(),
    lag: known,
    rate: known,
    motion: z.enum(['gaining', 'steady', 'falling-behind', 'stalled', 'stopped', 'unknown']),
    etaSeconds: known,
    members: known,
    level,
  }),
  pools: row({
    service: z.string(),
    instance: z.string(),
    name: z.string(),
    kind: z.enum(['hikari', 'postgres', 'mongodb', 'go-sql', 'redis']),
    active: known,
    idle: known,
    max: known,
    pending: known,
    util: known,
    level,
  }),
  workloads: row({
    kind: z.string(),
    namespace: z.string(),
    name: z.string(),
    owner: z.string(),
    node: z.string(),
    status: z.string(),
    ready: known,
    wanted: known,
    restarts: known,
    startedAt: z.union([time, z.literal('')]).nullable(),
    cpuCores: known,
    memoryBytes: known,
    level,
  }),
  nodes: row({
    name: z.string(),
    status: z.enum(['ready', 'notready']),
    problems: z.array(z.string()),
    scheduling: z.enum(['schedulable', 'cordoned']),
    roles: z.array(z.string()),
    kubelet: z.string(),
    startedAt: time.nullable(),
    pods: known,
    podsAllocatable: known,
    cpuCores: known,
    cpuRequestedCores: known,
    cpuAllocatableCores: known,
    memoryBytes: known,
    memoryRequestedBytes: known,
    memoryAllocatableBytes: known,
    level,
  }),
  alerts: row({
    name: z.string(),
    severity: z.string(),
    state: z.enum(['firing', 'acknowledged', 'pending', 'silenced', 'inhibited']),
    since: time,
    labels: words,
    summary: z.string(),
    level,
  }),
  sessions: row({
    database: z.string(),
    pid: z.number(),
    user: z.string(),
    state: z.string(),
    durationMs: known,
    waiting: z.string(),
    blockedBy: z.array(z.number()),
    query: z.string(),
  }),
  queues: row({ name: z.string(), kind: z.string(), depth: known, oldestSeconds: known, level }),
  oncalls: row({
    name: z.string(),
    policy: z.string(),
    escalationLevel: z.number(),
    schedule: z.string(),
    startsAt: time.nullable(),
    endsAt: time.nullable(),
  }),
  dashboards: row({ name: z.string(), url: z.string(), folder: z.string() }),
  ci: row({ workflow: z.string(), run: z.string(), status: z.string(), seconds: known, level }),
  faults: z.array(z.object({ source: z.string(), kind: z.string(), message: z.string() })),
});

export type CheckReport = z.infer<typeof checkReportShape>;

/** The lists whose rows have levels, and the name of a row in the tables of this test. */
const namesIn = ({ signals, health, breakers, lag, pools, workloads, nodes, alerts }: CheckReport) => ({
  signals: signals.map(({ id, level: is }) => ({ name: id, is })),
  health: health.map(({ service, level: is }) => ({ name: service, is })),
  breakers: breakers.map(({ name, level: is }) => ({ name, is })),
  lag: lag.map(({ group, motion, level: is }) => ({ name: `${group} ${motion}`, is })),
  pools: pools.map(({ kind, level: is }) => ({ name: kind, is })),
  workloads: workloads.map(({ kind, name, owner, level: is }) => ({
    name: kind === 'pod' ? owner : name,
    is,
  })),
  nodes: nodes.map(({ name, level: is }) => ({ name, is })),
  alerts: alerts.map(({ name, level: is }) => ({ name, is })),
});

export type LeveledList = keyof ReturnType<typeof namesIn>;

/** Returns the rows that are not ok, as distinct `level list name`. */
export const raisedIn = (report: CheckReport): readonly string[] => {
  const all = Object.entries(namesIn(report)).flatMap(([list, rows]) =>
    rows.flatMap(({ name, is }) => (is === 'ok' ? [] : [`${is} ${list} ${name}`])),
  );
  return [...new Set(all)];
};
