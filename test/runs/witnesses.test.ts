import { expect, test } from 'vitest';
import type { Plan } from '../../src/domain/runbooks/operation.ts';
import type { PendingStep } from '../../src/runs/context/pending-run.ts';
import { effectsOf } from '../../src/runs/verification/witnesses.ts';

const plan: Plan = {
  use: 'k8s.restart',
  danger: 'disruptive',
  targets: [],
  calls: [],
  objects: [],
  params: {},
};

const step = (more: Partial<Plan>, effects?: PendingStep['effects']): PendingStep =>
  ({
    planned: { id: 'a1', title: 'Restart', manual: false, danger: 'disruptive' },
    act: { source: 'k8s', plan: { ...plan, ...more } },
    ...(effects === undefined ? {} : { effects }),
  }) as unknown as PendingStep;

const pods = { kind: 'pod', namespace: 'shop', owner: 'deploy orders' };
const ours = { source: 'k8s', ...pods };

test('an interruption is an effect on the instances that it affects, in the source that acts', () => {
  const affected = [{ name: 'orders-1' }, { name: 'orders-2' }];
  expect(
    effectsOf([step({ interrupts: { does: 'stops', service: 'orders', instances: pods, affected } })]),
  ).toEqual(affected.map(({ name }) => ({ does: 'ends', kind: 'workloads', where: { ...ours, name } })));
  expect(effectsOf([step({ interrupts: { does: 'restarts', service: 'orders', instances: pods } })])).toEqual(
    [{ does: 'replaces', kind: 'workloads', where: ours }],
  );
  expect(effectsOf([step({ interrupts: { does: 'starts', service: 'orders', instances: pods } })])).toEqual(
    [],
  );
});

test('the last effect on the same rows counts: scaled to 0 and back, a workload has new pods', () => {
  const down = step({ effects: [{ does: 'ends', kind: 'workloads', where: pods, ready: 0 }] });
  const up = step({ effects: [{ does: 'replaces', kind: 'workloads', where: pods, ready: 3 }] });
  expect(effectsOf([down, up])).toEqual([{ does: 'replaces', kind: 'workloads', where: ours, ready: 3 }]);
});

test('an effect of the runbook says itself which source it means', () => {
  const group = { does: 'ends', kind: 'lag', where: { group: 'billing' } } as const;
  expect(effectsOf([step({}, [group])])).toEqual([group]);
});
