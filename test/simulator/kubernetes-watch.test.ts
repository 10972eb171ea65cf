import { afterEach, describe, expect, test } from 'vitest';
import { SystemModel } from '../../src/simulator/model/system-model.ts';
import { systemSpec } from '../../src/simulator/systems.ts';
import { longTest } from '../support/layer.ts';
import { valueAt } from './ask.ts';
import { closeSimulators, glimpse, type KubeStage, kubeStage, nameOf, patchTypes } from './kube-stage.ts';

afterEach(closeSimulators);

const app = 'event-bus-service';

/** Opens a watch and collects its events. */
const watching = async (it: KubeStage, path: string, user?: string) => {
  const response = await it.call(path, {}, user);
  const events: unknown[] = [];
  const state = { isOver: false, status: response.status };
  const read = async (): Promise<void> => {
    let rest = '';
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) {
      const lines = `${rest}${decoder.decode(chunk, { stream: true })}`.split('\n');
      rest = lines.pop() ?? '';
      events.push(...lines.map((line) => JSON.parse(line)));
    }
    state.isOver = true;
  };
  void read().catch(() => {});
  return {
    events,
    state,
    types: () => events.map((event) => valueAt(event, 'type')),
    names: () => events.map((event) => nameOf(valueAt(event, 'object'))),
  };
};

const versionOf = async (it: KubeStage): Promise<string> =>
  String(valueAt((await it.get(it.pods)).body, 'metadata', 'resourceVersion'));

describe('a watch', () => {
  longTest('sends every change after the given version, in order', async () => {
    const it = await kubeStage('event-bus');
    const version = await versionOf(it);
    const seen = await watching(it, `${it.pods}?watch=1&resourceVersion=${version}`);
    await it.wait(1);
    expect(seen.events).toEqual([]);
    const [pod] = await it.podsOf(app);
    await it.send('DELETE', `${it.pods}/${nameOf(pod)}`);
    await it.wait(4);
    const of = (name: string) => seen.events.filter((event) => nameOf(valueAt(event, 'object')) === name);
    expect(of(nameOf(pod)).map((event) => valueAt(event, 'type'))).toEqual(['MODIFIED', 'DELETED']);
    const young = seen.names().find((name) => name !== nameOf(pod)) ?? '';
    expect(
      of(young).map((event) => `${valueAt(event, 'type')} ${glimpse(valueAt(event, 'object'))}`),
    ).toEqual([
      'ADDED Pending 0/1 0',
      'MODIFIED ContainerCreating 0/1 0',
      'MODIFIED Running 0/1 0',
      'MODIFIED Running 1/1 0',
    ]);
    expect(valueAt(seen.events[0], 'object')).toMatchObject({ kind: 'Pod', apiVersion: 'v1' });
    const versions = seen.events.map((event) =>
      Number(valueAt(event, 'object', 'metadata', 'resourceVersion')),
    );
    expect(versions).toEqual([...versions].sort((a, b) => a - b));
    expect(new Set(versions).size).toBe(versions.length);
  });

  test('without a version starts with all existing objects', async () => {
    const it = await kubeStage('event-bus');
    const seen = await watching(it, `${it.deployments}?watch=true`);
    await it.wait(0.2);
    expect(seen.types()).toEqual(['ADDED']);
    expect(seen.names()).toEqual([app]);
  });

  test('resumes with the changes since its version', async () => {
    const it = await kubeStage('event-bus');
    const version = await versionOf(it);
    const [pod] = await it.podsOf(app);
    await it.send('DELETE', `${it.pods}/${nameOf(pod)}`);
    await it.wait(4);
    const seen = await watching(it, `${it.pods}?watch=1&resourceVersion=${version}`);
    await it.wait(0.2);
    expect(seen.types()).toEqual(['MODIFIED', 'ADDED', 'MODIFIED', 'MODIFIED', 'DELETED', 'MODIFIED']);
  });

  test('with a selector sends ADDED for objects that start to match, DELETED for those that stop', async () => {
    const it = await kubeStage('event-bus');
    const path = `${it.deployments}/${app}`;
    const seen = await watching(it, `${it.deployments}?watch=1&labelSelector=tier%3Dgold`);
    const label = (tier: string | null) =>
      it.send('PATCH', path, { metadata: { labels: { tier } } }, patchTypes.merge);
    await label('gold');
    await label('silver');
    await label(null);
    await it.wait(0.2);
    expect(seen.types()).toEqual(['ADDED', 'DELETED']);
  });

  test('sends bookmarks on request, and ends at its timeout', async () => {
    const it = await kubeStage('event-bus');
    const version = await versionOf(it);
    const query = `watch=1&resourceVersion=${version}&allowWatchBookmarks=true&timeoutSeconds=25`;
    const seen = await watching(it, `${it.pods}?${query}`);
    await it.wait(24);
    expect(seen.types()).toEqual(['BOOKMARK', 'BOOKMARK']);
    expect(seen.events[0]).toMatchObject({ object: { kind: 'Pod', metadata: { resourceVersion: version } } });
    expect(seen.state.isOver).toBe(false);
    await it.wait(2);
    expect(seen.state.isOver).toBe(true);
  });

  test('from a compacted version gets 410 and ends', async () => {
    const it = await kubeStage('event-bus');
    const seen = await watching(it, `${it.pods}?watch=1&resourceVersion=17`);
    await it.wait(0.2);
    expect(seen.state.status).toBe(200);
    expect(seen.events).toEqual([
      {
        type: 'ERROR',
        object: expect.objectContaining({
          kind: 'Status',
          code: 410,
          reason: 'Expired',
          message: expect.stringMatching(/^too old resource version: 17 \(\d+\)$/),
        }),
      },
    ]);
    expect(seen.state.isOver).toBe(true);
  });

  test('a chunked list of a compacted version gets 410 as well', async () => {
    const it = await kubeStage('event-bus');
    const token = Buffer.from('{"v":"meta.k8s.io/v1","rv":17,"start":"a/b"}').toString('base64url');
    expect(await it.get(`${it.pods}?limit=1&continue=${token}`)).toMatchObject({
      status: 410,
      body: { reason: 'Expired', code: 410 },
    });
  });
});

test('the same seed and times give the same cluster, however often it is read', () => {
  const startedAt = 1_770_000_000_000;
  const play = (lookEveryMs: number) => {
    const model = new SystemModel(systemSpec('saga'), { startedAt });
    model.inject('memory-leak', 'production', startedAt);
    for (let time = startedAt; time < startedAt + 60_000; time += lookEveryMs)
      model.environmentAt('production', time);
    const { cluster } = model.environmentAt('production', startedAt + 60_000).parts;
    return { version: cluster?.ledger.version, pods: cluster?.shelves.pods.list() };
  };
  expect(play(330)).toEqual(play(60_000));
});
