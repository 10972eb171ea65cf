import { describe, expect, test } from 'vitest';
import type { ApprovalRecord, WaitingApproval } from '../../../../src/domain/runs/approval.ts';
import type { PresentCockpit } from '../../../../src/domain/team/presence.ts';
import type { OpenedEnvironment } from '../../../../src/engine/cockpit/environment/cockpit-parts.ts';
import { createApprovals } from '../../../../src/engine/cockpit/team/approvals.ts';
import { openLedger } from '../../../../src/persistence/ledger/ledger.ts';
import { readLedger } from '../../../../src/persistence/ledger/read-ledger.ts';
import {
  type ApprovalAnswer,
  type ApprovalDesk,
  createApprovalDesk,
} from '../../../../src/runs/approvals/answer-approval.ts';
import { type CockpitState, createCockpitStore } from '../../../../src/store/cockpit.ts';
import { openStage } from '../../../runs/stage.ts';
import { running, waitingApproval } from '../../../screens/support/runs.ts';
import { closeBreaker } from '../../../screens/support/shop.ts';
import { longTest } from '../../../support/layer.ts';
import { noon } from '../../../support/made-facts.ts';

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
    ...{ cockpit, clock: { now: () => now, wallNow: () => now }, opened: () => opened },
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
  ['not written', new Error('state database away'), 'your answer was not recorded: state database away'],
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

longTest("the typed names on the card of another person let the requester's run go on", async () => {
  let dir = '';
  const approvals = async (run: string): Promise<readonly ApprovalRecord[]> =>
    (await readLedger(dir, { run })).map(({ seq, who, host, system, env, merged, entry }) => ({
      ...{ seq, user: who, host, role: 'opsdeck', system, env, merged: merged !== undefined, entry },
    }));
  await using requester = await openStage({
    ...{ tier: 'production', danger: 'destructive', approvals },
    guard: { approval: { danger: 'destructive', forMs: 600_000, mayBreak: false } },
    admission: async () => ({ is: 'open', why: '' }),
  });
  dir = requester.stateDir;
  const { clock } = requester;
  requester.arming.arm('INC-7');
  const proposal = await requester.propose();
  const going = requester.go(proposal);
  await going.until('approval-requested');

  const cockpit = createCockpitStore();
  const { profile } = requester.engine;
  const desk = createApprovalDesk({
    ...{ profile, ledger: await openLedger(dir), state: { dir, approvals }, clock },
    ...{ who: { user: 'ben', host: 'ben-desk', pid: 1 }, mask: (text: string) => text },
  });
  const opened = { profile, approvals: desk } as unknown as OpenedEnvironment;
  const { reload, commands } = createApprovals({ cockpit, clock, opened: () => opened, say: () => {} });
  const until = (isReached: (state: CockpitState) => boolean): Promise<void> =>
    new Promise((resolve) => {
      const stop = cockpit.subscribe((state) => {
        if (!isReached(state)) return;
        stop();
        resolve();
      });
    });
  const read = until((state) => state.approvals?.length === 1);
  reload();
  await read;
  commands.openApproval();
  expect(cockpit.getState().run?.proposal).toEqual(proposal);
  expect(requester.server.changes).toEqual([]);
  const closed = until((state) => state.run === undefined);
  commands.approveRun(['broker']);
  await closed;
  expect(await going.end()).toMatchObject({ ending: 'recovered' });
  expect(requester.server.changes).toHaveLength(1);
});

describe('the requester', () => {
  const one = (id: string): PresentCockpit => ({
    ...{
      id,
      user: 'anabel',
      host: 'anabel-desk',
      system: 'shop',
      env: 'production',
      pane: '',
      role: 'opsdeck',
    },
    ...{ openForMs: 1000, silentForMs: 3000, isSelf: false, isShared: false, followers: [] },
  });
  const request = waitingApproval({ cockpit: 'a' });

  test('is gone since its last report, and is back when it reports again', async () => {
    const { reads, view, cockpit, after } = stage();
    const gone = () => cockpit.getState().approvals?.[0]?.requesterGone;
    await reads(request);
    view.presenceRead([one('a')], noon + 1000);
    expect(gone()).toBeUndefined();
    after(20_000);
    view.presenceRead([one('b')], noon + 20_000);
    expect(gone()).toEqual({ since: noon - 3000 });
    // Another cockpit of the same person is not the one that waits.
    await reads(request);
    expect(gone()).toEqual({ since: noon - 3000 });
    view.presenceRead([one('a')], noon + 25_000);
    expect(gone()).toBeUndefined();
  });

  test('that this cockpit has never seen is gone without a time', async () => {
    const { reads, view, cockpit } = stage();
    await reads(request);
    view.presenceRead([], noon + 1000);
    expect(cockpit.getState().approvals?.[0]?.requesterGone).toEqual({});
  });

  test('is not gone while that is unknown: an older list, no list, or a command', async () => {
    const { reads, view, cockpit } = stage();
    const gone = () => cockpit.getState().approvals?.some((each) => each.requesterGone !== undefined);
    view.presenceRead([], noon - 1000);
    await reads(request, waitingApproval({ run: 'by-command' }));
    view.presenceRead([], noon);
    expect(gone()).toBe(false);
    view.presenceRead([], noon + 1000);
    expect(cockpit.getState().approvals?.map((each) => each.requesterGone)).toEqual([{}, undefined]);
    view.presenceRead(undefined, noon + 2000);
    expect(gone()).toBe(false);
  });
});
