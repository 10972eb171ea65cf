import { afterAll, beforeAll, expect, test } from 'vitest';
import { errorStatus, versionExpired } from '../../src/simulator/servers/kubernetes/patch/api-error.ts';
import type { Call } from '../real/kubernetes/api.ts';
import { compare, madeUp } from '../real/kubernetes/compare.ts';
import { type Embedded, openEmbedded } from '../real/kubernetes/embedded.ts';
import { type HttpExchange, httpRecording } from '../replay/recording.ts';

let simulator: Embedded;
beforeAll(async () => {
  simulator = await openEmbedded();
});
afterAll(() => simulator[Symbol.asyncDispose]());

/** The recorded exchange whose method and path contain these texts. */
const real = (name: string, words: string): HttpExchange => {
  const { exchanges } = httpRecording(`kubernetes-1.36/${name}`);
  const found = exchanges.find(({ method, path }) => `${method} ${path}`.includes(words));
  if (found === undefined) throw new Error(`${name} has no exchange with ${words}`);
  return found;
};

/** The simulator's status and JSON, with NS as its namespace. */
const ask = async (path: string, call?: Call, user: Parameters<Embedded['as']>[0] = 'admin') => {
  const { status, text } = await simulator.as(user).call(path.replace('NS', simulator.namespace), call);
  return { status, body: JSON.parse(text) as unknown };
};

interface List {
  readonly items: readonly unknown[];
}

/** Differences in `spec`, which users write, and in `managedFields`, which the simulator's lists omit. */
const isWritten = (difference: string): boolean => /\.spec\b|managedFields/.test(difference);

/** Recorded pods of kwok and of a real kubelet. */
const pods = (): List => {
  const list = real('pods', '/pods?').body as List;
  const more = real('containers', '/pods?').body as List; // PodLists
  return { ...list, items: [...list.items, ...more.items] };
};

test.each<[path: string, recorded: () => unknown]>([
  ['/api/v1/namespaces/NS/pods', pods],
  ['/apis/apps/v1/namespaces/NS/deployments', () => real('workloads', '/deployments?limit').body],
  ['/api/v1/nodes', () => real('nodes', '/nodes?limit').body],
  ['/version', () => real('doctor', '/version').body],
  ['/api/v1/namespaces/kube-system', () => real('doctor', '/kube-system').body],
])('%s has only keys and types of the real response', async (path, recorded) => {
  const { status, body } = await ask(path);
  expect(status).toBe(200);
  expect(madeUp(body, recorded(), 'items[].').filter((difference) => !isWritten(difference))).toEqual([]);
});

const name = 'saga-orchestrator';
const deployment = `/apis/apps/v1/namespaces/NS/deployments/${name}`;
const strategic = 'application/strategic-merge-patch+json';
const merge = 'application/merge-patch+json';

test.each<[what: string, path: string, call: Call, recorded: () => HttpExchange]>([
  [
    'a dry run of a restart',
    `${deployment}?dryRun=All`,
    {
      method: 'PATCH',
      type: strategic,
      body: {
        spec: {
          template: {
            metadata: { annotations: { 'kubectl.kubernetes.io/restartedAt': '2026-11-21T07:22:48Z' } },
          },
        },
      },
    },
    () => real('plans', 'PATCH /apis/apps/v1/namespaces/recorded/deployments/api?'),
  ],
  [
    'a dry run of a scale',
    `${deployment}/scale?dryRun=All`,
    { method: 'PATCH', type: merge, body: { spec: { replicas: 3 } } },
    () => real('plans', '/deployments/api/scale?'),
  ],
  [
    'an access review',
    '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
    {
      method: 'POST',
      body: {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SelfSubjectAccessReview',
        spec: {
          resourceAttributes: { verb: 'list', group: 'apps', resource: 'deployments', namespace: 'recorded' },
        },
      },
    },
    () => real('doctor', 'POST /apis/authorization.k8s.io/v1/selfsubjectaccessreviews'),
  ],
])('%s has the status of the real response, and only its keys and types', async (_, path, call, recorded) => {
  const { status, body } = await ask(path, call);
  expect(status).toBe(recorded().status);
  expect(madeUp(body, recorded().body).filter((difference) => !isWritten(difference))).toEqual([]);
});

/** A response as text, with the names of the recording instead of the simulator's. */
const renamed = (body: unknown): string =>
  JSON.stringify(body).replaceAll(name, 'api').replaceAll(simulator.namespace, 'recorded');

test.each<[status: number, what: string, answer: () => ReturnType<typeof ask>, recorded: () => HttpExchange]>(
  [
    [
      401,
      'an unknown token',
      () => ask('/api/v1/namespaces/NS/pods', {}, 'expired'),
      () => real('unauthorized', '/pods'),
    ],
    [
      404,
      'no such object',
      () => ask(deployment.replace(name, 'none')),
      () => real('plans', '/deployments/none'),
    ],
    [
      422,
      'an object that fails validation',
      () =>
        ask(`${deployment}?dryRun=All`, {
          method: 'PATCH',
          type: strategic,
          body: { spec: { replicas: -1 } },
        }),
      () => {
        const { exchanges } = httpRecording('kubernetes-1.36/plans');
        const found = exchanges.find(({ status }) => status === 422);
        if (found === undefined) throw new Error('plans has no 422');
        return found;
      },
    ],
  ],
)('%d, %s: identical to the real response', async (status, _, answer, recorded) => {
  const ours = await answer();
  expect([ours.status, recorded().status]).toEqual([status, status]);
  expect(JSON.parse(renamed(ours.body))).toEqual(recorded().body);
});

test('403: keys and message of the real response, except for the user', async () => {
  const ours = await ask('/api/v1/namespaces/NS/pods', {}, 'nolist');
  const recorded = real('forbidden', '/pods');
  expect([ours.status, recorded.status]).toEqual([403, 403]);
  expect(JSON.parse(renamed(ours.body).replaceAll('nolist', 'nobody'))).toEqual(recorded.body); // words: the recorded user
});

test('404 as plain text for an unknown API group', async () => {
  const { status, text } = await simulator.as('admin').call('/apis/things.example/v1/namespaces/x/pods');
  const recorded = real('top', 'metrics.k8s.io');
  expect([status, text]).toEqual([recorded.status, `${recorded.lines?.join()}\n`]);
});

interface WatchEvent {
  readonly type: string;
  readonly object: { readonly metadata: { readonly resourceVersion?: string } };
}
const eventsIn = (lines: readonly string[]): readonly WatchEvent[] => lines.map((line) => JSON.parse(line));

test('a watch: events and the bookmark have only keys and types of the real ones', async () => {
  const bookmark = eventsIn(real('bookmark', 'watch=1').lines ?? []);
  const others = eventsIn(real('watch', 'watch=1').lines ?? []);
  const listed = pods().items.map((object) => ({ type: 'ADDED', object }));
  const path = '/api/v1/namespaces/NS/pods';
  const { body } = await ask(path);
  const [first] = (body as { readonly items: readonly { readonly metadata: { readonly name: string } }[] })
    .items; // a PodList
  const { metadata } = body as WatchEvent['object']; // the same list
  const query = `watch=1&resourceVersion=${metadata.resourceVersion}&timeoutSeconds=3&allowWatchBookmarks=true`;
  let isOver = false;
  const watched = simulator
    .as('admin')
    .call(`${path.replace('NS', simulator.namespace)}?${query}`)
    .finally(() => {
      isOver = true;
    });
  await ask(`${path}/${first?.metadata.name}`, { method: 'DELETE', body: { gracePeriodSeconds: 0 } });
  while (!isOver) await simulator.clock.advance(500);
  const events = eventsIn((await watched).text.trimEnd().split('\n'));
  const types = events.map(({ type }) => type);
  expect(types).toContain('DELETED');
  expect(types.at(-1)).toBe('BOOKMARK');
  const ours = events.slice(0, -1);
  const theirs = [...bookmark.slice(0, -1), ...others, ...listed];
  expect(madeUp(ours, theirs, '[].object.').filter((difference) => !isWritten(difference))).toEqual([]);
  expect(madeUp(events.at(-1), bookmark.at(-1), 'object.')).toEqual([]);
});

test('410: the message of the real ERROR event', () => {
  const [event] = eventsIn(real('gone', 'watch=1').lines ?? []);
  const oldest = Number(/\((\d+)\)/.exec(JSON.stringify(event))?.[1]);
  expect(compare({ type: 'ERROR', object: errorStatus(versionExpired('2', oldest)) }, event)).toEqual([]);
  expect({ type: 'ERROR', object: errorStatus(versionExpired('2', oldest)) }).toEqual(event);
});
