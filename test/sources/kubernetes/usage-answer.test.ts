import { expect, test } from 'vitest';
import { longTest } from '../../support/layer.ts';
import { openFixture } from './fixture.ts';
import { failure, listOf } from './objects.ts';

const pod = (name: string, state: object) => ({
  metadata: { name, uid: name, namespace: 'prod', labels: { app: 'bus' } },
  spec: { containers: [{ name: 'app' }] },
  status: { phase: 'Running', containerStatuses: [{ name: 'app', state }] },
});
const used = (name: string) => ({
  metadata: { name, namespace: 'prod' },
  containers: [{ name: 'app', usage: { cpu: '1', memory: '1Gi' } }],
});
const running = { running: { startedAt: '2026-03-04T10:00:00Z' } };

test.each([
  ['all report', [pod('a', running), pod('b', running)], ['a', 'b'], { sum: 2, max: 1 }],
  [
    'a running one does not report: no sum, because it would be too low',
    [pod('a', running), pod('b', running)],
    ['a'],
    { sum: 'there is no sum, because 1 of 2 pods have no value', max: 1 },
  ],
  [
    'an ended one uses nothing',
    [pod('a', running), pod('b', { terminated: { exitCode: 0 } })],
    ['a'],
    { sum: 1, max: 1 },
  ],
])('the CPU of several pods when %s', async (_, pods, reporting, expected) => {
  await using fixture = await openFixture(
    ({ pathname }) => {
      if (pathname.startsWith('/apis/metrics.k8s.io')) return { body: listOf(reporting.map(used)) };
      if (pathname.endsWith('/pods')) return { body: listOf(pods) };
      return pathname.includes('/namespaces/prod/')
        ? { body: listOf([]) }
        : { status: 404, body: failure(404, 'NotFound', 'no') };
    },
    {},
    [
      { id: 'sum', read: { cpu: 'app=bus', fold: 'sum' } },
      { id: 'max', read: { cpu: 'app=bus', fold: 'max' } },
    ],
  );
  const { samples = [] } = await fixture.read('pods');
  expect(Object.fromEntries(samples.map(({ signal, value, why }) => [signal, value ?? why]))).toEqual(
    expected,
  );
});

longTest(
  'the usage of many pods may take more than 8 MiB, because the metrics server has no chunks',
  async () => {
    const large = { ...used('a'), note: 'x'.repeat(9 * 1024 * 1024) };
    await using fixture = await openFixture(({ pathname }) => {
      if (pathname.startsWith('/apis/metrics.k8s.io')) return { body: listOf([large]) };
      return { body: listOf(pathname.endsWith('/pods') ? [pod('a', running)] : []) };
    });
    expect(await fixture.read('top')).toEqual({ items: [], faults: [] });
    expect((await fixture.read('pods')).items[0]).toMatchObject({ name: 'a', cpuCores: 1 });
  },
);
