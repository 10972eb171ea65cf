import { describe, expect, test } from 'vitest';
import type { JournalEntry } from '../../../src/domain/facts/journal.ts';
import type { RunEvent } from '../../../src/domain/runs/run.ts';
import { withJournalChanges, withJournalEntries } from '../../../src/engine/cockpit/environment/messages.ts';
import { armingJournalEntry, runJournalEntry } from '../../../src/engine/journal/run-entries.ts';
import { proposed } from '../../screens/support/runs.ts';

const at = { run: 'r1', at: 5 };
const acting: RunEvent = { ...at, event: 'acting', step: 'a1', title: 'Close it' };

describe('run events', () => {
  test.each<[RunEvent, string | undefined, string?]>([
    [{ ...at, event: 'gated', passed: true, why: '' }, 'started', 'ok'],
    [{ ...at, event: 'gated', passed: false, why: 'not armed' }, 'refused: not armed', 'warn'],
    [{ ...at, event: 'confirmed', names: ['psp'] }, undefined],
    [acting, undefined],
    [
      { ...at, event: 'acted', step: 'a1', ok: true, result: '2 of 2 answered 200' },
      'Close it: 2 of 2 answered 200',
      'ok',
    ],
    [{ ...at, event: 'acted', step: 'a1', ok: false, result: '500' }, 'Close it: 500', 'crit'],
    [
      { ...at, event: 'ended', ending: 'executed-not-recovered', why: 'still open', sent: [] },
      'EXECUTED, NOT RECOVERED: still open',
      'crit',
    ],
    [{ ...at, event: 'ended', ending: 'recovered', why: '', sent: [] }, 'RECOVERED', 'ok'],
    [
      {
        ...{ ...at, event: 'ended', ending: 'recovered', why: 'psp is closed', sent: [] },
        incident: {
          ...{ state: 'ongoing', began: 4, remaining: 1, unknown: 0, arisen: 0, next: 'restart' },
          worst: [{ what: 'Error rate', level: 'crit' }],
        },
      },
      'STEP VERIFIED, INCIDENT ONGOING: psp is closed; 1 of 4 findings remains; worst: Error rate; next: restart',
      'warn',
    ],
    [
      {
        ...{ ...at, event: 'ended', ending: 'failed', why: '500', sent: [] },
        incident: { state: 'ongoing', began: 1, remaining: 1, unknown: 0, arisen: 0, worst: [] },
      },
      'FAILED: 500; incident ongoing: the finding remains',
      'crit',
    ],
  ])('%o', (event, change, level) => {
    const entry = runJournalEntry('Close a breaker', event, [acting, event]);
    expect(entry?.change).toBe(change);
    expect(entry?.level).toBe(level);
    if (entry !== undefined)
      expect(entry).toMatchObject({ at: 5, kind: 'run', what: 'Close a breaker', source: '' });
  });
});

test('an action names the targets that its title does not, and the brief result', () => {
  const { proposal } = proposed();
  const [step] = proposal?.steps ?? [];
  const { plan } = step ?? {};
  if (proposal === undefined || step === undefined || plan === undefined) throw new Error('no plan');
  const targets = ['psp', 'billing-1', 'billing-2', 'billing-3', 'billing-4'].map((name) => ({
    ...{ name, uid: name, saw: 'OPEN', where: 'bus' },
  }));
  const changeOf = (title: string): string | undefined =>
    runJournalEntry(
      'Close a breaker',
      { ...at, event: 'acted', step: step.id, ok: true, result: 'a; b', brief: '5 of 5 calls succeeded' },
      [
        {
          ...at,
          event: 'planned',
          proposal: { ...proposal, steps: [{ ...step, plan: { ...plan, targets } }] },
        },
        { ...at, event: 'acting', step: step.id, title },
      ],
    )?.change;
  expect(changeOf('Close psp')).toBe(
    'Close psp (billing-1, billing-2, billing-3 and 1 more): 5 of 5 calls succeeded',
  );
  expect(changeOf('Close psp, billing-1, billing-2, billing-3, billing-4')).not.toContain('(');
});

test('arming and its expiry are recorded once each', () => {
  const off = { readOnly: true };
  const on = { readOnly: true, armedUntil: 99, reason: 'psp outage' };
  expect(armingJournalEntry('production', off, on, 7)).toMatchObject({
    change: 'armed: psp outage',
    what: 'production',
  });
  expect(armingJournalEntry('production', on, off, 7)).toMatchObject({
    change: 'disarmed: the environment is read-only again',
  });
  expect(armingJournalEntry('production', on, on, 7)).toBeUndefined();
});

const entry = (n: number): JournalEntry => ({
  at: n,
  kind: 'verdict',
  level: 'crit',
  what: `breaker ${n}`,
  change: 'CLOSED → OPEN',
  source: 'bus',
});

test('the newest 2000 changes are kept', () => {
  const { journal } = withJournalEntries({ journal: Array.from({ length: 1999 }, (_, n) => entry(n)) }, [
    entry(1999),
    entry(2000),
  ]);
  expect(journal).toHaveLength(2000);
  expect([journal[0]?.at, journal.at(-1)?.at]).toEqual([1, 2000]);
});

test('a change is also shown as a message', () =>
  expect(withJournalChanges({ messages: [], journal: [] }, [entry(3)])).toEqual({
    messages: [{ at: 3, level: 'crit', text: 'breaker 3: CLOSED → OPEN', inJournal: true }],
    journal: [entry(3)],
  }));
