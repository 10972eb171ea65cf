import { describe, expect, test } from 'vitest';
import type { Workload } from '../../src/kinds/workloads/fact.ts';
import { createFactsStore, type FactsStore } from '../../src/store/facts-store.ts';
import { longTest } from '../support/layer.ts';
import { feedInfo, frame, learn, noon } from '../support/made-facts.ts';
import { shopCockpit } from './support/shop.ts';
import { openCockpit, type User } from './support/user.ts';

const workload = (namespace: string, name: string, more: Partial<Workload> = {}): Workload => ({
  ...{ source: 'k8s', at: noon - 3000, kind: 'pod', namespace, name, owner: '', node: 'n-1' },
  ...{ status: 'Running', ready: 1, wanted: 1, restarts: 0 },
  ...more,
});

const broken = { status: 'CrashLoopBackOff', ready: 0 };

const workloads: readonly Workload[] = [
  workload('shop', 'bus-0', broken),
  workload('shop', 'bus-1', { restartsRising: true }),
  workload('shop', 'bus-2'),
  workload('shop', 'app', { kind: 'container', owner: 'bus-0', ...broken }),
  workload('shop', 'bus', { kind: 'deployment' }),
  workload('shop-eu', 'web-0'),
  workload('logging', 'agent-0'),
  // Cluster-wide objects have no namespace.
  workload('', 'n-1', { kind: 'node' }),
];

const factsOf = (): FactsStore => {
  const store = createFactsStore(
    frame({ system: 'shop', sources: { k8s: { type: 'kubernetes', kinds: ['workloads'] } } }),
  );
  learn(store, feedInfo('k8s/pods', 'workloads'), { items: workloads }, noon - 3000);
  return store;
};

const look = async (
  namespaces: readonly string[],
  size: readonly [number, number] = [120, 36],
): Promise<User> => {
  const { open } = shopCockpit;
  if (open === undefined) throw new Error('no open environment');
  const cockpit = {
    ...shopCockpit,
    open: { ...open, namespaces: { k8s: namespaces } },
    suggestions: [],
    messages: [],
  };
  const user = await openCockpit({ size, scene: { facts: factsOf(), cockpit } });
  await user.type(':namespaces');
  await user.press('enter');
  return user;
};

const rowsOf = (user: User): readonly string[] =>
  user
    .rows()
    .filter((row) => / k8s *$/.test(row) && /^ +[✗▲●?]/.test(row))
    .map((row) => row.trim().replaceAll(/ {2,}/g, '  '));

describe('Namespaces', () => {
  longTest('counts the pods of each namespace by level, worst first', async () => {
    expect(rowsOf(await look(['*']))).toEqual([
      '✗ CRIT  shop  3  1  1  0  1  1 k8s',
      '● OK  logging  1  0  0  0  1  0 k8s',
      '● OK  shop-eu  1  0  0  0  1  0 k8s',
    ]);
  });

  longTest('a namespace of the profile without workloads is listed with 0 pods', async () => {
    expect(rowsOf(await look(['shop', 'billing']))).toContain('● OK  billing  0  0  0  0  0  0 k8s');
  });

  longTest.each([
    [['shop'], 'k8s reads only namespace shop · list others under sources.k8s.namespaces'],
    [[], 'k8s reads only the namespace of the context'],
  ])('says that only %j is read', async (names, text) => {
    expect((await look(names)).rowWith(text)).toBeTruthy();
  });

  longTest('says nothing of the kind where all are read', async () => {
    expect((await look(['*'])).rows().join('\n')).not.toContain('reads only');
  });

  test.each(['enter', 'p'])('%s shows exactly the workloads of the namespace in Pods', async (key) => {
    const user = await look(['*']);
    await user.press(key);
    const text = user.rows().join('\n');
    expect(user.rowWith('namespace==shop')).toBeTruthy();
    for (const name of ['bus-0', 'bus-1', 'bus-2']) expect(text).toContain(name);
    for (const name of ['web-0', 'agent-0']) expect(text).not.toContain(name);
  });

  longTest('its workloads are no problem of its own: Problems lists each once', async () => {
    const user = await look(['*']);
    await user.press('W');
    expect(
      user
        .rows()
        .filter((row) => /^ +✗ .*CrashLoopBackOff/.test(row))
        .map((row) => /bus-0|shop /.exec(row)?.[0]),
    ).toEqual(['bus-0']);
  });

  for (const size of [
    [80, 24],
    [200, 60],
  ] as const)
    longTest(`fits ${size.join('x')}`, async () => {
      expect(rowsOf(await look(['*'], size))[0]).toMatch(/^✗ CRIT {2}shop {2}3 {2}1 {2}1 {2}0 {2}1/);
    });
});

test('b in Pods opens it', async () => {
  const user = await openCockpit({
    size: [120, 36],
    scene: { facts: factsOf(), cockpit: { ...shopCockpit, suggestions: [], messages: [] } },
  });
  await user.press('6 z b');
  expect(user.rowWith('UNKNOWN')).toContain('NAMESPACE');
});
