import { expect, test } from 'vitest';
import type { ChangeFreeze } from '../../../../src/domain/runbooks/guard.ts';
import type { Runbook } from '../../../../src/domain/runbooks/runbook.ts';
import { openReadIo } from '../../../../src/doors/read-io.ts';
import { createRunFlow } from '../../../../src/engine/cockpit/runs/run-flow.ts';
import { minReadingMs } from '../../../../src/engine/cockpit/runs/run-prompts.ts';
import { readLedger } from '../../../../src/persistence/ledger/read-ledger.ts';
import { createCockpitStore } from '../../../../src/store/cockpit.ts';
import { closeStep, openStage, type Stage, type StageOptions } from '../../../runs/stage.ts';
import { longTest } from '../../../support/layer.ts';

/** A run flow on a real executor, with its messages and a function that waits until it is idle. */
const openFlow = async (options: StageOptions = {}) => {
  const stage = await openStage(options);
  const cockpit = createCockpitStore();
  const messages: string[] = [];
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
    (text) => messages.push(text),
  );
  const stageOf = () => cockpit.getState().run?.stage;
  /** Advances the clock until the run is in this stage. */
  const until = async (expected: ReturnType<typeof stageOf>): Promise<void> => {
    for (let step = 0; step < 400 && stageOf() !== expected; step++) {
      await stage.quiet();
      if (stageOf() !== expected) await stage.toNextDue();
    }
    expect(stageOf()).toBe(expected);
  };
  return { stage, cockpit, flow, messages, until, stageOf };
};

const endingOf = (run: { readonly events: readonly { readonly event: string }[] } | undefined) =>
  run?.events.find(({ event }) => event === 'ended');

const ledgerEvents = async (stage: Stage): Promise<readonly string[]> =>
  (await readLedger(stage.stateDir, {})).map(({ entry }) => entry.event);

test('asks for a missing parameter, shows the card, runs, and recovers', async () => {
  const { stage, cockpit, flow, until, stageOf } = await openFlow();
  await using _ = stage;
  await flow.begin(stage.runbook, {});
  expect(cockpit.getState().run).toMatchObject({ stage: 'params', parameterPrompt: { name: 'name' } });
  await flow.give('name', 'broker');
  expect(stageOf()).toBe('proposed');
  await stage.clock.advance(minReadingMs);
  const confirmed = flow.confirm({ pasted: false });
  await until('ended');
  await confirmed;
  const { run, endedRuns: ended } = cockpit.getState();
  expect(endingOf(run)).toMatchObject({ event: 'ended', ending: 'recovered' });
  expect(ended.map((runView) => runView.proposal?.run)).toEqual([run?.proposal?.run]);
});

test('a parameter with one choice needs no key, and its value says so', async () => {
  const { stage, cockpit, flow, stageOf } = await openFlow();
  await using _ = stage;
  const params = stage.runbook.params.map((spec) => ({ ...spec, type: 'choice' as const, of: ['broker'] }));
  await flow.begin({ ...stage.runbook, params }, {});
  expect(stageOf()).toBe('proposed');
  expect(cockpit.getState().run).toMatchObject({ params: { name: 'broker' }, origins: { name: 'only' } });
});

longTest('the journal names a run with its parameter values', async () => {
  const { stage, cockpit, flow, until } = await openFlow();
  await using _ = stage;
  await flow.begin({ ...stage.runbook, title: 'Close breaker ${param.name}' }, { name: 'broker' });
  await stage.clock.advance(minReadingMs);
  const confirmed = flow.confirm({ pasted: false });
  await until('ended');
  await confirmed;
  const entries = JSON.stringify(cockpit.getState().journal);
  expect(entries).toContain('Close breaker broker');
  expect(entries).not.toContain('${param');
});

test('declining closes the card, sends nothing, and is in the ledger as declined', async () => {
  const { stage, cockpit, flow } = await openFlow();
  await using _ = stage;
  await flow.begin(stage.runbook, { name: 'broker' });
  await flow.decline();
  expect(cockpit.getState().run).toBeUndefined();
  expect(await ledgerEvents(stage)).toEqual(['planned', 'ended']);
});

longTest('no second run starts while a run is in progress', async () => {
  const { stage, flow, messages, until } = await openFlow({ tier: 'production' });
  await using _ = stage;
  stage.arming.arm('a drill');
  await flow.begin(stage.runbook, { name: 'broker' });
  await stage.clock.advance(minReadingMs);
  const confirmed = flow.confirm({ pasted: false });
  await until('window');
  await flow.begin(stage.runbook, { name: 'broker' });
  expect(messages).toEqual(['a run is in progress. To cancel the run, press ctrl-c']);
  flow.cancel();
  await until('ended');
  await confirmed;
});

longTest('cancel within the cancel window sends nothing', async () => {
  const { stage, cockpit, flow, until } = await openFlow({ tier: 'production' });
  await using _ = stage;
  stage.arming.arm('a drill');
  await flow.begin(stage.runbook, { name: 'broker' });
  await stage.clock.advance(minReadingMs);
  const confirmed = flow.confirm({ pasted: false });
  await until('window');
  flow.cancel();
  await until('ended');
  await confirmed;
  expect(endingOf(cockpit.getState().run)).toMatchObject({ ending: 'cancelled', sent: [] });
});

longTest('where a name must be typed, a key press is not enough', async () => {
  const { stage, cockpit, flow, until } = await openFlow({ guard: { typed: 'disruptive' } });
  await using _ = stage;
  await flow.begin(stage.runbook, { name: 'broker' });
  await stage.clock.advance(minReadingMs);
  await flow.confirm({ pasted: false });
  expect(endingOf(cockpit.getState().run)).toMatchObject({ ending: 'forbidden' });
  await flow.decline();
  await flow.begin(stage.runbook, { name: 'broker' });
  const confirmed = flow.confirm({ typed: 'broker', pasted: false });
  await until('ended');
  await confirmed;
  expect(endingOf(cockpit.getState().run)).toMatchObject({ ending: 'recovered' });
});

test('a manual step waits for confirmation; "not done" ends the run before the next step', async () => {
  const { stage, cockpit, flow, until } = await openFlow({
    act: [{ id: 'm', title: 'Tell the owner', manual: true }],
    verify: 'none',
  });
  await using _ = stage;
  await flow.begin(stage.runbook, { name: 'broker' });
  await stage.clock.advance(minReadingMs);
  const confirmed = flow.confirm({ pasted: false });
  await until('running');
  expect(cockpit.getState().run?.awaitingStep).toEqual({ id: 'm', title: 'Tell the owner' });
  flow.tick(false);
  await until('ended');
  await confirmed;
  expect(endingOf(cockpit.getState().run)).toMatchObject({ ending: 'cancelled' });
});

test('a run with saved state can be undone, as a separate run', async () => {
  const { stage, cockpit, flow, messages, until, stageOf } = await openFlow();
  await using _ = stage;
  await flow.begin(stage.runbook, { name: 'broker' });
  await stage.clock.advance(minReadingMs);
  const confirmed = flow.confirm({ pasted: false });
  await until('ended');
  await confirmed;
  const first = cockpit.getState().run?.proposal?.run ?? '';
  await flow.undo(first);
  expect({ stage: stageOf(), messages }).toEqual({ stage: 'proposed', messages: [] });
  expect(cockpit.getState().run?.proposal?.undoes).toBe(first);
  await flow.undo('nothing');
  expect(messages).toEqual(['this run changed nothing, so there is nothing to undo']);
});

longTest('a key pressed before the card could be read is ignored, and the card stays', async () => {
  const { stage, flow, messages, stageOf, until } = await openFlow({ tier: 'production' });
  await using _ = stage;
  await flow.begin(stage.runbook, { name: 'broker' });
  const tooQuick =
    'you confirmed before the preview was readable, so nothing was executed. Press the key again';
  await flow.confirm({ pasted: false });
  await stage.clock.advance(1000);
  stage.arming.arm('a drill');
  await stage.clock.advance(minReadingMs - 1);
  await flow.confirm({ pasted: false });
  expect(messages).toEqual([tooQuick, tooQuick]);
  expect(stageOf()).toBe('proposed');
  expect(await ledgerEvents(stage)).toEqual([]);

  await stage.clock.advance(1);
  const confirmed = flow.confirm({ pasted: false });
  await until('ended');
  await confirmed;
  expect(stage.server.changes).toHaveLength(1);
});

longTest('a typed name needs no minimum reading time', async () => {
  const { stage, cockpit, flow, until } = await openFlow({ danger: 'safe', guard: { typed: 'safe' } });
  await using _ = stage;
  await flow.begin(stage.runbook, { name: 'broker' });
  const confirmed = flow.confirm({ typed: 'broker', pasted: false });
  await until('ended');
  await confirmed;
  expect(endingOf(cockpit.getState().run)).toMatchObject({ ending: 'recovered' });
});

test('an undo blocked by a freeze is planned again with the reason that overrides it', async () => {
  const freezes: ChangeFreeze[] = [];
  const { stage, cockpit, flow, until } = await openFlow({ guard: { freezes } });
  await using _ = stage;
  await flow.begin(stage.runbook, { name: 'broker' });
  await stage.clock.advance(minReadingMs);
  const first = flow.confirm({ pasted: false });
  await until('ended');
  await first;
  const id = cockpit.getState().run?.proposal?.run ?? '';
  freezes.push({ from: 0, to: Date.UTC(2026, 2, 5), why: 'sale', except: [], mayBreak: true });
  await flow.undo(id);
  await flow.override('it made it worse');
  expect(cockpit.getState().run).toMatchObject({
    stage: 'proposed',
    proposal: { undoes: id, override: 'it made it worse', title: 'Undo: Close a circuit breaker' },
  });
  const undone = flow.confirm({ typed: 'broker', pasted: false });
  await until('ended');
  await undone;
  expect(endingOf(cockpit.getState().run)).toMatchObject({ ending: 'recovered' });
  expect(stage.server.states.get('broker')).toBe('open');
});

const states = (stage: Stage) => [...stage.server.states].filter(([, state]) => state === 'closed');

/** A runbook whose parameter `to` has a default. */
const withDefault: StageOptions = {
  act: [
    { ...closeStep, with: { name: '${param.name}', to: '${param.to}' }, notes: 'Ask before ${param.name}.' },
  ],
  verify: 'none',
};
const params: Runbook['params'] = [
  { name: 'name', type: 'choice', of: ['broker', 'ledger'], default: 'broker' },
  { name: 'to', type: 'string', pattern: 'closed|half-open', default: 'closed' },
];

test('a default can be changed on the preview: the run is planned again, and the value has its origin', async () => {
  const { stage, cockpit, flow, stageOf } = await openFlow(withDefault);
  await using _ = stage;
  await flow.begin({ ...stage.runbook, params }, {});
  const first = cockpit.getState().run?.proposal;
  expect(cockpit.getState().run?.origins).toEqual({ name: 'default', to: 'default' });
  flow.changeParam();
  expect(cockpit.getState().run?.parameterPrompt).toMatchObject({ picks: true, choices: ['name', 'to'] });
  await flow.give('', 'name');
  expect(cockpit.getState().run?.parameterPrompt).toMatchObject({
    name: 'name',
    choices: ['broker', 'ledger'],
    value: 'broker',
  });
  await flow.give('name', 'ledger');
  expect(stageOf()).toBe('proposed');
  expect(cockpit.getState().run).toMatchObject({
    params: { name: 'ledger', to: 'closed' },
    origins: { name: 'you', to: 'default' },
    proposal: {
      names: ['ledger'],
      steps: [{ notes: 'Ask before ledger.', plan: { targets: [{ name: 'ledger' }] } }],
    },
  });
  expect(cockpit.getState().run?.proposal?.run).not.toBe(first?.run);
  const [planned, ended] = await readLedger(stage.stateDir, { run: first?.run ?? '' });
  expect(planned?.entry).toMatchObject({ event: 'planned' });
  expect(ended?.entry).toMatchObject({ ending: 'declined', why: 'planned again, with a new value of name' });
});

test('an invalid value is asked for again, and esc goes back to the unchanged preview', async () => {
  const { stage, cockpit, flow, stageOf } = await openFlow(withDefault);
  await using _ = stage;
  await flow.begin({ ...stage.runbook, params }, {});
  const first = cockpit.getState().run?.proposal;
  flow.changeParam('to');
  await flow.give('to', 'ajar');
  expect(cockpit.getState().run).toMatchObject({
    stage: 'params',
    parameterPrompt: { name: 'to', value: 'ajar', problem: '"ajar" is not accepted: closed or half-open' },
  });
  await flow.confirm({ pasted: false });
  expect(stageOf()).toBe('params');
  await flow.decline();
  expect(stageOf()).toBe('proposed');
  expect(cockpit.getState().run).toMatchObject({ changes: 1 });
  expect(cockpit.getState().run?.proposal).toBe(first);
  await flow.confirm({ pasted: false });
  expect(stageOf(), 'the minimum reading time starts again').toBe('proposed');
  expect(stage.server.changes).toEqual([]);
});

longTest(
  'the plan that a changed parameter replaces can no longer be executed, whatever a view hands back',
  async () => {
    const { stage, cockpit, flow } = await openFlow(withDefault);
    await using _ = stage;
    await flow.begin({ ...stage.runbook, params }, {});
    const old = cockpit.getState().run?.proposal;
    flow.changeParam('name');
    await flow.give('name', 'ledger');
    const planned = cockpit.getState().run?.proposal;
    if (old === undefined || planned === undefined) throw new Error('both are planned');
    for (const forged of [old, { ...planned, run: old.run }])
      expect(await stage.go(forged).end()).toMatchObject({ ending: 'forbidden', sent: [] });
    expect(stage.server.changes).toEqual([]);
    // The new plan needs its own confirmation, and sends its own target, whatever it claims to be.
    expect(
      await stage.go({ ...planned, names: old.names, gate: old.gate }, { names: old.names }).end(),
    ).toMatchObject({ ending: 'forbidden', sent: [] });
    expect(stage.server.changes).toEqual([]);
  },
);

test('after a change only the confirmed new plan is sent', async () => {
  const { stage, flow, until } = await openFlow(withDefault);
  await using _ = stage;
  await flow.begin({ ...stage.runbook, params }, {});
  await stage.clock.advance(minReadingMs);
  flow.changeParam('name');
  await flow.confirm({ pasted: false });
  await flow.give('name', 'ledger');
  await stage.quiet();
  expect(stage.server.changes).toEqual([]);
  await stage.clock.advance(minReadingMs);
  const confirmed = flow.confirm({ pasted: false });
  await until('ended');
  await confirmed;
  expect(stage.server.changes).toEqual(['POST /breakers/ledger closed']);
  expect(states(stage).map(([name]) => name)).toContain('ledger');
});

test.each([
  ['while the gates are checked', 'dev'],
  ['in the cancel window', 'production'],
] as const)('a change %s cancels the confirmed run: neither plan is sent', async (_, tier) => {
  const { stage, cockpit, flow, messages, until } = await openFlow({ ...withDefault, tier });
  await using __ = stage;
  stage.arming.arm('a drill');
  await flow.begin({ ...stage.runbook, params }, {});
  await stage.clock.advance(minReadingMs);
  const confirmed = flow.confirm({ pasted: false });
  if (tier === 'production') await until('window');
  flow.changeParam('name');
  await flow.give('name', 'ledger');
  await until('ended');
  await confirmed;
  expect(endingOf(cockpit.getState().run)).toMatchObject({ ending: 'cancelled', sent: [] });
  expect(stage.server.changes).toEqual([]);
  expect(messages).toEqual(['run canceled, because you changed a parameter after the confirmation']);
});

test('parameters of an undo, and of a running run, cannot be changed', async () => {
  const { stage, cockpit, flow, messages, until, stageOf } = await openFlow();
  await using _ = stage;
  await flow.begin(stage.runbook, { name: 'broker' });
  await stage.clock.advance(minReadingMs);
  const confirmed = flow.confirm({ pasted: false });
  await until('running');
  flow.changeParam('name');
  expect(messages).toEqual(['the run has started. Press ctrl-c to cancel']);
  await until('ended');
  await confirmed;
  await flow.undo(cockpit.getState().run?.proposal?.run ?? '');
  flow.changeParam('name');
  expect(stageOf()).toBe('proposed');
});

test('a run stopped in the background after sending says so, and offers its undo', async () => {
  const { stage, cockpit, flow, messages, until } = await openFlow({
    act: [closeStep, { id: 'm', title: 'Tell the owner', manual: true }],
  });
  await using _ = stage;
  await flow.begin(stage.runbook, { name: 'broker' });
  await stage.clock.advance(minReadingMs);
  const confirmed = flow.confirm({ pasted: false });
  for (let turn = 0; turn < 50 && cockpit.getState().run?.awaitingStep === undefined; turn++)
    await stage.quiet();
  cockpit.setState((s) => (s.run === undefined ? {} : { run: { ...s.run, background: true } }));
  flow.cancel();
  await until('ended');
  await confirmed;
  expect(messages).toEqual(['Close a circuit breaker: STOPPED AFTER SENDING']);
  expect(endingOf(cockpit.getState().run)).toMatchObject({
    ending: 'cancelled',
    why: 'stopped after sending: the change is live; canceled while waiting for "Tell the owner"',
    undo: [{ title: 'Put broker back to open' }],
  });
  expect(stage.server.states.get('broker')).toBe('closed');
});

longTest(
  'the sources that a run used are read right after each step and after its end, not at their next interval',
  async () => {
    const { stage, flow, until } = await openFlow({ everyMs: 600_000 });
    await using _ = stage;
    const reads: (readonly string[])[] = [];
    const { readAfterChange } = stage.engine;
    stage.engine.readAfterChange = (sources) => {
      reads.push(sources);
      readAfterChange(sources);
    };
    await flow.begin(stage.runbook, { name: 'broker' });
    await stage.clock.advance(minReadingMs);
    const confirmed = flow.confirm({ pasted: false });
    await until('ended');
    await confirmed;
    expect(reads).toEqual([['bus'], ['bus']]);
  },
);

test('a run that was declined or forbidden reads nothing again', async () => {
  const { stage, flow } = await openFlow();
  await using _ = stage;
  let reads = 0;
  stage.engine.readAfterChange = () => {
    reads++;
  };
  await flow.begin(stage.runbook, { name: 'broker' });
  await flow.decline();
  expect(reads).toBe(0);
});

test('choices that have not been read yet appear when they are read', async () => {
  const { stage, cockpit, flow } = await openFlow();
  await using _ = stage;
  const prompt = () => cockpit.getState().run?.parameterPrompt;
  const chosen: Runbook['params'] = [{ name: 'name', type: 'choice', from: 'breakers.name' }];
  await flow.begin({ ...stage.runbook, params: chosen }, {});
  expect(prompt()).toMatchObject({ name: 'name', problem: 'unavailable: breakers have not been read yet' });
  expect(prompt()).not.toHaveProperty('choices');
  await stage.engine.readOnce(5000, new AbortController().signal);
  await stage.quiet();
  expect(prompt()).toMatchObject({ name: 'name', choices: ['broker', 'ledger'] });
  expect(prompt()).not.toHaveProperty('problem');
});
