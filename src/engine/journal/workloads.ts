import type { Row, Snapshot } from '../../domain/snapshot.ts';
import type { Workload } from '../../kinds/workloads/fact.ts';
import type { Change } from './change.ts';
import { changesOfSpec, restartsOf } from './spec-changes.ts';
import type { Standing } from './standing.ts';

const standings = new WeakMap<Row<'workloads'>, Standing>();

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

const standingOf = (row: Row<'workloads'>): Standing => {
  const had = standings.get(row);
  if (had !== undefined) return had;
  const { fact, key, level, stale, feed } = row;
  const { kind, name, detail, source } = fact;
  const word = wordOf(row);
  const made: Standing = {
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
export const workloadStandings = (snapshot: Snapshot): readonly Standing[] => told(snapshot).map(standingOf);

/** What was changed of things that run: images, replicas, templates, and that they were started again. */
export const createWorkloadChanges = (): ((snapshot: Snapshot) => readonly Change[]) => {
  let before: ReadonlyMap<string, Workload> = new Map();
  return (snapshot) => {
    const now = new Map<string, Workload>();
    const changes: Change[] = [];
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
