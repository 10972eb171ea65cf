import { describe, expect, test } from 'vitest';
import type { Runbook } from '../../../../src/domain/runbooks/runbook.ts';
import type { Proposal } from '../../../../src/domain/runs/proposal.ts';
import type { RunEnding, RunEvent } from '../../../../src/domain/runs/run.ts';
import { createRunAttempts } from '../../../../src/engine/cockpit/runs/run-attempts.ts';
import { breaker, noon, snapshotWith } from '../../../support/made-facts.ts';

const runbook: Runbook = {
  id: 'reset',
  title: 'Reset',
  covers: [],
  params: [{ name: 'name', type: 'choice', from: 'breakers.name', where: 'state = open' }],
  diagnose: [],
  act: [],
  verify: [],
  position: { file: 'test.yaml', line: 1, col: 1 },
};

const proposal = (more: Partial<Proposal> = {}): Proposal =>
  ({ runbook: 'reset', params: { name: 'broker' }, plannedAt: noon, ...more }) as Proposal;

const ended = (
  ending: RunEnding,
  incident?: 'ongoing' | 'all-clear',
): Extract<RunEvent, { event: 'ended' }> => ({
  run: 'run-1',
  at: noon,
  event: 'ended',
  ending,
  why: '',
  sent: [],
  ...(incident === undefined
    ? {}
    : { incident: { state: incident, began: 1, remaining: 1, unknown: 0, arisen: 0, worst: [] } }),
});

const open = (...names: readonly string[]) =>
  snapshotWith({ breakers: names.map((name) => breaker(name, { state: 'open' })) });

const outcomeAfter = (event: ReturnType<typeof ended>, snapshot = open('broker')): string | undefined => {
  const attempts = createRunAttempts();
  attempts.ended(proposal(), event);
  return attempts.attemptOf(runbook, snapshot)?.outcome;
};

describe('attempts', () => {
  test('a refused or failed plan counts, one that can be confirmed needs a login or waits for a freeze does not', () => {
    const attempts = createRunAttempts();
    attempts.planned(proposal());
    attempts.planned(
      proposal({ refusal: { ending: 'failed', why: '401', login: { source: 'k8s', why: '401' } } }),
    );
    attempts.planned(
      proposal({
        refusal: { ending: 'forbidden', why: 'frozen' },
        checks: [{ what: 'freeze', ok: false, why: 'frozen' }],
      }),
    );
    expect(attempts.attemptOf(runbook, open())).toBeUndefined();
    attempts.planned(proposal({ refusal: { ending: 'not-applicable', why: 'no revision before 1' } }));
    expect(attempts.attemptOf(runbook, open())).toMatchObject({ at: noon, outcome: 'refused' });
  });

  test.each([
    ['failed', 'failed'],
    ['executed-not-recovered', 'not recovered'],
    ['forbidden', 'refused'],
    ['not-applicable', 'refused'],
    ['declined', undefined],
    ['dry-run', undefined],
  ] as const)('a run that ended as %s is told as %s', (ending, outcome) =>
    expect(outcomeAfter(ended(ending))).toBe(outcome),
  );

  test('a refusal about the runbook counts whatever it was about, so that what comes next is another one', () => {
    const attempts = createRunAttempts();
    const refusal = { ending: 'forbidden', why: 'a total outage' } as const;
    attempts.planned(
      proposal({
        params: { n: 7 },
        refusal,
        checks: [{ what: 'outage', ok: false, why: 'the last instance' }],
      }),
    );
    expect(attempts.attemptOf(runbook, open())?.outcome).toBe('refused');
  });

  describe('a refused number', () => {
    const scale: Runbook = {
      ...runbook,
      params: [{ name: 'replicas', type: 'int', max: 8, recommended: 4 }],
    };
    const refused = { ending: 'not-applicable', why: 'at most 6 fit' } as const;
    const triedWith = (more: Partial<Proposal>, event?: ReturnType<typeof ended>): string | undefined => {
      const attempts = createRunAttempts();
      if (event === undefined) attempts.planned(proposal({ refusal: refused, ...more }));
      else attempts.ended(proposal(more), event);
      return attempts.attemptOf(scale, open())?.outcome;
    };

    test('says nothing about its runbook, which may accept another one', () =>
      expect(triedWith({ params: { replicas: 7 } })).toBeUndefined());

    test('counts where it is the number that the runbook would be given by default', () =>
      expect(triedWith({ params: { replicas: 4 } })).toBe('refused'));

    test('counts where the plan failed, or was refused after it could be confirmed', () => {
      expect(triedWith({ params: { replicas: 7 }, refusal: { ending: 'failed', why: '500' } })).toBe(
        'failed',
      );
      expect(triedWith({ params: { replicas: 7 } }, ended('not-applicable'))).toBe('refused');
    });
  });

  test('what a run has found for the rest of its incident counts for ten minutes, or until the incident is over', () => {
    const attempts = createRunAttempts();
    const event = ended('recovered', 'ongoing');
    const { incident } = event;
    if (incident === undefined) throw new Error('no incident');
    attempts.ended(proposal(), { ...event, incident: { ...incident, next: 'breakers-open' } });
    expect(attempts.foundNext(noon + 10 * 60_000)).toBe('breakers-open');
    expect(attempts.foundNext(noon + 10 * 60_000 + 1)).toBeUndefined();
    attempts.forget(noon, true);
    expect(attempts.foundNext(noon)).toBeUndefined();
  });

  test('a verified step lowers its runbook, unless it has left another target', () => {
    expect(outcomeAfter(ended('recovered', 'ongoing'))).toBe('step verified, incident ongoing');
    expect(outcomeAfter(ended('recovered', 'ongoing'), open('broker', 'psp'))).toBeUndefined();
    expect(outcomeAfter(ended('executed-not-recovered'), open('broker', 'psp'))).toBe('not recovered');
  });

  test('what ends the incident ends the memory: a recovery, a clear environment, an hour, an undo', () => {
    const tried = () => {
      const attempts = createRunAttempts();
      attempts.ended(proposal(), ended('failed'));
      return attempts;
    };
    const recovered = tried();
    recovered.ended(proposal({ runbook: 'other' }), ended('recovered', 'all-clear'));
    const clear = tried();
    clear.forget(noon, true);
    const old = tried();
    old.forget(noon + 60 * 60_000 + 1, false);
    const undone = tried();
    undone.ended(proposal({ runbook: 'reset.undo', undoes: 'run-1' }), ended('recovered'));
    for (const attempts of [recovered, clear, old, undone])
      expect(attempts.attemptOf(runbook, open('broker'))).toBeUndefined();
    const kept = tried();
    kept.forget(noon + 60_000, false);
    expect(kept.attemptOf(runbook, open('broker'))?.outcome).toBe('failed');
  });
});
