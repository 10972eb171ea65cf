import type { Millis } from '../../domain/base/fault.ts';
import type { Row, SignalRow } from '../../domain/facts/snapshot.ts';
import type { DeclaredEffect } from '../../domain/runbooks/operation.ts';

/** Labels by which a series names the workload of its process: 'orders', or 'shop/orders' with its namespace. */
const workloadLabels = ['job', 'service', 'app', 'deployment', 'statefulset', 'container'];
const namespaceLabels = ['namespace', 'kubernetes_namespace', 'k8s_namespace_name'];

/** The time from the start of a container until its process tells that it has started, and the rounding of servers. */
const startsWithinMs: Millis = 10_000;
const roundingMs: Millis = 2000;

/** Returns the name of an owner: 'orders' of 'deploy orders'; '' without one. */
export const ownerName = (owner: unknown = ''): string => String(owner).split(' ').at(-1) ?? '';

/** A process that tells a series, and the rows among which its container or pod may be. */
export interface WorkloadProcess {
  readonly labels: SignalRow['labels'];
  /** Its start before the action, in seconds since the epoch, as it tells it. */
  readonly start: number | 'unknown' | undefined;
  /** The workloads that were known before the action, of all sources. */
  readonly known: readonly Row<'workloads'>[];
  /** True for a row that the action replaces. */
  isReplaced(row: Row<'workloads'>): boolean;
}

const names = (labels: SignalRow['labels'], text: string): boolean =>
  workloadLabels.some((name) => labels[name] === text);

/** True when everything of this owner's name that started with the process is replaced, in whichever namespace or source it is. */
const isReplacedByStart = (
  owner: string,
  { start, known, isReplaced }: Omit<WorkloadProcess, 'labels'>,
): boolean => {
  if (typeof start !== 'number') return false;
  const candidates = known.filter(({ fact }) => {
    if (fact.startedAt === undefined || ownerName(fact.owner) !== owner) return false;
    const later = 1000 * start - fact.startedAt;
    return later >= -roundingMs && later <= startsWithinMs;
  });
  return candidates.length > 0 && candidates.every(isReplaced);
};

/**
 * Returns whether a series is of a process of the workload whose objects an effect replaces: many monitoring setups name the workload, and
 * not its pods or containers. A series that does not name its namespace may be of a workload of the same name elsewhere, about which the
 * restart says nothing: then its process is known by its start.
 */
export const isOfReplacedWorkload = (
  { where }: DeclaredEffect,
  { labels, ...process }: WorkloadProcess,
): boolean => {
  const owner = ownerName(where.owner);
  const { namespace = '' } = where;
  if (owner === '' || namespace === '') return false;
  const qualified = `${namespace}/${owner}`;
  if (names(labels, qualified)) return true;
  if (!names(labels, owner)) return false;
  const told = namespaceLabels.flatMap((name) => labels[name] ?? []);
  return told.length === 0 ? isReplacedByStart(owner, process) : told.every((name) => name === namespace);
};
