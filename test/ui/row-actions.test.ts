import { expect, test } from 'vitest';
import type { ParamSpec, Runbook } from '../../src/domain/runbooks/runbook.ts';
import type { Workload } from '../../src/kinds/workloads/fact.ts';
import { type CockpitState, createCockpitStore } from '../../src/store/cockpit.ts';
import {
  actionsForRow,
  actionsForRows,
  noActionsReason,
} from '../../src/ui/features/runbook-matching/row-actions.ts';
import type { RowSubject } from '../../src/ui/shell/contract/pane-row.ts';
import { sortBySuggestion } from '../../src/ui/shell/state/blocked-reasons.ts';

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

const pod = (name: string, uid?: string): RowSubject => {
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

const onlyRunbook = runbook('restart-one', { name: 'pod', type: 'choice', from: 'workloads.name' });
const many = runbook('restart-many', { name: 'pods', type: 'choices', from: 'workloads.name', max: 2 });
const other = runbook('close', { name: 'name', type: 'choices', from: 'breakers.name' });

const cockpit = () => {
  const store = createCockpitStore();
  store.setState({
    suggestions: [onlyRunbook, many, other].map((each) => ({
      runbook: each,
      fits: 'never' as const,
      why: '',
    })),
  });
  return store.getState();
};

test('one row fills a choice, and a selection of one', () => {
  expect(
    actionsForRow(cockpit(), pod('billing-0')).map(({ suggestion, params }) => [
      suggestion.runbook.id,
      params,
    ]),
  ).toEqual([
    ['restart-one', { pod: 'billing-0' }],
    ['restart-many', { pods: ['billing-0'] }],
  ]);
});

test('a row that is no choice fills in its owner, or is not offered the runbook', () => {
  const runbooks = [
    ...['deployment', 'statefulset'].map((kind) =>
      runbook(kind, { name: 'workload', type: 'choice', from: 'workloads.name', where: `kind = ${kind}` }),
    ),
    runbook('own', {
      name: 'pod',
      type: 'choice',
      from: 'workloads.name',
      where: 'kind = pod and node = "${each}"',
    }),
    runbook('disk', { name: 'node', type: 'choice', from: 'workloads.node', where: 'kind = unit' }),
  ];
  const store = createCockpitStore();
  store.setState({
    suggestions: runbooks.map((each) => ({ runbook: each, fits: 'never' as const, why: '' })),
  });
  expect(
    actionsForRow(store.getState(), pod('billing-0')).map(({ suggestion, params }) => [
      suggestion.runbook.id,
      params,
    ]),
  ).toEqual([
    ['deployment', { workload: 'billing' }],
    ['own', { pod: 'billing-0' }],
  ]);
});

test('several rows fill a choices parameter, each value once and in order', () => {
  const actions = actionsForRows(cockpit(), [pod('billing-1'), pod('billing-0'), pod('billing-1')]);
  expect(actions.map(({ suggestion, params, whyNot }) => [suggestion.runbook.id, params, whyNot])).toEqual([
    ['restart-many', { pods: ['billing-1', 'billing-0'] }, undefined],
  ]);
});

test('too many rows are rejected before planning', () => {
  const [action] = actionsForRows(cockpit(), [pod('a'), pod('b'), pod('c')]);
  expect(action?.whyNot).toBe('3 selected, but pods takes at most 2');
});

test('rows of two kinds match no runbook', () => {
  const signal: RowSubject = {
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
  expect(actionsForRows(cockpit(), [pod('a'), signal])).toEqual([]);
});

test('pins targets by uid where rows have one', () => {
  const [, action] = actionsForRow(cockpit(), pod('billing-0', 'u-1'));
  expect(action?.targets).toEqual([{ name: 'billing-0', uid: 'u-1' }]);
  expect(actionsForRow(cockpit(), pod('billing-0'))[0]?.targets).toEqual([]);
});

test('unknown matches do not rank above non-matching runbooks', () => {
  const fits = ['no', 'unknown', 'never', 'yes'] as const;
  const sorted = sortBySuggestion(fits.map((each) => ({ runbook: runbook(each), fits: each, why: '' })));
  expect(sorted.map(({ runbook: { id } }) => id)).toEqual(['yes', 'no', 'unknown', 'never']);
});

test('says that a row has no runbook only when that is known', () => {
  const unread = { level: 'unknown', key: 'health/api', label: 'api', text: 'api' } as const;
  const reason = (
    row: Parameters<typeof noActionsReason>[0]['row'],
    state: Partial<CockpitState> = {},
    waiting = 0,
  ): string =>
    noActionsReason({
      view: {
        cockpit: { ...cockpit(), ...state },
        own: { snapshot: { kinds: { health: { waiting } } } },
      },
      pane: { kind: 'health' },
      row,
    } as unknown as Parameters<typeof noActionsReason>[0]);
  const seen = { ...unread, level: 'crit', subject: pod('billing-0') } as const;
  expect(reason(undefined, {}, 1)).toBe('there are no rows yet: the pane is still loading');
  expect(reason(undefined)).toBe('no row is selected: move the cursor to a row');
  expect(reason(seen, { suggestions: [], areSuggestionsAwaited: true })).toBe(
    'the actions of this row are still loading: try again in a moment',
  );
  expect(reason(unread)).toBe('this row has no data, so the possible actions are unknown');
  expect(reason(seen)).toBe('no runbook or action matches this row');
});
