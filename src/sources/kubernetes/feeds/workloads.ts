import type { AnyFact } from '../../../domain/facts.ts';
import type { Batch } from '../../../domain/reading.ts';
import type { Workload } from '../../../kinds/workloads/fact.ts';
import type { Feed } from '../../source.ts';
import type { FactName } from '../config.ts';
import { type Kind, kinds, objectNamed } from '../kinds.ts';
import type { KubeParts } from '../parts.ts';
import {
  type ParseWorkload,
  parseDaemonSet,
  parseDeployment,
  parseJob,
  parseNode,
  parseStatefulSet,
  type SlimWorkload,
} from '../workload/slim.ts';
import {
  type Answer,
  conditionOf,
  type Followed,
  type Found,
  feedOf,
  follow,
  inNamespace,
  narrowed,
  type Signals,
  signalsOf,
} from './followed.ts';

/** Signals that one kind of workload answers: `ready: deployment/x`, `condition: deployment/x`. */
const workloadSignals = (parts: KubeParts, kind: Kind): Signals<SlimWorkload> =>
  signalsOf(parts, (read): Answer<SlimWorkload> | undefined => {
    const named = 'ready' in read ? read.ready : 'condition' in read ? read.condition : '';
    const object = objectNamed(named);
    if (object === undefined || object.kind !== kind) return undefined;
    return (workloads) => {
      const chosen = workloads.filter(
        ({ row }) => row.name === object.name && inNamespace(read.namespace, row.namespace),
      );
      if (chosen.length === 0) return [{ why: `there is no ${named}` }];
      return chosen.map((one) => ({
        ...('condition' in read ? conditionOf(one.conditions, read.type) : readyOf(one, 'of' in read)),
        ...(chosen.length === 1 ? {} : { labels: { namespace: one.row.namespace } }),
      }));
    };
  });

const readyOf = ({ row: { ready, wanted } }: SlimWorkload, isShare: boolean): Found => {
  if (ready === undefined || wanted === undefined) return { why: 'its readiness is not known' };
  if (!isShare) return { value: ready };
  return wanted === 0 ? { why: 'none are wanted' } : { value: (100 * ready) / wanted };
};

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
