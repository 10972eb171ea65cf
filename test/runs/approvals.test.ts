import { describe, expect, test } from 'vitest';
import type { ApprovalRecord } from '../../src/domain/runs/approval.ts';
import type { RunEvent } from '../../src/domain/runs/run.ts';
import type { StateAdmission } from '../../src/persistence/state-store.ts';
import { everyNth, longTest, sampled } from '../support/layer.ts';
import { events, openStage, type StageOptions } from './stage.ts';

const open: StateAdmission = { is: 'open', why: 'shared in db:5432/opsdeck' };

/** A ledger in memory, shared with other persons. */
const sharedLedger = () => {
  const records: ApprovalRecord[] = [];
  const write = (user: string, entry: RunEvent, more: Partial<ApprovalRecord> = {}): void => {
    const seq = records.length + 1;
    const place = { system: 'demo', env: 'production' };
    records.push({
      ...{ seq, user, host: 'vm-1', role: 'opsdeck', merged: false, entry },
      ...place,
      ...more,
    });
  };
  let isAway = false;
  return {
    records,
    write,
    away: () => {
      isAway = true;
    },
    request: () => {
      const found = records.findLast(({ entry }) => entry.event === 'approval-requested')?.entry;
      if (found?.event !== 'approval-requested') throw new Error('no request');
      return found;
    },
    options: {
      tier: 'production',
      danger: 'destructive',
      guard: { approval: { danger: 'destructive', forMs: 600_000, mayBreak: false } },
      admission: async () => open,
      approvals: async () => {
        if (isAway) throw new Error('connection refused');
        return [...records];
      },
      onAppend: ({ who, entry }) => write(who.user, entry),
    } satisfies StageOptions,
  };
};

const approvedBy = (ledger: ReturnType<typeof sharedLedger>, user: string, more = {}): void => {
  const { run, plan } = ledger.request();
  ledger.write(user, { event: 'approved', plan, run, at: 0 }, more);
};

const start = async (ledger: ReturnType<typeof sharedLedger>, options: StageOptions = ledger.options) => {
  const stage = await openStage(options);
  stage.arming.arm('INC-7');
  const proposal = await stage.propose();
  const going = stage.go(proposal);
  return { stage, proposal, going };
};

describe('a run that needs an approval', () => {
  longTest('waits for another person, acts once it is approved, and has it on record', async () => {
    const ledger = sharedLedger();
    const { stage, proposal, going } = await start(ledger);
    await using _ = stage;
    expect(proposal.gate.typed).toBe(true);
    expect(proposal.checks).toContainEqual({
      ...{ what: 'approval', ok: false, asks: true },
      why: 'another person must approve the run: any person except ana',
    });
    await going.until('approval-requested');
    await stage.clock.advance(5000);
    await stage.quiet();
    expect(events(going.events)).not.toContain('gated');
    expect(stage.server.changes).toEqual([]);
    approvedBy(ledger, 'ben');
    expect(await going.end()).toMatchObject({ ending: 'recovered' });
    expect(stage.server.changes).toHaveLength(1);
    expect(going.events.find(({ event }) => event === 'gated')).toMatchObject({
      passed: true,
      checks: expect.arrayContaining([
        expect.objectContaining({
          what: 'approval',
          ok: true,
          why: expect.stringMatching(/^approved by ben@vm-1/),
        }),
      ]),
    });
  });

  test.each(
    sampled(
      [
        ['the requester', (ledger: ReturnType<typeof sharedLedger>) => approvedBy(ledger, 'ana')],
        ['a person in another environment', (ledger) => approvedBy(ledger, 'ben', { env: 'staging' })],
        [
          'a person who saw another plan',
          (ledger) =>
            ledger.write('ben', { event: 'approved', plan: 'other', run: ledger.request().run, at: 0 }),
        ],
      ] satisfies readonly [string, (ledger: ReturnType<typeof sharedLedger>) => void][],
      everyNth(3),
    ),
  )('is not approved by %s, and expires', async (_, approve) => {
    const ledger = sharedLedger();
    const { stage, going } = await start(ledger);
    await using __ = stage;
    await going.until('approval-requested');
    approve(ledger);
    await stage.clock.advance(600_001);
    expect(await going.end()).toMatchObject({
      ending: 'forbidden',
      why: expect.stringContaining('older than 10m'),
      sent: [],
    });
    expect(stage.server.changes).toEqual([]);
  });

  longTest('names the cockpit that waits, if it is one of the team', async () => {
    for (const id of ['cockpit-7', undefined]) {
      const ledger = sharedLedger();
      const { stage, going } = await start(ledger, { ...ledger.options, cockpit: () => id });
      await using _ = stage;
      await going.until('approval-requested');
      expect(ledger.request().cockpit).toBe(id);
      going.cancel();
      await going.end();
    }
  });

  test('is refused by another person', async () => {
    const ledger = sharedLedger();
    const { stage, going } = await start(ledger);
    await using _ = stage;
    await going.until('approval-requested');
    const { run, plan } = ledger.request();
    ledger.write('ben', { event: 'approval-refused', plan, why: 'peak hours', run, at: 0 });
    expect(await going.end()).toMatchObject({
      ending: 'forbidden',
      why: 'the run is not approved: ben@vm-1 refused the run: peak hours',
    });
    expect(stage.server.changes).toEqual([]);
  });

  test('an approval that is withdrawn in the cancel window stops the call', async () => {
    const ledger = sharedLedger();
    const { stage, going } = await start(ledger);
    await using _ = stage;
    await going.until('approval-requested');
    approvedBy(ledger, 'ben');
    await stage.clock.advance(1000);
    await going.until('window');
    const { run, plan } = ledger.request();
    ledger.write('ben', { event: 'approval-withdrawn', plan, why: 'wrong host', run, at: 0 });
    expect(await going.end()).toMatchObject({
      ending: 'forbidden',
      why: expect.stringContaining('ben@vm-1 withdrew the approval: wrong host'),
      sent: [],
    });
    expect(stage.server.changes).toEqual([]);
  });

  test('a ledger that goes away in the cancel window stops the call', async () => {
    const ledger = sharedLedger();
    const { stage, going } = await start(ledger);
    await using _ = stage;
    await going.until('approval-requested');
    approvedBy(ledger, 'ben');
    await stage.clock.advance(1000);
    await going.until('window');
    ledger.away();
    expect(await going.end()).toMatchObject({ ending: 'forbidden', sent: [] });
    expect(stage.server.changes).toEqual([]);
  });

  test('another reason for arming is another plan', async () => {
    const ledger = sharedLedger();
    const { stage, going } = await start(ledger);
    await using _ = stage;
    await going.until('approval-requested');
    stage.arming.arm('INC-8');
    approvedBy(ledger, 'ben');
    expect(await going.end()).toMatchObject({ ending: 'forbidden', sent: [] });
    expect(stage.server.changes).toEqual([]);
  });

  test('canceled while it waits, it sends nothing', async () => {
    const ledger = sharedLedger();
    const { stage, going } = await start(ledger);
    await using _ = stage;
    await going.until('approval-requested');
    going.cancel();
    approvedBy(ledger, 'ben');
    expect(await going.end()).toMatchObject({ ending: 'cancelled', sent: [] });
    expect(stage.server.changes).toEqual([]);
  });

  test('disarmed while it waits, it sends nothing', async () => {
    const ledger = sharedLedger();
    const { stage, going } = await start(ledger);
    await using _ = stage;
    await going.until('approval-requested');
    stage.arming.disarm();
    approvedBy(ledger, 'ben');
    expect(await going.end()).toMatchObject({ ending: 'forbidden', sent: [] });
    expect(stage.server.changes).toEqual([]);
  });

  test('without a shared ledger it is refused', async () => {
    const ledger = sharedLedger();
    const { approvals: _, ...without } = ledger.options;
    const { stage, proposal, going } = await start(ledger, without);
    await using __ = stage;
    expect(proposal.refusal).toMatchObject({ ending: 'forbidden' });
    expect(await going.end()).toMatchObject({ ending: 'forbidden', sent: [] });
    expect(stage.server.changes).toEqual([]);
  });
});

describe('break-glass', () => {
  const broken: StateAdmission = { is: 'break-glass', why: 'connection refused: INC-7' };

  test('does not replace an approval', async () => {
    const ledger = sharedLedger();
    const { stage, proposal, going } = await start(ledger, {
      ...ledger.options,
      admission: async () => broken,
    });
    await using _ = stage;
    expect(proposal.refusal?.why).toContain('break-glass does not replace an approval');
    expect(await going.end()).toMatchObject({ ending: 'forbidden', sent: [] });
    expect(stage.server.changes).toEqual([]);
  });

  test('does where the guard permits it, and that is on record', async () => {
    const ledger = sharedLedger();
    const guard = { approval: { danger: 'destructive', forMs: 600_000, mayBreak: true } } as const;
    const { stage, going } = await start(ledger, { ...ledger.options, guard, admission: async () => broken });
    await using _ = stage;
    expect(await going.end()).toMatchObject({ ending: 'recovered' });
    expect(going.events.find(({ event }) => event === 'gated')).toMatchObject({
      checks: expect.arrayContaining([
        expect.objectContaining({
          what: 'approval',
          ok: false,
          why: expect.stringContaining('without the approval of another person'),
        }),
      ]),
    });
  });
});

longTest('a drill needs no approval', async () => {
  const ledger = sharedLedger();
  const { approvals: _, ...without } = ledger.options;
  const { stage, going } = await start(ledger, { ...without, drill: true });
  await using __ = stage;
  expect(await going.end()).toMatchObject({ ending: 'recovered' });
});
