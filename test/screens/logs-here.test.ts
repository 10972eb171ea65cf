import { describe, expect, test } from 'vitest';
import type { Workload } from '../../src/kinds/workloads/fact.ts';
import { streamNames } from '../../src/ui/features/logs/log-target.ts';
import { longTest } from '../support/layer.ts';
import { feedInfo, learn, noon } from '../support/made-facts.ts';
import { placeOf } from './support/screen.ts';
import { shopLines, shopWith } from './support/shop-lines.ts';
import { openCockpit, type User } from './support/user.ts';

const workload = (kind: Workload['kind'], name: string, owner = ''): Workload => ({
  source: 'k8s',
  at: noon,
  kind,
  namespace: 'shop',
  name,
  owner,
  node: 'n1',
  status: 'Running',
});

const open = async (
  more: readonly Workload[] = [],
  dependencies: Readonly<Record<string, readonly string[]>> = {},
): Promise<User> => {
  const scene = shopWith(shopLines());
  if (scene.facts !== undefined)
    learn(
      scene.facts,
      feedInfo('k8s/pods', 'workloads'),
      {
        items: [
          workload('deployment', 'billing'),
          workload('pod', 'billing-0', 'deploy billing'),
          workload('pod', 'checkout-7c9f-x2k', 'deploy checkout'),
          ...more,
        ],
      },
      noon,
    );
  const { open: environment } = scene.cockpit ?? {};
  return openCockpit({
    scene: {
      ...scene,
      cockpit: { ...scene.cockpit, ...(environment && { open: { ...environment, dependencies } }) },
    },
  });
};

const opened = (user: User): unknown => user.given.find(([name]) => name === 'logs.open')?.[1];
const openedChips = (user: User): unknown => user.given.find(([name]) => name === 'logs.setFilters')?.[1];

longTest(
  'L on a circuit breaker opens the logs of its instance, starting 5 min before its state change',
  async () => {
    const user = await open();
    await user.press('3 L');
    const since = Date.parse('2026-03-04T10:02:07Z') - 300_000;
    expect(opened(user)).toEqual({ title: 'billing-0', of: [{ source: 'k8s', of: 'pod/billing-0' }], since });
    expect(openedChips(user)).toEqual([{ is: 'time', from: since }]);
    expect(user.rowWith('Logs: pod/billing-0 · from 5 min before the problem')).toBeTruthy();
    expect(placeOf(user)).toMatch(/^ Logs/);
  },
);

test('a stream name that several sources have is named once', () => {
  const of = [{ source: 'k8s', of: 'api' }, { source: 'hosts', of: 'api' }, { source: 'k8s' }];
  expect(streamNames(of)).toBe('api, k8s');
});

test('L on a service opens the logs of its pods', async () => {
  const user = await open();
  await user.press('1 L');
  expect(opened(user)).toMatchObject({ title: 'billing', of: [{ source: 'k8s', of: 'deployment/billing' }] });
});

test('L on an application opens the logs of what it delivers, by its name', async () => {
  const user = await open([workload('application', 'billing')]);
  await user.press('6 / a p p l i c enter L');
  expect(opened(user)).toMatchObject({ title: 'billing', of: [{ source: 'k8s', of: 'deployment/billing' }] });
});

longTest('L on a pod opens its logs', async () => {
  const user = await open();
  await user.press('6 / x 2 k enter L');
  expect(opened(user)).toEqual({
    title: 'checkout-7c9f-x2k',
    of: [{ source: 'k8s', of: 'pod/checkout-7c9f-x2k' }],
  });
  expect(openedChips(user)).toEqual([]);
});

test('L on an object without a workload opens all streams, filtered by its name', async () => {
  const user = await open();
  await user.press('3 j j j L');
  expect(opened(user)).toMatchObject({ title: 'all streams', of: [] });
  expect(openedChips(user)).toContainEqual({
    is: 'include',
    pattern: { text: 'search', regex: false, ignoreCase: true },
  });
  const said = 'no stream is called search-0: all streams, only lines with search · streams: billing';
  expect(user.rowWith(said)).toBeTruthy();
});

describe('L on an object without a stream of its own opens those of what the profile says it depends on', () => {
  const billing = { title: expect.anything(), of: [{ source: 'k8s', of: 'deployment/billing' }] };

  test.each<[string, Record<string, readonly string[]>]>([
    ['directly', { Search: ['billing'] }],
    ['through others without a stream', { search: ['psp', 'gateway'], gateway: ['search', 'Billing'] }],
  ])('%s', async (_, dependencies) => {
    const user = await open([], dependencies);
    await user.press('3 j j j L');
    expect(opened(user)).toMatchObject(billing);
    expect(openedChips(user)).not.toContainEqual(expect.objectContaining({ is: 'include' }));
    expect(user.rowWith('Logs: deployment/billing')).toBeTruthy();
  });

  test('a signal, by its id', async () => {
    const user = await open([], { 'error.rate': ['billing'], errors: ['billing'], p95: ['billing'] });
    await user.press('2 L');
    expect(opened(user)).toMatchObject(billing);
  });
});

longTest(
  'L on a circuit breaker asks a log source without workloads for the streams of its service',
  async () => {
    const scene = shopWith(shopLines());
    const { open: environment } = scene.cockpit ?? {};
    const user = await openCockpit({
      scene: {
        ...scene,
        cockpit: {
          ...scene.cockpit,
          ...(environment === undefined ? {} : { open: { ...environment, tails: ['loki'] } }),
        },
      },
    });
    await user.press('3 L');
    expect(opened(user)).toMatchObject({
      title: 'billing-0',
      of: [
        { source: 'loki', of: 'billing-0' },
        { source: 'loki', of: 'billing' },
      ],
    });
    // Its lines need not contain the name of their service.
    expect(openedChips(user)).toEqual([expect.objectContaining({ is: 'time' })]);
    expect(user.rowWith('Logs: billing-0, billing · from 5 min before the problem')).toBeTruthy();
  },
);

test(':logs NAME opens the matching streams; an unknown name is reported', async () => {
  const user = await open();
  await user.type(':logs billing');
  await user.press('enter');
  expect(opened(user)).toEqual({ title: 'billing', of: [{ source: 'k8s', of: 'deployment/billing' }] });
  await user.type(':logs of absent');
  await user.press('enter');
  expect(user.rowWith('no stream is called absent.')).toBeTruthy();
});

test(':logs after L on a row opens all streams again', async () => {
  const user = await open();
  await user.press('6 z G L');
  expect(opened(user)).not.toEqual({ title: 'all streams', of: [] });
  await user.type(':logs');
  await user.press('enter');
  expect(user.given.findLast(([name]) => name === 'logs.open')?.[1]).toEqual({
    title: 'all streams',
    of: [],
  });
  expect(user.rowWith('Logs: all streams')).toBeTruthy();
});

test('L is unavailable without a log source', async () => {
  const { scene } = { scene: shopWith(shopLines()) };
  const { open: environment } = scene.cockpit ?? {};
  const user = await openCockpit({
    scene: {
      ...scene,
      cockpit: {
        ...scene.cockpit,
        ...(environment === undefined ? {} : { open: { ...environment, tails: [] } }),
      },
    },
  });
  await user.press('3 L');
  expect(user.rowWith('L: not configured: no source provides logs')).toBeTruthy();
});
