import { expect, test } from 'vitest';
import type { ExpectedResult } from '../../../src/domain/runbooks/runbook.ts';
import { expectedText } from '../../../src/runs/runbooks/expected-text.ts';

test.each<[ExpectedResult, string]>([
  [{ rows: '= 0' }, 'rows = 0'],
  [{ column: 'valid', value: '1', change: '> 0' }, 'valid = 1, valid changes by > 0'],
  [
    { status: 200, json: { 'details.state': 'up', replicas: '>= 2' } },
    'status = 200, details.state = up, replicas >= 2',
  ],
  [{ matches: '^in sync' }, 'a line matches /^in sync/'],
  [{ path: 'metadata.uid', change: 'any' }, 'metadata.uid changes'],
  [{ change: 'any' }, 'the result changes'],
])('%j in words', (expected, text) => {
  expect(expectedText(expected)).toBe(text);
});
