import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createRequestCounter } from '../support/request-counter.ts';
import { pod } from './kube-objects.ts';

// API servers of several clusters with many pods each, and a gateway with the health of many services, in a separate process that
// counts requests. Commands on stdin: `report` prints the counts since the last one; `change N` changes N pods per second.

const { pods, services, environments } = JSON.parse(process.argv[2] ?? '{}') as {
  readonly pods: number;
  readonly services: number;
  readonly environments: number;
};
/** Time that a health endpoint takes, in ms. */
const healthMs = 20;
const podsPerNode = 100;

const list = (kind: string, items: readonly unknown[], more: object = {}): Buffer =>
  Buffer.from(
    JSON.stringify({ kind, apiVersion: 'v1', metadata: { resourceVersion: '900000', ...more }, items }),
  );
const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index);

const chunks = new Map<string, Buffer>();
const podChunk = (from: number, limit: number): Buffer => {
  const key = `${from}/${limit}`;
  const to = Math.min(pods, from + limit);
  const more = to < pods ? { continue: String(to), remainingItemCount: pods - to } : {};
  const chunk =
    chunks.get(key) ??
    list(
      'PodList',
      numbers(to - from).map((position) => pod(from + position)),
      more,
    );
  chunks.set(key, chunk);
  return chunk;
};
// Prepared in advance, because the client's processing is measured.
for (let from = 0; from < pods; from += 500) podChunk(from, 500);

const usage = { cpu: '12345678n', memory: '262144Ki' };
const metricsOf = (metadata: object) => ({
  metadata: { ...metadata, creationTimestamp: '2026-03-01T10:00:00Z' },
  timestamp: '2026-03-01T10:00:00Z',
  window: '15.012s',
});
/** Source: Kubernetes documentation, "Recommended Labels". */
const recommendedLabels = (name: string) => ({
  'app.kubernetes.io/name': name,
  'app.kubernetes.io/instance': `${name}-production`,
  'app.kubernetes.io/version': '1.2.3',
  'app.kubernetes.io/component': 'backend',
  'app.kubernetes.io/part-of': 'shop',
  'app.kubernetes.io/managed-by': 'Helm',
});
const podMetrics = list(
  'PodMetricsList',
  numbers(pods).map((position) => {
    const { name, namespace, labels: own } = pod(position).metadata;
    // The metrics server repeats the labels of the pod.
    const labels = { ...own, ...recommendedLabels(`app-${position % services}`) };
    return { ...metricsOf({ name, namespace, labels }), containers: [{ name: 'app', usage }] };
  }),
);
const nodeNames = numbers(Math.ceil(pods / podsPerNode)).map((position) => `node-${position}`);
const nodeMetrics = list(
  'NodeMetricsList',
  nodeNames.map((name) => ({ ...metricsOf({ name }), usage })),
);
const nodes = list(
  'NodeList',
  nodeNames.map((name) => ({
    metadata: { name, uid: name, resourceVersion: '1' },
    spec: {},
    status: {
      conditions: [{ type: 'Ready', status: 'True' }],
      allocatable: { cpu: '16', memory: '64Gi', pods: '110' },
      nodeInfo: { kubeletVersion: 'v1.34.1' },
    },
  })),
);
const deployments = list(
  'DeploymentList',
  numbers(services).map((position) => ({
    metadata: {
      name: `app-${position}`,
      namespace: 'shop',
      uid: `deployment-${position}`,
      resourceVersion: '1',
      generation: 1,
    },
    spec: { replicas: Math.round(pods / services) },
    status: {
      observedGeneration: 1,
      replicas: Math.round(pods / services),
      updatedReplicas: Math.round(pods / services),
      readyReplicas: Math.round(pods / services),
      availableReplicas: Math.round(pods / services),
      conditions: [{ type: 'Available', status: 'True' }],
    },
  })),
);
const version = Buffer.from('{"major":"1","minor":"34","gitVersion":"v1.34.1"}');
const none = list('List', []);

const kube = createRequestCounter();
const health = createRequestCounter();
/** Watches of pods of the first cluster. */
const watchers = new Set<ServerResponse>();

const bodyOf = (url: URL): readonly [kind: string, body: Buffer] => {
  const { pathname, searchParams } = url;
  if (pathname === '/version') return ['version', version];
  if (pathname.startsWith('/apis/metrics.k8s.io/'))
    return pathname.endsWith('/nodes') ? ['node usage', nodeMetrics] : ['pod usage', podMetrics];
  if (pathname.endsWith('/pods'))
    return [
      'pods list',
      podChunk(Number(searchParams.get('continue') ?? '0'), Number(searchParams.get('limit') ?? pods)),
    ];
  if (pathname.endsWith('/nodes')) return ['other lists', nodes];
  if (pathname.endsWith('/deployments')) return ['other lists', deployments];
  return ['other lists', none];
};

const answerKube =
  (cluster: number) =>
  (request: IncomingMessage, response: ServerResponse): void => {
    const url = new URL(request.url ?? '/', 'http://kube');
    response.setHeader('content-type', 'application/json');
    if (url.searchParams.has('watch')) {
      const isPods = url.pathname.endsWith('/pods');
      kube.add(isPods ? 'pods watch' : 'other watches', 0);
      response.flushHeaders();
      if (!isPods || cluster > 0) return;
      watchers.add(response);
      response.once('close', () => watchers.delete(response));
      return;
    }
    const [kind, body] = bodyOf(url);
    kube.add(cluster === 0 ? kind : `${kind}, others`, body.length);
    response.end(body);
  };

const answerHealth = (_: IncomingMessage, response: ServerResponse): void => {
  const body = '{"status":"UP"}';
  health.add('health', body.length);
  setTimeout(() => response.setHeader('content-type', 'application/json').end(body), healthMs);
};

const listen = (server: Server): Promise<number> =>
  new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });

let changes = 0;
let changing: NodeJS.Timeout | undefined;
const change = (perSecond: number): void => {
  clearInterval(changing);
  if (perSecond === 0) return;
  changing = setInterval(() => {
    changes += 1;
    const object = pod((changes * 7919) % pods, changes);
    const line = Buffer.from(`${JSON.stringify({ type: 'MODIFIED', object })}\n`);
    for (const watcher of watchers) {
      kube.addBytes('pods watch', line.length);
      watcher.write(line);
    }
  }, 1000 / perSecond);
};

const kubePorts = await Promise.all(
  numbers(environments).map((position) => listen(createServer(answerKube(position)))),
);
const healthPort = await listen(createServer(answerHealth));
const say = (what: object): void => void process.stdout.write(`${JSON.stringify(what)}\n`);
say({ kubePorts, healthPort });

process.stdin.on('data', (text) => {
  for (const line of String(text).trim().split('\n')) {
    const [word, count] = line.split(' ');
    if (word === 'change') change(Number(count));
    if (word === 'report') say({ kubernetes: kube.report(), http: health.report() });
  }
});
