import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  type Cluster,
  dropNamespace,
  kubeconfigOf,
  makeNamespace,
  openCluster,
} from '../kubernetes/cluster.ts';
import { createExpiringKind, expiredWatch } from '../kubernetes/expired-watch.ts';
import { deployment } from '../kubernetes/objects.ts';
import { readyPods } from '../kubernetes/pods.ts';
import { type OpenKube, openKube } from '../kubernetes/source.ts';
import { until } from '../machine/until.ts';
import { openProxy } from '../proxy.ts';
import { detailOf, underTest } from '../setting.ts';

const server = underTest();
const namespace = 'watched';
const shop = { name: 'shop', namespace };
const where = { apiVersion: 'apps/v1', kind: 'Deployment', ...shop };
let stack = new AsyncDisposableStack();
let cluster: Cluster;
let proxy: Awaited<ReturnType<typeof openProxy>>;
/** The requested pod URLs. */
let requests: string[] = [];
let change: (head: string) => string = (head) => head;

const watches = (): readonly string[] => requests.filter((request) => request.includes('watch=1'));
const lists = (): readonly string[] => requests.filter((request) => !request.includes('watch=1'));
const versionOf = (address = ''): string => /resourceVersion=(\d+)/.exec(address)?.[1] ?? '';

/** The kubeconfig of the administrator, through the proxy. */
const through = async (): Promise<string> => {
  const dir = await mkdtemp(join(tmpdir(), 'opsdeck-watch-'));
  stack.defer(() => rm(dir, { recursive: true }));
  const path = join(dir, 'config');
  const text = await readFile(kubeconfigOf(server), 'utf8');
  await writeFile(path, text.replaceAll(cluster.access.server, proxy.origin));
  return path;
};

beforeAll(async () => {
  cluster = stack.use(await openCluster(server));
  await makeNamespace(cluster, namespace);
  stack.defer(() => dropNamespace(cluster, namespace));
  const [certificate, key] = await Promise.all(
    ['certificate', 'key'].map((file) => readFile(detailOf(server, file), 'utf8')),
  );
  proxy = await openProxy(server.port, { certificate: certificate ?? '', key: key ?? '' });
  stack.defer(() => proxy.close());
  proxy.alter((head) => {
    const [, address = ''] = head.split(' ', 2);
    if (address.includes('/pods?')) requests.push(address);
    return change(head);
  });
});
afterAll(async () => {
  await stack.disposeAsync();
  stack = new AsyncDisposableStack();
});

beforeEach(async () => {
  await cluster.apply(deployment({ ...shop, replicas: 2 }));
  await readyPods(cluster, shop, 2);
  [requests, change] = [[], (head) => head];
  await proxy.set('through');
});

const open = async (): Promise<OpenKube> => openKube(await through(), { namespace, facts: ['pods'] });
const scale = (replicas: number): Promise<void> => cluster.patch(where, { spec: { replicas } });
const running = (count: number) => (rows: ReadonlyMap<string, unknown>) =>
  rows.size === count &&
  [...rows.values()].every((row) => JSON.stringify(row).includes('"status":"Running"'));

describe('a watch of pods', () => {
  test('delivers changes as rows, without another list', async () => {
    await using source = await open();
    const wakes = source.follow('pods');
    await source.rows('pods', running(2));
    await until('the watch is open', async () => watches().length === 1);
    expect(versionOf(watches()[0])).toMatch(/^\d+$/);
    const before = wakes();
    await scale(3);
    await source.rows('pods', running(3));
    expect(wakes()).toBeGreaterThan(before);
    await scale(1);
    const [row] = await source.rows('pods', running(1));
    expect(row).toMatchObject({ kind: 'pod', owner: 'deploy shop', ready: 1, wanted: 1, namespace });
    expect([lists().length, watches().length]).toEqual([1, 1]);
  });

  test('resumes after the server ends it', async () => {
    change = (head) => head.replace('timeoutSeconds=300', 'timeoutSeconds=2');
    await using source = await open();
    source.follow('pods');
    await source.rows('pods', running(2));
    await until('the watch is open again', async () => {
      await source.read('pods');
      return watches().length >= 2;
    });
    await scale(3);
    await source.rows('pods', running(3));
    expect((await source.read('pods')).faults).toEqual([]);
    expect(lists()).toHaveLength(1);
  });

  test('resumes after a cut connection, with the changes in between', async () => {
    await using source = await open();
    source.follow('pods');
    await source.rows('pods', running(2));
    await until('the watch is open', async () => watches().length === 1);
    await proxy.set('refuse');
    await scale(1);
    await readyPods(cluster, shop, 1);
    await until('the fault is reported', async () => (await source.read('pods')).faults.length > 0);
    expect((await source.read('pods')).faults).toMatchObject([
      { kind: 'unreachable', message: expect.stringMatching(/^GET https:.*\/pods: connection/) },
    ]);
    await proxy.set('through');
    await source.rows('pods', running(1));
    expect([lists().length, watches().length]).toEqual([1, 2]);
  });

  test('with an expired version (410) lists again, without a fault', async () => {
    await using source = await open();
    source.follow('pods');
    await source.rows('pods', running(2));
    await until('the watch is open', async () => watches().length === 1);
    await using _ = await createExpiringKind(cluster);
    // A version that the API server has compacted: it answers 410.
    let isOld = true;
    change = (head) => {
      if (!isOld || !head.includes('watch=1')) return head;
      isOld = false;
      return head.replace(/ \S+ /, ` ${expiredWatch} `);
    };
    await proxy.set('refuse');
    await scale(3);
    await readyPods(cluster, shop, 3);
    await proxy.set('through');
    await source.rows('pods', running(3));
    expect((await source.read('pods')).faults).toEqual([]);
    expect([isOld, lists().length]).toEqual([false, 2]);
    await scale(2);
    await source.rows('pods', running(2));
  });
});
