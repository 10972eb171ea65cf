import { expect, test } from 'vitest';
import type { VerifyStep } from '../../src/domain/runbooks/runbook.ts';
import { readLedger } from '../../src/persistence/ledger/read-ledger.ts';
import { longTest } from '../support/layer.ts';
import { closeStep, openStage, staysClosed } from './stage.ts';

const target = (before: string | null, after: string | null, object = 'broker') => ({
  object,
  value: '',
  before,
  after,
});
const state = (before: string | null, after: string | null) => ({
  object: 'breakers bus · broker',
  value: 'state',
  before,
  after,
});

longTest(
  'a recovered run reports its targets and what its verification compared, before and after',
  async () => {
    await using stage = await openStage();
    const ended = await stage.go(await stage.propose()).end();
    expect(ended).toMatchObject({ ending: 'recovered' });
    expect(ended.changes).toEqual([target('open', 'closed'), state('open', 'closed')]);
    const last = (await readLedger(stage.stateDir)).at(-1)?.entry;
    expect(last).toMatchObject({ event: 'ended', changes: ended.changes });
  },
);

longTest('an operation that names the host of its target, too, still reports its state', async () => {
  await using stage = await openStage({ namesDrift: (name) => `${name} on vm-1` });
  const ended = await stage.go(await stage.propose()).end();
  expect(ended.changes).toEqual([target('open', 'closed'), state('open', 'closed')]);
});

longTest('a request that was answered and changed nothing is reported as unchanged', async () => {
  await using stage = await openStage();
  stage.server.ignores = true;
  const ended = await stage.go(await stage.propose()).end();
  expect(ended).toMatchObject({ ending: 'executed-not-recovered' });
  expect(ended.changes).toEqual([target('open', 'open'), state('open', 'open')]);
});

longTest('a value that cannot be read afterwards is unknown', async () => {
  await using stage = await openStage();
  const going = stage.go(await stage.propose());
  await going.until('acted');
  stage.server.readStatus = 500;
  const ended = await going.end();
  expect(ended).toMatchObject({ ending: 'executed-not-recovered' });
  expect(ended.changes).toEqual([target('open', null), state('open', null)]);
});

longTest(
  'a run stopped before its verification reports its targets; what it did not verify is unknown',
  async () => {
    await using stage = await openStage({
      act: [closeStep, { id: 'a2', title: 'Tell the owner', manual: true }],
    });
    const going = stage.go(await stage.propose(), { tick: () => new Promise(() => {}) });
    await going.until('ticking');
    going.cancel();
    const ended = await going.end();
    expect(ended.ending).toBe('cancelled');
    expect(ended.changes).toEqual([target('open', 'closed'), state('open', null)]);
  },
);

test('a check that reads a source reports the values that it expects', async () => {
  await using stage = await openStage({
    verify: [
      {
        id: 'v1',
        title: 'Closed',
        use: 'bus.look',
        with: { name: 'broker' },
        expect: { column: 'state', value: 'closed', status: 200 },
        withinMs: 20_000,
        forMs: 0,
      },
    ],
  });
  const ended = await stage.go(await stage.propose()).end();
  expect(ended.changes).toEqual([
    target('open', 'closed'),
    { object: 'Closed', value: 'state', before: 'open', after: 'closed' },
  ]);
});

longTest('counts are compared, too', async () => {
  await using stage = await openStage({
    verify: [{ ...staysClosed, that: 'count(breakers | state = open) = 1' }],
  });
  const ended = await stage.go(await stage.propose()).end();
  expect(ended.changes?.[1]).toEqual({
    object: 'breakers, state = open',
    value: 'count',
    before: '2',
    after: '1',
  });
});

longTest('nothing is reported when nothing was executed', async () => {
  await using stage = await openStage({ tier: 'production' });
  stage.arming.arm('psp outage');
  const going = stage.go(await stage.propose());
  await going.until('window');
  going.cancel();
  expect(await going.end()).not.toHaveProperty('changes');
});

longTest('another system at the address says nothing about the targets', async () => {
  await using stage = await openStage({ verify: 'none' });
  const going = stage.go(await stage.propose());
  stage.server.onChange = () => {
    stage.server.name = 'other';
  };
  const ended = await going.end();
  expect(ended.changes).toEqual([target('open', null)]);
});

longTest('the undo of a run reports the way back', async () => {
  await using stage = await openStage();
  const first = stage.go(await stage.propose());
  await first.end();
  const undo = await stage.executor.undoProposal(first.events[0]?.run ?? '', new AbortController().signal);
  if (undo === undefined) throw new Error('it can be undone');
  const ended = await stage.go(undo).end();
  expect(ended.changes).toEqual([target('closed', 'open')]);
});

test('of many objects those that changed are reported; when none did, all of them', async () => {
  const every = { ...staysClosed, that: 'any(breakers | state = closed)' };
  await using stage = await openStage({ verify: [every] });
  const ended = await stage.go(await stage.propose()).end();
  expect(ended.changes).toEqual([target('open', 'closed'), state('open', 'closed')]);
  stage.server.states.set('broker', 'open');
  stage.server.ignores = true;
  const again = await stage.go(await stage.propose()).end();
  const ledger = { ...state('open', 'open'), object: 'breakers bus · ledger' };
  expect(again.changes).toEqual([target('open', 'open'), state('open', 'open'), ledger]);
});

longTest('a guard that stays as it is, is not reported', async () => {
  const guard = {
    ...staysClosed,
    id: 'g',
    that: 'any(breakers[name = ledger] | state = open)',
    guard: true,
  } as const;
  await using stage = await openStage({ verify: [guard, staysClosed] });
  const ended = await stage.go(await stage.propose()).end();
  expect(ended.changes).toEqual([target('open', 'closed'), state('open', 'closed')]);
});

test('what changed is read in the same moment as the incident: a finding that is cleared later is not shown as it was', async () => {
  const verify: readonly VerifyStep[] = [
    { ...staysClosed, that: 'count(breakers | state = open) <= 1', withinMs: 10_000, forMs: 0 },
  ];
  await using stage = await openStage({ verify });
  stage.server.states.set('ledger', 'open');
  await stage.engine.readNow(['bus/breakers'], new AbortController().signal);
  const by = stage.restarted({ settlesIncident: true });
  const proposal = await by.propose(
    { runbook: stage.runbook, params: { name: 'broker' } },
    new AbortController().signal,
  );
  const going = stage.go(proposal, {}, by);
  void stage.clock.sleep(25_000).then(() => stage.server.states.set('ledger', 'closed'));
  const { ending, incident, changes } = await going.end();
  expect({ ending, state: incident?.state, began: incident?.began }).toEqual({
    ending: 'recovered',
    state: 'all-clear',
    began: 2,
  });
  expect(changes?.find(({ before }) => before === '2')).toMatchObject({ before: '2', after: '0' });
});
