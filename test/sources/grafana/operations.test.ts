import { expect, test } from 'vitest';
import type { ActEvent } from '../../../src/domain/runbooks/operation.ts';
import { openChangeIo } from '../../../src/doors/change-io.ts';
import { openReadIo } from '../../../src/doors/read-io.ts';
import { editorRights, grafanaHandler } from '../../../src/simulator/servers/grafana/api.ts';
import { serve } from '../../../src/simulator/servers/http/http-server.ts';
import { grafana } from '../../../src/sources/grafana/index.ts';
import { grafanaForTests } from '../../contract/rigs/grafana.ts';
import { manualClock } from '../../support/manual-clock.ts';

const { signal } = new AbortController();
const hour = 3_600_000;

/** A Grafana of the test, and a function that plans and carries out an operation on it. */
const opened = async (rights: ReadonlySet<string> = editorRights, more: object = {}) => {
  const clock = manualClock();
  const state = grafanaForTests(clock, rights);
  const server = await serve(grafanaHandler(state), clock);
  const config = grafana.config.parse({ url: server.url, auth: { bearer: 'a-token-of-the-test' }, ...more });
  const source = await grafana.open({ id: 'graf', env: 'test', signals: [], config }, openReadIo(clock));
  const change = openChangeIo(clock);
  const operation = (name: string) => {
    const found = source.operations.find((other) => other.name === name);
    if (found === undefined) throw new Error(`no operation ${name}`);
    return found;
  };
  return {
    clock,
    state,
    source,
    operation,
    plan: (name: string, params: object) => operation(name).plan({ ...params }, signal),
    run: async (name: string, params: object): Promise<readonly ActEvent[]> => {
      const planned = await operation(name).plan({ ...params }, signal);
      expect(await operation(name).recheck(planned, signal)).toBeUndefined();
      const events: ActEvent[] = [];
      for await (const event of operation(name).act(planned, change, signal)) events.push(event);
      return events;
    },
    [Symbol.asyncDispose]: async () => {
      await change.close();
      await source.close();
      await server.close();
    },
  };
};

const found = (events: readonly ActEvent[]) =>
  events.flatMap((event) => (event.is === 'found' ? [event.found.json] : []));

test('a run is marked as a region: a point at its start, which its end closes', async () => {
  await using it = await opened();
  expect(found(await it.run('annotations', { key: 'INC-8' }))).toEqual([{ count: 0, ended: 0 }]);
  await it.run('annotate', { text: 'restart checkout', key: 'INC-8', tags: ['service:checkout'] });
  expect(it.state.annotations.at(-1)).toMatchObject({
    text: 'restart checkout',
    tags: ['opsdeck', 'INC-8', 'service:checkout'],
    time: it.clock.now(),
  });
  expect(found(await it.run('annotations', { key: 'INC-8' }))).toEqual([{ count: 1, ended: 0 }]);
  await it.clock.advance(60_000);
  await it.run('endAnnotation', { key: 'INC-8' });
  const { time = 0, timeEnd = 0 } = it.state.annotations.at(-1) ?? {};
  expect(timeEnd - time).toBe(60_000);
  expect(found(await it.run('annotations', { key: 'INC-8' }))).toEqual([{ count: 1, ended: 1 }]);
  await expect(it.plan('endAnnotation', { key: 'INC-8' })).rejects.toThrow('no annotation without an end');
});

test('undo deletes the annotation by the id that Grafana returned', async () => {
  await using it = await opened();
  const events = await it.run('annotate', { text: 'load test', last: '15m' });
  const made = events.find((event) => event.is === 'made');
  expect(made).toEqual({ is: 'made', key: 'annotation', value: '5' });
  const plan = await it.plan('annotate', { text: 'load test' });
  expect(it.operation('annotate').undo?.(plan)).toMatchObject({ use: 'graf.deleteAnnotation', pins: 'gone' });
  await it.run('deleteAnnotation', { id: '5' });
  expect(it.state.annotations.map(({ id }) => id)).toEqual([1, 2, 3, 4]);
  await expect(it.plan('deleteAnnotation', { id: 5 })).rejects.toThrow('Annotation not found');
});

test("another tool's annotation is not deleted, and an unknown dashboard gets none", async () => {
  await using it = await opened();
  await expect(it.plan('deleteAnnotation', { id: 2 })).rejects.toThrow('delete the annotation in Grafana');
  await expect(it.plan('annotate', { text: 'x', dashboard: 'nope' })).rejects.toThrow('Dashboard not found');
  await expect(it.plan('annotate', { text: 'x', panel: 2 })).rejects.toThrow(
    'the parameter panel needs a dashboard: add dashboard, or remove panel',
  );
});

test('a missing right is named by the preview, by the refusal and by doctor', async () => {
  await using it = await opened(new Set(['annotations:read', 'alert.rules:read']));
  const plan = await it.plan('annotate', { text: 'restart' });
  expect(await it.operation('annotate').permits?.(plan, signal)).toMatchObject({
    allowed: false,
    why: 'the token lacks the permission annotations:create',
  });
  expect((await it.run('annotate', { text: 'restart' })).at(-1)).toMatchObject({
    ok: false,
    status: expect.stringMatching(
      /Permissions needed: annotations:create\. Grant the permission annotations:create to the service account/,
    ),
  });
  const findings = (await it.source.doctor?.(signal)) ?? [];
  expect(findings.filter(({ ok }) => !ok).map(({ what }) => what)).toEqual([
    expect.stringContaining('Permissions needed: dashboards:read'),
    'dashboards: the token lacks dashboards:read',
  ]);
  expect(findings.map(({ what }) => what)).toContain(
    'the token may only read annotations, and lacks annotations:create, annotations:write, annotations:delete',
  );
});

test('annotations since a time are changes: deployments and others, with the object of a tag', async () => {
  await using it = await opened();
  const reading = await it.source.recentChanges?.(it.clock.now() - hour, signal);
  expect(reading?.changes.map(({ kind, what, change }) => [kind, what, change])).toEqual([
    ['rollout', 'annotation checkout', 'checkout 1.4.3, by ana'],
    ['annotation', 'annotation opsdeck,INC-7', 'load test, for 5 min, by ana'],
    ['annotation', 'annotation opsdeck,INC-9', 'failover, by ana'],
  ]);
});

test('a failing database is down, with its status', async () => {
  await using it = await opened();
  it.state.database = 'failing';
  const reading = await it.source.feeds[0]?.read(signal);
  expect(reading).toMatchObject({
    items: [{ status: 'down', httpStatus: 503, detail: 'database failing' }],
    faults: [],
  });
});

test('a source without alerts reads none', async () => {
  await using it = await opened(editorRights, { alerts: false, dashboards: ['checkout'] });
  expect(it.source.feeds.map(({ name }) => name)).toEqual(['health', 'dashboards']);
  expect((await it.source.feeds[1]?.read(signal))?.items).toHaveLength(1);
});
