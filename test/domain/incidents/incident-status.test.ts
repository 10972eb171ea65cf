import { expect, test } from 'vitest';
import { type IncidentStatus, incidentText } from '../../../src/domain/incidents/incident-status.ts';

const statusOf = (status: Partial<IncidentStatus>): IncidentStatus => ({
  state: 'ongoing',
  began: 1,
  remaining: 0,
  unknown: 0,
  arisen: 0,
  worst: [],
  ...status,
});

test.each<[Partial<IncidentStatus>, string]>([
  [{ state: 'all-clear' }, 'all clear: the finding is cleared, and stayed so for the hold time'],
  [
    { state: 'all-clear', began: 4 },
    'all clear: all 4 findings are cleared, and stayed so for the hold time',
  ],
  [{ state: 'clearing' }, 'clearing: the finding is cleared, but not yet for the whole hold time'],
  [
    { state: 'clearing', began: 2 },
    'clearing: both findings are cleared, but not yet for the whole hold time',
  ],
  [{ remaining: 1 }, 'ongoing: the finding remains'],
  [{ began: 4, remaining: 1 }, 'ongoing: 1 of 4 findings remains'],
  [{ began: 3, remaining: 2, unknown: 1 }, 'ongoing: 2 of 3 findings remain, 1 unknown'],
  [{ state: 'unknown', unknown: 1 }, 'unknown: the state of the finding is unknown'],
  [{ state: 'unknown', began: 3, unknown: 1 }, 'unknown: 3 findings: 2 cleared, 1 unknown'],
  [
    { state: 'unknown', began: 4, unknown: 1, vanished: 1 },
    'unknown: 4 findings: 2 cleared, 1 vanished, 1 unknown',
  ],
  [
    {
      state: 'unknown',
      began: 1,
      unknown: 1,
      worst: [
        { what: 'alerts Errors firing', level: 'crit', why: 'Errors is silenced by ana: not resolved' },
      ],
    },
    'unknown: the state of the finding is unknown; Errors is silenced by ana: not resolved',
  ],
  [
    { remaining: 1, arisen: 2, worst: [{ what: 'Error rate', level: 'crit' }] },
    'ongoing: the finding remains, 2 new critical; worst: Error rate',
  ],
  [{ arisen: 1 }, 'ongoing: 1 new critical'],
  [
    { remaining: 1, countsMs: 30 * 86_400_000 },
    'ongoing: the finding remains. What remains counts the last 30d, and clears only as that time passes',
  ],
])('the findings around a run: %o', (status, text) => {
  expect(incidentText(statusOf(status))).toBe(text);
});
