import { expect } from 'vitest';
import { openReadIo } from '../../src/doors/read-io.ts';
import { createRunFlow } from '../../src/engine/cockpit/run-flow.ts';
import { minReadingMs } from '../../src/engine/cockpit/run-prompts.ts';
import { LedgerError } from '../../src/persistence/ledger/ledger-error.ts';
import { readLedger } from '../../src/persistence/ledger/read-ledger.ts';
import { createCockpitStore } from '../../src/store/cockpit.ts';
import { openStage } from '../runs/stage.ts';
import { accident } from './table.ts';

const { signal } = new AbortController();

accident('key pressed twice', async () => {
  await using stage = await openStage();
  const cockpit = createCockpitStore();
  const { engine, executor, arming } = stage;
  const flow = createRunFlow(
    { cockpit, clock: stage.clock, openIo: () => openReadIo(stage.clock) },
    { profile: engine.profile, engine, executor, arming, openAcross: async () => [], close: async () => {} },
    () => {},
  );
  // The key that begins it, twice: one card.
  await Promise.all([
    flow.begin(stage.runbook, { name: 'broker' }),
    flow.begin(stage.runbook, { name: 'broker' }),
  ]);
  await flow.confirm({ pasted: false });
  expect(cockpit.getState().run?.stage, 'a yes before the card could be read').toBe('proposed');
  await stage.clock.advance(minReadingMs);
  // The key that says yes, twice at once, and again when it is over: one call, and the card tells of that one.
  const confirmed = Promise.all([flow.confirm({ pasted: false }), flow.confirm({ pasted: false })]);
  for (let step = 0; step < 200 && cockpit.getState().run?.stage !== 'ended'; step++) {
    await stage.quiet();
    await stage.clock.advance(250);
  }
  await confirmed;
  await flow.confirm({ pasted: false });
  expect(stage.server.changes).toEqual(['POST /breakers/broker closed']);
  const endings = cockpit
    .getState()
    .run?.events.flatMap((event) => (event.event === 'ended' ? [event.ending] : []));
  expect(endings).toEqual(['recovered']);
  // Undo, twice: one more call.
  const run = cockpit.getState().run?.proposal?.run ?? '';
  await Promise.all([flow.undo(run), flow.undo(run)]);
  await stage.clock.advance(minReadingMs);
  const undone = Promise.all([flow.confirm({ pasted: false }), flow.confirm({ pasted: false })]);
  for (let step = 0; step < 200 && cockpit.getState().run?.stage !== 'ended'; step++) {
    await stage.quiet();
    await stage.clock.advance(250);
  }
  await undone;
  expect(stage.server.changes).toEqual(['POST /breakers/broker closed', 'POST /breakers/broker open']);
});

accident('did not recover', async () => {
  await using stage = await openStage();
  // 200, and open again at the next look.
  stage.server.onRead = () => stage.server.states.set('broker', 'open');
  const going = stage.go(await stage.propose());
  const ended = await going.end();
  expect(going.events.find(({ event }) => event === 'acted')).toMatchObject({ ok: true });
  expect(ended).toMatchObject({
    ending: 'executed-not-recovered',
    why: expect.stringContaining('It stays closed: not met'),
  });
});

accident('disk full', async () => {
  let full = false;
  await using stage = await openStage({
    onAppend: () => {
      if (full) throw new LedgerError('no space left on device');
    },
  });
  const proposal = await stage.propose();
  full = true;
  expect(await stage.go(proposal).end()).toMatchObject({
    ending: 'failed',
    why: expect.stringContaining('the ledger cannot be written: no space left on device'),
    sent: [],
  });
  expect(stage.server.changes).toEqual([]);
  // Full between the yes and the act, too.
  full = false;
  const window = stage.go(await stage.propose());
  stage.server.onRead = () => {
    full = window.events.some(({ event }) => event === 'confirmed');
  };
  expect(await window.end()).toMatchObject({ ending: 'failed', sent: [] });
  expect(stage.server.changes).toEqual([]);
});

accident('clock that jumps', async () => {
  await using stage = await openStage({ tier: 'production' });
  stage.arming.arm('psp outage');
  const old = await stage.propose();
  const { clock } = stage;
  // The machine sleeps for an hour: neither the arming nor the card holds any more.
  clock.wallOffset = () => 3_600_000;
  expect(await stage.go(old).end()).toMatchObject({ ending: 'forbidden', sent: [] });
  stage.arming.arm('psp outage');
  const fresh = await stage.propose();
  // The clock is set back by a day: what was given does not become longer by it, and a run in its window is not hurried.
  clock.wallOffset = () => 3_600_000 - 86_400_000;
  const going = stage.go(fresh);
  await going.until('window');
  await clock.advance(4999);
  await stage.quiet();
  expect(stage.server.changes).toEqual([]);
  clock.wallOffset = () => 86_400_000;
  const ended = await going.end();
  expect(ended).toMatchObject({ ending: 'forbidden', sent: [] });
  expect(stage.server.changes).toEqual([]);
});

accident('another system', async () => {
  await using stage = await openStage();
  const proposal = await stage.propose();
  stage.server.name = 'somebody else';
  expect(await stage.go(proposal).end()).toMatchObject({
    ending: 'forbidden',
    why: expect.stringContaining('somebody else answers, not demo'),
  });
  expect((await stage.propose()).refusal).toMatchObject({ ending: 'forbidden' });
  expect(stage.server.changes).toEqual([]);
});

accident('pasted name', async () => {
  await using stage = await openStage({ guard: { typed: 'disruptive' } });
  const proposal = await stage.propose();
  expect(await stage.go(proposal, { names: ['broker'], by: 'typed', pasted: true }).end()).toMatchObject({
    ending: 'forbidden',
    why: expect.stringContaining('the name was pasted; type it'),
  });
  expect(stage.server.changes).toEqual([]);
});

accident('production from dev', async () => {
  await using production = await openStage({ tier: 'production' });
  await using dev = await openStage({ tier: 'dev' });
  production.arming.arm('psp outage');
  const going = production.go(await production.propose());
  await going.end();
  // A card of production, answered in dev: dev's executor knows only what it has planned itself.
  const card = await production.propose({ name: 'ledger' });
  expect(await dev.go(card).end()).toMatchObject({ ending: 'forbidden' });
  // A run of production, undone in dev: the same ids of sources, other systems behind them.
  const undo = await dev.executor.undoProposal(going.events, dev.runbook, signal);
  if (undo === undefined) throw new Error('no undo');
  expect(undo.refusal).toMatchObject({ ending: 'forbidden', why: expect.stringContaining('undo it there') });
  expect(await dev.go(undo).end()).toMatchObject({ ending: 'forbidden' });
  expect(dev.server.changes).toEqual([]);
  expect(production.server.changes).toEqual(['POST /breakers/broker closed']);
  // What is planned in production asks for what production asks, whoever looks at it from where.
  expect(card.gate).toMatchObject({ arm: true, confirm: true, preview: true, windowMs: 5000 });
  const written = (await readLedger(dev.stateDir)).map(({ env }) => env);
  expect(new Set(written)).toEqual(new Set(['dev']));
});
