import type { Level } from '../../domain/level.ts';
import type { Row, Snapshot } from '../../domain/snapshot.ts';
import type { Workload, WorkloadKind } from '../../kinds/workloads/fact.ts';
import type { JournalChange, SubjectStatus } from './status-comparison.ts';

type Part = Pick<JournalChange, 'kind' | 'from' | 'to' | 'why' | 'level'>;

/** Kinds of which a person chooses how many run; of a daemon set the nodes do. */
const scaled: ReadonlySet<WorkloadKind> = new Set<WorkloadKind>(['deployment', 'statefulset', 'service']);

/** 'registry/shop/billing:1.4.2' in two: what it is of, and which one of it. */
const tagOf = (image: string): readonly [string, string] => {
  const at = Math.max(
    image.lastIndexOf('@'),
    image.lastIndexOf(':') > image.lastIndexOf('/') ? image.lastIndexOf(':') : -1,
  );
  return at < 0 ? [image, ''] : [image.slice(0, at), image.slice(at + 1)];
};

/** Both images; of the same name only what tells them apart. */
const imageStep = (was: string, now: string): Pick<Part, 'from' | 'to'> => {
  const [name, tag] = tagOf(was);
  const [nextName, nextTag] = tagOf(now);
  return name === nextName && tag !== '' && nextTag !== ''
    ? { from: `image ${tag}`, to: nextTag }
    : { from: `image ${was}`, to: now };
};

const differs = <T>(was: T | undefined, now: T | undefined): now is T =>
  was !== undefined && now !== undefined && was !== now;

/**
 * What of its spec differs, as far as the facts carry it: image, revision, replicas wanted; or, when none of them does
 * and its generation has moved, that something else of it was changed.
 */
const changesOfSpec = (was: Workload, now: Workload): readonly Part[] => {
  const parts: Part[] = [];
  if (differs(was.image, now.image))
    parts.push({ kind: 'image', ...imageStep(was.image ?? '', now.image), level: 'ok' });
  if (differs(was.revision, now.revision))
    parts.push({
      kind: 'rollout',
      from: `revision ${was.revision}`,
      to: now.revision,
      ...(parts.length === 0 ? { why: 'same image, template changed' } : {}),
      level: 'ok',
    });
  if (scaled.has(now.kind) && differs(was.wanted, now.wanted))
    parts.push({ kind: 'rollout', from: `${was.wanted} wanted`, to: String(now.wanted), level: 'ok' });
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

/** That it was started again since the look before. */
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
          ...(now.detail === undefined ? {} : { why: now.detail }),
          level,
        },
      ]
    : [];

const standings = new WeakMap<Row<'workloads'>, SubjectStatus>();

const wordOf = ({ fact, level }: Row<'workloads'>): string => {
  if (level === 'ok') return 'OK';
  const { status, ready, wanted } = fact;
  const isRunning = /^(running|available|active|ready)?$/i.test(status);
  if (!isRunning) return status;
  return ready !== undefined && wanted !== undefined && ready < wanted ? 'not ready' : 'restarts';
};

/** What a pod or container goes through before it is ready. */
const beginnings: ReadonlySet<string> = new Set([
  'Pending',
  'ContainerCreating',
  'PodInitializing',
  'created',
  'starting',
  'not ready',
]);

const standingOf = (row: Row<'workloads'>): SubjectStatus => {
  const had = standings.get(row);
  if (had !== undefined) return had;
  const { fact, key, level, stale, feed } = row;
  const { kind, name, detail, source } = fact;
  const word = wordOf(row);
  const made: SubjectStatus = {
    id: `workload ${key}`,
    kind: 'verdict',
    noun: kind,
    what: `${kind} ${name}`,
    word,
    ...(detail === undefined ? {} : { why: detail }),
    level,
    row: key,
    source,
    comes: feed,
    ...(beginnings.has(word) ? { begins: true } : {}),
    // What ends because it was told to is no news: what told it to is.
    ...(stale || word === 'Terminating' ? { unseen: true } : {}),
  };
  standings.set(row, made);
  return made;
};

const nest = ({ source, namespace }: Workload, name: string): string => `${source}/${namespace}/${name}`;

/** Everything that runs but the containers of pods that are here: what is wrong with one is wrong with its pod. */
const told = ({ kinds }: Snapshot): readonly Row<'workloads'>[] => {
  const { rows } = kinds.workloads;
  if (!rows.some(({ fact }) => fact.kind === 'container')) return rows;
  const pods = new Set(rows.flatMap(({ fact }) => (fact.kind === 'pod' ? [nest(fact, fact.name)] : [])));
  return rows.filter(({ fact }) => fact.kind !== 'container' || !pods.has(nest(fact, fact.owner)));
};

/** How everything that runs stands. Rows that have not changed are looked at only once: there may be thousands. */
export const workloadStatuses = (snapshot: Snapshot): readonly SubjectStatus[] =>
  told(snapshot).map(standingOf);

/** What was changed of things that run: images, replicas, templates, and that they were started again. */
export const createWorkloadChangeTracker = (): ((snapshot: Snapshot) => readonly JournalChange[]) => {
  let before: ReadonlyMap<string, Workload> = new Map();
  return (snapshot) => {
    const now = new Map<string, Workload>();
    const changes: JournalChange[] = [];
    for (const { key, fact, level } of told(snapshot)) {
      now.set(key, fact);
      const was = before.get(key);
      // One that has not changed is the very same fact in the next reading.
      if (was === undefined || was === fact) continue;
      const { kind: noun, name, source } = fact;
      for (const part of [...changesOfSpec(was, fact), ...restartsOf(was, fact, level)])
        changes.push({ at: snapshot.at, noun, what: `${noun} ${name}`, row: key, source, ...part });
    }
    before = now;
    return changes;
  };
};
