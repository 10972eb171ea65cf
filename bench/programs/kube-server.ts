import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { accessReview, discovery, pod, podList, podTable } from './kube-objects.ts';

// An API server with many pods: a chunked list, watches, and logs that go on. It runs in its own process, so that its work is not measured. A
// pod's number on stdin puts that pod into CrashLoopBackOff; the time is printed on stdout.

const count = Number(process.argv[2] ?? '10000');
const linesPerSecond = Number(process.argv[3] ?? '0');
const wallNow = (): number => performance.timeOrigin + performance.now();
const say = (what: object): void => {
  process.stdout.write(`${JSON.stringify({ ...what, at: wallNow() })}\n`);
};

const chunks = new Map<string, string>();
const chunkOf = (from: number, limit: number, as: typeof podList | typeof podTable): string => {
  const key = `${as.name}/${from}/${limit}`;
  const known = chunks.get(key);
  if (known !== undefined) return known;
  const to = Math.min(count, from + limit);
  const indexes = Array.from({ length: to - from }, (_, index) => from + index);
  const more = to < count ? { continue: String(to), remainingItemCount: count - to } : {};
  const text = JSON.stringify(as(indexes, { resourceVersion: '900000', ...more }));
  chunks.set(key, text);
  return text;
};
// Prepared in advance, because the client's processing is measured.
for (let from = 0; from < count; from += 500) for (const as of [podList, podTable]) chunkOf(from, 500, as);

const tickMs = 50;

/** Writes lines of a container at their rate until the client leaves. */
const followLog = (response: ServerResponse, name: string): void => {
  response.setHeader('content-type', 'text/plain');
  response.flushHeaders();
  let written = 0;
  const began = Date.now();
  const timer = setInterval(() => {
    const due = Math.floor(((Date.now() - began) / 1000) * linesPerSecond);
    let text = '';
    for (; written < due; written += 1)
      text += `${new Date().toISOString().replace('Z', '000000Z')} INFO [worker-${written % 8}] shop.billing.Psp - ${name} order=${written} took ${written % 997} ms\n`;
    if (text !== '') response.write(text);
  }, tickMs);
  response.once('close', () => clearInterval(timer));
};

const event = (type: string, object: object): string => `${JSON.stringify({ type, object })}\n`;
const watchers = new Set<ServerResponse>();

/** A watch that starts at no version begins with all objects. Source: Kubernetes API concepts, "Semantics for watch". */
const watchPods = (response: ServerResponse, fromStart: boolean): void => {
  response.flushHeaders();
  watchers.add(response);
  if (fromStart) for (let index = 0; index < count; index += 1) response.write(event('ADDED', pod(index)));
  response.once('close', () => watchers.delete(response));
};

const listPods = (request: IncomingMessage, query: URLSearchParams, response: ServerResponse): void => {
  const from = Number(query.get('continue') ?? '0');
  const as = request.headers.accept?.includes('as=Table') === true ? podTable : podList;
  response.end(chunkOf(from, Number(query.get('limit') ?? count), as), () => {
    if (from === 0) say({ is: 'first-chunk' });
  });
};

/** Everything but the pods: a list without objects, or a watch without events. */
const respondEmpty = (response: ServerResponse, isWatch: boolean): void => {
  if (isWatch) return void response.flushHeaders();
  const empty = { kind: 'List', apiVersion: 'v1', metadata: { resourceVersion: '1' }, items: [] };
  response.end(JSON.stringify(empty));
};

const server = createServer((request, response) => {
  const { pathname, searchParams: query } = new URL(request.url ?? '/', 'http://kube');
  response.setHeader('content-type', 'application/json');
  if (request.method === 'POST') {
    if (!pathname.endsWith('/selfsubjectaccessreviews')) response.statusCode = 404;
    return void response.end(JSON.stringify(accessReview));
  }
  const discovered = discovery[pathname];
  if (discovered !== undefined && !query.has('watch')) return void response.end(JSON.stringify(discovered));
  const [, name, rest] = /\/pods\/([^/]+)(\/log)?$/.exec(pathname) ?? [];
  if (name !== undefined && rest !== undefined) return followLog(response, name);
  if (name !== undefined) return void response.end(JSON.stringify(pod(Number(name.replace('pod-', '')))));
  const isWatch = query.has('watch');
  const isPods = pathname.endsWith('/pods') && !pathname.includes('metrics') && !query.has('labelSelector');
  if (!isPods) return respondEmpty(response, isWatch);
  if (isWatch) return watchPods(response, !query.has('resourceVersion'));
  listPods(request, query, response);
});
server.listen(0, '127.0.0.1', () => say({ is: 'ready', port: (server.address() as AddressInfo).port }));

let restarts = 0;
process.stdin.on('data', (words) => {
  for (const index of String(words).trim().split('\n')) {
    restarts += 1;
    for (const watcher of watchers) watcher.write(event('MODIFIED', pod(Number(index), restarts)));
    say({ is: 'sent', watchers: watchers.size });
  }
});
