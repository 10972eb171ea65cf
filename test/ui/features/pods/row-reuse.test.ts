import { afterEach, expect, test } from 'vitest';
import { createJournalTracker } from '../../../../src/engine/journal/journal-tracker.ts';
import type { Workload } from '../../../../src/kinds/workloads/fact.ts';
import { createFactsStore } from '../../../../src/store/facts-store.ts';
import { buildSnapshot } from '../../../../src/store/snapshot.ts';
import { buildWorkloadTree } from '../../../../src/ui/features/workloads/workload-tree.ts';
import { feedInfo, frame, learn, noon } from '../../../support/made-facts.ts';

const pods = feedInfo('k8s/pods', 'workloads');

const workload = (name: string, kind: 'pod' | 'container', round: number): Workload => ({
  source: 'k8s',
  at: noon,
  kind,
  namespace: 'shop',
  name,
  owner: kind === 'container' ? name.replace(/-app$/, '') : 'deployment/shop',
  node: 'node-1',
  status: 'Running',
  ready: 1,
  wanted: 1,
  restarts: round,
});

const names = Array.from({ length: 1000 }, (_, index) => `pod-${index}`);

const { set } = WeakMap.prototype;
afterEach(() => {
  WeakMap.prototype.set = set;
});

/** Number of entries added to weak maps while `work` runs. */
const weakEntries = (work: () => void): number => {
  let count = 0;
  WeakMap.prototype.set = function (key, value) {
    count++;
    return set.call(this, key, value);
  };
  work();
  WeakMap.prototype.set = set;
  return count;
};

test.each([['pods'], ['pods with containers']])(
  'a reading in which all %s change adds no weak entry per row',
  (what) => {
    const store = createFactsStore(frame());
    const journal = createJournalTracker();
    const round = (position: number): void => {
      const items = names.flatMap((name) => [
        workload(name, 'pod', position),
        ...(what === 'pods' ? [] : [workload(`${name}-app`, 'container', position)]),
      ]);
      learn(store, pods, { items }, noon + position * 1000);
      const snapshot = buildSnapshot(store.getState(), noon + position * 1000);
      journal(snapshot);
      expect(buildWorkloadTree(snapshot.kinds.workloads.rows)).toHaveLength(1000);
    };
    round(0);
    // The garbage collector visits each entry in one pause, which took 0.8 s under 10,000 changing workloads.
    expect(weakEntries(() => round(1))).toBeLessThan(100);
  },
);

test.each([['pod' as const], ['container' as const]])(
  'an unchanged %s keeps its node when others come and go',
  (kind) => {
    const store = createFactsStore(frame());
    const facts = names.map((name) => workload(name, kind, 0));
    const nodes = (items: readonly Workload[], time: number) => {
      learn(store, pods, { items }, noon + time);
      return buildWorkloadTree(buildSnapshot(store.getState(), noon + time).kinds.workloads.rows);
    };
    const before = new Map(nodes(facts, 0).map((node) => [node.row.fact, node]));
    // One leaves in front and one comes at the end: the same number of rows, each at another index.
    const [gone, ...stayed] = facts;
    const after = nodes([...stayed, workload('new', kind, 0)], 1000);
    expect(after).toHaveLength(1000);
    for (const node of after.slice(0, -1)) expect(node).toBe(before.get(node.row.fact));
    expect(after.map(({ row }) => row.fact)).not.toContain(gone);
  },
);
