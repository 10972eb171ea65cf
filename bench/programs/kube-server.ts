import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

// An API server with 10,000 pods: a chunked list and one watch. It runs in its own process, so that its work is not measured. A
// pod name on stdin puts that pod into CrashLoopBackOff; the time is printed on stdout.

const count = Number(process.argv[2] ?? '10000');
const wallNow = (): number => performance.timeOrigin + performance.now();
const say = (what: object): void => {
  process.stdout.write(`${JSON.stringify({ ...what, at: wallNow() })}\n`);
};

/** A typical pod of a Deployment: 6 KB of JSON, most of it unused. */
const pod = (index: number, restarts = 0) => ({
  metadata: {
    name: `pod-${String(index).padStart(5, '0')}`,
    namespace: 'shop',
    uid: `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
    resourceVersion: String(1000 + index + restarts),
    creationTimestamp: '2026-03-01T10:00:00Z',
    labels: { app: `app-${index % 40}`, 'pod-template-hash': '7c9f8d6b5' },
    annotations: { note: 'x'.repeat(400) },
    ownerReferences: [
      {
        apiVersion: 'apps/v1',
        kind: 'ReplicaSet',
        name: `app-${index % 40}-7c9f8d6b5`,
        uid: `rs-${index % 40}`,
        controller: true,
      },
    ],
    managedFields: [
      { manager: 'kube-controller-manager', operation: 'Update', fieldsV1: { f: 'y'.repeat(2500) } },
    ],
  },
  spec: {
    nodeName: `node-${index % 50}`,
    containers: [
      {
        name: 'app',
        image: 'registry.example/app:1.2.3',
        env: Array.from({ length: 12 }, (_, at) => ({ name: `KEY_${at}`, value: 'z'.repeat(60) })),
        resources: { limits: { cpu: '1', memory: '512Mi' }, requests: { cpu: '100m', memory: '256Mi' } },
      },
    ],
  },
  status: {
    phase: 'Running',
    startTime: '2026-03-01T10:00:00Z',
    conditions: [{ type: 'Ready', status: restarts > 0 ? 'False' : 'True' }],
    containerStatuses: [
      {
        name: 'app',
        ready: restarts === 0,
        restartCount: restarts,
        image: 'registry.example/app:1.2.3',
        state:
          restarts > 0
            ? { waiting: { reason: 'CrashLoopBackOff' } }
            : { running: { startedAt: '2026-03-01T10:00:05Z' } },
      },
    ],
  },
});

const chunks = new Map<string, string>();
const chunkOf = (from: number, limit: number): string => {
  const key = `${from}/${limit}`;
  const had = chunks.get(key);
  if (had !== undefined) return had;
  const to = Math.min(count, from + limit);
  const items = Array.from({ length: to - from }, (_, at) => pod(from + at));
  const more = to < count ? { continue: String(to), remainingItemCount: count - to } : {};
  const text = JSON.stringify({
    kind: 'PodList',
    apiVersion: 'v1',
    metadata: { resourceVersion: '900000', ...more },
    items,
  });
  chunks.set(key, text);
  return text;
};
// Prepared in advance, because the client's processing is measured.
for (let from = 0; from < count; from += 500) chunkOf(from, 500);

const watchers = new Set<ServerResponse>();
const server = createServer((request, response) => {
  const url = new URL(request.url ?? '/', 'http://kube');
  response.setHeader('content-type', 'application/json');
  const isList = url.pathname.endsWith('/pods') && !url.pathname.includes('metrics');
  if (!isList || url.searchParams.has('labelSelector')) {
    const empty = { kind: 'List', apiVersion: 'v1', metadata: { resourceVersion: '1' }, items: [] };
    if (url.searchParams.has('watch')) return void response.flushHeaders();
    response.end(JSON.stringify(empty));
    return;
  }
  if (url.searchParams.has('watch')) {
    response.flushHeaders();
    watchers.add(response);
    response.once('close', () => watchers.delete(response));
    return;
  }
  const from = Number(url.searchParams.get('continue') ?? '0');
  response.end(chunkOf(from, Number(url.searchParams.get('limit') ?? count)), () => {
    if (from === 0) say({ is: 'first-chunk' });
  });
});
server.listen(0, '127.0.0.1', () => say({ is: 'ready', port: (server.address() as AddressInfo).port }));

let restarts = 0;
process.stdin.on('data', (words) => {
  for (const index of String(words).trim().split('\n')) {
    restarts += 1;
    const event = {
      type: 'MODIFIED',
      object: { kind: 'Pod', apiVersion: 'v1', ...pod(Number(index), restarts) },
    };
    for (const watcher of watchers) watcher.write(`${JSON.stringify(event)}\n`);
    say({ is: 'sent', watchers: watchers.size });
  }
});
