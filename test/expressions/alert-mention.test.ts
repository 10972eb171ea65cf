import { expect, test } from 'vitest';
import { alertMention } from '../../src/expressions/condition-match.ts';
import type { Alert } from '../../src/kinds/alerts/fact.ts';

const alert: Alert = {
  source: 'prom',
  at: 0,
  name: 'HighLag',
  severity: 'critical',
  state: 'firing',
  labels: { group: 'billing' },
  summary: '',
};

test.each([
  ['alert(HighLag)', 'of this'],
  ['any(alerts[name = HighLag and group = billing] | state = firing)', 'of this'],
  ['any(alerts[name = HighLag and group = orders] | state = firing)', 'of another'],
  [
    'any(alerts[name = HighLag and group = orders] | state = firing) and any(workloads | status = down)',
    'of another',
  ],
  ['any(workloads | status = down)', undefined],
])('%s names the alert of the group billing: %s', (when, mention) => {
  expect(alertMention(when, alert)).toBe(mention);
});
