import { describe, expect, test } from 'vitest';
import { levelOf } from '../../../src/kinds/registry/registry.ts';
import { sumPodLoads } from '../../../src/sources/kubernetes/node/node-capacity.ts';
import { parseNode } from '../../../src/sources/kubernetes/node/parse-node.ts';
import { empty, type Handler, openFixture } from './fixture.ts';
import { failure, listOf, meta, pod, type Raw } from './objects.ts';

const at = (time: unknown): number | undefined => (typeof time === 'string' ? Date.parse(time) : undefined);
const ready = { type: 'Ready', status: 'True' };

const node = (name: string, spec: Raw = {}, conditions: readonly Raw[] = [ready]): Raw => ({
  metadata: meta(name, { namespace: undefined, labels: { 'node-role.kubernetes.io/worker': '' } }),
  spec,
  status: {
    conditions,
    allocatable: { cpu: '3920m', memory: '8Gi', pods: '110' },
    nodeInfo: { kubeletVersion: 'v1.33.4' },
  },
});

describe('a node', () => {
  test.each<[string, Raw, readonly Raw[], Raw, string]>([
    ['ready', {}, [ready], { status: 'Ready', problems: [], isCordoned: false }, 'ok'],
    [
      'whose kubelet no longer reports',
      {},
      [{ type: 'Ready', status: 'Unknown', message: 'Kubelet stopped posting node status.' }],
      { status: 'NotReady', detail: 'Kubelet stopped posting node status.' },
      'crit',
    ],
    ['without conditions', {}, [], { status: 'NotReady' }, 'crit'],
    [
      'under pressure',
      {},
      [{ type: 'DiskPressure', status: 'True', message: 'disk is full' }, ready],
      { status: 'Ready', problems: ['DiskPressure'], detail: 'DiskPressure: disk is full' },
      'warn',
    ],
    ['cordoned', { unschedulable: true }, [ready], { status: 'Ready', isCordoned: true }, 'ok'],
    // Some components add conditions that are True when all is well.
    [
      'with a condition of another component',
      {},
      [{ type: 'KernelReady', status: 'True' }, ready],
      { problems: [] },
      'ok',
    ],
  ])('%s', (_, spec, conditions, row, level) => {
    const parsed = parseNode(node('n1', spec, conditions), at).row;
    expect(parsed).toMatchObject(row);
    expect(levelOf('nodes', { source: 'k8s', at: 0, ...parsed }, {})).toBe(level);
  });

  test('has its version, roles and allocatable resources', () => {
    expect(parseNode(node('n1'), at).row).toMatchObject({
      kubelet: 'v1.33.4',
      roles: ['worker'],
      cpuAllocatableCores: 3.92,
      memoryAllocatableBytes: 8 * 2 ** 30,
      podsAllocatable: 110,
    });
  });

  test('without allocatable resources has none, not 0', () => {
    const { status: _, ...rest } = node('n1');
    expect(parseNode(rest, at).row).not.toHaveProperty('cpuAllocatableCores');
  });

  test('cordoned is a warning where the profile says so', () => {
    const { row } = parseNode(node('n1', { unschedulable: true }), at);
    expect(levelOf('nodes', { source: 'k8s', at: 0, ...row }, { nodes: { cordoned: 'warn' } })).toBe('warn');
  });
});

test('requests of pods that have ended, or have no node, do not count', () => {
  const load = { node: 'a', hasEnded: false, cpuCores: 0.5, memoryBytes: 100 };
  expect([...sumPodLoads([load, load, { ...load, hasEnded: true }, { ...load, node: '' }])]).toEqual([
    ['a', { pods: 2, cpuRequestedCores: 1, memoryRequestedBytes: 200 }],
  ]);
});

const request = (cpu: string): Raw => ({ name: 'x', resources: { requests: { cpu, memory: '1Gi' } } });

/** The largest init container needs more than both containers, and the sidecar runs beside them. */
const greedy = pod('greedy', {
  spec: {
    nodeName: 'n1',
    initContainers: [request('2'), { ...request('250m'), restartPolicy: 'Always' }],
    containers: [request('500m'), request('500m')],
  },
});
const done = pod('done', {
  spec: { nodeName: 'n1', containers: [request('1')] },
  status: { phase: 'Succeeded' },
});

const metrics = {
  kind: 'NodeMetricsList',
  metadata: {},
  items: [{ metadata: { name: 'n1' }, usage: { cpu: '980000000n', memory: '2Gi' } }],
};

const forbidden = (what: string): Raw =>
  failure(
    403,
    'Forbidden',
    `${what} is forbidden: User "ana" cannot list resource "${what}" in API group ""`,
  );

/** A cluster with one node and pods in other namespaces; `denied`: paths that the login may not read. */
const cluster =
  (denied: RegExp = /$^/): Handler =>
  (url, response, request) => {
    const { pathname } = url;
    if (denied.test(pathname)) return { status: 403, body: forbidden(pathname.split('/').at(-1) ?? '') };
    if (url.searchParams.get('watch') === '1') {
      response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders();
      return undefined;
    }
    if (pathname === '/api/v1/nodes') return { body: listOf([node('n1'), node('n2')]) };
    if (pathname === '/api/v1/pods') return { body: listOf([greedy, done]) };
    if (pathname === '/apis/metrics.k8s.io/v1beta1/nodes') return { body: metrics };
    return empty(url, response, request);
  };

const watchedRead = async (answer: Handler, config: Raw = {}) => {
  const fixture = await openFixture(answer, config);
  const stops = fixture.source.feeds.map((feed) => feed.watch?.(() => {}));
  const stop = async (): Promise<void> => {
    for (const currentStop of stops) currentStop?.();
    await fixture[Symbol.asyncDispose]();
  };
  return { fixture, [Symbol.asyncDispose]: stop };
};

test('nodes show their usage, and the requests of all namespaces', async () => {
  await using watched = await watchedRead(cluster());
  const { fixture } = watched;
  await fixture.read('capacity');
  const { items, faults, unavailable } = await fixture.read('nodes');
  expect([faults, unavailable]).toEqual([[], undefined]);
  expect(items).toMatchObject([
    // As the scheduler counts: 2 of the init container, since 0.5 + 0.5 + 0.25 is less; memory 1 + 1 + 1 Gi.
    {
      name: 'n1',
      pods: 1,
      cpuCores: 0.98,
      memoryBytes: 2 * 2 ** 30,
      cpuRequestedCores: 2,
      memoryRequestedBytes: 3 * 2 ** 30,
    },
    { name: 'n2', pods: 0, cpuRequestedCores: 0 },
  ]);
  expect(items[1]).not.toHaveProperty('cpuCores');
});

test('without the permission for pods or usage, those columns are unknown with the reason', async () => {
  await using watched = await watchedRead(cluster(/\/pods$|metrics/));
  const { fixture } = watched;
  expect(await fixture.read('capacity')).toEqual({ items: [], faults: [] });
  const { items, faults, unavailable } = await fixture.read('nodes');
  expect(faults).toEqual([]);
  expect(items[0]).not.toHaveProperty('pods');
  expect(items[0]).not.toHaveProperty('cpuCores');
  expect(unavailable?.map(({ kind, message }) => [kind, /resource "\w+"/.exec(message)?.[0]])).toEqual([
    ['denied', 'resource "nodes"'],
    ['denied', 'resource "pods"'],
  ]);
});

test('a login that may not list nodes has none, no fault, and the permission to request', async () => {
  await using watched = await watchedRead(cluster(/^\/api\/v1\/nodes/));
  expect(await watched.fixture.read('nodes')).toMatchObject({
    items: [],
    faults: [],
    unavailable: [{ kind: 'denied', remedy: expect.stringContaining('resources: ["nodes"], verbs: [list]') }],
  });
});

test('a source that reads all namespaces lists pods only once', async () => {
  await using watched = await watchedRead(cluster(), { namespaces: ['*'] });
  const { fixture } = watched;
  await fixture.read('pods');
  await fixture.read('capacity');
  expect((await fixture.read('nodes')).items[0]).toMatchObject({ pods: 1, cpuRequestedCores: 2 });
  const lists = fixture.server.asked.filter(
    (text) => /\/api\/v1\/pods\?/.test(text) && !text.includes('watch=1'),
  );
  expect(lists).toHaveLength(1);
});

/** Requests of lists of pods: path and query without the size of a chunk. */
const podLists = (asked: readonly string[]): readonly string[] =>
  asked
    .filter((text) => /\/pods\?/.test(text) && !text.includes('watch=1'))
    .map((text) => decodeURIComponent(text.replace(/^\S+ /, '').replace(/&?limit=\d+/, '')));

test.each<[string, Raw, readonly string[], number]>([
  [
    'of the context',
    {},
    ['/api/v1/namespaces/prod/pods?', '/api/v1/pods?fieldSelector=metadata.namespace!=prod'],
    3,
  ],
  [
    'of the profile',
    { namespaces: ['prod', 'pay'] },
    [
      '/api/v1/namespaces/prod/pods?',
      '/api/v1/namespaces/pay/pods?',
      '/api/v1/pods?fieldSelector=metadata.namespace!=prod,metadata.namespace!=pay',
    ],
    4,
  ],
  // The pods of the source are not all pods of its namespace.
  [
    'of which it selects some',
    { selector: 'app=shop' },
    ['/api/v1/namespaces/prod/pods?labelSelector=app=shop', '/api/v1/pods?'],
    2,
  ],
])('pods of the namespace %s are listed once, and all count', async (_, config, lists, cores) => {
  const own = (url: URL): readonly Raw[] =>
    /namespaces/.test(url.pathname)
      ? [pod('own', { spec: { nodeName: 'n1', containers: [request('1')] } })]
      : [];
  const answer: Handler = (url, response, asked) =>
    url.pathname.endsWith('/pods') && url.searchParams.get('watch') !== '1' && own(url).length > 0
      ? { body: listOf(own(url)) }
      : cluster()(url, response, asked);
  await using watched = await watchedRead(answer, config);
  const { fixture } = watched;
  await fixture.read('pods');
  await fixture.read('capacity');
  expect((await fixture.read('nodes')).items[0]).toMatchObject({ cpuRequestedCores: cores });
  expect(podLists(fixture.server.asked)).toEqual(lists);
});

test('the requests are unknown while the pods of one namespace cannot be read', async () => {
  await using watched = await watchedRead(cluster(/namespaces\/pay\/pods/), { namespaces: ['prod', 'pay'] });
  const { fixture } = watched;
  await fixture.read('pods');
  await fixture.read('capacity');
  expect((await fixture.read('nodes')).items[0]).not.toHaveProperty('pods');
});

test('without a watch, the pods of the cluster are not listed', async () => {
  await using fixture = await openFixture(cluster(), { watch: false });
  await fixture.read('capacity');
  const { items } = await fixture.read('nodes');
  expect(items[0]).toMatchObject({ cpuCores: 0.98 });
  expect(items[0]).not.toHaveProperty('pods');
  expect(fixture.server.asked.some((text) => text.includes('/api/v1/pods'))).toBe(false);
});

test.each([
  ['KernelDeadlock', 'True', 'warn'],
  ['FrequentKubeletRestart', 'True', 'warn'],
  ['FilesystemCorruptionProblem', 'True', 'warn'],
  ['StorageReady', 'False', 'warn'],
  ['StorageReady', 'True', 'ok'],
  ['KernelDeadlock', 'False', 'ok'],
  ['CalicoIsUp', 'True', 'ok'],
])('the condition %s %s of another component is %s', (type, status, level) => {
  const { row } = parseNode(node('a', {}, [ready, { type, status }]), at);
  expect(levelOf('nodes', { source: 'k', at: 0, ...row }, {})).toBe(level);
});

test('a node that registered less than a minute ago need not be ready', async () => {
  const joined = { ...node('a', {}, [{ type: 'Ready', status: 'False' }]) };
  const levelAt = async (creationTimestamp: string) => {
    await using fixture = await openFixture(({ pathname }, ...rest) =>
      pathname === '/api/v1/nodes'
        ? { body: listOf([{ ...joined, metadata: meta('a', { creationTimestamp }) }]) }
        : empty(new URL(`http://x${pathname}`), ...rest),
    );
    const [row] = (await fixture.read('nodes')).items;
    return row && levelOf('nodes', row as never, {});
  };
  expect(await levelAt('2026-03-04T10:14:50Z')).toBe('ok');
  expect(await levelAt('2026-03-04T10:13:50Z')).toBe('crit');
});
