import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type Cluster,
  dropNamespace,
  kubeconfigOf,
  makeNamespace,
  openCluster,
} from '../kubernetes/cluster.ts';
import { fakeNodes } from '../kubernetes/fake-nodes.ts';
import { dropPods, makePods } from '../kubernetes/many-pods.ts';
import { isReady, type PodShape } from '../kubernetes/pods.ts';
import { openKube } from '../kubernetes/source.ts';
import { underTest } from '../setting.ts';

const server = underTest();
const namespace = 'many';
const count = 10_000;
const pods = { apiVersion: 'v1', kind: 'Pod', namespace };
let cluster: Cluster;

beforeAll(async () => {
  cluster = await openCluster(server);
  await makeNamespace(cluster, namespace);
  await makePods(cluster, { name: 'one', namespace }, count);
}, 180_000);
afterAll(async () => {
  await dropPods(cluster, namespace);
  await dropNamespace(cluster, namespace, 120_000);
  await cluster[Symbol.asyncDispose]();
}, 180_000);

const since = (began: number): string => `${Math.round(performance.now() - began)} ms`;

describe('10,000 pods', () => {
  test('shows the first rows before the last are read, each once, and then only changes', {
    timeout: 120_000,
  }, async () => {
    let began = performance.now();
    const all = await cluster.list<PodShape>(pods);
    const bare = since(began);
    expect(all.filter(isReady)).toHaveLength(count);
    expect(new Set(all.map(({ spec }) => spec.nodeName)).size).toBe(fakeNodes.length);

    await using kube = await openKube(kubeconfigOf(server, 'viewer'), { namespace, facts: ['pods'] });
    began = performance.now();
    const wakes = kube.follow('pods');
    const first = await kube.read('pods');
    const firstRows = since(began);
    expect(first.items.length).toBeGreaterThan(0);
    expect(first.items.length).toBeLessThan(count);
    expect(first.faults).toMatchObject([
      {
        kind: 'missing',
        message: expect.stringMatching(
          /: opsdeck is still listing pods, and has received \d+ of about 10000$/,
        ),
      },
    ]);
    const rows = await kube.rows('pods', (known) => known.size === count);
    const allRows = since(began);
    expect(rows.filter(({ status, ready }) => status === 'Running' && ready === 1)).toHaveLength(count);
    expect((await kube.read('pods')).faults).toEqual([]);
    // Rows are published a few times, not once per chunk.
    expect(wakes()).toBeLessThan(10);

    await cluster.remove({ ...pods, name: 'one-77' });
    await kube.rows('pods', (known) => known.size === count - 1 && !known.has('one-77'));
    process.stdout.write(
      `10,000 pods: a bare list ${bare}. The source's first ${first.items.length} rows ${firstRows}, all ${allRows}\n`,
    );
  });
});
