import { readFile } from 'node:fs/promises';
import { until } from '../machine/until.ts';
import type { Address } from '../servers/server.ts';
import { detailOf } from '../setting.ts';
import { type Cluster, dropNamespace, makeNamespace, openCluster } from './cluster.ts';
import { createDeliveryObjects } from './delivery-objects.ts';
import { fakeNodes } from './fake-nodes.ts';
import { autoscaler, cronJob, deployment, type KubeObject, statefulSet } from './objects.ts';
import { readyPods } from './pods.ts';

export const namespace = 'contract';

/** A node without new pods while the objects of the contract suite exist. */
export const cordonedNode = fakeNodes.at(-1) ?? '';

const bus = { name: 'bus', namespace, memory: '64Mi', env: { MODE: 'slow' } };
const store = { name: 'store', namespace, replicas: 2 };

/** The certificate of the cluster as a TLS secret. */
const certificate = async (server: Address): Promise<KubeObject> => {
  const [cert, key] = await Promise.all([
    readFile(detailOf(server, 'certificate')),
    readFile(detailOf(server, 'key')),
  ]);
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'bus-tls', namespace },
    type: 'kubernetes.io/tls',
    data: { 'tls.crt': cert.toString('base64'), 'tls.key': key.toString('base64') },
  };
};

/** Resolves after the autoscaler's first warning about missing metrics, which it repeats. */
const warned = (cluster: Cluster): Promise<void> =>
  until('the autoscaler has emitted its warnings', async () => {
    const events = await cluster.list<{ readonly reason: string }>({
      apiVersion: 'v1',
      kind: 'Event',
      namespace,
    });
    return ['FailedGetResourceMetric', 'FailedComputeMetricsReplicas'].every((expected) =>
      events.some(({ reason }) => reason === expected),
    );
  });

const setSchedulable = (cluster: Cluster, isSchedulable: boolean): Promise<unknown> =>
  cluster.patch(
    { apiVersion: 'v1', kind: 'Node', name: cordonedNode },
    { spec: { unschedulable: isSchedulable ? null : true } },
  );

/** The pod of the deployment, and its node. */
export const readBusPod = async (
  cluster: Cluster,
): Promise<{ readonly name: string; readonly node: string }> => {
  const [pod] = await readyPods(cluster, bus, 1);
  return { name: pod?.metadata.name ?? '', node: pod?.spec.nodeName ?? '' };
};

/**
 * Creates the objects of the contract suite: a deployment with two revisions, its autoscaler, a stateful set, a secret, what delivers
 * them, a cordoned node.
 */
export const createContractObjects = async (server: Address): Promise<AsyncDisposable> => {
  const cluster = await openCluster(server);
  await makeNamespace(cluster, namespace);
  await setSchedulable(cluster, false);
  await cluster.apply(deployment({ ...bus, env: { MODE: 'slowest' } }));
  await readyPods(cluster, bus, 1);
  const second = deployment(bus);
  await cluster.apply(
    second,
    autoscaler(second, 1, 4),
    statefulSet(store),
    cronJob({ name: 'sweep', namespace }),
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'bus-config', namespace },
      data: { 'a.yml': 'a: 1\n' },
    },
    await certificate(server),
  );
  const delivery = await createDeliveryObjects(cluster, namespace);
  await Promise.all([readyPods(cluster, store, 2), warned(cluster)]);
  await until('only pods of the second revision exist', async () => {
    const { status } = await cluster.get<{
      readonly status: { readonly observedGeneration?: number; readonly replicas?: number };
    }>({ apiVersion: 'apps/v1', kind: 'Deployment', name: bus.name, namespace });
    return status.replicas === 1;
  });
  await readyPods(cluster, bus, 1);
  return {
    [Symbol.asyncDispose]: async () => {
      await setSchedulable(cluster, true);
      await dropNamespace(cluster, namespace);
      await delivery[Symbol.asyncDispose]();
      await cluster[Symbol.asyncDispose]();
    },
  };
};
