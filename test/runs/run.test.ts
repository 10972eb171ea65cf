import { expect, test } from 'vitest';
import { readLedger } from '../../src/persistence/ledger/read-ledger.ts';
import { verifyLedger } from '../../src/persistence/ledger/verify-ledger.ts';
import { longTest } from '../support/layer.ts';
import { closeStep, events, openStage, staysClosed } from './stage.ts';

const ledgerOf = async (stateDir: string) => (await readLedger(stateDir)).map(({ entry }) => entry);

longTest('closes and verifies a breaker: recovered, with all events in the ledger as shown', async () => {
  await using stage = await openStage();
  const proposal = await stage.propose();
  expect(proposal).toMatchObject({
    run: 'run-1',
    runbook: 'close-breaker',
    system: 'demo',
    env: 'dev',
    tier: 'dev',
    danger: 'disruptive',
    names: ['broker'],
    gate: { arm: false, confirm: true, typed: false, windowMs: 0 },
    steps: [{ id: 'a1', title: 'Close broker', manual: false, plan: { targets: [{ saw: 'open' }] } }],
  });
  expect(stage.server.changes).toEqual([]);

  const going = stage.go(proposal, { by: 'key' });
  const ended = await going.end();
  expect(ended).toMatchObject({ ending: 'recovered', why: 'It stays closed', sent: [] });
  expect(ended.undo).toMatchObject([
    { use: 'bus.move', with: { name: 'broker', to: 'open' }, title: 'Put broker back to open' },
  ]);
  expect(stage.server.changes).toEqual(['POST /breakers/broker closed']);
  expect(events(going.events).filter((name) => name !== 'verifying')).toEqual([
    'planned',
    'gated',
    'confirmed',
    'before',
    'acting',
    'output',
    'output',
    'acted',
    'ended',
  ]);
  expect(going.events.find(({ event }) => event === 'acted')).toMatchObject({
    step: 'a1',
    ok: true,
    result: `POST ${stage.server.url}/breakers/broker → 200`,
  });
  expect(await ledgerOf(stage.stateDir)).toEqual(JSON.parse(JSON.stringify(going.events)));
  expect(await verifyLedger(stage.stateDir)).toMatchObject({ ok: true, count: going.events.length });
});

longTest(
  'a success response is not recovery: an effect that the checks do not see is not recovered',
  async () => {
    await using stage = await openStage();
    stage.server.onRead = () => stage.server.states.set('broker', 'open');
    const ended = await stage.go(await stage.propose()).end();
    expect(ended.ending).toBe('executed-not-recovered');
    expect(ended.why).toMatch(/^It stays closed: not met, .*open/);
  },
);

longTest(
  'the runbook defines no verification, so the run cannot end as recovered: executed, not recovered; `verify: none`: recovered',
  async () => {
    await using stage = await openStage({ verify: [] });
    expect(await stage.go(await stage.propose()).end()).toMatchObject({
      ending: 'executed-not-recovered',
      why: 'the runbook defines no verification, so the run cannot end as recovered',
    });
    stage.server.states.set('broker', 'open');
    expect(await stage.go(await stage.propose(undefined, { verify: 'none' })).end()).toMatchObject({
      ending: 'recovered',
    });
  },
);

longTest('a failed request ends the run: sent requests are listed, later steps are not sent', async () => {
  await using stage = await openStage({
    act: [closeStep, { ...closeStep, id: 'a2', with: { name: 'ledger', to: 'closed' } }],
  });
  stage.server.status = 500;
  const proposal = await stage.propose();
  expect(proposal.names).toEqual(['broker', 'ledger']);
  const going = stage.go(proposal);
  const ended = await going.end();
  const call = `POST ${stage.server.url}/breakers/broker → 500`;
  expect(ended).toMatchObject({ ending: 'failed', why: `Close broker: ${call}`, sent: [call] });
  expect(ended.undo).toHaveLength(1);
  expect(stage.server.changes).toEqual(['POST /breakers/broker closed']);
  expect(events(going.events).filter((name) => name === 'acting')).toHaveLength(1);
});

longTest('a refused connection during the action fails the run, and nothing was sent', async () => {
  await using stage = await openStage({
    act: [closeStep],
    onAppend: ({ entry }) => {
      if (entry.event === 'acting') void stage.server.close();
    },
  });
  const ended = await stage.go(await stage.propose()).end();
  expect(ended.ending).toBe('failed');
  expect(ended).toMatchObject({ sent: [], why: expect.stringMatching(/connection/) });
  expect(ended.why).not.toContain('outcome unknown');
});

longTest(
  'a manual step waits for the operator; declining it ends the run and lists the requests sent',
  async () => {
    const manual = { id: 'a2', title: 'Tell the owner', manual: true };
    await using stage = await openStage({ act: [closeStep, manual] });
    const questions: string[] = [];
    const going = stage.go(await stage.propose(), {
      tick: async ({ id }) => {
        questions.push(id);
        return false;
      },
    });
    const ended = await going.end();
    expect(questions).toEqual(['a2']);
    expect(ended).toMatchObject({
      ending: 'cancelled',
      why: 'stopped after sending: the change is live; the operator marked "Tell the owner" as not done',
      sent: [`POST ${stage.server.url}/breakers/broker → 200`],
    });
    expect(going.events.filter(({ event }) => event === 'ticking' || event === 'ticked')).toMatchObject([
      { event: 'ticking', step: 'a2', title: 'Tell the owner' },
      { event: 'ticked', step: 'a2', done: false },
    ]);

    stage.server.states.set('broker', 'open');
    expect(await stage.go(await stage.propose()).end()).toMatchObject({ ending: 'recovered' });
  },
);

longTest('work that follows the run may be marked as done in advance; it holds nothing', async () => {
  await using stage = await openStage({ act: [closeStep], after: [{ id: 'a2', title: 'Tell the owner' }] });
  const headless = { by: 'flag', tick: () => Promise.reject(new Error('no user is present')) } as const;
  expect(await stage.go(await stage.propose(), { ...headless, ticks: ['a2'] }).end()).toMatchObject({
    ending: 'recovered',
  });
});

longTest(
  'manual steps marked as done in advance are checked before anything is sent, without a prompt',
  async () => {
    const manual = { id: 'a2', title: 'Tell the owner', manual: true };
    await using stage = await openStage({ act: [closeStep, manual] });
    const tick = () => Promise.reject(new Error('no user is present'));
    const headless = { by: 'flag', tick } as const;
    expect(await stage.go(await stage.propose(), { ...headless, ticks: [] }).end()).toMatchObject({
      ending: 'forbidden',
      why: 'do the manual steps "a2" first, and mark them as done (--done STEP)',
    });
    expect(await stage.go(await stage.propose(), { ...headless, ticks: ['a2', 'a9'] }).end()).toMatchObject({
      ending: 'forbidden',
      why: '"a9" is not a manual step of this run. Choose from "a2"',
    });
    expect(stage.server.changes).toEqual([]);
    expect(await stage.go(await stage.propose(), { ...headless, ticks: ['a2'] }).end()).toMatchObject({
      ending: 'recovered',
    });
  },
);

test('a dry run needs no gate and no arming, sends nothing, and is recorded', async () => {
  await using stage = await openStage({ tier: 'production', danger: 'destructive' });
  const shown = await stage.executor.dryRun(await stage.propose());
  expect(events(shown)).toEqual(['planned', 'ended']);
  expect(shown[1]).toMatchObject({ ending: 'dry-run', sent: [] });
  expect(stage.server.changes).toEqual([]);
  expect(events(await ledgerOf(stage.stateDir))).toEqual(['planned', 'ended']);
});

test('records a declined run with its plan', async () => {
  await using stage = await openStage();
  const proposal = await stage.propose();
  const last = await stage.executor.decline(proposal, 'the operator declined');
  expect(last).toMatchObject({ event: 'ended', ending: 'declined', why: 'the operator declined' });
  expect(events(await ledgerOf(stage.stateDir))).toEqual(['planned', 'ended']);
  expect(await stage.go(proposal).end()).toMatchObject({ ending: 'forbidden' });
});

longTest('secrets reach neither the preview nor the ledger nor the screen', async () => {
  await using stage = await openStage();
  stage.mask.add('hunter2hunter2');
  stage.server.states.set('hunter2hunter2', 'open');
  const proposal = await stage.propose({ name: 'hunter2hunter2' });
  const going = stage.go(proposal, { names: proposal.names });
  await going.end();
  expect(stage.server.changes).toEqual(['POST /breakers/hunter2hunter2 closed']);
  const all = JSON.stringify([proposal, going.events, await ledgerOf(stage.stateDir)]);
  expect(all).not.toContain('hunter2');
  expect(all).toContain('…masked');
});

longTest('a name that happens to be a secret can be confirmed by its true text', async () => {
  await using stage = await openStage();
  stage.mask.add('hunter2hunter2');
  stage.server.states.set('hunter2hunter2', 'open');
  const going = stage.go(await stage.propose({ name: 'hunter2hunter2' }), { names: ['hunter2hunter2'] });
  await going.end();
  expect(stage.server.changes).toEqual(['POST /breakers/hunter2hunter2 closed']);
});

longTest('an undo that would restore a masked value is not offered, and the preview says so', async () => {
  await using stage = await openStage();
  stage.mask.add('hunter2hunter2');
  stage.server.states.set('hunter2hunter2', 'open');
  const proposal = await stage.propose({ name: 'hunter2hunter2' });
  expect(proposal.steps[0]).not.toHaveProperty('undo');
  expect(proposal.steps[0]?.plan?.lost).toContain(
    'the step cannot be undone: the previous value contains a secret, which opsdeck does not store',
  );
  const going = stage.go(proposal, { names: ['hunter2hunter2'] });
  expect(await going.end()).not.toHaveProperty('undo');
});

longTest(
  'undo is a separate run: proposed from the state that the first run recorded, with its own gates',
  async () => {
    await using stage = await openStage({ tier: 'staging', act: [{ ...closeStep, gate: 'typed' }] });
    const first = stage.go(await stage.propose());
    await first.end();
    expect(stage.server.states.get('broker')).toBe('closed');

    const { signal } = new AbortController();
    const undo = await stage.executor.undoProposal('run-1', signal);
    expect(undo).toMatchObject({
      run: 'run-2',
      runbook: 'close-breaker.undo',
      title: 'Undo: Close a circuit breaker',
      undoes: 'run-1',
      danger: 'disruptive',
      names: ['broker'],
      gate: { confirm: true, typed: true },
      steps: [{ title: 'Put broker back to open', plan: { targets: [{ saw: 'closed' }] } }],
    });
    if (undo === undefined) return;
    expect(await stage.go(undo, { by: 'key' }).end()).toMatchObject({ ending: 'forbidden' });
    const again = await stage.executor.undoProposal('run-1', signal);
    if (again === undefined) throw new Error('no second undo');
    expect(await stage.go(again).end()).toMatchObject({
      ending: 'recovered',
      why: 'restored: Close broker',
    });
    expect(stage.server.states.get('broker')).toBe('open');
    expect(staysClosed.id).toBe('v1');
  },
);

test('a run that sent nothing has this run changed nothing, so there is nothing to undo', async () => {
  await using stage = await openStage();
  const going = stage.go(await stage.propose(), { names: [] });
  await going.end();
  const { signal } = new AbortController();
  expect(await stage.executor.undoProposal('run-1', signal)).toBeUndefined();
});
