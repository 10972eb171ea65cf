import { expect, test } from 'vitest';
import type { ChangeFreeze, Guard, QuietHours } from '../../../src/domain/runbooks/guard.ts';
import { readLedger } from '../../../src/persistence/ledger/read-ledger.ts';
import { longTest } from '../../support/layer.ts';
import { events, openStage, type Stage } from '../stage.ts';

/** The stage's clock starts at 2026-03-04T10:15:07Z, a Wednesday. */
const freeze = (more: Partial<ChangeFreeze> = {}): readonly ChangeFreeze[] => [
  {
    from: Date.UTC(2026, 2, 1),
    to: Date.UTC(2026, 2, 5),
    why: 'sale',
    except: [],
    mayBreak: true,
    ...more,
  },
];
const quiet = (more: Partial<QuietHours> = {}): readonly QuietHours[] => [
  { days: [3], from: 600, to: 720, zone: 'UTC', why: 'batches', except: [], mayBreak: true, ...more },
];

const expectNothing = async (stage: Stage, why: string): Promise<void> => {
  const going = stage.go(await stage.propose());
  expect(await going.end()).toMatchObject({ ending: 'forbidden', why, sent: [] });
  expect(events(going.events)).toEqual(['planned', 'gated', 'ended']);
  expect(stage.server.changes).toEqual([]);
  const written = await readLedger(stage.stateDir);
  expect(written.some(({ entry }) => entry.event === 'ended' && entry.ending === 'forbidden')).toBe(true);
};

test.each<[string, Partial<Guard>, string]>([
  [
    'a freeze',
    { freezes: freeze() },
    'changes are frozen until 2026-03-05 00:00 UTC: sale. Wait until that time is over, or override with a reason (--override "reason")',
  ],
  [
    'a freeze that cannot be overridden',
    { freezes: freeze({ mayBreak: false }) },
    'changes are frozen until 2026-03-05 00:00 UTC: sale. The profile does not allow an override. Wait until that time is over',
  ],
  [
    'quiet hours',
    { quiet: quiet() },
    'quiet hours until Wed 12:00 UTC: batches. Wait until that time is over, or override with a reason (--override "reason")',
  ],
  [
    'both',
    { freezes: freeze(), quiet: quiet({ mayBreak: false }) },
    'changes are frozen until 2026-03-05 00:00 UTC: sale. Wait until that time is over, or override with a reason (--override "reason"); quiet hours until Wed 12:00 UTC: batches. The profile does not allow an override. Wait until that time is over',
  ],
])('%s rejects the run on any tier, before confirmation, and nothing is sent', async (_, guard, why) => {
  await using stage = await openStage({ guard, danger: 'safe' });
  const proposal = await stage.propose();
  expect(proposal.refusal).toMatchObject({ ending: 'forbidden', why });
  expect(proposal.checks).toContainEqual(expect.objectContaining({ ok: false }));
  await expectNothing(stage, why);
});

longTest.each<[string, Partial<Guard>]>([
  ['a freeze that is over', { freezes: freeze({ to: Date.UTC(2026, 2, 4, 10) }) }],
  ['a freeze to come', { freezes: freeze({ from: Date.UTC(2026, 2, 4, 11) }) }],
  ['a freeze that exempts this runbook', { freezes: freeze({ except: ['close-breaker'] }) }],
  ['hours of another day', { quiet: quiet({ days: [4] }) }],
])('%s allows the run, with the usual confirmation', async (_, guard) => {
  await using stage = await openStage({ guard });
  const proposal = await stage.propose();
  expect(proposal.gate.typed).toBe(false);
  expect(await stage.go(proposal, { by: 'key' }).end()).toMatchObject({ ending: 'recovered' });
});

test('a freeze does not affect a run that only reads', async () => {
  await using stage = await openStage({ guard: { freezes: freeze() }, danger: 'read' });
  expect(await stage.propose()).not.toHaveProperty('refusal');
});

longTest(
  'a reason overrides it: the name must be typed, and the reason is in the preview and the ledger',
  async () => {
    await using stage = await openStage({ guard: { freezes: freeze() }, danger: 'safe' });
    const override = { override: 'orders are lost' };
    const proposal = await stage.propose(undefined, {}, override);
    expect(proposal).toMatchObject({ ...override, gate: { confirm: true, typed: true } });
    const pressed = stage.go(proposal, { by: 'key' });
    expect(await pressed.end()).toMatchObject({ ending: 'forbidden', sent: [] });
    expect(stage.server.changes).toEqual([]);

    const going = stage.go(await stage.propose(undefined, {}, override));
    expect(await going.end()).toMatchObject({ ending: 'recovered' });
    const broken = {
      what: 'freeze',
      ok: true,
      why: 'changes are frozen until 2026-03-05 00:00 UTC: sale. Overridden: orders are lost',
    };
    const written = (await readLedger(stage.stateDir)).map(({ entry }) => entry);
    expect(written.find((entry) => entry.event === 'gated' && entry.passed)).toMatchObject({
      checks: expect.arrayContaining([broken]),
    });
    expect(written.find(({ event }) => event === 'planned')).toMatchObject({ proposal: override });
  },
);

test.each(['', '  ', '\u200b\u3164\u2800'])('a blank reason (%j) overrides nothing', async (override) => {
  await using stage = await openStage({ guard: { freezes: freeze() } });
  const proposal = await stage.propose(undefined, {}, { override });
  expect(await stage.go(proposal).end()).toMatchObject({
    ending: 'forbidden',
    why: 'an override requires a reason: say why this cannot wait',
    sent: [],
  });
  expect(stage.server.changes).toEqual([]);
});

test('a reason overrides neither an absolute freeze nor one that begins after the reason was given', async () => {
  await using firm = await openStage({ guard: { freezes: freeze({ mayBreak: false }) } });
  expect((await firm.propose(undefined, {}, { override: 'please' })).refusal?.ending).toBe('forbidden');

  await using later = await openStage({ guard: { freezes: freeze({ from: Date.UTC(2026, 2, 4, 10, 16) }) } });
  const proposal = await later.propose(undefined, {}, { override: 'just in case' });
  expect(proposal).not.toHaveProperty('override');
  expect(proposal.gate.typed).toBe(false);
  await later.clock.advance(60_000);
  expect(await later.go(proposal).end()).toMatchObject({ ending: 'forbidden', sent: [] });
  expect(later.server.changes).toEqual([]);
});

test('a freeze that begins in the cancel window prevents the request', async () => {
  const from = Date.UTC(2026, 2, 4, 10, 15, 10);
  await using stage = await openStage({ tier: 'production', guard: { freezes: freeze({ from }) } });
  stage.arming.arm('psp outage');
  const going = stage.go(await stage.propose());
  expect(await going.end()).toMatchObject({ ending: 'forbidden', sent: [] });
  expect(events(going.events)).toEqual(['planned', 'gated', 'confirmed', 'window', 'ended']);
  expect(stage.server.changes).toEqual([]);
});

test('uses the wall clock, also after it was set', async () => {
  await using stage = await openStage({ guard: { freezes: freeze({ from: Date.UTC(2026, 2, 4, 12) }) } });
  stage.clock.wallOffset = () => 2 * 3_600_000;
  expect((await stage.propose()).refusal?.why).toMatch(/^changes are frozen until/);
});
