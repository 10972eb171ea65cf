import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { actuatorCandidatesIn } from '../../../src/cli/discovery/pod-candidates.ts';
import { openWorkspace, type Workspace } from '../../simulation/workspace.ts';
import { longTest } from '../../support/layer.ts';
import { proxyKubeconfig, serviceProxy } from '../../support/service-proxy.ts';

let workspace: Workspace;
beforeEach(() => {
  workspace = openWorkspace({
    env: { OPSDECK_PROFILES: 'profiles', DOCKER_HOST: 'unix:///nonexistent/docker.sock' },
  });
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await workspace[Symbol.asyncDispose]();
});

interface PodShape {
  readonly annotations?: Readonly<Record<string, string>>;
  readonly containers?: readonly object[];
  readonly ready?: boolean;
  readonly owner?: { readonly kind: string; readonly name: string };
}

const scraped = (path: string) => ({
  'prometheus.io/scrape': 'true',
  'prometheus.io/port': '8081',
  'prometheus.io/path': path,
});
const pod = (name: string, { annotations, containers = [], ready = true, owner }: PodShape) => ({
  metadata: {
    ...{ name, namespace: 'shop', uid: `uid-${name}`, annotations },
    labels: { app: 'orders', 'pod-template-hash': '7d9c' },
    ownerReferences: [
      { apiVersion: 'apps/v1', controller: true, ...(owner ?? { kind: 'ReplicaSet', name: 'orders-7d9c' }) },
    ],
  },
  spec: { containers: [{ name: 'app', ...containers[0] }] },
  status: {
    phase: 'Running',
    conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }],
    containerStatuses: [{ name: 'app', ready, restartCount: 0, state: { running: {} } }],
  },
});

const orders = ['orders-7d9c-a', 'orders-7d9c-b'].map((name) =>
  pod(name, { annotations: scraped('/actuator/prometheus') }),
);
const others = [
  pod('web-1', { annotations: scraped('/metrics'), owner: { kind: 'StatefulSet', name: 'web' } }),
  pod('cron-1', { annotations: scraped('/actuator/prometheus'), owner: { kind: 'Job', name: 'cron' } }),
  pod('fake-1', { annotations: scraped('/actuator/prometheus'), owner: { kind: 'DaemonSet', name: 'fake' } }),
];
const links = Object.fromEntries(
  ['self', 'health', 'circuitbreakers', 'metrics'].map((name) => [name, { href: `http://x/${name}` }]),
);
const breaker = {
  ...{ state: 'OPEN', failureRate: '72.0%', slowCallRate: '0.0%', bufferedCalls: 10, failedCalls: 7 },
  ...{ slowCalls: 0, slowFailedCalls: 0, notPermittedCalls: 4 },
};
const actuator = (path: string): unknown => {
  if (path === '/actuator') return { _links: links };
  if (path === '/actuator/health') return { status: 'UP' };
  if (path === '/actuator/circuitbreakers') return { circuitBreakers: { payment: breaker } };
  return path === '/actuator/metrics' ? { names: [] } : undefined;
};
const cluster = {
  services: [],
  answers: {
    'orders-7d9c-a:8081.shop': actuator,
    'orders-7d9c-b:8081.shop': actuator,
    'fake-1:8081.shop': () => ({ hello: 'world' }),
  },
  objects: {
    '/api/v1/namespaces/shop/pods': { kind: 'PodList', metadata: {}, items: [...orders, ...others] },
    '/apis/apps/v1/namespaces/shop/deployments/orders': {
      ...{ kind: 'Deployment', metadata: { name: 'orders', namespace: 'shop' } },
      spec: { selector: { matchLabels: { app: 'orders' } } },
    },
  },
};
const use = async (url: string): Promise<Readonly<Record<string, string>>> => {
  await workspace.put('kubeconfig', proxyKubeconfig(url));
  // The Kubernetes client merges the files of this variable, as kubectl does.
  vi.stubEnv('KUBECONFIG', workspace.path('kubeconfig'));
  return { KUBECONFIG: workspace.path('kubeconfig') };
};
const probes = (asked: readonly string[]): readonly string[] =>
  asked.filter((call) => call.endsWith('/proxy/actuator')).toSorted();

test('breakers and health of annotated pods appear without a profile; one probe per workload, GETs alone', async () => {
  await using server = await serviceProxy(cluster);
  const { stdout, stderr } = await workspace.run(['check', '--env', 'here', '--json'], await use(server.url));
  const report = JSON.parse(stdout);
  expect(stderr).toContain('opsdeck: orders: actuators of pods, 1 workload');
  expect(report.breakers).toContainEqual(
    expect.objectContaining({ source: 'orders', name: 'payment', state: 'open' }),
  );
  expect(probes(server.asked)).toEqual([
    'GET /api/v1/namespaces/shop/pods/http:fake-1:8081/proxy/actuator',
    'GET /api/v1/namespaces/shop/pods/http:orders-7d9c-a:8081/proxy/actuator',
  ]);
  for (const name of ['orders-7d9c-a', 'orders-7d9c-b'])
    expect(server.asked).toContain(
      `GET /api/v1/namespaces/shop/pods/http:${name}:8081/proxy/actuator/circuitbreakers`,
    );
  expect(server.asked.filter((call) => !call.startsWith('GET '))).toEqual([]);
});

longTest(
  'the list of pods is read once: the source of the cluster begins with the list of the search',
  async () => {
    await using server = await serviceProxy(cluster);
    const { stdout } = await workspace.run(['check', '--env', 'here', '--json'], await use(server.url));
    expect(JSON.parse(stdout).workloads).toContainEqual(expect.objectContaining({ name: 'orders-7d9c-a' }));
    const lists = server.asked.filter((call) => call.includes('/namespaces/shop/pods?limit=500'));
    expect(lists).toHaveLength(1);
  },
);

test('init writes them: every live pod through the API server, once a minute, without pools that do not exist', async () => {
  await using server = await serviceProxy(cluster);
  const env = await use(server.url);
  expect((await workspace.run(['init', '--no-check', '--env', 'shop/dev'], env)).code).toBe(0);
  expect(readFileSync(workspace.path('profiles/shop/dev.yaml'), 'utf8')).toContain(
    'orders: { type: actuator, service: orders, url: "http://orders/actuator", via: { source: k8s, target: deployment/orders, port: 8081 }, apiServer: { context: shop-prod }, every: "1m" }',
  );
  expect((await workspace.run(['validate', '--strict', 'profiles/shop/dev.yaml'], env)).code).toBe(0);
});

longTest('OPSDECK_POD_PROBES=off sends nothing to pods and lists none for it', async () => {
  await using server = await serviceProxy(cluster);
  const env = { ...(await use(server.url)), OPSDECK_POD_PROBES: 'off' };
  const { stderr } = await workspace.run(['check', '--env', 'here'], env);
  expect(stderr).not.toContain('actuators');
  expect(server.asked.filter((call) => call.includes('/proxy/'))).toEqual([]);
});

longTest(
  'an actuator that wants a login of its own is named, and is no expired login of the cluster',
  async () => {
    await using server = await serviceProxy({
      ...cluster,
      answers: { 'orders-7d9c-a:8081.shop': () => 401 },
    });
    const { stderr } = await workspace.run(['check', '--env', 'here'], await use(server.url));
    expect(stderr.split('\n').filter((line) => line.includes('actuators'))).toEqual([
      'opsdeck: not read: actuators of pods: deployment/orders: answered 401 Unauthorized',
    ]);
  },
);

test('a missing permission on pods/proxy is one line with the rule to request', async () => {
  const why =
    'pods "http:orders-7d9c-a:8081" is forbidden: User "ana" cannot get resource "pods/proxy" in API group "" in the namespace "shop"';
  await using server = await serviceProxy({
    ...cluster,
    denied: (path) => (path.includes('/proxy/') ? why : undefined),
  });
  const { stderr } = await workspace.run(['check', '--env', 'here'], await use(server.url));
  expect(stderr.split('\n').filter((line) => line.includes('actuators'))).toEqual([
    expect.stringMatching(
      /^opsdeck: not read: actuators of pods: .*403.*\. Request a Role in shop with .*pods\/proxy.*$/,
    ),
  ]);
});

test('candidates: annotations, or the path of a probe with its named port; one per workload of live pods', () => {
  const probed = pod('pay-1', {
    owner: { kind: 'StatefulSet', name: 'pay' },
    containers: [
      {
        ports: [{ name: 'management', containerPort: 9001 }],
        livenessProbe: { httpGet: { path: '/pay/actuator/health/liveness', port: 'management' } },
      },
    ],
  });
  const notReady = pod('x-1', {
    ready: false,
    annotations: scraped('/actuator/prometheus'),
    owner: { kind: 'StatefulSet', name: 'x' },
  });
  const hostile = pod('y-1', {
    annotations: scraped('/actuator/../../../secrets/actuator/health'),
    owner: { kind: 'StatefulSet', name: 'y' },
  });
  const found = actuatorCandidatesIn([
    ...orders,
    ...others,
    probed,
    notReady,
    hostile,
    null,
    { metadata: 3 },
  ]);
  expect(found.map(({ target, url }) => [target, url])).toEqual([
    ['daemonset/fake', 'http://fake-1.shop.pod:8081/actuator'],
    ['deployment/orders', 'http://orders-7d9c-a.shop.pod:8081/actuator'],
    ['statefulset/pay', 'http://pay-1.shop.pod:9001/pay/actuator'],
  ]);
});
