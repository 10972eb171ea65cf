import { expect, test } from 'vitest';
import { logsParams } from '../../../src/sources/kubernetes/operations/read-operation.ts';

test('parameters that were read once are read again when the plan is carried out', () => {
  const given = { deployment: 'billing', since: '5m', lines: 20 };
  expect(logsParams.parse(logsParams.parse(given))).toEqual({ ...given, previous: false });
});

test.each(['5', 'soon', ''])('since: %j is no duration', (since) => {
  expect(logsParams.safeParse({ pod: 'billing-0', since }).success).toBe(false);
});
