import { expect, test } from 'vitest';
import type { FactKind, FactTypes } from '../../src/domain/facts/facts.ts';
import { togetherNote } from '../../src/expressions/choices.ts';
import { kindOf } from '../../src/kinds/registry/registry.ts';
import type { DbSession } from '../../src/kinds/sessions/fact.ts';
import type { Workload } from '../../src/kinds/workloads/fact.ts';
import { noon } from '../support/made-facts.ts';

const choiceText = <K extends FactKind>(kind: K, fact: FactTypes[K], field: string): string | undefined =>
  kindOf(kind).choice?.(fact, field);

const session: DbSession = {
  source: 'pg',
  at: noon,
  database: 'shop',
  pid: 101,
  user: 'billing',
  state: 'idle in transaction',
  durationMs: 1000,
  transactionMs: 252_000,
  waiting: '',
  blockedBy: [],
  query: 'UPDATE stock\n  SET n = n - 1 WHERE sku = $1',
  application: 'billing-0',
};

const pod: Workload = {
  source: 'k8s',
  at: noon,
  kind: 'pod',
  namespace: 'shop',
  name: 'bus-0',
  owner: 'deploy bus',
  node: 'vm-1',
  status: 'CrashLoopBackOff',
  ready: 0,
  wanted: 1,
  restarts: 12,
};

test('describes a session by user, application, state, duration and statement', () => {
  expect(choiceText('sessions', session, 'pid')).toBe(
    'billing · billing-0 · idle in transaction · 4m12s · UPDATE stock SET n = n - 1 WHERE sku = $1',
  );
  const long = { ...session, application: 'billing', query: `SELECT ${'x, '.repeat(40)}1` };
  expect(choiceText('sessions', long, 'pid')).toMatch(/^billing · idle.* · SELECT (x, )+.*…$/);
});

test('describes a pod by its state, and a node by its failing pod', () => {
  expect(choiceText('workloads', pod, 'name')).toBe('CrashLoopBackOff · 0 of 1 ready · 12 restarts');
  expect(choiceText('workloads', { ...pod, restarts: 0 }, 'node')).toBe(
    'bus-0 · CrashLoopBackOff · 0 of 1 ready',
  );
});

test('summarizes several rows of one value', () => {
  expect(togetherNote(['', 'a', 'a'])).toBe('a');
  expect(togetherNote(['a', 'b', 'c'])).toBe('a, and 2 more');
  expect(togetherNote([])).toBe('');
});
