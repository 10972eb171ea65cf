import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Cluster, dropNamespace, makeNamespace, openCluster } from '../kubernetes/cluster.ts';
import { fakeNodes } from '../kubernetes/fake-nodes.ts';
import { autoscaler, cronJob, daemonSet, deployment, statefulSet } from '../kubernetes/objects.ts';
import { pathOf } from '../kubernetes/paths.ts';
import { isReady, podsOf, readyPods } from '../kubernetes/pods.ts';
import type { Person } from '../kubernetes/users.ts';
import { until } from '../machine/until.ts';
import { underTest } from '../setting.ts';

const server = underTest();
const namespace = 'shop';
const pods = { apiVersion: 'v1', kind: 'Pod', namespace };
const shop = { name: 'shop', namespace };
const shopDeployment = { apiVersion: 'apps/v1', kind: 'Deployment', ...shop };
let cluster: Cluster;

/** The response status for a user. */
const answered = async (person: Person, path: string, change?: object): Promise<number> => {
  await using as = await openCluster(server, person);
  const how = { method: 'PATCH', type: 'application/merge-patch+json', body: change ?? {} } as const;
  return (await as.api.call(path, change === undefined ? {} : how)).status;
};

describe('the cluster of the suites', () => {
  beforeAll(async () => {
    cluster = await openCluster(server);
    await makeNamespace(cluster, namespace);
  });
  afterAll(async () => {
    await dropNamespace(cluster, namespace);
    await cluster[Symbol.asyncDispose]();
  });

  test('a deployment gets its pods, is scaled, and replaces a deleted pod', async () => {
    await cluster.apply(deployment({ ...shop, replicas: 3 }));
    const [first] = await readyPods(cluster, shop, 3);
    await cluster.remove({ ...pods, name: first?.metadata.name });
    await until('the deleted pod is replaced', async () => {
      const now = await podsOf(cluster, shop);
      return (
        now.length === 3 &&
        now.every(isReady) &&
        now.every((podShape) => podShape.metadata.uid !== first?.metadata.uid)
      );
    });
    await cluster.patch(shopDeployment, { spec: { replicas: 1 } });
    await readyPods(cluster, shop, 1);
  });

  test('stateful sets, daemon sets, cron jobs and autoscalers work', async () => {
    const store = { name: 'store', namespace };
    const agent = { name: 'agent', namespace };
    await cluster.apply(
      statefulSet({ ...store, replicas: 2 }),
      daemonSet(agent),
      cronJob({ name: 'nightly', namespace }),
      autoscaler(deployment(shop), 1, 3),
    );
    const storePods = await readyPods(cluster, store, 2);
    expect(storePods.map(({ metadata }) => metadata.name).sort()).toEqual(['store-0', 'store-1']);
    await readyPods(cluster, agent, fakeNodes.length);
    await until('the autoscaler reports missing metrics', async () => {
      const { status } = await cluster.get<{
        readonly status: {
          readonly conditions?: readonly { readonly type: string; readonly reason: string }[];
        };
      }>({ ...shop, apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler' });
      return status.conditions?.some(({ reason }) => reason === 'FailedGetResourceMetric') ?? false;
    });
  });

  test('a viewer lists but cannot change, a getter cannot list, a user without roles gets a 403, an expired token is a 401', async () => {
    await cluster.apply(deployment({ ...shop, replicas: 1 }));
    const path = pathOf(shopDeployment);
    expect(await answered('viewer', pathOf(pods))).toBe(200);
    expect(await answered('viewer', '/api/v1/nodes')).toBe(200);
    expect(await answered('viewer', path, { spec: { replicas: 9 } })).toBe(403);
    expect(await answered('getter', path)).toBe(200);
    expect(await answered('getter', pathOf(pods))).toBe(403);
    expect(await answered('nobody', path)).toBe(403);
    expect(await answered('expired', path)).toBe(401);
  });
});
