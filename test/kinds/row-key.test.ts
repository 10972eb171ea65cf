import { expect, test } from 'vitest';
import { signalKey } from '../../src/domain/facts/snapshot.ts';
import { factKey, rowName, stateWord } from '../../src/kinds/registry/registry.ts';
import type { Workload } from '../../src/kinds/workloads/fact.ts';
import { breaker, health, lag, pool } from '../support/made-facts.ts';

test('a key depends on the identity of a row only, and is unique', () => {
  const key = factKey('breakers', breaker('psp'));
  expect(factKey('breakers', breaker('psp', { state: 'open', at: 5, failureRate: 80 }))).toBe(key);
  for (const other of [{ instance: 'bus-1' }, { service: 'billing' }, { source: 'prom' }])
    expect(factKey('breakers', breaker('psp', other))).not.toBe(key);
  expect(factKey('lag', lag('a', { partition: 1 }))).not.toBe(factKey('lag', lag('a', { partition: 2 })));
});

test('names with slashes have distinct keys', () => {
  expect(factKey('breakers', breaker('c', { instance: 'a/b' }))).not.toBe(
    factKey('breakers', breaker('b/c', { instance: 'a' })),
  );
});

test('keys of signal series depend on labels, in any order', () => {
  expect(signalKey('heap', {})).toBe('heap');
  expect(signalKey('heap', { pod: 'b', area: 'old' })).toBe(signalKey('heap', { area: 'old', pod: 'b' }));
  expect(signalKey('heap', { pod: 'a' })).not.toBe(signalKey('heap', { pod: 'b' }));
});

const workload = (kind: Workload['kind'], name: string): Workload => ({
  ...{ source: 'hosts', at: 0, namespace: 'shop', owner: '', node: 'vm-1', status: '' },
  ...{ kind, name },
});

test.each([
  [stateWord('breakers', breaker('psp', { state: 'half-open' })), 'half-open'],
  [stateWord('health', health('api', { status: 'down' })), 'down'],
  [stateWord('pools', pool('main', { active: 20, max: 20, pending: 2 })), 'exhausted'],
  [stateWord('pools', pool('main', { active: 17, max: 20 })), 'near max'],
  [stateWord('pools', pool('main')), 'unknown'],
  [rowName('breakers', breaker('psp')), 'bus-0 · psp'],
  [rowName('breakers', breaker('psp', { instance: '' })), 'event-bus · psp'],
  [rowName('health', health('api')), 'api'],
  [rowName('lag', lag('billing')), 'billing · payments · p0'],
  [rowName('workloads', workload('unit', 'api')), 'vm-1 · api'],
  [rowName('workloads', workload('pod', 'api-0')), 'shop · api-0'],
  [rowName('workloads', { ...workload('container', 'app'), owner: 'api-0' }), 'shop · api-0 · app'],
  [rowName('workloads', { ...workload('container', 'shop-web-1'), owner: 'web' }), 'shop · shop-web-1'],
])('text of a row: %s', (actual, expected) => {
  expect(actual).toBe(expected);
});
