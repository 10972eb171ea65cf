import { until } from '../machine/until.ts';
import type { Cluster } from './cluster.ts';
import { fakeNodes } from './fake-nodes.ts';
import { pod, type Workload } from './objects.ts';
import { pathOf } from './paths.ts';
import type { PodShape } from './pods.ts';

const atOnce = 64;
const patienceMs = 120_000;

const podsIn = (namespace: string): string => pathOf({ apiVersion: 'v1', kind: 'Pod', namespace });

/**
 * Pods by the thousand, `NAME-0` and so on, on the fake nodes in turn: bound when they are made, since a scheduler would
 * take minutes for them. Resolves when all run and are ready.
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
      const { metadata, ...made } = pod(workload);
      const body = {
        ...made,
        metadata: { ...metadata, name: `${workload.name}-${index}` },
        spec: Object.assign({}, made.spec, { nodeName: fakeNodes[index % fakeNodes.length] }),
      };
      await cluster.api.ask(path, { method: 'POST', body });
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  // One at most is listed: thousands, ten times a second, would be what makes it slow.
  const waiting = `${path}?fieldSelector=status.phase!=Running&limit=1`;
  await until(
    `${count} pods run`,
    async () => (await cluster.api.ask<{ readonly items: readonly PodShape[] }>(waiting)).items.length === 0,
    patienceMs,
  );
};

/** All pods of a namespace, without grace: a namespace with thousands would take minutes to go. */
export const dropPods = async (cluster: Cluster, namespace: string): Promise<void> => {
  await cluster.api.ask(podsIn(namespace), { method: 'DELETE', body: { gracePeriodSeconds: 0 } });
};
