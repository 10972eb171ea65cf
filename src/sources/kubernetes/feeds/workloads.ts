import type { AnyFact } from '../../../domain/facts.ts';
import type { Batch } from '../../../domain/reading.ts';
import type { Workload } from '../../../kinds/workloads/fact.ts';
import type { Feed } from '../../source.ts';
import type { FactName } from '../config.ts';
import { type Kind, kinds } from '../kinds.ts';
import type { KubeParts } from '../parts.ts';
import { workloadSignals } from '../signals/workload-signals.ts';
import {
  type ParseWorkload,
  parseDaemonSet,
  parseDeployment,
  parseJob,
  parseNode,
  parseStatefulSet,
  type SlimWorkload,
} from '../workload/slim.ts';
import { feedOf } from './feed.ts';
import { type Followed, follow } from './followed.ts';
import { narrowed } from './narrowed.ts';

interface WorkloadFeed {
  readonly name: FactName;
  readonly kind: Kind;
  readonly parse: ParseWorkload;
}

/** What runs pods, and what they run on: a feed each. */
export const workloadFeeds: readonly WorkloadFeed[] = [
  { name: 'deployments', kind: kinds.deployment, parse: parseDeployment },
  { name: 'statefulsets', kind: kinds.statefulset, parse: parseStatefulSet },
  { name: 'daemonsets', kind: kinds.daemonset, parse: parseDaemonSet },
  { name: 'jobs', kind: kinds.job, parse: parseJob },
  { name: 'nodes', kind: kinds.node, parse: parseNode },
];

export const workloadFeed = (
  parts: KubeParts,
  { name, kind, parse }: WorkloadFeed,
): { readonly feed: Feed; readonly followed: Followed<SlimWorkload> } => {
  const { client, source, config } = parts;
  const followed = follow(parts, {
    kind,
    query: kind.isNamespaced ? narrowed(parts) : {},
    parse: (raw) => parse(raw, client.toClock),
    // Whoever is let into a namespace alone sees no nodes, and that is no news.
    isOptional: !kind.isNamespaced && config.facts === undefined,
  });
  const rows = new WeakMap<SlimWorkload, Workload>();
  const rowOf = (one: SlimWorkload): Workload => {
    const known = rows.get(one);
    if (known !== undefined) return known;
    const made: Workload = { source, at: client.now(), ...one.row };
    rows.set(one, made);
    return made;
  };
  const signals = workloadSignals(parts, kind);
  const read = async (signal: AbortSignal): Promise<Batch<AnyFact>> => {
    const { objects, faults } = await followed.read(signal);
    const samples = faults.length === 0 ? signals.samples(objects, client.now()) : [];
    return { items: objects.map(rowOf), faults, ...(signals.ids.length === 0 ? {} : { samples }) };
  };
  return { feed: feedOf(parts, { name, kind: 'workloads', signals: signals.ids, followed }, read), followed };
};
