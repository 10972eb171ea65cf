import type { FactKind, FactTypes } from './facts.ts';
import { poolWord } from './pool-use.ts';

type PerKind<R> = { readonly [K in FactKind]: (fact: FactTypes[K]) => R };

const identities: PerKind<readonly (string | number)[]> = {
  health: (f) => [f.env, f.service, f.instance],
  breakers: (f) => [f.service, f.instance, f.name],
  lag: (f) => [f.cluster, f.group, f.topic, f.partition],
  pools: (f) => [f.service, f.instance, f.kind, f.name],
  workloads: (f) => [f.kind, f.namespace, f.owner, f.node, f.name],
  alerts: (f) => [f.name, ...labelParts(f.labels)],
  sessions: (f) => [f.database, f.pid],
  queues: (f) => [f.kind, f.name],
  ci: (f) => [f.workflow, f.branch, f.run],
};

const words: PerKind<string> = {
  health: (f) => f.status,
  breakers: (f) => f.state,
  lag: (f) => f.motion,
  pools: poolWord,
  workloads: (f) => (f.status === '' ? 'unknown' : f.status),
  alerts: (f) => f.state,
  sessions: (f) => (f.state === '' ? 'unknown' : f.state),
  queues: (f) => (f.depth === undefined ? 'unknown' : f.depth > 0 ? 'not empty' : 'empty'),
  ci: (f) => (f.status === '' ? 'unknown' : f.status),
};

const labelParts = (labels: Readonly<Record<string, string>>): readonly string[] =>
  Object.keys(labels)
    .sort()
    .map((name) => `${name}=${labels[name] ?? ''}`);

const escaped = (part: string | number): string => String(part).replace(/[%/]/g, encodeURIComponent);

/** Tells this object from every other of its kind (two sources that see one object are two rows); the same in every reading. */
export const keyOf = <K extends FactKind>(kind: K, fact: FactTypes[K]): string =>
  [fact.source, ...identities[kind](fact)].map(escaped).join('/');

/** The row's state in a word or two, as it is shown and as `limits` name it: 'open', 'near max', 'CrashLoopBackOff'. */
export const stateWord = <K extends FactKind>(kind: K, fact: FactTypes[K]): string => words[kind](fact);

/** Tells the series of a signal apart: its id, with the labels behind it when there are any. */
export const signalKey = (signal: string, labels: Readonly<Record<string, string>>): string => {
  const parts = labelParts(labels);
  return parts.length === 0 ? signal : `${signal}{${parts.join(',')}}`;
};

const joined = (...parts: readonly string[]): string => parts.filter((part) => part !== '').join(' · ');

type Placed = Pick<FactTypes['workloads'], 'kind' | 'namespace' | 'name' | 'owner' | 'node'>;

/** Where it runs, as far as a person needs it: a unit or a process is one of its host, a container one of its pod. */
const placeOf = ({ kind, namespace, name, owner, node }: Placed): readonly string[] => {
  if (kind === 'unit' || kind === 'process' || kind === 'file') return [node];
  return kind === 'container' && !name.includes(owner) ? [namespace, owner] : [namespace];
};

/** What a person calls a workload: 'shop · bus-0', of a container 'shop · bus-0 · app'. */
export const workloadName = (workload: Placed): string => joined(...placeOf(workload), workload.name);

const names: PerKind<string> = {
  health: (f) => joined(f.service, f.instance),
  breakers: (f) => joined(f.instance === '' ? f.service : f.instance, f.name),
  lag: (f) => joined(f.group, f.topic, `p${f.partition}`),
  pools: (f) => joined(f.instance === '' ? f.service : f.instance, f.name),
  workloads: workloadName,
  alerts: (f) => f.name,
  sessions: (f) => joined(f.database, String(f.pid)),
  queues: (f) => f.name,
  ci: (f) => joined(f.workflow, f.branch, f.run),
};

/** What a person calls the row, behind its kind: 'bus-0 · broker'. */
export const rowName = <K extends FactKind>(kind: K, fact: FactTypes[K]): string => names[kind](fact);
