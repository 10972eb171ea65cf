import { expect, test } from 'vitest';
import type { Snapshot } from '../../../src/domain/facts/snapshot.ts';
import type { VerifyStep } from '../../../src/domain/runbooks/runbook.ts';
import type { Workload } from '../../../src/kinds/workloads/fact.ts';
import { createVerificationCheck } from '../../../src/runs/evidence/verification-check.ts';
import type { Feed } from '../../../src/sources/kit/contract/source.ts';
import { breaker, feedInfo, noon, snapshotWith } from '../../support/made-facts.ts';

const pod = (owner: string): Workload => ({
  ...{ source: 'k8s', at: noon, kind: 'pod', namespace: 'shop', name: 'orders-0', node: 'n1', owner },
  ...{ status: 'Running', ready: 1, wanted: 1, uid: 'uid-1' },
});

const feeds = [feedInfo('app/breakers', 'breakers'), feedInfo('k8s/pods', 'workloads')] as unknown as Feed[];

const feedsOf = (that: string, known: Snapshot): readonly string[] => {
  const step = { id: 'v', title: 'Closed', that, withinMs: 60_000, forMs: 0 } as VerifyStep;
  const before = snapshotWith({ breakers: [breaker('payment', { instance: 'orders-0', state: 'open' })] });
  const facts = { feeds: () => feeds, mayGrow: false, signals: [] };
  const check = createVerificationCheck(step, facts, { before, witnesses: { effects: [], known } }, noon);
  return check.feeds.map(({ id }) => id);
};

test('a check on what a pod of a StatefulSet tells reads pods as well, to know whether it is still that pod', () => {
  const lasting = snapshotWith({ workloads: [pod('sts orders')] });
  expect(feedsOf('all(breakers | state = closed)', lasting)).toEqual(['app/breakers', 'k8s/pods']);
  const passing = snapshotWith({ workloads: [pod('deploy orders')] });
  expect(feedsOf('all(breakers | state = closed)', passing)).toEqual(['app/breakers']);
  expect(feedsOf('all(breakers | state = closed)', snapshotWith({}))).toEqual(['app/breakers']);
});
