import { expect, test } from 'vitest';
import type { WaitingApproval } from '../../../src/domain/approval.ts';
import { createApprovals } from '../../../src/engine/cockpit/approvals.ts';
import type { OpenedEnvironment } from '../../../src/engine/cockpit/cockpit-parts.ts';
import type { ApprovalAnswer, ApprovalDesk } from '../../../src/runs/approvals/answer-approval.ts';
import { createCockpitStore } from '../../../src/store/cockpit.ts';
import { running, waitingApproval } from '../../screens/support/runs.ts';
import { closeBreaker } from '../../screens/support/shop.ts';
import { noon } from '../../support/made-facts.ts';

const stage = () => {
  const cockpit = createCockpitStore();
  let now = noon;
  let waiting: readonly WaitingApproval[] | Error = [];
  let answer: ApprovalAnswer | Error = { is: 'recorded' };
  const given: unknown[][] = [];
  const said: string[] = [];
  const answered = async (...what: unknown[]): Promise<ApprovalAnswer> => {
    given.push(what);
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const desk: ApprovalDesk = {
    waiting: async () => {
      if (waiting instanceof Error) throw waiting;
      return waiting;
    },
    approve: (...what) => answered('approve', ...what),
    stop: (...what) => answered('stop', ...what),
  };
  const opened = { profile: { runbooks: [closeBreaker] }, approvals: desk } as unknown as OpenedEnvironment;
  const view = createApprovals({
    ...{ cockpit, clock: { now: () => now, wallOffset: () => 0 }, opened: () => opened },
    say: (text) => said.push(text),
  });
  const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  return {
    ...{ cockpit, view, given, said, settled },
    reads: async (...next: readonly (WaitingApproval | Error)[]): Promise<void> => {
      const [first] = next;
      waiting = first instanceof Error ? first : (next as readonly WaitingApproval[]);
      view.reload();
      await settled();
    },
    answers: (next: ApprovalAnswer | Error) => {
      answer = next;
    },
    after: (ms: number) => {
      now += ms;
      view.everySecond();
    },
  };
};

test('a request is announced once; an own one and an approved one are not', async () => {
  const { reads, said, cockpit } = stage();
  await reads(waitingApproval({ run: 'own', isOwn: true }), waitingApproval({ run: 'b', isApproved: true }));
  expect(said).toEqual([]);
  await reads(waitingApproval());
  await reads(waitingApproval());
  expect(said).toEqual(['run waiting for approval: Close a circuit breaker']);
  expect(cockpit.getState().approvals).toHaveLength(1);
});

test('the card shows the recorded plan, and its typed names approve exactly that plan', async () => {
  const { reads, view, cockpit, given, said, settled } = stage();
  await reads(waitingApproval());
  view.commands.openApproval();
  const { run } = cockpit.getState();
  expect(run).toMatchObject({ stage: 'approving', proposal: { run: 'run-1' }, params: { name: 'psp' } });
  expect(run?.runbook).toBe(closeBreaker);
  view.commands.approveRun(['psp']);
  // A second key press before the first answer is recorded.
  view.commands.approveRun(['psp']);
  await settled();
  expect(given).toEqual([['approve', 'run-1', ['psp'], 'p1']]);
  expect(cockpit.getState().run).toBeUndefined();
  expect(said.at(-1)).toBe('approved: Close a circuit breaker');
});

test('a refusal is recorded with its reason', async () => {
  const { reads, view, given, settled } = stage();
  await reads(waitingApproval());
  view.commands.openApproval('run-1');
  view.commands.refuseRun('peak hours');
  await settled();
  expect(given).toEqual([['stop', 'run-1', 'peak hours']]);
});

test.each([
  [
    'refused by policy',
    { is: 'refused', why: 'anabel requested the run' } as const,
    'anabel requested the run',
  ],
  ['not written', new Error('state database away'), 'not recorded: state database away'],
])('an answer that is %s keeps the card, with the reason', async (_, answer, problem) => {
  const { reads, answers, view, cockpit, settled } = stage();
  answers(answer);
  await reads(waitingApproval());
  view.commands.openApproval();
  view.commands.approveRun(['psp']);
  await settled();
  expect(cockpit.getState().run).toMatchObject({ stage: 'approving', approval: { problem } });
});

test('the card of an own run is not replaced', async () => {
  const { reads, view, cockpit, said } = stage();
  await reads(waitingApproval());
  const run = running();
  cockpit.setState({ run });
  view.commands.openApproval();
  expect(cockpit.getState().run).toBe(run);
  expect(said.at(-1)).toContain('close the card of your run first');
});

test('a request ends at its time, and a ledger that cannot be read hides none', async () => {
  const { reads, after, cockpit, said } = stage();
  await reads(waitingApproval());
  await reads(new Error('permission denied'));
  expect(cockpit.getState().approvals).toHaveLength(1);
  expect(said.at(-1)).toBe('cannot read requests for approval: permission denied');
  after(552_000);
  expect(cockpit.getState().approvals).toHaveLength(1);
  after(1);
  expect(cockpit.getState().approvals).toEqual([]);
});
