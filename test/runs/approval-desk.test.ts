import { describe, expect, test } from 'vitest';
import type { ApprovalRule } from '../../src/domain/runbooks/guard.ts';
import type { ApprovalRecord } from '../../src/domain/runs/approval.ts';
import { openLedger } from '../../src/persistence/ledger/ledger.ts';
import { readLedger } from '../../src/persistence/ledger/read-ledger.ts';
import { type ApprovalDesk, createApprovalDesk } from '../../src/runs/approvals/answer-approval.ts';
import { longDescribe, longTest } from '../support/layer.ts';
import { events, openStage, type Stage } from './stage.ts';

const rule: ApprovalRule = { danger: 'destructive', forMs: 600_000, mayBreak: false };

/** A run of ana that waits, and the desks of other persons on the same ledger. */
const openWaiting = async (
  how: { readonly approval?: ApprovalRule; readonly role?: (user: string) => string } = {},
) => {
  const { approval = rule, role = () => 'opsdeck' } = how;
  let dir = '';
  const approvals = async (run: string): Promise<readonly ApprovalRecord[]> =>
    (await readLedger(dir, { run })).map(({ seq, who, host, system, env, merged, entry }) => ({
      ...{ seq, user: who, host, role: role(who), system, env, merged: merged !== undefined, entry },
    }));
  const stage = await openStage({
    ...{ tier: 'production', danger: 'destructive', guard: { approval }, approvals },
    admission: async () => ({ is: 'open', why: '' }),
  });
  dir = stage.stateDir;
  stage.arming.arm('INC-7');
  const proposal = await stage.propose();
  const going = stage.go(proposal);
  await going.until('approval-requested');
  const desk = async (user: string): Promise<ApprovalDesk> =>
    createApprovalDesk({
      profile: stage.engine.profile,
      ledger: await openLedger(dir),
      state: { dir, approvals },
      who: { user, host: `${user}-desk`, pid: 1 },
      clock: stage.clock,
      mask: (text) => text,
    });
  return { stage, going, desk, run: proposal.run };
};

const approvedEvents = async (stage: Stage, run: string): Promise<number> =>
  (await readLedger(stage.stateDir, { run })).filter(({ entry }) => entry.event === 'approved').length;

describe('the approver', () => {
  longTest('sees the plan of the requester with its reason, and what to type', async () => {
    const { stage, desk, run, going } = await openWaiting();
    await using _ = stage;
    const [request] = await (await desk('ben')).waiting();
    expect(request).toMatchObject({
      ...{ run, user: 'ana', armed: 'INC-7', tokens: ['broker'], isApproved: false },
      proposal: { runbook: 'close-breaker', names: ['broker'] },
    });
    going.cancel();
    await going.end();
    expect(await (await desk('ben')).waiting()).toEqual([]);
  });

  longTest('approves by typing, and the run goes on', async () => {
    const { stage, desk, run, going } = await openWaiting();
    await using _ = stage;
    expect(await (await desk('ben')).approve(run, ['broker'])).toEqual({ is: 'recorded' });
    expect(await going.end()).toMatchObject({ ending: 'recovered' });
    expect(stage.server.changes).toHaveLength(1);
  });

  test.each([
    ['nothing', [], 'type the exact name of the target: broker (--confirm NAME)'],
    ['another name', ['broker', 'other'], 'other is not a target of this run. Type broker'],
  ])('who types %s does not approve', async (_, typed, why) => {
    const { stage, desk, run, going } = await openWaiting();
    await using __ = stage;
    expect(await (await desk('ben')).approve(run, typed)).toEqual({
      is: 'refused',
      why: expect.stringContaining(why),
    });
    expect(await approvedEvents(stage, run)).toBe(0);
    going.cancel();
    await going.end();
  });

  longTest('who was shown another plan does not approve', async () => {
    const { stage, desk, run, going } = await openWaiting();
    await using _ = stage;
    const ben = await desk('ben');
    expect(await ben.approve(run, ['broker'], 'f00d')).toEqual({
      is: 'refused',
      why: 'the plan has changed since you saw the request: open the request again',
    });
    expect(await approvedEvents(stage, run)).toBe(0);
    const [request] = await ben.waiting();
    expect(await ben.approve(run, ['broker'], request?.plan)).toEqual({ is: 'recorded' });
    await going.end();
  });

  test('an older record that is merged after the request does not hide it', async () => {
    const { stage, desk, run, going } = await openWaiting();
    await using _ = stage;
    const ledger = await openLedger(stage.stateDir);
    const { system, env } = stage.engine.profile;
    const time = stage.clock.wallNow() - 48 * 3_600_000;
    await ledger.append({
      ...{
        at: time,
        who: { user: 'zoe', host: 'vm-3', pid: 1 },
        system,
        env,
        merged: { seq: 1, prev: '', hash: 'a' },
      },
      entry: { event: 'noted', run: 'run-0', at: 0, text: 'x' },
    });
    expect(await (await desk('ben')).waiting()).toMatchObject([{ run }]);
    going.cancel();
    await going.end();
  });

  test.each(['ana', 'ANA', 'ana@corp.example', 'an\u200ba'])(
    'the requester is refused as %j, and nothing is recorded',
    async (user) => {
      const { stage, desk, run, going } = await openWaiting();
      await using _ = stage;
      expect(await (await desk(user)).approve(run, ['broker'])).toEqual({
        is: 'refused',
        why: expect.stringContaining('requested the run: another person must approve the run'),
      });
      expect(await approvedEvents(stage, run)).toBe(0);
      going.cancel();
      await going.end();
    },
  );

  longTest('a second approval is not recorded', async () => {
    const { stage, desk, run, going } = await openWaiting();
    await using _ = stage;
    await (await desk('ben')).approve(run, ['broker']);
    expect(await (await desk('zoe')).approve(run, ['broker'])).toEqual({
      is: 'refused',
      why: 'ben@ben-desk has already approved this run',
    });
    await going.end();
  });

  test('a request that has expired is not listed', async () => {
    const { stage, desk, run, going } = await openWaiting();
    await using _ = stage;
    await stage.clock.advance(600_001);
    expect(await (await desk('ben')).waiting()).toEqual([]);
    expect(await (await desk('ben')).approve(run, ['broker'])).toMatchObject({ is: 'refused' });
    await going.end();
    expect(stage.server.changes).toEqual([]);
  });

  longTest('refuses with a reason', async () => {
    const { stage, desk, run, going } = await openWaiting();
    await using _ = stage;
    const ben = await desk('ben');
    expect(await ben.stop(run, ' ')).toMatchObject({ is: 'refused' });
    expect(await ben.stop(run, 'peak hours')).toEqual({ is: 'recorded' });
    expect(await going.end()).toMatchObject({
      ending: 'forbidden',
      why: expect.stringContaining('peak hours'),
    });
    expect(stage.server.changes).toEqual([]);
  });

  test('withdraws an approval before anything is sent', async () => {
    const { stage, desk, run, going } = await openWaiting();
    await using _ = stage;
    const ben = await desk('ben');
    await ben.approve(run, ['broker']);
    expect(await ben.stop(run, 'wrong host')).toEqual({ is: 'recorded' });
    // Nothing brings a withdrawn approval back, and nothing is left to withdraw.
    expect(await ben.approve(run, ['broker'])).toMatchObject({ is: 'refused' });
    expect(await ben.stop(run, 'again')).toMatchObject({ is: 'refused' });
    expect(await ben.waiting()).toEqual([]);
    expect(await going.end()).toMatchObject({ ending: 'forbidden', sent: [] });
    expect(stage.server.changes).toEqual([]);
  });

  test('withdraws an approval in the cancel window, and not after the first call', async () => {
    const { stage, desk, run, going } = await openWaiting();
    await using _ = stage;
    const ben = await desk('ben');
    await ben.approve(run, ['broker']);
    for (let step = 0; step < 200 && !events(going.events).includes('window'); step++) {
      await stage.clock.advance(100);
      await stage.quiet();
    }
    expect(await ben.waiting()).toEqual([]);
    expect(await (await desk('zoe')).approve(run, ['broker'])).toMatchObject({ is: 'refused' });
    expect(await ben.stop(run, 'wrong host')).toEqual({ is: 'recorded' });
    expect(await going.end()).toMatchObject({
      ending: 'forbidden',
      why: expect.stringContaining('wrong host'),
      sent: [],
    });
    expect(stage.server.changes).toEqual([]);
    expect(await ben.stop(run, 'again')).toMatchObject({
      is: 'refused',
      why: expect.stringContaining('is not waiting for approval'),
    });
  });
});

longTest(
  'the approval of one run is none for the next one of the same runbook, targets and reason',
  async () => {
    const { stage, desk, run, going } = await openWaiting();
    await using _ = stage;
    const [first] = await (await desk('ben')).waiting();
    await (await desk('ben')).approve(run, ['broker']);
    await going.end();
    expect(stage.server.changes).toHaveLength(1);
    const again = await stage.propose();
    const second = stage.go(again);
    await second.until('approval-requested');
    const ledger = await openLedger(stage.stateDir);
    const { system, env } = stage.engine.profile;
    // Ben's old approval, written again under the new run: its plan is another one.
    await ledger.append({
      ...{ at: stage.clock.now(), who: { user: 'ben', host: 'ben-desk', pid: 1 }, system, env },
      entry: { event: 'approved', run: again.run, at: 0, plan: first?.plan ?? '' },
    });
    await stage.clock.advance(600_001);
    expect(await second.end()).toMatchObject({ ending: 'forbidden', sent: [] });
    expect(stage.server.changes).toHaveLength(1);
  },
);

longDescribe('a record that the requester forged under another name', () => {
  longTest('counts where no database users are mapped: its written_by shows it', async () => {
    const { stage, desk, run, going } = await openWaiting({ role: () => 'db_ana' });
    await using _ = stage;
    expect(await (await desk('ben')).approve(run, ['broker'])).toEqual({ is: 'recorded' });
    await going.end();
    const events = await readLedger(stage.stateDir, { run });
    const gated = events.find(({ entry }) => entry.event === 'gated')?.entry;
    expect(gated).toMatchObject({
      checks: expect.arrayContaining([
        expect.objectContaining({ why: expect.stringContaining('database user db_ana') }),
      ]),
    });
  });

  longTest('does not count where they are mapped', async () => {
    const users = { ana: 'db_ana', ben: 'db_ben' };
    const { stage, desk, run, going } = await openWaiting({
      approval: { ...rule, users },
      role: () => 'db_ana',
    });
    await using _ = stage;
    expect(await (await desk('ben')).approve(run, ['broker'])).toEqual({
      is: 'refused',
      why: expect.stringContaining(
        'ben has the database user db_ben, but db_ana wrote the record, so another person may have written it',
      ),
    });
    await stage.clock.advance(600_001);
    expect(await going.end()).toMatchObject({ ending: 'forbidden' });
    expect(stage.server.changes).toEqual([]);
  });
});
