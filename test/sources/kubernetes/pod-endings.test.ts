import { expect, test } from 'vitest';
import { levelOf } from '../../../src/kinds/registry/registry.ts';
import type { Workload } from '../../../src/kinds/workloads/fact.ts';
import { openFixture } from './fixture.ts';
import { listOf, pod, type Raw } from './objects.ts';

/** The rows of a namespace that has only this pod, at 10:15:07. */
const rowsOf = async (object: Raw) => {
  await using fixture = await openFixture(({ pathname }) => ({
    body: listOf(pathname.endsWith('/pods') && !pathname.includes('metrics') ? [object] : []),
  }));
  const { items } = await fixture.read('pods');
  return items as readonly Workload[];
};

test('a pod that should be gone for more than a minute is overdue, with its age', async () => {
  const terminating = (deletionTimestamp: string) => pod('a', { meta: { deletionTimestamp } });
  const [stuck] = await rowsOf(terminating('2026-03-04T09:15:07Z'));
  expect(stuck).toMatchObject({
    status: 'Terminating',
    overdue: true,
    detail: 'should have ended 1h ago',
  });
  expect(stuck && levelOf('workloads', stuck, {})).toBe('warn');
  const [going] = await rowsOf(terminating('2026-03-04T10:14:30Z'));
  expect(going).not.toHaveProperty('overdue');
  expect(going && levelOf('workloads', going, {})).toBe('ok');
});

test('a sidecar that the kubelet kills when the pod has succeeded has not failed', async () => {
  const ended = (name: string, exitCode: number, reason: string) => ({
    ...{ name, ready: false, started: false, restartCount: 0 },
    state: { terminated: { exitCode, reason, finishedAt: '2026-03-04T10:00:00Z' } },
  });
  const job = (phase: string, exitCode: number) =>
    pod('nightly', {
      spec: {
        containers: [{ name: 'main', image: 'i' }],
        initContainers: [{ name: 'mesh', image: 'i', restartPolicy: 'Always' }],
      },
      status: {
        phase,
        conditions: [{ type: 'Initialized', status: 'True' }],
        initContainerStatuses: [ended('mesh', 137, 'Error')],
      },
      containers: [ended('main', exitCode, exitCode === 0 ? 'Completed' : 'Error')],
    });
  const levels = async (object: Raw) =>
    (await rowsOf(object)).map((row) => `${row.name} ${row.status} ${levelOf('workloads', row, {})}`);
  expect(await levels(job('Succeeded', 0))).toEqual([
    'nightly Completed ok',
    'mesh Completed ok',
    'main Completed ok',
  ]);
  expect(await levels(job('Failed', 1))).toEqual([
    'nightly Error crit',
    'mesh Error crit',
    'main Error crit',
  ]);
});
