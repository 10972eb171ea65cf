import { expect } from 'vitest';
import { openReadIo } from '../../src/doors/read-io.ts';
import { createRunFlow } from '../../src/engine/cockpit/runs/run-flow.ts';
import { minReadingMs } from '../../src/engine/cockpit/runs/run-prompts.ts';
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
  // The start key, twice: one preview.
  await Promise.all([
    flow.begin(stage.runbook, { name: 'broker' }),
    flow.begin(stage.runbook, { name: 'broker' }),
  ]);
  await flow.confirm({ pasted: false });
  expect(cockpit.getState().run?.stage, 'confirmed before the preview could be read').toBe('proposed');
  await stage.clock.advance(minReadingMs);
  // The confirm key, twice at once and again after the end: one call, shown in the result.
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
  // Responds 200, but the breaker is open again at the next read.
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
  // Also if the disk fills up between confirmation and action.
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
  // The machine sleeps for an hour: arming and plan have expired.
  clock.wallOffset = () => 3_600_000;
  expect(await stage.go(old).end()).toMatchObject({ ending: 'forbidden', sent: [] });
  stage.arming.arm('psp outage');
  const fresh = await stage.propose();
  // The clock is set back by a day: arming does not last longer, and the cancel window is not shortened.
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
  stage.server.name = 'staging';
  expect(await stage.go(proposal).end()).toMatchObject({
    ending: 'forbidden',
    why: expect.stringContaining('staging answers, not demo'),
  });
  expect((await stage.propose()).refusal).toMatchObject({ ending: 'forbidden' });
  expect(stage.server.changes).toEqual([]);
});

accident('pasted name', async () => {
  await using stage = await openStage({ guard: { typed: 'disruptive' } });
  const proposal = await stage.propose();
  expect(await stage.go(proposal, { names: ['broker'], by: 'typed', pasted: true }).end()).toMatchObject({
    ending: 'forbidden',
    why: expect.stringContaining('the name of the target must be typed, and cannot be pasted'),
  });
  expect(stage.server.changes).toEqual([]);
});

accident('production from dev', async () => {
  await using production = await openStage({ tier: 'production' });
  await using dev = await openStage({ tier: 'dev' });
  production.arming.arm('psp outage');
  const going = production.go(await production.propose());
  await going.end();
  // A plan of production, confirmed in dev: the dev executor accepts only its own plans.
  const card = await production.propose({ name: 'ledger' });
  expect(await dev.go(card).end()).toMatchObject({ ending: 'forbidden' });
  // A run of production, undone in dev: the same source ids, but other systems.
  dev.ownRuns.begin(going.events[0]?.run ?? '').events.push(...going.events);
  const undo = await dev.executor.undoProposal(going.events[0]?.run ?? '', signal);
  if (undo === undefined) throw new Error('no undo');
  expect(undo.refusal).toMatchObject({
    ending: 'forbidden',
    why: expect.stringContaining('start the undo there'),
  });
  expect(await dev.go(undo).end()).toMatchObject({ ending: 'forbidden' });
  expect(dev.server.changes).toEqual([]);
  expect(production.server.changes).toEqual(['POST /breakers/broker closed']);
  // A plan of production keeps the gates of production.
  expect(card.gate).toMatchObject({ arm: true, confirm: true, preview: true, windowMs: 5000 });
  const written = (await readLedger(dev.stateDir)).map(({ env }) => env);
  expect(new Set(written)).toEqual(new Set(['dev']));
});
