import { afterAll, beforeAll, describe, test } from 'vitest';
import { kubernetes } from '../../../src/sources/kubernetes/index.ts';
import { kubernetesNodeScenarios } from '../../replay/kubernetes-scenarios.ts';
import { play } from '../../replay/open-through.ts';
import { type Cluster, makeNamespace, openCluster } from '../kubernetes/cluster.ts';
import { image, type KubeObject, pod } from '../kubernetes/objects.ts';
import { containerThat } from '../kubernetes/pods.ts';
import { openKubeTap, saveTap } from '../kubernetes/tap.ts';
import { underTest } from '../setting.ts';

const server = underTest();
const talker = {
  name: 'talker',
  namespace: 'recorded',
  place: 'true',
  script: 'echo one; echo "ERROR two ✓" >&2; echo three',
} as const;

const stuck = { ...talker, name: 'stuck' } as const;

/** The same with an image that is not on the node, which never pulls. */
const withoutImage = (kubeObject: KubeObject): KubeObject => ({
  ...kubeObject,
  spec: JSON.parse(JSON.stringify(kubeObject.spec).replaceAll(image, 'localhost/opsdeck/missing:1')),
});

describe('recording of a kubelet', () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await openCluster(server);
    await makeNamespace(cluster, talker.namespace);
    await cluster.apply(pod(talker, 'Never'), withoutImage(pod(stuck)));
    await containerThat(cluster, talker, 'has exited', ({ state }) => state.terminated !== undefined);
    await containerThat(
      cluster,
      stuck,
      'cannot start',
      ({ state }) => state.waiting?.reason === 'ErrImageNeverPull',
    );
  });
  afterAll(() => cluster[Symbol.asyncDispose]());

  test.each(kubernetesNodeScenarios)('$name: $asked', async (scenario) => {
    const tap = await openKubeTap(server, 'admin');
    const time = new Date().toISOString();
    await play(kubernetes, scenario, { dial: tap.dial, at: time });
    await saveTap(server, scenario, time, tap);
  });
});
