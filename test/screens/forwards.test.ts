import { describe, expect, test } from 'vitest';
import type { PortForward } from '../../src/domain/runbooks/port-forward.ts';
import type { Workload } from '../../src/kinds/workloads/fact.ts';
import { createFactsStore } from '../../src/store/facts-store.ts';
import { longTest } from '../support/layer.ts';
import { feedInfo, frame, learn, noon } from '../support/made-facts.ts';
import { shopCockpit } from './support/shop.ts';
import { openCockpit, type User } from './support/user.ts';

const forward = (id: string, pod: string, more: Partial<PortForward> = {}): PortForward => ({
  ...{ id, source: 'k8s', namespace: 'shop', pod, port: 8080, localPort: 18_080 },
  ...{ openedAt: noon - 125_000, connections: 2, accepted: 7 },
  ...more,
});

const pod = (name: string): Workload => ({
  ...{ source: 'k8s', at: noon - 3000, kind: 'pod', namespace: 'shop', name, owner: '', node: 'n-1' },
  ...{ uid: `uid-${name}`, status: 'Running', ready: 1, wanted: 1 },
});

const open = async (
  forwards: readonly PortForward[],
  size: readonly [number, number] = [120, 36],
): Promise<User> => {
  const store = createFactsStore(
    frame({ system: 'shop', sources: { k8s: { type: 'kubernetes', kinds: ['workloads'] } } }),
  );
  learn(store, feedInfo('k8s/workloads', 'workloads'), { items: [pod('bus-1'), pod('bus-2')] });
  return openCockpit({
    size,
    scene: { facts: store, cockpit: { ...shopCockpit, forwards, suggestions: [], messages: [] } },
  });
};

const show = async (user: User): Promise<void> => {
  await user.press(':');
  await user.type('forwards');
  await user.press('enter');
};

describe('Forwards', () => {
  test('lists local port, pod, port, connections and age; d closes the selected one', async () => {
    const user = await open([
      forward('forward-1', 'bus-1'),
      forward('forward-2', 'bus-2', { localPort: 5432, port: 5432 }),
    ]);
    await show(user);
    expect(user.rowWith('127.0.0.1:18080')).toMatch(/● OPEN +127\.0\.0\.1:18080 +8080 +bus-1 .* 2 +7 +2m/);
    await user.press('j d');
    expect(user.given).toEqual([['closeForward', 'forward-2']]);
  });

  test('a failed connection, and a pod that no longer exists, have a word and a reason', async () => {
    const problem = { text: 'connection refused', at: noon - 4000 };
    const user = await open([
      forward('forward-1', 'bus-1', { problem }),
      forward('forward-2', 'bus-9', { localPort: 5432 }),
    ]);
    await show(user);
    expect(user.rowWith('127.0.0.1:18080')).toContain('▲ FAILING');
    expect(user.rowWith('127.0.0.1:5432')).toContain('✗ POD GONE');
    expect(user.rows().join('\n')).toContain('connection refused (4s ago)');
    await user.press('j');
    expect(user.rows().join('\n')).toContain('the pod no longer exists');
  });

  longTest('without one, the pane says how to open it', async () => {
    const user = await open([]);
    await show(user);
    expect(user.rowWith('No open port-forwards')).toContain('F on a pod in Pods opens one');
    expect(user.rows()[0]).not.toContain('port-forward');
  });
});

describe('the header', () => {
  test.each([80, 120, 200])('has a mark at %s columns', async (columns) => {
    const user = await open([forward('forward-1', 'bus-1')], [columns, 36]);
    expect(user.rows()[0]).toContain('⇄ 1 port-forward');
  });

  test('says how many fail', async () => {
    const problem = { text: 'connection refused', at: noon };
    const user = await open([
      forward('forward-1', 'bus-1', { problem }),
      forward('forward-2', 'bus-2', { localPort: 5432 }),
    ]);
    expect(user.rows()[0]).toContain('⇄ 2 port-forwards, 1 failing');
  });
});
