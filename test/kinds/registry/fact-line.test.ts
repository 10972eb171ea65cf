import { expect, test } from 'vitest';
import { factLine } from '../../../src/kinds/registry/fact-line.ts';
import { lag } from '../../support/made-facts.ts';

const time = 1_772_619_307_000;

test('shows a workload with units and ages, without its uid', () => {
  const line = factLine('workloads', {
    source: 'k8s',
    at: time,
    kind: 'pod',
    uid: '0f6c2d5e-8a3b-4c1d-9e7f-001122334455',
    namespace: 'shop',
    name: 'bus-0',
    owner: '',
    node: 'node-1',
    status: 'Running',
    startedAt: time - 3 * 3_600_000,
    cpuCores: 0.12345678901234566,
    memoryBytes: 536_870_912,
  });
  expect(line).toBe(
    'kind pod  namespace shop  name bus-0  node node-1  status Running  startedAt 3h ago  cpuCores 0.123 cores  memoryBytes 512 MiB',
  );
});

test('shows a state in the words of its pane', () => {
  const line = factLine('lag', lag('billing', { lag: 12, motion: 'falling-behind' }));
  expect(line).toMatch(/ motion falling behind$| motion falling behind {2}/);
});

test('shows a sample with the unit of its signal and at most three decimals', () => {
  const sample = {
    source: 'prom',
    at: time,
    signal: 'api.p99',
    labels: { host: 'vm-1' },
    value: 0.30000000000000004,
  };
  expect(factLine('samples', sample, 's')).toBe('api.p99 · vm-1: 0.3 s');
});
