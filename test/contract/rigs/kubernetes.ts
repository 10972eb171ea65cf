import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request as ask, createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Clock } from '../../../src/platform/runtime/clock.ts';
import type { ClusterSpec } from '../../../src/simulator/model/spec/cluster.ts';
import { startApiServer } from '../../../src/simulator/servers/kubernetes/endpoint.ts';
import { tokenOf } from '../../../src/simulator/servers/kubernetes/users.ts';
import type { SourceRig, TimelessFact } from '../../../src/testing/source-rig.ts';
import { kubernetesOperationValues } from './kubernetes-operations.ts';
import { contractView } from './simulator.ts';

const source = 'kubernetes';
const namespace = 'contract';

const commit = '8f3a2c1b0d9e8f7a6b5c4d3e2f1a0b9c8d7e6f5a';
const nextCommit = 'c0ffee00d9e8f7a6b5c4d3e2f1a0b9c8d7e6f5a1';

const cluster: ClusterSpec = {
  name: 'contract',
  registry: 'registry.example',
  namespace,
  nodes: { count: 2, cpu: '4', memory: '8Gi' },
  services: {
    bus: {
      runtime: 'java',
      requests: { cpu: '250m', memory: '512Mi' },
      limits: { cpu: '1', memory: '1Gi' },
      env: {},
    },
  },
  scalers: [{ service: 'bus', least: 1, most: 4, cpuPercent: 70 }],
  cronJobs: [{ name: 'sweep', schedule: '0 3 * * *', image: 'registry.example/sweep:1', lines: [] }],
  configMaps: { 'bus-config': { 'a.yml': 'a: 1\n' } },
  tlsSecrets: { 'bus-tls': ['bus.example'] },
  delivery: {
    namespace: 'delivery',
    applications: [{ name: 'shop', revision: commit, wanted: nextCommit, services: ['bus'] }],
    kustomizations: [{ name: 'shop', revision: commit, services: ['bus'] }],
    helmReleases: [{ name: 'broker', revision: '6.5.1', services: [] }],
    releases: [
      {
        name: 'broker',
        services: ['bus'],
        revisions: [
          { status: 'superseded', agoMs: 90_000_000, tag: '0.9.0' },
          { status: 'deployed', agoMs: 7_200_000 },
        ],
      },
    ],
  },
};

/** The UID of namespace kube-system identifies the cluster. It is the same for all of these servers. */
let clusterUid = '';

/** A pod of the deployment; its name is random. */
let podName = '';

const podNameOf = async (url: string): Promise<string> => {
  const answer = await fetch(`${url}/api/v1/namespaces/${namespace}/pods`);
  const body = (await answer.json()) as {
    readonly items: readonly { readonly metadata: { readonly name: string } }[];
  };
  return body.items[0]?.metadata.name ?? '';
};

/** The second node has been cordoned, so all pods are on the first one. */
const cordoned = async (url: string): Promise<void> => {
  const { status } = await fetch(`${url}/api/v1/nodes/contract-test-node-2`, {
    method: 'PATCH',
    headers: {
      authorization: `Bearer ${tokenOf('admin')}`,
      'content-type': 'application/strategic-merge-patch+json',
    },
    body: JSON.stringify({ spec: { unschedulable: true } }),
  });
  if (status !== 200) throw new Error(`the rig's node could not be cordoned: ${status}`);
};

const uidOf = async (url: string): Promise<string> => {
  const answer = await fetch(`${url}/api/v1/namespaces/kube-system`);
  const body = (await answer.json()) as { readonly metadata: { readonly uid: string } };
  return body.metadata.uid;
};

/** Rolls out another environment of the deployment: a restart alone would leave nothing to roll back. */
const reconfigured = async (url: string): Promise<void> => {
  const template = { spec: { containers: [{ name: 'bus', env: [{ name: 'LOG_LEVEL', value: 'info' }] }] } };
  const { status } = await fetch(`${url}/apis/apps/v1/namespaces/${namespace}/deployments/bus`, {
    method: 'PATCH',
    headers: {
      authorization: `Bearer ${tokenOf('admin')}`,
      'content-type': 'application/strategic-merge-patch+json',
    },
    body: JSON.stringify({ spec: { template } }),
  });
  if (status !== 200) throw new Error(`the rig's deployment could not be changed: ${status}`);
};

/** The proxy forwards no credentials, and ours belong to no user of this server: requests are sent as the administrator. */
const start = async (clock: Clock): Promise<{ readonly url: string; close(): Promise<void> }> => {
  let ago = 10 * 60_000;
  const earlier = { ...clock, now: () => clock.now() - ago, wallNow: () => clock.wallNow() - ago };
  const api = await startApiServer(contractView(earlier, [], { cluster }));
  // Its environment changed ten minutes ago, so there is a revision with another template to roll back to.
  await cordoned(api.url);
  await reconfigured(api.url);
  ago = 0;
  const relay = createServer((request, response) => {
    const headers = {
      authorization: `Bearer ${tokenOf('admin')}`,
      accept: request.headers.accept ?? '',
      'content-type': request.headers['content-type'] ?? '',
      'content-length': request.headers['content-length'] ?? '0',
    };
    const onward = ask(
      new URL(request.url ?? '/', api.url),
      { method: request.method, headers, agent: false },
      (answer) => {
        response.writeHead(answer.statusCode ?? 0, answer.headers);
        answer.pipe(response);
      },
    );
    onward.on('error', () => response.destroy());
    request.pipe(onward);
  });
  await new Promise<void>((resolve) => relay.listen(0, '127.0.0.1', resolve));
  const address = relay.address();
  const port = typeof address === 'object' ? address?.port : 0;
  const url = `http://127.0.0.1:${port}`;
  clusterUid = await uidOf(url);
  podName = await podNameOf(url);
  return {
    url,
    close: async () => {
      await new Promise<void>((resolve) => {
        relay.close(() => resolve());
        relay.closeAllConnections();
      });
      await api.close();
      for (const dir of dirs.splice(0)) rmSync(dir, { recursive: true, force: true });
    },
  };
};

/** Temporary directories with a kubeconfig each. */
const dirs: string[] = [];

const kubeconfig = (server: string, token: string): string => {
  const dir = mkdtempSync(join(tmpdir(), 'opsdeck-contract-'));
  dirs.push(dir);
  const path = join(dir, 'config');
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'contract', cluster: { server } }],
    users: [{ name: 'opsdeck', user: { token } }],
    contexts: [{ name: 'contract', context: { cluster: 'contract', user: 'opsdeck', namespace } }],
  };
  writeFileSync(path, JSON.stringify(config), { mode: 0o600 });
  return path;
};

const row = { source, ready: 1, wanted: 1, startedAt: expect.any(Number) };
const sample = (signal: string, reading: TimelessFact): TimelessFact => ({
  source,
  signal,
  labels: {},
  ...reading,
});
/** Changed once, so that it has a revision history. */
const deployment: TimelessFact = {
  ...row,
  kind: 'deployment',
  namespace,
  name: 'bus',
  owner: '',
  node: '',
  status: 'available',
  isHealthChecked: true,
  image: 'registry.example/bus:2.4.1',
  revision: '2',
  generation: 2,
};

const delivered = (kind: string, name: string, more: TimelessFact): TimelessFact => ({
  source,
  kind,
  namespace: 'delivery',
  name,
  owner: '',
  node: '',
  ...more,
});

export const kubernetesRig: SourceRig = {
  type: 'kubernetes',
  start,
  config: (url, secret) => ({
    context: 'contract',
    kubeconfig: kubeconfig(url, secret),
    // A rollback of a Helm release is planned only where its program is installed.
    helm: process.execPath,
    // The proxy forwards complete responses only, and a watch never completes.
    watch: false,
    identity: { uid: clusterUid },
    delivery: ['argocd', 'flux', 'helm'],
    deliveryNamespaces: ['delivery'],
  }),
  signals: [
    { id: 'bus.ready', read: { ready: 'deployment/bus', of: 'wanted' } },
    { id: 'bus.restarts', read: { restarts: 'app=bus', per: '10m' } },
    { id: 'bus.oom', read: { oom: 'deployment/bus' } },
    { id: 'bus.memory', read: { memory: 'app=bus', of: 'limit', fold: 'max' } },
    { id: 'bus.available', read: { condition: 'deployment/bus', type: 'Available' } },
    { id: 'bus.scaler', read: { hpa: 'bus', value: 'ratio' } },
    { id: 'bus.certificate', read: { secretExpiry: 'bus-tls' } },
    { id: 'gone.ready', read: { ready: 'deployment/gone' } },
  ],
  healthy: {
    'kubernetes/pods': {
      items: [
        {
          ...row,
          kind: 'pod',
          namespace,
          name: expect.stringMatching(/^bus-/),
          owner: 'deploy bus',
          node: 'contract-test-node-1',
          status: 'Running',
          isHealthChecked: true,
          ip: expect.stringMatching(/^10\.244\./),
          restarts: 0,
          restartsRising: false,
          cpuCores: expect.any(Number),
          memoryBytes: expect.any(Number),
          cpuLimitCores: 1,
          memoryLimitBytes: 2 ** 30,
        },
      ],
      samples: [
        sample('bus.restarts', { value: 0, fold: 'sum', parts: expect.any(Object) }),
        sample('bus.oom', { value: 0, fold: 'sum', parts: expect.any(Object) }),
        sample('bus.memory', { value: expect.any(Number), fold: 'max', parts: expect.any(Object) }),
      ],
    },
    'kubernetes/deployments': {
      items: [deployment],
      samples: [
        sample('bus.ready', { value: 100 }),
        sample('bus.available', { value: 'True' }),
        sample('gone.ready', { why: 'deployment/gone not found: check the name and the namespace' }),
      ],
    },
    'kubernetes/statefulsets': { items: [] },
    'kubernetes/daemonsets': { items: [] },
    'kubernetes/jobs': { items: [] },
    'kubernetes/nodes': {
      items: [false, true].map((isCordoned, index) => ({
        source,
        name: `contract-test-node-${index + 1}`,
        status: 'Ready',
        problems: [],
        isCordoned,
        roles: [],
        kubelet: expect.stringMatching(/^v1\./),
        podsAllocatable: 110,
        cpuCores: expect.any(Number),
        memoryBytes: expect.any(Number),
        cpuAllocatableCores: 4,
        memoryAllocatableBytes: 8 * 2 ** 30,
        startedAt: expect.any(Number),
      })),
    },
    'kubernetes/capacity': { items: [] },
    'kubernetes/objects': { items: [] },
    'kubernetes/hpas': {
      items: [
        {
          source,
          title: 'hpa bus',
          text: expect.stringMatching(/^deployment\/bus has 1 replica \(allowed: 1 to 4\); cpu \d+% of 70%$/),
        },
      ],
      samples: [sample('bus.scaler', { value: 25 })],
    },
    'kubernetes/warnings': { items: [] },
    'kubernetes/top': { items: [] },
    'kubernetes/applications': {
      items: [
        delivered('application', 'shop', {
          status: 'OutOfSync',
          delivery: 'outdated',
          revision: '8f3a2c1',
          syncedAt: expect.any(Number),
          detail: expect.stringMatching(
            /^1 of 1 objects are out of sync: Deployment contract\/bus; revision 8f3a2c1, synced \d{4}-\S+Z$/,
          ),
        }),
      ],
    },
    'kubernetes/kustomizations': {
      items: [
        delivered('kustomization', 'shop', {
          status: 'Ready',
          revision: 'main@8f3a2c1',
          generation: 1,
          detail: expect.stringMatching(/^revision main@8f3a2c1; ready since \d{4}-\S+Z$/),
        }),
      ],
    },
    'kubernetes/helmreleases': {
      items: [
        delivered('helmrelease', 'broker', {
          status: 'Ready',
          revision: '6.5.1, release 2',
          generation: 1,
          syncedAt: expect.any(Number),
          detail: expect.stringMatching(/^revision 6\.5\.1, release 2; deployed \d{4}-\S+Z$/),
        }),
      ],
    },
    'kubernetes/releases': {
      items: [
        {
          source,
          kind: 'release',
          namespace,
          name: 'broker',
          owner: '',
          node: '',
          status: 'deployed',
          revision: '2',
          syncedAt: expect.any(Number),
          detail: expect.stringMatching(/^revision 2 since \d{4}-\S+Z$/),
        },
      ],
    },
    'kubernetes/secrets': { items: [sample('bus.certificate', { value: expect.any(Number) })] },
  },
  unknowns: {
    'kubernetes/deployments': ({ items, samples = [] }) => [
      ...items.map((item) => ('cpuCores' in item ? item.cpuCores : undefined)),
      ...samples.filter(({ signal }) => signal === 'gone.ready').map(({ value }) => value),
    ],
  },
  partial: {
    denied: /^\/api\/v1\/nodes/,
    feed: 'kubernetes/deployments',
    items: [deployment],
  },
  get operations() {
    return kubernetesOperationValues({
      ...{ namespace, pod: podName, image: 'registry.example/bus:2', memory: '2Gi' },
      ...{ node: 'contract-test-node-1', cordonedNode: 'contract-test-node-2' },
    });
  },
};
