import { expect, test } from 'vitest';
import type { OperatorAnswers } from '../../src/domain/runs/run.ts';
import { readLedger } from '../../src/persistence/ledger/read-ledger.ts';
import { longTest } from '../support/layer.ts';
import { closeStep, events, openStage, type Stage } from './stage.ts';

const recordedEndings = async (stage: Stage) =>
  (await readLedger(stage.stateDir)).flatMap(({ entry }) => (entry.event === 'ended' ? [entry.ending] : []));

/** Rejected by a gate: nothing was sent, and the ledger records it with its plan. */
const expectRefused = async (stage: Stage, answers: Partial<OperatorAnswers>, why: RegExp): Promise<void> => {
  const going = stage.go(await stage.propose(), answers);
  const ended = await going.end();
  expect(ended).toMatchObject({ ending: 'forbidden', sent: [] });
  expect(ended.why).toMatch(why);
  expect(events(going.events)).toEqual(['planned', 'gated', 'ended']);
  expect(going.events[1]).toMatchObject({ passed: false, why: ended.why });
  expect(stage.server.changes).toEqual([]);
  expect(await recordedEndings(stage)).toContain('forbidden');
};

longTest('production rejects a run that is not armed, whatever else was confirmed', async () => {
  await using stage = await openStage({ tier: 'production' });
  await expectRefused(stage, {}, /^production is read-only until armed/);
  stage.arming.arm('psp outage');
  stage.arming.disarm();
  await expectRefused(stage, {}, /read-only/);
});

test('a read-only profile rejects a run on any tier', async () => {
  await using stage = await openStage({ tier: 'dev', danger: 'safe', guard: { readOnly: true } });
  await expectRefused(stage, {}, /^dev is read-only/);
});

test.each<[string, Partial<OperatorAnswers>, RegExp]>([
  ['no name', { names: [] }, /^type the exact name of the target: "broker" \(--confirm NAME\)$/],
  ['a wrong name', { names: ['brokre'] }, /^"brokre" is not a target of this run\. Confirm "broker"$/],
  ['a name in another case', { names: ['Broker'] }, /^"Broker" is not a target of this run/],
  ['a name with a blank', { names: ['broker '] }, /^"broker " is not a target of this run/],
  [
    'the right name and a wrong one',
    { names: ['broker', 'ledger'] },
    /^"ledger" is not a target of this run/,
  ],
])('rejects a confirmation with %s', async (_, answers, why) => {
  await using stage = await openStage();
  await expectRefused(stage, answers, why);
  await expectRefused(stage, { ...answers, by: 'flag' }, why);
});

test('all targets of all steps must be confirmed', async () => {
  const second = { ...closeStep, id: 'a2', with: { name: 'ledger', to: 'closed' } };
  await using stage = await openStage({ act: [closeStep, second] });
  await expectRefused(stage, { names: ['broker'] }, /^type the exact name of the target: "ledger"/);
});

longTest('neither a key nor a paste replaces a name that must be typed', async () => {
  await using stage = await openStage({ tier: 'staging', danger: 'destructive' });
  await expectRefused(
    stage,
    { by: 'key' },
    /^type the name of the target\. A key press alone does not confirm$/,
  );
  await expectRefused(
    stage,
    { pasted: true },
    /^the name of the target must be typed, and cannot be pasted$/,
  );
  expect(await stage.go(await stage.propose(), { by: 'flag' }).end()).toMatchObject({ ending: 'recovered' });
});

test('a step may require the typed name where its tier does not', async () => {
  await using stage = await openStage({ danger: 'safe', act: [{ ...closeStep, gate: 'typed' }] });
  await expectRefused(stage, { by: 'key' }, /type the name/);
});

longTest('without gates no answer is needed; a name that is not a target is still rejected', async () => {
  await using stage = await openStage({ danger: 'safe' });
  await expectRefused(stage, { names: ['other'] }, /^"other" is not a target of this run/);
  expect(await stage.go(await stage.propose(), { names: [], by: 'flag' }).end()).toMatchObject({
    ending: 'recovered',
  });
});

test('arming that expires in the cancel window prevents the request', async () => {
  await using stage = await openStage({ tier: 'production', guard: { armMs: 3000 } });
  stage.arming.arm('psp outage');
  const going = stage.go(await stage.propose());
  const ended = await going.end();
  expect(events(going.events)).toEqual(['planned', 'gated', 'confirmed', 'window', 'ended']);
  expect(ended).toMatchObject({ ending: 'forbidden', sent: [] });
  expect(ended.why).toMatch(/read-only until armed/);
  expect(stage.server.changes).toEqual([]);
});

longTest('disarming between two steps prevents the second, and lists the requests sent', async () => {
  const second = { ...closeStep, id: 'a2', with: { name: 'ledger', to: 'closed' } };
  await using stage = await openStage({
    tier: 'production',
    act: [closeStep, second],
    onAppend: ({ entry }) => {
      if (entry.event === 'acted') stage.arming.disarm();
    },
  });
  stage.arming.arm('psp outage');
  const going = stage.go(await stage.propose());
  const ended = await going.end();
  expect(events(going.events).filter((name) => name === 'acting')).toHaveLength(1);
  expect(ended).toMatchObject({ ending: 'failed', sent: [`POST ${stage.server.url}/breakers/broker → 200`] });
  expect(stage.server.changes).toEqual(['POST /breakers/broker closed']);
});

longTest('rejects a target that changed since it was planned', async () => {
  await using stage = await openStage();
  const proposal = await stage.propose();
  stage.server.states.set('broker', 'half-open');
  const going = stage.go(proposal);
  expect(await going.end()).toMatchObject({
    ending: 'forbidden',
    why: 'broker has changed since planning: planned for open, now half-open. Plan the run again',
    sent: [],
  });
  expect(events(going.events)).not.toContain('acting');
  expect(stage.server.changes).toEqual([]);
});

longTest('a changed target of a later step prevents the first one', async () => {
  const second = { ...closeStep, id: 'a2', with: { name: 'ledger', to: 'closed' } };
  await using stage = await openStage({ act: [closeStep, second] });
  const proposal = await stage.propose();
  stage.server.states.set('ledger', 'closed');
  expect(await stage.go(proposal).end()).toMatchObject({ ending: 'forbidden', sent: [] });
  expect(stage.server.changes).toEqual([]);
});

longTest('does not act on a target that cannot be reread', async () => {
  await using stage = await openStage();
  const proposal = await stage.propose();
  stage.server.readStatus = 503;
  expect(await stage.go(proposal).end()).toMatchObject({ ending: 'failed', sent: [] });
  expect(stage.server.changes).toEqual([]);
});

test('a different system behind the address blocks the run: at planning, at confirmation, and just before the action', async () => {
  await using stage = await openStage({ tier: 'production' });
  stage.arming.arm('psp outage');
  const before = await stage.propose();
  const inWindow = await stage.propose();

  const going = stage.go(inWindow);
  await going.until('window');
  stage.server.name = 'someone else';
  expect(await going.end()).toMatchObject({
    ending: 'forbidden',
    why: 'bus is locked: someone else answers, not demo',
    sent: [],
  });
  expect(await stage.go(before).end()).toMatchObject({ ending: 'forbidden' });
  expect((await stage.propose()).refusal).toEqual({
    ending: 'forbidden',
    why: 'bus is locked: someone else answers, not demo',
  });
  expect(stage.server.changes).toEqual([]);
});

longTest('a proposal can be answered once', async () => {
  await using stage = await openStage();
  const proposal = await stage.propose();
  expect(await stage.go(proposal).end()).toMatchObject({ ending: 'recovered' });
  stage.server.states.set('broker', 'open');
  const replayed = stage.go(proposal);
  expect(await replayed.end()).toMatchObject({ ending: 'forbidden' });
  expect(events(replayed.events)).toEqual(['gated', 'ended']);
  expect(stage.server.changes).toHaveLength(1);
});

longTest('two simultaneous answers to one proposal act once', async () => {
  await using stage = await openStage();
  const proposal = await stage.propose();
  const going = stage.go(proposal);
  const two = stage.go(proposal);
  const endings = [(await going.end()).ending, (await two.end()).ending].sort();
  expect(endings).toEqual(['forbidden', 'recovered']);
  expect(stage.server.changes).toHaveLength(1);
});

test('rejects a proposal that this executor did not make', async () => {
  await using stage = await openStage();
  const proposal = await stage.propose();
  const forged = { ...proposal, run: 'run-99', gate: { ...proposal.gate, confirm: false } };
  expect(await stage.go(forged, { names: [] }).end()).toMatchObject({ ending: 'forbidden' });
  const softened = { ...proposal, gate: { ...proposal.gate, confirm: false }, names: [] };
  expect(await stage.go(softened, { names: [] }).end()).toMatchObject({ ending: 'forbidden' });
  expect(stage.server.changes).toEqual([]);
});

longTest('rejects a proposal older than ten minutes', async () => {
  await using stage = await openStage();
  const fresh = await stage.propose();
  await stage.clock.advance(10 * 60_000);
  expect(await stage.go(fresh).end()).toMatchObject({ ending: 'recovered' });
  stage.server.states.set('broker', 'open');
  const old = await stage.propose();
  await stage.clock.advance(10 * 60_000 + 1);
  const ended = await stage.go(old).end();
  expect(ended).toMatchObject({ ending: 'forbidden' });
  expect(ended.why).toMatch(/^the plan is 10m1ms old, so targets may have changed. Plan the run again$/);
});

test.each<[string, Parameters<Stage['propose']>, { ending: string; why: RegExp }]>([
  [
    'a missing target',
    [{ name: 'absent' }],
    { ending: 'not-applicable', why: /^there is no breaker absent$/ },
  ],
  [
    'a runbook without a required value',
    [undefined, { problem: { kind: 'unconfigured', source: '', message: 'TOKEN is not set', at: 0 } }],
    { ending: 'not-applicable', why: /cannot be run: TOKEN is not set/ },
  ],
  ['a parameter without a value', [{}], { ending: 'failed', why: /parameter name has no value/ }],
  [
    'an unknown source',
    [undefined, { act: [{ ...closeStep, use: 'nothing.move' }] }],
    { ending: 'failed', why: /^this profile has no source called "nothing"/ },
  ],
  [
    'an unknown operation',
    [undefined, { act: [{ ...closeStep, use: 'bus.fly' }] }],
    { ending: 'failed', why: /^source bus has no operation fly$/ },
  ],
  [
    'a value of the wrong type',
    [undefined, { act: [{ ...closeStep, with: { name: 'broker', to: 7 } }] }],
    { ending: 'failed', why: /^a1: to: / },
  ],
])('reports %s in the proposal; executing it anyway is rejected and recorded', async (_, args, expected) => {
  await using stage = await openStage();
  const proposal = await stage.propose(...args);
  expect(proposal.refusal?.ending).toBe(expected.ending);
  expect(proposal.refusal?.why).toMatch(expected.why);
  const going = stage.go(proposal);
  expect(await going.end()).toMatchObject({ ending: expected.ending, sent: [] });
  const again = await stage.propose(...args);
  expect((await stage.executor.dryRun(again)).at(-1)).toMatchObject({ ending: expected.ending });
  expect(await recordedEndings(stage)).toEqual([expected.ending, expected.ending]);
  expect(stage.server.changes).toEqual([]);
});

test('an `as-step` operation requires a danger on its step; a step can only raise the danger', async () => {
  await using asStep = await openStage({ danger: 'as-step' });
  expect((await asStep.propose()).refusal).toMatchObject({ ending: 'failed' });
  const said = await asStep.propose(undefined, { act: [{ ...closeStep, danger: 'destructive' }] });
  expect(said).toMatchObject({ danger: 'destructive', gate: { confirm: true, preview: true } });

  await using own = await openStage({ danger: 'disruptive' });
  const dangerOf = async (danger: 'safe' | 'destructive') =>
    (await own.propose(undefined, { act: [{ ...closeStep, danger }] })).danger;
  expect(await dangerOf('safe')).toBe('disruptive');
  expect(await dangerOf('destructive')).toBe('destructive');
});

test('disarmed while the confirmation is being recorded, and armed again: the confirmation is void', async () => {
  const map = new Map<string, () => unknown>();
  await using stage = await openStage({
    tier: 'production',
    onAppend: ({ entry }) => map.get(entry.event)?.(),
  });
  stage.arming.arm('INC-7');
  const proposal = await stage.propose();
  map.set('gated', () => stage.arming.disarm());
  map.set('window', () => stage.arming.arm('INC-8'));
  expect(await stage.go(proposal).end()).toMatchObject({ ending: 'forbidden', sent: [] });
  expect(stage.server.changes).toEqual([]);
});
