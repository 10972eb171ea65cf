import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { errorStatus, versionExpired } from '../../../src/simulator/servers/kubernetes/patch/api-error.ts';
import type { Api, ApiAnswer } from '../kubernetes/api.ts';
import {
  type ApiCase,
  acceptedCases,
  configMap,
  creationOf,
  maps,
  merge,
  rejectedCases,
} from '../kubernetes/api-cases.ts';
import { type Cluster, dropNamespace, makeNamespace, openCluster } from '../kubernetes/cluster.ts';
import { compare, madeUp } from '../kubernetes/compare.ts';
import { type Embedded, openEmbedded } from '../kubernetes/embedded.ts';
import { createExpiringKind, expiredWatch } from '../kubernetes/expired-watch.ts';
import type { KubeObject } from '../kubernetes/objects.ts';
import { pathOf } from '../kubernetes/paths.ts';
import { until } from '../machine/until.ts';
import { underTest } from '../setting.ts';

const server = underTest();
let embedded: Embedded;
let cluster: Cluster;
let simulatorApi: Api;
let manifests: readonly KubeObject[];
const namespaces = (): ReadonlySet<string> =>
  new Set(manifests.map(({ metadata }) => metadata.namespace ?? ''));

const json = ({ text }: ApiAnswer): unknown => JSON.parse(text);
const at = (path: string): string => path.replace('NS', embedded.namespace);

beforeAll(async () => {
  embedded = await openEmbedded();
  simulatorApi = embedded.as('admin');
  cluster = await openCluster(server);
  manifests = await embedded.manifests();
  for (const name of namespaces()) await makeNamespace(cluster, name);
  await cluster.apply(...manifests);
  await until('all of its pods run', async () => {
    const pods = await cluster.list<{ readonly status: { readonly phase: string } }>({
      apiVersion: 'v1',
      kind: 'Pod',
      namespace: embedded.namespace,
    });
    return pods.length > 5 && pods.every(({ status }) => status.phase === 'Running');
  });
  await until('the autoscaler has reported conditions', async () => {
    const autoscalers = await cluster.list<{ readonly status: { readonly conditions?: readonly object[] } }>({
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      namespace: embedded.namespace,
    });
    return autoscalers.every(({ status }) => (status.conditions ?? []).length > 1);
  });
}, 60_000);
afterAll(async () => {
  for (const name of namespaces()) await dropNamespace(cluster, name);
  await cluster[Symbol.asyncDispose]();
  await embedded[Symbol.asyncDispose]();
}, 60_000);

describe('the real API server accepts and returns the objects of the simulated one', () => {
  test.each([
    '/api/v1/namespaces/NS/pods',
    '/apis/apps/v1/namespaces/NS/deployments',
    '/apis/apps/v1/namespaces/NS/replicasets',
    '/apis/apps/v1/namespaces/NS/statefulsets',
    '/apis/apps/v1/daemonsets',
    '/apis/batch/v1/namespaces/NS/cronjobs',
    '/apis/autoscaling/v2/namespaces/NS/horizontalpodautoscalers',
    '/api/v1/namespaces/NS/secrets',
    '/api/v1/nodes',
    '/version',
  ])('%s', async (path) => {
    const [simulated, real] = await Promise.all([simulatorApi.ask(at(path)), cluster.api.ask(at(path))]);
    expect(madeUp(simulated, real, 'items[].')).toEqual([]);
  });

  test('all objects pass its strict validation', async () => {
    for (const body of manifests) {
      const path = `${pathOf({ ...body, ...body.metadata })}?fieldManager=x&force=true&dryRun=All&fieldValidation=Strict`;
      const answer = await cluster.api.call(path, {
        method: 'PATCH',
        type: 'application/apply-patch+yaml',
        body,
      });
      expect([body.kind, body.metadata.name, answer.status, answer.text.slice(0, 300)]).toEqual([
        body.kind,
        body.metadata.name,
        200,
        expect.anything(),
      ]);
    }
  });
});

describe('responses', () => {
  beforeAll(async () => {
    for (const api of [simulatorApi, cluster.api]) {
      await api.ask(at(maps), creationOf('twice'));
      await api.ask(at(`${maps}/owned?fieldManager=a`), {
        method: 'PATCH',
        type: 'application/apply-patch+yaml',
        body: configMap('owned'),
      });
    }
  });
  const both = async ({ path, call, as = 'admin' }: ApiCase): Promise<readonly [ApiAnswer, ApiAnswer]> => {
    await using real = await openCluster(server, as);
    return [await embedded.as(as).call(at(path), call), await real.api.call(at(path), call)];
  };

  test.each(rejectedCases)('$status for $title, with the same text', async (request) => {
    const [simulated, real] = await both(request);
    expect([simulated.status, simulated.text.trim()]).toEqual([real.status, real.text.trim()]);
    expect(real.status).toBe(request.status);
  });

  test.each(acceptedCases)('$status for $title', async (request) => {
    const [simulated, real] = await both(request);
    expect([simulated.status, real.status]).toEqual([request.status, request.status]);
    const missing = compare(json(simulated), json(real)).filter((text) => !/managedFields|items/.test(text));
    expect(missing).toEqual([]);
  });
});

interface WatchEvent {
  readonly type: string;
  readonly object: { readonly metadata: { readonly resourceVersion?: string } };
}

/** Duration of the watch in seconds: longer than the interval between bookmarks. */
const watchSeconds = 65;

describe('a watch', () => {
  const eventsOf = ({ text }: ApiAnswer): readonly WatchEvent[] =>
    text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line));

  /** Returns all events of a watch since a version, while other changes happen. */
  const watched = async (
    api: Api,
    version: string,
    seconds: number,
    meanwhile: () => Promise<unknown>,
  ): Promise<readonly WatchEvent[]> => {
    const query = `watch=1&resourceVersion=${version}&timeoutSeconds=${seconds}&allowWatchBookmarks=true`;
    let isOver = false;
    const answer = api.call(at(`${maps}?${query}`)).finally(() => {
      isOver = true;
    });
    while (!isOver) await meanwhile();
    return eventsOf(await answer);
  };
  const changed = async (api: Api): Promise<string> => {
    const { metadata } = await api.ask<WatchEvent['object']>(at(maps));
    await api.ask(at(maps), creationOf('moving'));
    await api.ask(at(`${maps}/moving`), merge({ data: { mode: 'slow' } }));
    await api.ask(at(`${maps}/moving`), { method: 'DELETE', body: {} });
    return metadata.resourceVersion ?? '';
  };

  test('reports objects created, changed and deleted since a version, and a bookmark per minute', {
    timeout: 90_000,
  }, async () => {
    const simulated = await watched(simulatorApi, await changed(simulatorApi), 2, () =>
      embedded.clock.advance(500),
    );
    // A watch without events in its range gets no bookmark either.
    const elsewhere = async (): Promise<void> => {
      await cluster.apply({ ...configMap('tick'), metadata: { name: 'tick', namespace: 'default' } });
      await cluster.remove({ ...configMap('tick'), name: 'tick', namespace: 'default' });
      await sleep(500);
    };
    const real = await watched(cluster.api, await changed(cluster.api), watchSeconds, elsewhere);
    expect(simulated.map(({ type }) => type)).toEqual(['ADDED', 'MODIFIED', 'DELETED', 'BOOKMARK']);
    expect(real.slice(0, 4).map(({ type }) => type)).toEqual(['ADDED', 'MODIFIED', 'DELETED', 'BOOKMARK']);
    for (const [index, event] of simulated.entries())
      expect(compare(event, real[index], 'object.').filter((text) => !/managedFields/.test(text))).toEqual(
        [],
      );
  });

  test('from an expired version is an ERROR event with a Status 410, with HTTP status 200', async () => {
    await using _ = await createExpiringKind(cluster);
    const real = await cluster.api.call(expiredWatch);
    expect([real.status, eventsOf(real)]).toMatchObject([
      200,
      [{ type: 'ERROR', object: { code: 410, reason: 'Expired' } }],
    ]);
    const oldest = Number(/\((\d+)\)/.exec(real.text)?.[1]);
    expect({ type: 'ERROR', object: errorStatus(versionExpired('2', oldest)) }).toEqual(json(real));
  });
});
