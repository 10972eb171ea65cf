import { expect, test } from 'vitest';
import {
  type EarlierReport,
  type IncidentReport,
  repeatedReportRulings,
} from '../../../src/runs/policy/repeated-reports.ts';

const report: IncidentReport = { run: 'r-9', action: 'update', incident: 'INC-7', update: 4 };
const earlier = (outcome: EarlierReport['outcome']): EarlierReport => ({
  run: 'r-1',
  outcome,
  at: Date.parse('2026-03-04T10:15:30Z'),
  who: 'ana@desk',
});
const reasons = (...args: Parameters<typeof repeatedReportRulings>) =>
  repeatedReportRulings(...args).map(({ does, check }) => `${does}: ${check.why}`);

test.each([
  [
    'nothing was sent',
    [],
    [],
    'passes: the ledger has no record that the update of INC-7 (entry 4) was sent before',
  ],
  [
    'it was posted, even if the operator knows',
    [earlier('sent')],
    ['r-1'],
    'forbids: the update of INC-7 (entry 4) was already posted by ana@desk at 10:15:30 UTC, run r-1',
  ],
  [
    'it may have been posted since the plan',
    [earlier('unknown')],
    [],
    'forbids: the update of INC-7 (entry 4) may have been sent meanwhile by ana@desk at 10:15:30 UTC, run r-1',
  ],
  [
    'it may have been posted, which the operator knew',
    [earlier('unknown')],
    ['r-1'],
    'passes: the ledger has no record that the update of INC-7 (entry 4) was sent before',
  ],
])('%s', (_, runs, known, expected) => {
  expect(reasons(report, runs, known)).toEqual([expected]);
});

test('an issue is filed once for an incident', () => {
  expect(reasons({ ...report, action: 'issue', update: 0 }, [earlier('sent')], [])).toEqual([
    'forbids: the issue of INC-7 was already filed by ana@desk at 10:15:30 UTC, run r-1',
  ]);
});
