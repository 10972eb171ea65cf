import { expect, test } from 'vitest';
import { logsParams } from '../../../src/sources/kubernetes/operations/write/read-operation.ts';

test('parsed parameters can be parsed again when the plan is executed', () => {
  const given = { deployment: 'billing', since: '5m', lines: 20 };
  expect(logsParams.parse(logsParams.parse(given))).toEqual({ ...given, previous: false });
});

test.each(['5', 'soon', ''])('since: %j is not a duration', (since) => {
  expect(logsParams.safeParse({ pod: 'billing-0', since }).success).toBe(false);
});
