import { expect, test } from 'vitest';
import type { Workload } from '../../../../src/kinds/workloads/fact.ts';
import { workloadBranches } from '../../../../src/ui/features/workloads/branches.ts';
import type { WorkloadRow } from '../../../../src/ui/features/workloads/workload-tree.ts';
import { noon } from '../../../support/made-facts.ts';

const row = (name: string, kind: Workload['kind'], owner = '', change: Partial<WorkloadRow> = {}) => {
  const fact: Workload = {
    ...{ source: 'k8s', at: noon, kind, namespace: 'shop', name, owner, node: '' },
    ...{ status: 'Running', ready: 1, wanted: 1, restarts: 0 },
  };
  return { key: name, level: 'ok', label: name, text: name, fact, ...change } as WorkloadRow;
};

const drawn = (...rows: readonly WorkloadRow[]): readonly string[] =>
  [...workloadBranches(rows)].map(([key, { owner, isLast }]) => `${owner.name} ${isLast ? '╰' : '├'} ${key}`);

test('rows directly below their owner are its branches', () => {
  const rows = [
    row('api', 'deployment'),
    row('api-7b-a', 'pod', 'deploy api'),
    row('api-7b-b', 'pod', 'deploy api'),
    row('db', 'statefulset'),
    row('db-0', 'pod', 'sts db'),
    row('job', 'pod'),
  ];
  expect(drawn(...rows)).toEqual(['api ├ api-7b-a', 'api ╰ api-7b-b', 'db ╰ db-0']);
});

test('a row elsewhere, of another kind of owner, or of another namespace is none', () => {
  const other = row('api-7b-a', 'pod', 'deploy api');
  expect(drawn(other, row('api', 'deployment'))).toEqual([]);
  expect(drawn(row('api', 'statefulset'), other)).toEqual([]);
  const elsewhere = { ...other, fact: { ...other.fact, namespace: 'blue' } };
  expect(drawn(row('api', 'deployment'), elsewhere)).toEqual([]);
});

test('containers of an opened pod do not end the branches', () => {
  const rows = [
    row('api', 'deployment'),
    row('api-7b-a', 'pod', 'deploy api'),
    row('app', 'container', 'api-7b-a', { treePosition: { depth: 1, parent: 'api-7b-a' } }),
    row('api-7b-b', 'pod', 'deploy api'),
  ];
  expect(drawn(...rows)).toEqual(['api ├ api-7b-a', 'api ╰ api-7b-b']);
});

test('thousands of rows have none', () => {
  const rows = Array.from({ length: 501 }, (_, nth) =>
    nth === 0 ? row('api', 'deployment') : row(`api-${nth}`, 'pod', 'deploy api'),
  );
  expect(drawn(...rows)).toEqual([]);
});
