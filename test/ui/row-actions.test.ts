import { expect, test } from 'vitest';
import type { ParamSpec, Runbook } from '../../src/domain/runbook.ts';
import type { Workload } from '../../src/kinds/workloads/fact.ts';
import { createCockpit } from '../../src/store/cockpit.ts';
import { byFit } from '../../src/ui/features/runbooks/actions.ts';
import { actionsOf, actionsOn } from '../../src/ui/features/runbooks/row-actions.ts';
import type { Subject } from '../../src/ui/panes/row.ts';

const runbook = (id: string, ...params: readonly ParamSpec[]): Runbook => ({
  id,
  title: id,
  covers: [],
  params,
  diagnose: [],
  act: [],
  verify: 'none',
  position: { file: '', line: 0, col: 0 },
});

const pod = (name: string, uid?: string): Subject => {
  const fact: Workload = {
    source: 'k8s',
    at: 0,
    kind: 'pod',
    namespace: 'shop',
    name,
    owner: 'deployment billing',
    node: '',
    status: 'Running',
    ...(uid === undefined ? {} : { uid }),
  };
  return { kind: 'workloads', fact };
};

const one = runbook('restart-one', { name: 'pod', type: 'choice', from: 'workloads.name' });
const many = runbook('restart-many', { name: 'pods', type: 'choices', from: 'workloads.name', max: 2 });
const other = runbook('close', { name: 'name', type: 'choices', from: 'breakers.name' });

const cockpit = () => {
  const store = createCockpit();
  store.setState({
    suggestions: [one, many, other].map((each) => ({ runbook: each, fits: 'never' as const, why: '' })),
  });
  return store.getState();
};

test('one row answers a choice, and is a selection of one', () => {
  expect(
    actionsOf(cockpit(), pod('billing-0')).map(({ suggestion, params }) => [suggestion.runbook.id, params]),
  ).toEqual([
    ['restart-one', { pod: 'billing-0' }],
    ['restart-many', { pods: ['billing-0'] }],
  ]);
});

test('several rows are taken by what takes several, each value once, in their order', () => {
  const actions = actionsOn(cockpit(), [pod('billing-1'), pod('billing-0'), pod('billing-1')]);
  expect(actions.map(({ suggestion, params, whyNot }) => [suggestion.runbook.id, params, whyNot])).toEqual([
    ['restart-many', { pods: ['billing-1', 'billing-0'] }, undefined],
  ]);
});

test('more than it takes at most is said before anything is planned', () => {
  const [action] = actionsOn(cockpit(), [pod('a'), pod('b'), pod('c')]);
  expect(action?.whyNot).toBe('3 chosen, and pods takes 2 at most');
});

test('rows of two kinds are taken by nothing that takes one of them', () => {
  const signal: Subject = {
    kind: 'alerts',
    fact: {
      source: 'am',
      at: 0,
      name: 'High',
      state: 'firing',
      severity: 'crit',
      summary: '',
      labels: {},
      since: 0,
    },
  };
  expect(actionsOn(cockpit(), [pod('a'), signal])).toEqual([]);
});

test('objects are pinned as they stand on the screen, where their rows tell them apart', () => {
  const [, action] = actionsOf(cockpit(), pod('billing-0', 'u-1'));
  expect(action?.shown).toEqual([{ name: 'billing-0', uid: 'u-1' }]);
  expect(actionsOf(cockpit(), pod('billing-0'))[0]?.shown).toEqual([]);
});

test('what cannot be told to fit stands no higher than what does not', () => {
  const fits = ['no', 'unknown', 'never', 'yes'] as const;
  const sorted = byFit(fits.map((each) => ({ runbook: runbook(each), fits: each, why: '' })));
  expect(sorted.map(({ runbook: { id } }) => id)).toEqual(['yes', 'no', 'unknown', 'never']);
});
