import { until } from '../machine/until.ts';
import type { Cluster } from './cluster.ts';
import { fakeNodes } from './fake-nodes.ts';
import { pod, type Workload } from './objects.ts';
import { pathOf } from './paths.ts';
import type { PodShape } from './pods.ts';

const atOnce = 64;
const withinMs = 120_000;

const podsIn = (namespace: string): string => pathOf({ apiVersion: 'v1', kind: 'Pod', namespace });

/**
 * Creates many pods (`NAME-0` and so on) on the fake nodes in rotation. They are created with a node, because the
 * scheduler would need minutes. Resolves when all run and are ready.
 */
export const makePods = async (
  cluster: Cluster,
  workload: Omit<Workload, 'place'>,
  count: number,
): Promise<void> => {
  const path = podsIn(workload.namespace);
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let index = next++; index < count; index = next++) {
      const { metadata, ...rest } = pod(workload);
      const body = {
        ...rest,
        metadata: { ...metadata, name: `${workload.name}-${index}` },
        spec: Object.assign({}, rest.spec, { nodeName: fakeNodes[index % fakeNodes.length] }),
      };
      await cluster.api.ask(path, { method: 'POST', body });
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  // Lists at most one pod: listing thousands ten times a second would slow the cluster down.
  const waiting = `${path}?fieldSelector=status.phase!=Running&limit=1`;
  await until(
    `${count} pods run`,
    async () => (await cluster.api.ask<{ readonly items: readonly PodShape[] }>(waiting)).items.length === 0,
    withinMs,
  );
};

/** Deletes all pods of a namespace without a grace period: deleting a namespace with thousands would take minutes. */
export const dropPods = async (cluster: Cluster, namespace: string): Promise<void> => {
  await cluster.api.ask(podsIn(namespace), { method: 'DELETE', body: { gracePeriodSeconds: 0 } });
};
