import { expect, test } from 'vitest';
import { openReadIo } from '../../../../src/doors/read-io.ts';
import { createRunFlow } from '../../../../src/engine/cockpit/runs/run-flow.ts';
import { minReadingMs } from '../../../../src/engine/cockpit/runs/run-prompts.ts';
import { readLedger } from '../../../../src/persistence/ledger/read-ledger.ts';
import { createCockpitStore } from '../../../../src/store/cockpit.ts';
import { openStage } from '../../../runs/stage.ts';
import { longTest } from '../../../support/layer.ts';

const openWatched = async () => {
  const stage = await openStage();
  const cockpit = createCockpitStore();
  const flow = createRunFlow(
    { cockpit, clock: stage.clock, openIo: () => openReadIo(stage.clock) },
    {
      profile: stage.engine.profile,
      engine: stage.engine,
      executor: stage.executor,
      arming: stage.arming,
      openAcross: async () => [],
      close: async () => {},
    },
    () => {},
  );
  /** Advances the clock, with one reading per second. */
  const pass = async (ms: number): Promise<void> => {
    for (let gone = 0; gone < ms; gone += 1000) {
      await stage.engine.readNow(['bus/breakers'], new AbortController().signal);
      await stage.clock.advance(1000);
      await stage.quiet();
    }
  };
  const recover = async (name: string): Promise<string> => {
    await flow.begin(stage.runbook, { name });
    await stage.clock.advance(minReadingMs);
    const confirmed = flow.confirm({ pasted: false });
    for (let turn = 0; turn < 100 && cockpit.getState().run?.stage !== 'ended'; turn++) {
      await stage.quiet();
      await stage.toNextDue();
    }
    await confirmed;
    return cockpit.getState().run?.proposal?.run ?? '';
  };
  const texts = () => cockpit.getState().messages.map(({ level, text }) => `${level} ${text}`);
  return { stage, cockpit, flow, pass, recover, texts };
};

longTest('a recovered run is watched, and its card shows until when', async () => {
  const { stage, cockpit, pass, recover } = await openWatched();
  await using _ = stage;
  await recover('broker');
  await pass(2000);
  expect(cockpit.getState().run?.watchedUntil).toBeGreaterThan(stage.clock.now());
  expect(cockpit.getState().endedRuns[0]?.watchedUntil).toBe(cockpit.getState().run?.watchedUntil);
});

test('a relapse reopens the card, with a message, a journal entry and the bell', async () => {
  const { stage, cockpit, flow, pass, recover, texts } = await openWatched();
  await using _ = stage;
  const run = await recover('broker');
  await flow.decline();
  expect(cockpit.getState().run).toBeUndefined();
  stage.server.states.set('broker', 'open');
  await pass(10_000);
  expect(cockpit.getState().run).toMatchObject({
    relapsed: true,
    background: false,
    stage: 'ended',
    proposal: { run },
  });
  expect(cockpit.getState().run?.watchedUntil).toBeUndefined();
  expect(texts()).toEqual([
    expect.stringMatching(/^crit Close a circuit breaker: RELAPSED · It stays closed: /),
  ]);
  expect(cockpit.getState().journal.at(-1)).toMatchObject({
    kind: 'run',
    level: 'crit',
    change: expect.stringMatching(/^RELAPSED: /),
  });
  expect(cockpit.getState().criticals).toMatchObject([{ key: `run ${run}` }]);
});

test('a relapse does not replace another card: only a message and the bell', async () => {
  const { stage, cockpit, flow, pass, recover, texts } = await openWatched();
  await using _ = stage;
  await recover('broker');
  await flow.begin(stage.runbook, { name: 'ledger' });
  const up = cockpit.getState().run?.proposal?.run;
  stage.server.states.set('broker', 'open');
  await pass(10_000);
  expect(cockpit.getState().run).toMatchObject({ stage: 'proposed', proposal: { run: up } });
  expect(texts()).toHaveLength(1);
  expect(cockpit.getState().criticals).toHaveLength(1);
  expect(cockpit.getState().endedRuns[0]).toMatchObject({ relapsed: true });
});

longTest(
  'leaving the environment ends every watch, says so, and records it in the ledger before it returns',
  async () => {
    const { stage, cockpit, flow, recover, texts } = await openWatched();
    await using _ = stage;
    const runs = [await recover('broker'), await recover('ledger')];
    await flow.unwatch('its environment was closed');
    expect(texts()).toEqual([
      expect.stringMatching(
        /^warn Close a circuit breaker: opsdeck no longer watches the run, after .*its environment was closed$/,
      ),
      expect.stringMatching(
        /^warn Close a circuit breaker: opsdeck no longer watches the run, after .*its environment was closed$/,
      ),
    ]);
    for (const run of runs)
      expect((await readLedger(stage.stateDir, { run })).at(-1)?.entry).toMatchObject({
        event: 'watched',
        held: false,
      });
    expect(cockpit.getState().endedRuns.every(({ watchedUntil }) => watchedUntil === undefined)).toBe(true);
  },
);
