import { expect, test } from 'vitest';
import { alertMention } from '../../src/expressions/condition-match.ts';
import type { Alert } from '../../src/kinds/alerts/fact.ts';

const alert: Alert = {
  source: 'prom',
  at: 0,
  name: 'HighLag',
  severity: 'critical',
  state: 'firing',
  labels: {},
  summary: '',
};

test.each([
  ['alert(HighLag)', 'of this'],
  ['any(alerts[name = HighLag and severity = critical] | state = firing)', 'of this'],
  ['any(alerts[name = HighLag and severity = warning] | state = firing)', 'of another'],
  [
    'any(alerts[name = HighLag and severity = warning] | state = firing) and any(workloads | status = down)',
    'of another',
  ],
  ['any(workloads | status = down)', undefined],
])('%s names the critical alert: %s', (when, mention) => {
  expect(alertMention(when, alert)).toBe(mention);
});
