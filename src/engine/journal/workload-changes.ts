import { defined } from '../../domain/base/defined.ts';
import { RoundCache } from '../../domain/base/round-cache.ts';
import type { Level } from '../../domain/facts/level.ts';
import type { Row, Snapshot } from '../../domain/facts/snapshot.ts';
import type { Workload, WorkloadKind } from '../../kinds/workloads/fact.ts';
import { imageChangeParts } from '../../kinds/workloads/image-change.ts';
import type { JournalChange, SubjectStatus } from './status-comparison.ts';

type Part = Pick<JournalChange, 'kind' | 'from' | 'to' | 'why' | 'level'>;

/** Kinds with a chosen replica count; the nodes determine that of a daemon set. */
const scaled: ReadonlySet<WorkloadKind> = new Set<WorkloadKind>(['deployment', 'statefulset', 'service']);

/** Kinds that deliver other objects, and so have no pod template. */
const deliveryKinds: ReadonlySet<WorkloadKind> = new Set<WorkloadKind>([
  'application',
  'kustomization',
  'helmrelease',
  'release',
]);

/** The clocks of two readings may differ by some ms. */
const resyncMs = 1000;

const isLater = (now: number | undefined, was: number | undefined): boolean =>
  now !== undefined && was !== undefined && now - was >= resyncMs;

const sameRevision = ({ revision }: Workload): string =>
  revision === undefined ? 'there is no new revision' : `the revision is still ${revision}`;

const differs = <T>(was: T | undefined, now: T | undefined): now is T =>
  was !== undefined && now !== undefined && was !== now;

/**
 * The differences of a spec as far as facts contain them: image, revision, desired replicas, or an unspecified change
 * when only the generation has changed.
 */
const changesOfSpec = (was: Workload, now: Workload): readonly Part[] => {
  const parts: Part[] = [];
  const delivers = deliveryKinds.has(now.kind);
  if (differs(was.image, now.image))
    parts.push({ kind: 'image', ...imageChangeParts(was.image ?? '', now.image), level: 'ok' });
  if (differs(was.revision, now.revision))
    parts.push({
      kind: 'rollout',
      from: `revision ${was.revision}`,
      to: now.revision,
      ...(parts.length === 0 && !delivers
        ? { why: 'the image is the same, but the pod template has changed' }
        : {}),
      level: 'ok',
    });
  if (scaled.has(now.kind) && differs(was.wanted, now.wanted))
    parts.push({ kind: 'rollout', from: `${was.wanted} wanted`, to: String(now.wanted), level: 'ok' });
  if (parts.length === 0 && isLater(now.syncedAt, was.syncedAt))
    parts.push({ kind: 'rollout', from: 'synced', to: 'synced again', why: sameRevision(now), level: 'ok' });
  if (parts.length === 0 && differs(was.generation, now.generation))
    parts.push({
      kind: 'config',
      from: `generation ${was.generation}`,
      to: String(now.generation),
      why: 'spec changed',
      level: 'ok',
    });
  return parts;
};

/** Reports a restart since the previous snapshot. */
const restartsOf = (was: Workload, now: Workload, level: Level): readonly Part[] =>
  was.restarts !== undefined &&
  now.restarts !== undefined &&
  now.restarts > was.restarts &&
  now.kind !== 'service'
    ? [
        {
          kind: 'verdict',
          from: String(was.restarts),
          to: `${now.restarts} restarts`,
          ...defined({ why: now.detail }),
          level,
        },
      ]
    : [];

const wordOf = ({ fact, level }: Row<'workloads'>): string => {
  if (level === 'ok') return 'OK';
  const { status, ready, wanted } = fact;
  const isRunning = /^(running|available|active|ready)?$/i.test(status);
  if (!isRunning) return status;
  return ready !== undefined && wanted !== undefined && ready < wanted ? 'not ready' : 'restarts';
};

/** Statuses of a pod or container before it is ready. */
const beginnings: ReadonlySet<string> = new Set([
  'Pending',
  'ContainerCreating',
  'PodInitializing',
  'created',
  'starting',
  'not ready',
]);

const standingOf = (row: Row<'workloads'>): SubjectStatus => {
  const { fact, key, level, stale, feed } = row;
  const { kind, name, detail, source } = fact;
  const word = wordOf(row);
  return {
    id: `workload ${key}`,
    kind: 'verdict',
    noun: kind,
    what: `${kind} ${name}`,
    word,
    ...defined({ why: detail }),
    level,
    row: key,
    source,
    comes: feed,
    ...(beginnings.has(word) ? { begins: true } : {}),
    // A requested end is not news; the request is.
    // A controller that is at work is not news; its result is.
    ...(stale || word === 'Terminating' || fact.delivery === 'pending' ? { unseen: true } : {}),
  };
};

const nest = ({ source, namespace }: Workload, name: string): string => `${source}/${namespace}/${name}`;

/** All workloads except containers of listed pods: a container problem is a problem of its pod. */
const reported = ({ kinds }: Snapshot): readonly Row<'workloads'>[] => {
  const { rows } = kinds.workloads;
  if (!rows.some(({ fact }) => fact.kind === 'container')) return rows;
  const pods = new Set(rows.flatMap(({ fact }) => (fact.kind === 'pod' ? [nest(fact, fact.name)] : [])));
  return rows.filter(({ fact }) => fact.kind !== 'container' || !pods.has(nest(fact, fact.owner)));
};

/** Creates the function that returns the status of all workloads. Unchanged rows are evaluated once: there may be thousands. */
export const createWorkloadStatuses = (): ((snapshot: Snapshot) => readonly SubjectStatus[]) => {
  const known = new RoundCache<Row<'workloads'>, SubjectStatus>();
  let last:
    | { readonly rows: Snapshot['kinds']['workloads']['rows']; readonly statuses: readonly SubjectStatus[] }
    | undefined;
  return (snapshot) => {
    const { rows } = snapshot.kinds.workloads;
    if (last?.rows === rows) return last.statuses;
    const statuses = reported(snapshot).map((row) => known.get(row) ?? known.set(row, standingOf(row)));
    known.endRound();
    last = { rows, statuses };
    return statuses;
  };
};

/** Configuration changes of workloads: images, replicas, templates, and restarts. */
export const createWorkloadChangeTracker = (): ((snapshot: Snapshot) => readonly JournalChange[]) => {
  let before: ReadonlyMap<string, Workload> = new Map();
  let rowsBefore: Snapshot['kinds']['workloads']['rows'] | undefined;
  return (snapshot) => {
    if (rowsBefore === snapshot.kinds.workloads.rows) return [];
    rowsBefore = snapshot.kinds.workloads.rows;
    const now = new Map<string, Workload>();
    const changes: JournalChange[] = [];
    for (const { key, fact, level } of reported(snapshot)) {
      now.set(key, fact);
      const was = before.get(key);
      // An unchanged fact is the same object in the next reading.
      if (was === undefined || was === fact) continue;
      const { kind: noun, name, source } = fact;
      for (const part of [...changesOfSpec(was, fact), ...restartsOf(was, fact, level)])
        changes.push({ at: snapshot.at, noun, what: `${noun} ${name}`, row: key, source, ...part });
    }
    before = now;
    return changes;
  };
};
