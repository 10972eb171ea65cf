import { describe, expect, test } from 'vitest';
import type { CodeBlock } from '../../src/importer/document.ts';
import { splitCondition } from '../../src/importer/promql-rule.ts';
import { thresholdsOf } from '../../src/importer/thresholds.ts';

describe('a comparison with a number at the top level', () => {
  test.each([
    ['up == 0', 'up', '=0'],
    ['(mem_available / mem_total < .10)', 'mem_available / mem_total', '<0.1'],
    ['0.95 > avg(up)', 'avg(up)', '<0.95'],
    ['5 <= x', 'x', '>=5'],
    ['x != -1', 'x', '!=-1'],
    ['x > (1e3)', 'x', '>1000'],
    ['100 - avg(idle{mode="a > b"}) > 80', '100 - avg(idle{mode="a > b"})', '>80'],
    [
      'sum by (job) (rate(e[5m])) / sum by (job) (rate(a[5m])) >= 0.05',
      'sum by (job) (rate(e[5m])) / sum by (job) (rate(a[5m]))',
      '>=0.05',
    ],
  ])('%s', (expression, query, bound) => {
    expect(splitCondition(expression)).toEqual({ query, bound });
  });
});

test.each([
  'predict_linear(disk_free[3h], 86400) <= 0 and disk_free > 0',
  'probe_status <= 199 or probe_status >= 400',
  'up == 0 unless on (job) maintenance == 1',
  'replicas_wanted != replicas_ready',
  'x > bool 1',
  'x > 5m',
  'x > 1 + 2',
  'absent(up{job="a"})',
  'up',
  'x > 1 ) y',
  '{{ $value }} > 1',
  '',
])('%j is no comparison with a number', (expression) => {
  expect(splitCondition(expression)).toBeUndefined();
});

const limitsIn = (text: string) => {
  const block: CodeBlock = {
    ...{ is: 'code', lang: 'yaml', text, firstLine: 1 },
    ...{ line: 0, part: '', spans: [], links: [] },
  };
  return thresholdsOf(block, 'title').map(({ written: _, ...found }) => found);
};

test('rules are read as YAML, in any style and place', () => {
  const text = `groups:
- {name: g, rules: [{alert: Down, expr: up == 0, for: 5m, labels: {severity: critical}}]}
- name: h
  rules:
  - labels: { severity: warning }
    expr: |
      sum(errors)
        > 5
    alert: "Errors"
`;
  expect(limitsIn(text)).toEqual([
    { line: 2, title: 'Down', query: 'up', crit: '=0', for: '5m' },
    { line: 5, title: 'Errors', query: 'sum(errors)', warn: '>5' },
  ]);
});

test('a condition that is no comparison with a number stays whole, and fires while it returns a series', () => {
  const text = '- alert: Disk\n  expr: free <= 0 and total > 0\n  labels: { severity: page }\n';
  expect(limitsIn(text)).toEqual([
    { line: 1, title: 'Disk', query: 'free <= 0 and total > 0', crit: '>=-1e308', noData: 'ok' },
  ]);
});

test('a text that is no YAML is read line by line', () => {
  const text =
    '- alert: Down\n  expr: up == 0\n  labels:\n    severity: critical\n  summary: {{ $labels.x }} is: down\n';
  expect(limitsIn(text)).toEqual([{ line: 1, title: 'Down', query: 'up', crit: '=0' }]);
});
