import { expect, test } from 'vitest';
import type { Row } from '../../src/domain/facts/snapshot.ts';
import { isSameWhole } from '../../src/expressions/witness/whole.ts';
import type { Workload } from '../../src/kinds/workloads/fact.ts';

import { noon, snapshotWith } from '../support/made-facts.ts';

const deployment = (uid: string, wanted: number): Row => {
  const fact: Workload = {
    ...{ source: 'k8s', at: noon, kind: 'deployment', namespace: 'shop', name: 'api', owner: '', node: '' },
    ...{ status: 'Available', ready: wanted, wanted, restarts: 0, uid },
  };
  const [row] = snapshotWith({ workloads: [fact] }).kinds.workloads.rows;
  if (row === undefined) throw new Error('no row');
  return row;
};

test.each([
  ['the same object of as many parts', deployment('a', 3), deployment('a', 3), true],
  ['of more parts', deployment('a', 3), deployment('a', 4), true],
  ['of fewer parts', deployment('a', 3), deployment('a', 2), false],
  ['another object of its name', deployment('a', 3), deployment('b', 3), false],
])('%s', (_, was, is, expected) => {
  expect(isSameWhole('workloads', was, is)).toBe(expected);
});
