import { describe, expect, test } from 'vitest';
import type { Fault } from '../../src/domain/base/fault.ts';
import type { ClusterNode } from '../../src/kinds/nodes/fact.ts';
import type { Workload } from '../../src/kinds/workloads/fact.ts';
import { createFactsStore, type FactsStore } from '../../src/store/facts-store.ts';
import { longTest } from '../support/layer.ts';
import { fault, feedInfo, frame, learn, noon } from '../support/made-facts.ts';
import { shop, shopCockpit } from './support/shop.ts';
import { openCockpit, type User } from './support/user.ts';

const gib = 2 ** 30;

const node = (name: string, more: Partial<ClusterNode> = {}): ClusterNode => ({
  source: 'k8s',
  at: noon - 3000,
  name,
  status: 'Ready',
  problems: [],
  isCordoned: false,
  roles: [],
  kubelet: 'v1.33.4',
  startedAt: noon - 86_400_000,
  pods: 12,
  podsAllocatable: 110,
  cpuCores: 1,
  cpuRequestedCores: 3,
  cpuAllocatableCores: 4,
  memoryBytes: 2 * gib,
  memoryRequestedBytes: 4 * gib,
  memoryAllocatableBytes: 8 * gib,
  ...more,
});

const pod = (name: string, on: string): Workload => ({
  ...{ source: 'k8s', at: noon - 3000, kind: 'pod', namespace: 'shop', name, owner: '', node: on },
  ...{ status: 'Running', ready: 1, wanted: 1 },
});

interface Given {
  readonly nodes?: readonly ClusterNode[];
  readonly unavailable?: readonly Fault[];
}

const factsOf = ({ nodes = [], unavailable = [] }: Given): FactsStore => {
  const store = createFactsStore(
    frame({ system: 'shop', sources: { k8s: { type: 'kubernetes', kinds: ['workloads', 'nodes'] } } }),
  );
  learn(store, feedInfo('k8s/pods', 'workloads'), { items: [pod('bus-0', 'n-1'), pod('bus-1', 'n-10')] });
  learn(store, feedInfo('k8s/nodes', 'nodes'), { items: nodes, unavailable }, noon - 3000);
  return store;
};

const look = async (
  given: Given,
  keys: string,
  size: readonly [number, number] = [120, 36],
): Promise<User> => {
  const user = await openCockpit({
    size,
    scene: { facts: factsOf(given), cockpit: { ...shopCockpit, suggestions: [], messages: [] } },
  });
  for (const key of keys.split(' ')) await (key.startsWith(':') ? user.type(key) : user.press(key));
  return user;
};

/** Opens Nodes by its command. */
const open = ':nodes enter';

const denied = fault('denied', 'GET /api/v1/nodes answered 403', 'k8s');

describe('Nodes', () => {
  longTest('shows the worst node first, with its share of CPU and memory in use and requested', async () => {
    const user = await look(
      {
        nodes: [
          node('n-1'),
          node('n-2', { status: 'NotReady', detail: 'Kubelet stopped posting node status.' }),
          node('n-3', { problems: ['MemoryPressure'], detail: 'MemoryPressure: kubelet is low' }),
        ],
      },
      open,
    );
    const rows = user.rows().filter((row) => row.includes('12/110'));
    expect(rows.map((row) => row.trim().replaceAll(/ {2,}/g, '  '))).toEqual([
      '✗ NotReady  n-2  12/110  25 %  75 %  25 %  50 %  24h v1.33.4',
      '▲ MemoryPressure  n-3  12/110  25 %  75 %  25 %  50 %  24h v1.33.4',
      '● Ready  n-1  12/110  25 %  75 %  25 %  50 %  24h v1.33.4',
    ]);
    expect(user.rowWith('Kubelet stopped posting')).toBeTruthy();
  });

  longTest('a cordoned node is OK and says so', async () => {
    const user = await look({ nodes: [node('n-1', { isCordoned: true })] }, open);
    expect(user.rowWith('12/110')).toMatch(/● cordoned +n-1/);
    expect(user.rowWith('the scheduler places no new pods here')).toBeTruthy();
  });

  test('numbers that were not read are absent, with the reason', async () => {
    const { pods: _, cpuCores: __, memoryBytes: ___, ...rest } = node('n-1');
    const { cpuRequestedCores: ____, memoryRequestedBytes: _____, ...bare } = rest;
    const why = { ...denied, message: 'GET /api/v1/pods answered 403', remedy: 'request a ClusterRole' };
    const user = await look({ nodes: [bare], unavailable: [why] }, open);
    expect(user.rowWith('v1.33.4')).toMatch(/n-1 +– +– +– +– +–/);
    expect(user.rowWith('⊘ Denied: k8s: GET /api/v1/pods answered 403 · request a ClusterRole')).toBeTruthy();
  });

  test('a missing permission for nodes is named here, and is no problem elsewhere', async () => {
    const remedy = 'request a ClusterRole with { resources: ["nodes"], verbs: [list] }';
    const user = await look({ unavailable: [{ ...denied, remedy }] }, open);
    expect(user.rowWith('⊘ Denied: k8s: GET /api/v1/nodes answered 403')).toBeTruthy();
    expect(user.rows().join(' ')).toContain('verbs: [list]');
    await user.press('W');
    expect(user.rows().join('\n')).not.toContain('403');
  });

  test(':top memory sorts the nodes by their share; one without a value comes last', async () => {
    const { memoryBytes: _, ...unknown } = node('n-0');
    const small = node('n-3', { memoryBytes: 3 * gib, memoryAllocatableBytes: 4 * gib });
    const user = await look({ nodes: [unknown, node('n-1'), small] }, `${open} :top`);
    await user.type(' memory');
    await user.press('enter');
    const names = user.rows().flatMap((row) => /Ready +(n-\d) .*12\/110/.exec(row)?.[1] ?? []);
    expect(names).toEqual(['n-3', 'n-1', 'n-0']);
  });

  longTest('a system without nodes says so', async () => {
    const user = await openCockpit({ size: [120, 36], scene: shop() });
    await user.type(':nodes');
    await user.press('enter');
    expect(user.rowWith('Not configured: no source provides nodes')).toBeTruthy();
  });

  for (const size of [
    [80, 24],
    [200, 60],
  ] as const)
    longTest(`fits ${size.join('x')}`, async () => {
      const user = await look({ nodes: [node('n-1', { problems: ['DiskPressure'] })] }, open, size);
      expect(user.rowWith('12/110')).toMatch(/▲ DiskPressure +n-1 +12\/110 +25 % +75 % +25 % +50 %/);
    });
});

describe('between Pods and Nodes', () => {
  const nodes = [node('n-1'), node('n-10'), node('n-2')];

  test('w goes to the node of the pod', async () => {
    const user = await look({ nodes }, '6 z j w');
    expect(user.rowWith('node · kubelet')).toContain(' n-10 ');
  });

  longTest('p shows the pods of exactly this node', async () => {
    const user = await look({ nodes }, `${open} p`);
    const text = user.rows().join('\n');
    expect(text).toContain('bus-0');
    expect(text).not.toContain('bus-1');
    expect(user.rowWith('node==n-1')).toBeTruthy();
  });
});
