import { describe, expect, test } from 'vitest';
import type { CodeBlock } from '../../src/importer/document.ts';
import { importDocument } from '../../src/importer/import-document.ts';
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

describe('a query that drops series by itself has none while all is well', () => {
  test.each([
    ['5 < temperature < 10', true],
    ['count(up == 0) by (job) / count(up) by (job) > 0.5', true],
    ['absent(up{job="a"}) == 1', true],
    ['absent_over_time(up[5m]) > 0', true],
    ['(a unless b) > 1', true],
    ['(a and b) > 1', true],
    ['sum(up == bool 0) > 2', undefined],
    ['(sum(rate(x[5m]) > 0) or vector(0)) < 1', undefined],
    ['x offset 5m > 1', undefined],
    ['max_over_time(rate(x[5m])[30m:1m]) > 5', undefined],
  ])('%s', (expression, isFilter) => {
    expect(splitCondition(expression)?.isFilter).toBe(isFilter);
  });
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

test('a warning and a critical rule on one query are one signal with both limits', () => {
  const rule = (severity: string, expr: string, more = '') =>
    `- { alert: Lag, expr: '${expr}', labels: { severity: ${severity} }${more} }\n`;
  expect(limitsIn(rule('warning', 'lag > 100') + rule('critical', 'lag > 1000'))).toEqual([
    { line: 1, title: 'Lag', query: 'lag', warn: '>100', crit: '>1000' },
  ]);
  expect(limitsIn(rule('critical', 'free < 10') + rule('warning', 'free < 20'))).toEqual([
    { line: 1, title: 'Lag', query: 'free', warn: '<20', crit: '<10' },
  ]);
  // Another waiting time, direction, or order of the limits.
  expect(limitsIn(rule('warning', 'a > 1') + rule('critical', 'a > 2', ', for: 5m'))).toHaveLength(2);
  expect(limitsIn(rule('warning', 'a > 1') + rule('critical', 'a < 2'))).toHaveLength(2);
  expect(limitsIn(rule('warning', 'a > 5') + rule('critical', 'a > 2'))).toHaveLength(2);
});

test('rules are read in several documents, in flow style alone, and in the text of a ConfigMap', () => {
  const text = `---
spec: { groups: [ { rules: [ { alert: A, expr: a > 1 } ] } ] }
---
data:
  rules.yml: |
    groups:
    - rules:
      - alert: B
        expr: |
          # more than 7 is too much
          b{x="a # b"} # per second
            > 5
`;
  expect(limitsIn(text)).toEqual([
    { line: 2, title: 'A', query: 'a', warn: '>1' },
    { line: 8, title: 'B', query: 'b{x="a # b"}', warn: '>5' },
  ]);
});

test.each([
  ['vector(1)', '(vector(1))'],
  ['vector(1) == 1', '(vector(1) == 1)'],
  ['1 == bool 1', 'vector(1 == bool 1)'],
])('a rule that always fires, %s, is a problem when it does not', (expr, query) => {
  const selector = 'ALERTS{alertname="Watchdog", alertstate="firing"}';
  expect(limitsIn(`- { alert: Watchdog, expr: '${expr}', labels: { severity: none } }`)).toEqual([
    { line: 1, title: 'Watchdog', query: `${query} and on () ${selector}`, warn: '<-1e308', noData: 'warn' },
  ]);
});

test.each(['time() > 5', 'hour() > 8', 'up == 0', 'absent(up)'])('%s is no constant', (expr) => {
  expect(limitsIn(`- { alert: A, expr: '${expr}' }`)[0]?.query).not.toContain('ALERTS');
});

test('a rule has the labels of its group, unless it has its own, and limits of the group are kept as written', () => {
  const text = `groups:
- name: g
  limit: 10
  labels: { severity: critical, team: shop }
  rules:
  - { alert: A, expr: a > 1 }
  - { alert: B, expr: b > 1, labels: { severity: warning } }
  - { alert: Inhibitor, expr: c > 1, labels: { severity: none } }
`;
  expect(limitsIn(text)).toEqual([
    { line: 6, title: 'A', query: 'a', crit: '>1' },
    { line: 7, title: 'B', query: 'b', warn: '>1' },
    { line: 8, title: 'Inhibitor', query: 'c > 1', noData: 'ok' },
  ]);
});

test('a rule about values that are no numbers has a value', () => {
  expect(limitsIn(`- { alert: A, expr: 'x != x' }`)[0]?.query).toBe('group without () (x != x)');
});

test('a rule that keeps firing after its condition has ended decides the level of its signal itself', () => {
  const rule = (name: string, bound: string, severity: string, keep = '') =>
    `- { alert: ${name}, expr: a ${bound}, ${keep}labels: { severity: ${severity} } }\n`;
  const text = `rules:\n${rule('High', '> 1', 'warning', 'keep_firing_for: 10m, ')}${rule('VeryHigh', '> 9', 'critical')}${rule('Low', '< 0', 'critical', 'keep_firing_for: 5m, ')}`;
  const { draft } = importDocument(text, { system: 'shop', file: 'rules.yml', modules: [] });
  expect(draft.thresholds.map(({ warn, crit, rules }) => [warn, crit, rules])).toEqual([
    ['>1', '>9', { warn: 'High', crit: 'VeryHigh' }],
    [undefined, '<0', { crit: 'Low' }],
  ]);
});

test('what a signal has no key for is kept as written', () => {
  const text =
    '- alert: A\n  expr: a > 1\n  keep_firing_for: 10m\n  labels: { team: shop }\n  annotations:\n    runbook_url: https://wiki/a\n';
  const block: CodeBlock = {
    ...{ is: 'code', lang: 'yaml', text, firstLine: 1 },
    ...{ line: 0, part: '', spans: [], links: [] },
  };
  expect(thresholdsOf(block, '')[0]?.written).toMatchObject({
    ...{ keep_firing_for: '10m', team: 'shop', runbook_url: 'https://wiki/a' },
  });
});

test('a file of rules in YAML is read as a whole', () => {
  const text = 'groups:\n- rules:\n  - { alert: A, expr: up == 0 }\n';
  const { draft } = importDocument(text, { system: 'shop', file: 'rules.yml', modules: [] });
  expect(draft.thresholds.map(({ title, query, warn }) => [title, query, warn])).toEqual([['A', 'up', '=0']]);
});
