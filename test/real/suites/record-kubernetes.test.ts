import { afterAll, beforeAll, describe, test } from 'vitest';
import { kubernetes } from '../../../src/sources/kubernetes/index.ts';
import { kubernetesScenarios, watchScenarios } from '../../replay/kubernetes-scenarios.ts';
import { play } from '../../replay/open-through.ts';
import { readWatch } from '../../replay/read-watch.ts';
import { type Cluster, makeNamespace, openCluster } from '../kubernetes/cluster.ts';
import { createExpiringKind, expiredWatch } from '../kubernetes/expired-watch.ts';
import { fakeNodes } from '../kubernetes/fake-nodes.ts';
import { deployment, pod } from '../kubernetes/objects.ts';
import { podsOf, readyPods } from '../kubernetes/pods.ts';
import { openKubeTap, saveTap } from '../kubernetes/tap.ts';
import { until } from '../machine/until.ts';
import { underTest } from '../setting.ts';

const server = underTest();
const namespace = 'recorded';
const api = { name: 'api', namespace, replicas: 2, memory: '64Mi', env: { GOGC: '100' } };
const keptNodes = 2;
const withinMs = 60_000;

describe('recording of Kubernetes', () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await openCluster(server);
    // A list of all objects would be most of the recording.
    for (const name of fakeNodes.slice(keptNodes))
      await cluster.remove({ apiVersion: 'v1', kind: 'Node', name });
    await makeNamespace(cluster, namespace);
    const homeless = pod({ name: 'homeless', namespace });
    await cluster.apply(deployment(api), {
      ...homeless,
      spec: { ...Object(homeless.spec), nodeSelector: { 'opsdeck.dev/nowhere': 'yes' } },
    });
    await readyPods(cluster, api, 2);
    await until('the scheduler has emitted FailedScheduling', async () => {
      const events = await cluster.list<{ readonly reason: string }>({
        apiVersion: 'v1',
        kind: 'Event',
        namespace,
      });
      return events.some(({ reason }) => reason === 'FailedScheduling');
    });
  }, withinMs);
  afterAll(() => cluster[Symbol.asyncDispose]());

  /** Scales the deployment down and creates a pod. */
  const changing = async (): Promise<void> => {
    await cluster.apply(deployment({ ...api, replicas: 1 }));
    await until('one pod is left', async () => (await podsOf(cluster, api)).length === 1);
    await cluster.apply(pod({ name: 'late', namespace }));
    await readyPods(cluster, { name: 'late', namespace }, 1);
  };

  test.each(kubernetesScenarios)(
    '$name: $asked',
    async (scenario) => {
      const tap = await openKubeTap(server, scenario.user ?? 'admin');
      const time = new Date().toISOString();
      await play(kubernetes, scenario, { dial: tap.dial, at: time, meanwhile: changing });
      await saveTap(server, scenario, time, tap);
    },
    withinMs,
  );

  test(`gone: ${watchScenarios.gone.asked}`, async () => {
    await using _ = await createExpiringKind(cluster);
    const tap = await openKubeTap(server, 'admin');
    const time = new Date().toISOString();
    await readWatch(watchScenarios.gone, expiredWatch, tap.dial);
    await saveTap(server, watchScenarios.gone, time, tap);
  });

  test(`bookmark: ${watchScenarios.bookmark.asked}`, async () => {
    const tap = await openKubeTap(server, 'admin');
    const time = new Date().toISOString();
    const path = `/api/v1/namespaces/${namespace}/pods`;
    const { metadata } = await cluster.api.ask<{ readonly metadata: { readonly resourceVersion: string } }>(
      path,
    );
    const query = `watch=1&resourceVersion=${metadata.resourceVersion}&allowWatchBookmarks=true&timeoutSeconds=10`;
    const reading = readWatch(watchScenarios.bookmark, `${path}?${query}`, tap.dial);
    const passing = pod({ name: 'passing', namespace });
    await cluster.apply(passing);
    await readyPods(cluster, { name: 'passing', namespace }, 1);
    await cluster.remove({ ...passing, ...passing.metadata });
    // A watch gets a bookmark only after other objects have changed.
    const elsewhere = pod({ name: 'elsewhere', namespace: 'default' });
    await cluster.apply(elsewhere);
    await reading;
    await cluster.remove({ ...elsewhere, ...elsewhere.metadata });
    await saveTap(server, watchScenarios.bookmark, time, tap);
  });
});
