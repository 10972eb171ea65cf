import type { AnyFact } from '../../../domain/facts/facts.ts';
import type { Reading } from '../../../domain/facts/reading.ts';
import type { ClusterNode } from '../../../kinds/nodes/fact.ts';
import type { Feed } from '../../kit/contract/source.ts';
import { apiResources, parseObjectRef } from '../api/api-resources.ts';
import type { KubeParts } from '../api/parts.ts';
import type { NodeCapacity, NodeLoad, NodeUsage } from '../node/node-capacity.ts';
import { type NodeSummary, parseNode } from '../node/parse-node.ts';
import { missingRights, readNodeUsage } from './node-usage.ts';
import {
  conditionStatus,
  kubeFeed,
  type ResourceSignals,
  type ResourceWatcher,
  resourceSignals,
  type SignalEvaluator,
  watchResource,
} from './resource-feed.ts';

/** Signals computed from nodes: `condition: node/x`, `ready: node/x`. */
const nodeSignals = (parts: KubeParts): ResourceSignals<NodeSummary> =>
  resourceSignals(parts, (read): SignalEvaluator<NodeSummary> | undefined => {
    const named = 'ready' in read ? read.ready : 'condition' in read ? read.condition : '';
    const object = parseObjectRef(named);
    if (object === undefined || object.kind !== apiResources.node) return undefined;
    const isShare = 'of' in read;
    return (nodes) => {
      const node = nodes.find(({ row }) => row.name === object.name);
      if (node === undefined) return [{ why: `${named} not found: check the name of the node` }];
      if ('condition' in read) return [conditionStatus(node.conditions, read.type)];
      return [{ value: (node.row.status === 'Ready' ? 1 : 0) * (isShare ? 100 : 1) }];
    };
  });

interface RenderedNode {
  readonly usage: NodeUsage | undefined;
  readonly load: NodeLoad | undefined;
  readonly isStarting: boolean;
  readonly row: ClusterNode;
}

const sameLoad = (a: NodeLoad | undefined, b: NodeLoad | undefined): boolean =>
  a === b ||
  (a?.pods === b?.pods &&
    a?.cpuRequestedCores === b?.cpuRequestedCores &&
    a?.memoryRequestedBytes === b?.memoryRequestedBytes);

/** A node that registered within this time need not be ready: its network is being set up. */
const nodeStartMs = 60_000;

const isStartingNode = ({ row, conditions }: NodeSummary, now: number): boolean =>
  row.startedAt !== undefined &&
  now - row.startedAt < nodeStartMs &&
  conditions.some(({ type, status }) => type === 'Ready' && status === 'False');

/** Usage of this age, in ms, need not be read again. */
const freshMs = 5000;

const noLoad: NodeLoad = { pods: 0, cpuRequestedCores: 0, memoryRequestedBytes: 0 };

/**
 * Nodes with their latest usage and requests. By default they are optional: a login that is limited to namespaces may
 * not list them, which is reported as unavailable and not as a fault.
 */
export const nodesFeed = (
  parts: KubeParts,
  capacity: NodeCapacity,
): { readonly feed: Feed; readonly followed: ResourceWatcher<NodeSummary> } => {
  const { client, source, config } = parts;
  const followed = watchResource(parts, {
    kind: apiResources.node,
    parse: (raw) => parseNode(raw, client.toClock),
  });
  const rendered = new WeakMap<NodeSummary, RenderedNode>();
  const rowOf = (nodeSummary: NodeSummary): ClusterNode => {
    const usage = capacity.usage.get(nodeSummary.row.name);
    const load =
      capacity.load === undefined ? undefined : (capacity.load.get(nodeSummary.row.name) ?? noLoad);
    const known = rendered.get(nodeSummary);
    const isStarting = isStartingNode(nodeSummary, client.now());
    if (
      known !== undefined &&
      known.usage === usage &&
      known.isStarting === isStarting &&
      sameLoad(known.load, load)
    )
      return known.row;
    const row: ClusterNode = {
      source,
      at: client.now(),
      ...nodeSummary.row,
      ...(isStarting ? { isStarting } : {}),
      ...usage,
      ...load,
    };
    rendered.set(nodeSummary, { usage, load, isStarting, row });
    return row;
  };
  const signals = nodeSignals(parts);
  const isOptional = config.facts === undefined;
  const read = async (signal: AbortSignal): Promise<Reading<AnyFact>> => {
    // A one-shot command reads this feed alone, and would otherwise show nodes without usage.
    const isUsageNeeded = !followed.isWatched() && client.now() - capacity.usageReadAt > freshMs;
    const [{ objects, faults }] = await Promise.all([
      followed.read(signal),
      isUsageNeeded ? readNodeUsage(parts, capacity, signal) : undefined,
    ]);
    const missing = isOptional ? missingRights(faults) : { faults, unavailable: [] };
    const unavailable = [...missing.unavailable, ...(objects.length === 0 ? [] : capacity.unavailable)];
    const samples = faults.length === 0 ? signals.samples(objects, client.now()) : [];
    return {
      items: objects.map(rowOf),
      faults: missing.faults,
      ...(unavailable.length === 0 ? {} : { unavailable }),
      ...(signals.ids.length === 0 ? {} : { samples }),
    };
  };
  return {
    feed: kubeFeed(parts, { name: 'nodes', kind: 'nodes', signals: signals.ids, watcher: followed }, read),
    followed,
  };
};
