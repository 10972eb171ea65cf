import { z } from 'zod';
import { defined } from '../../../../domain/base/defined.ts';
import type { OperationImpact } from '../../../../domain/runbooks/operation.ts';
import { WireError } from '../../../../platform/runtime/wire-error.ts';
import { field, list, text } from '../../../kit/values/wire-value.ts';
import { apiResources, listPath } from '../../api/api-resources.ts';
import type { KubeClient } from '../../api/client.ts';
import { listAll, parseListChunk } from '../../api/list-watch.ts';
import { controllerRef, parseConditions, parseLabels, parseMeta } from '../../api/object-meta.ts';
import { podOwnerText } from '../../pod/parse-pod.ts';
import { readPinnedObject } from '../write/find-object.ts';
import { defineObjectRead } from '../write/read-operation.ts';
import { zObjectName } from '../write/shared-params.ts';

/** Why a drain leaves a pod on its node. */
type Staying = 'daemonset' | 'mirror';

/** A pod of a node, as a drain sees it. */
export interface NodePod {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Absent: a drain evicts it. */
  readonly stays?: Staying;
  /** False: no controller recreates it elsewhere. */
  readonly isManaged: boolean;
  /** Names of its emptyDir volumes, whose data is lost with it. */
  readonly emptyDirs: readonly string[];
  /** True: it has ended, and evicting it interrupts nothing. */
  readonly hasEnded: boolean;
  /** The workload that it belongs to: 'deploy billing'; '' for a pod without a controller. */
  readonly workload: string;
  /** True: its condition Ready holds. */
  readonly isReady: boolean;
  /** The controller that owns it: its kind and name. */
  readonly owner?: { readonly kind: string; readonly name: string };
}

const mirrorKey = 'kubernetes.io/config.mirror';

/** Source: kubectl drain, filters.go. */
const parseNodePod = (raw: unknown): NodePod => {
  const labels = parseLabels(field(field(raw, 'metadata'), 'labels'));
  const { name, namespace, uid } = parseMeta(raw);
  const metadata = field(raw, 'metadata');
  const owner = controllerRef(raw);
  const isMirror = field(field(metadata, 'annotations'), mirrorKey) !== undefined;
  const phase = text(field(field(raw, 'status'), 'phase'));
  const stays: Staying | undefined = isMirror
    ? 'mirror'
    : owner?.kind === 'DaemonSet'
      ? 'daemonset'
      : undefined;
  return {
    namespace,
    name,
    uid,
    labels,
    workload: podOwnerText(raw, labels),
    isReady: parseConditions(raw).some(
      (condition) => condition.type === 'Ready' && condition.status === 'True',
    ),
    ...defined({ stays }),
    isManaged: owner !== undefined,
    emptyDirs: list(field(field(raw, 'spec'), 'volumes')).flatMap((volume) =>
      field(volume, 'emptyDir') === undefined ? [] : [text(field(volume, 'name')) ?? ''],
    ),
    hasEnded: phase === 'Succeeded' || phase === 'Failed',
    ...(owner === undefined ? {} : { owner: { kind: owner.kind, name: owner.name } }),
  };
};

/** Path of the pods of a node, in every namespace. */
const nodePodsPath = (node: string): string =>
  `${listPath(apiResources.pod, '*')}?${new URLSearchParams({ fieldSelector: `spec.nodeName=${node}` }).toString()}`;

const readPods = async (
  client: KubeClient,
  namespace: string,
  query: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<readonly NodePod[]> => {
  const pods: NodePod[] = [];
  await listAll(
    client,
    listPath(apiResources.pod, namespace),
    query,
    { begin: () => void pods.splice(0), take: (items) => void pods.push(...items.map(parseNodePod)) },
    (ask) => ask(signal),
  );
  return pods;
};

/** Reads the pods of a node, in every namespace. Throws WireError. */
export const readNodePods = (
  client: KubeClient,
  node: string,
  signal: AbortSignal,
): Promise<readonly NodePod[]> => readPods(client, '*', { fieldSelector: `spec.nodeName=${node}` }, signal);

/** Reads the pods of a namespace, on every node. Throws WireError. */
export const readNamespacePods = (
  client: KubeClient,
  namespace: string,
  signal: AbortSignal,
): Promise<readonly NodePod[]> => readPods(client, namespace, {}, signal);

/** The pods that a drain evicts. */
export const evictable = (pods: readonly NodePod[]): readonly NodePod[] =>
  pods.filter(({ stays }) => stays === undefined);

/** One of all nodes; undefined where the nodes cannot be listed. */
export const nodeShare = async (
  client: KubeClient,
  signal: AbortSignal,
): Promise<OperationImpact | undefined> => {
  try {
    const names: unknown[] = [];
    await listAll(
      client,
      listPath(apiResources.node, '*'),
      {},
      { begin: () => void names.splice(0), take: (items) => void names.push(...items) },
      (ask) => ask(signal),
    );
    return { share: { part: 1, whole: names.length, of: 'nodes of the cluster' } };
  } catch (error) {
    if (!(error instanceof WireError) || error.kind === 'cancelled') throw error;
    return undefined;
  }
};

/** `nodePods`: lists the pods of a node; as JSON their number, and how many a drain would evict. */
export const nodePods = defineObjectRead(
  {
    name: 'nodePods',
    says: 'lists the pods of a node, and which of them a drain evicts',
    params: z.strictObject({ node: zObjectName('node name') }),
    resultKinds: ['json'],
  },
  (parts) => ({
    requests: async ({ node }, signal) => {
      const { request } = await readPinnedObject(parts, `node/${node}`, undefined, signal);
      return [{ path: nodePodsPath(node), target: request.target }];
    },
    lines: (answer) => parseListChunk(answer.json()).items.map((raw) => formatNodePod(parseNodePod(raw))),
    json: (answer) => {
      const pods = parseListChunk(answer.json()).items.map(parseNodePod);
      return { pods: pods.length, evictable: evictable(pods).length };
    },
  }),
);

const stayingWords: Readonly<Record<Staying, string>> = {
  daemonset: 'stays during a drain, as a pod of a DaemonSet',
  mirror: 'stays during a drain, as a pod of the kubelet',
};

/** 'shop/bus-0: evicted by a drain' */
const formatNodePod = ({ namespace, name, stays, hasEnded }: NodePod): string =>
  `${namespace}/${name}: ${stays === undefined ? (hasEnded ? 'has ended' : 'evicted by a drain') : stayingWords[stays]}`;
