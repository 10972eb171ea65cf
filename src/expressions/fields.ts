import { type FactKind, type FactTypes, factKinds } from '../domain/facts.ts';
import type { Millis } from '../domain/fault.ts';
import { isoTime } from '../domain/format.ts';
import type { Level } from '../domain/level.ts';
import { utilOf } from '../domain/pool-use.ts';

export type FieldValue = string | number | bigint | readonly string[];

/**
 * A key of a kind's rows in `check --json`. `state`: a word that may be 'unknown', which then is not known.
 * `identity`: what tells rows apart, known also when the rest of the row is stale.
 */
export interface Field<F> {
  readonly type: 'text' | 'state' | 'number' | 'time' | 'level' | 'list';
  readonly identity?: true;
  readonly words?: readonly string[];
  /** Compared without regard to case: a word that its system writes its own way ('CrashLoopBackOff'). */
  readonly anyCase?: true;
  of(fact: F, level: Level): FieldValue | undefined;
}

type Get<F, V> = (fact: F) => V | undefined;
const id = <F>(of: Get<F, string>): Field<F> => ({ type: 'text', identity: true, of });
const idNumber = <F>(of: Get<F, number>): Field<F> => ({ type: 'number', identity: true, of });
const text = <F>(of: Get<F, string>): Field<F> => ({ type: 'text', of });
const reason = <F>(of: Get<F, string>): Field<F> => ({ type: 'text', anyCase: true, of });
const number = <F>(of: Get<F, number | bigint>): Field<F> => ({ type: 'number', of });
const list = <F>(of: Get<F, readonly string[]>): Field<F> => ({ type: 'list', of });
const time = <F>(of: Get<F, Millis>): Field<F> => ({
  type: 'time',
  of: (fact) => {
    const ms = of(fact);
    return ms === undefined ? undefined : isoTime(ms);
  },
});
const state = <F>(words: string, of: Get<F, string>): Field<F> => ({
  type: 'state',
  words: words.split(' '),
  of,
});
const kind = <F>(words: string, of: Get<F, string>): Field<F> => ({
  type: 'text',
  identity: true,
  words: words.split(' '),
  of,
});
const level = { type: 'level', of: (_: unknown, now: Level) => now } as const;

type Fields = { readonly [K in FactKind]: Readonly<Record<string, Field<FactTypes[K]>>> };

const own: Fields = {
  health: {
    env: id((f) => f.env),
    service: id((f) => f.service),
    instance: id((f) => f.instance),
    status: state('up degraded down unknown', (f) => f.status),
    level,
    latencyMs: number((f) => f.latencyMs),
    httpStatus: number((f) => f.httpStatus),
    detail: text((f) => f.detail),
    components: list((f) => f.components.map((c) => `${c.name} ${c.status}`)),
  },
  breakers: {
    service: id((f) => f.service),
    instance: id((f) => f.instance),
    name: id((f) => f.name),
    state: state('closed open half-open forced-open disabled metrics-only unknown', (f) => f.state),
    level,
    failureRate: number((f) => f.failureRate),
    slowCallRate: number((f) => f.slowCallRate),
    bufferedCalls: number((f) => f.bufferedCalls),
    failedCalls: number((f) => f.failedCalls),
    notPermittedCalls: number((f) => f.notPermittedCalls),
  },
  lag: {
    cluster: id((f) => f.cluster),
    group: id((f) => f.group),
    topic: id((f) => f.topic),
    partition: idNumber((f) => f.partition),
    committed: number((f) => f.committed),
    end: number((f) => f.end),
    lag: number((f) => f.lag),
    lost: number((f) => f.lost),
    rate: number((f) => f.rate),
    motion: state('gaining steady falling-behind stalled stopped unknown', (f) => f.motion),
    etaSeconds: number((f) => f.etaSeconds),
    members: number((f) => f.members),
    level,
  },
  pools: {
    service: id((f) => f.service),
    instance: id((f) => f.instance),
    name: id((f) => f.name),
    kind: kind('hikari postgres mongodb go-sql redis', (f) => f.kind),
    active: number((f) => f.active),
    idle: number((f) => f.idle),
    max: number((f) => f.max),
    pending: number((f) => f.pending),
    taken: number((f) => f.taken),
    util: number(utilOf),
    level,
  },
  workloads: {
    kind: kind(
      'pod deployment statefulset daemonset job node container service unit process file',
      (f) => f.kind,
    ),
    namespace: id((f) => f.namespace),
    name: id((f) => f.name),
    owner: id((f) => f.owner),
    node: id((f) => f.node),
    uid: text((f) => f.uid),
    image: text((f) => f.image),
    revision: text((f) => f.revision),
    generation: number((f) => f.generation),
    status: reason((f) => f.status),
    ready: number((f) => f.ready),
    wanted: number((f) => f.wanted),
    restarts: number((f) => f.restarts),
    startedAt: time((f) => f.startedAt),
    cpuCores: number((f) => f.cpuCores),
    memoryBytes: number((f) => f.memoryBytes),
    cpuLimitCores: number((f) => f.cpuLimitCores),
    memoryLimitBytes: number((f) => f.memoryLimitBytes),
    level,
  },
  alerts: {
    name: id((f) => f.name),
    severity: id((f) => f.severity),
    state: state('firing pending silenced inhibited', (f) => f.state),
    since: time((f) => f.since),
    labels: list((f) => Object.entries(f.labels).map(([name, value]) => `${name}=${value}`)),
    summary: text((f) => f.summary),
    level,
  },
  sessions: {
    database: id((f) => f.database),
    pid: idNumber((f) => f.pid),
    user: id((f) => f.user),
    state: text((f) => f.state),
    durationMs: number((f) => f.durationMs),
    waiting: text((f) => f.waiting),
    blockedBy: list((f) => f.blockedBy.map(String)),
    query: text((f) => f.query),
  },
  queues: {
    name: id((f) => f.name),
    kind: kind('sqs dlq topic collection', (f) => f.kind),
    depth: number((f) => f.depth),
    oldestSeconds: number((f) => f.oldestSeconds),
    level,
  },
  ci: {
    workflow: id((f) => f.workflow),
    branch: id((f) => f.branch),
    run: id((f) => f.run),
    status: text((f) => f.status),
    startedAt: time((f) => f.startedAt),
    seconds: number((f) => f.seconds),
    failedStep: text((f) => f.failedStep),
    level,
  },
};

const ofEvery: Readonly<Record<string, Field<FactTypes[FactKind]>>> = {
  source: id((f) => f.source),
  at: time((f) => f.at),
};

export const isKind = (word: string): word is FactKind => factKinds.some((one) => one === word);

/** The names of a kind's fields, as they stand in `check --json`. */
export const fieldNames = (of: FactKind): readonly string[] => [
  ...Object.keys(own[of]),
  ...Object.keys(ofEvery),
];

const labelField = (name: string): Field<FactTypes[FactKind]> =>
  id((f) => ('labels' in f && Object.hasOwn(f.labels, name) ? f.labels[name] : undefined));

/** One field of a kind; undefined when it has none of that name. `labels.NAME` is one label of an alert. */
export const fieldOf = <K extends FactKind>(of: K, name: string): Field<FactTypes[K]> | undefined => {
  const fields: Readonly<Record<string, Field<FactTypes[K]>>> = own[of];
  if (Object.hasOwn(fields, name)) return fields[name];
  if (Object.hasOwn(ofEvery, name)) return ofEvery[name];
  return of === 'alerts' && name.startsWith('labels.') ? labelField(name.slice('labels.'.length)) : undefined;
};
