import { expect, test } from 'vitest';
import type { VerifyStep } from '../../src/domain/runbooks/runbook.ts';
import { longTest } from '../support/layer.ts';
import { openStage, type Stage, staysClosed } from './stage.ts';

const read = (stage: Stage) => stage.engine.readNow(['bus/breakers'], new AbortController().signal);

/** Carries out a runbook with this `when`; the facts were read before the confirmation. */
const carriedOut = async (stage: Stage, when?: string) => {
  await read(stage);
  return stage.go(await stage.propose(undefined, when === undefined ? {} : { when })).end();
};

const that = (id: string, text: string, more: Partial<VerifyStep> = {}): VerifyStep => ({
  id,
  title: id,
  that: text,
  withinMs: 10_000,
  forMs: 0,
  ...more,
});

/** Shows only that the act has taken place: another state than before. */
const moved = that('v-moved', 'all(breakers[name = "broker"] | state != ${before})');
const ledgerClosed = that('v-ledger', 'all(breakers[name = "ledger"] | state = closed)');

const when = 'any(breakers | failedCalls > 5)';

test('a step that only shows that the act took place does not prove the symptom', async () => {
  await using stage = await openStage({ verify: [moved, { ...ledgerClosed, guard: true }] });
  stage.server.states.set('ledger', 'closed');
  expect(await carriedOut(stage, when)).toMatchObject({
    ending: 'executed-not-recovered',
    reason: 'symptom-not-proved',
    why: `the action took place (v-moved), but no check of the symptom failed before the action, so the recovery is not proved: ${when}`,
  });
});

test('beside the trace of the act, a state that held before proves nothing either', async () => {
  await using stage = await openStage({ verify: [moved, ledgerClosed] });
  stage.server.states.set('ledger', 'closed');
  expect(await carriedOut(stage, when)).toMatchObject({ reason: 'symptom-not-proved' });
});

test('a trace in the same test as a state counts only if the state was false before', async () => {
  const mixed = that('v-mixed', 'all(breakers[name = "broker"] | state != ${before} and name != ledger)');
  await using stage = await openStage({ verify: [mixed] });
  stage.server.states.set('ledger', 'closed');
  expect(await carriedOut(stage, when)).toMatchObject({ reason: 'symptom-not-proved' });
});

longTest('a trace on the very field that `when` names proves it', async () => {
  await using stage = await openStage({ verify: [moved] });
  stage.server.states.set('ledger', 'closed');
  expect(await carriedOut(stage, 'any(breakers | state = open)')).toMatchObject({ ending: 'recovered' });
});

longTest('a state on the kind of the symptom that was false before proves it', async () => {
  await using stage = await openStage({ verify: [staysClosed] });
  stage.server.states.set('ledger', 'closed');
  expect(await carriedOut(stage, when)).toMatchObject({ ending: 'recovered' });
});

test('one of two states that was false before proves it, whatever the other was', async () => {
  const both = that(
    'v-both',
    'all(breakers[name = "broker"] | state = closed) and all(breakers[name = "ledger"] | state = closed)',
  );
  await using stage = await openStage({ verify: [both] });
  stage.server.states.set('ledger', 'closed');
  expect(await carriedOut(stage, when)).toMatchObject({ ending: 'recovered' });
});

test('a reading of the source of the symptom proves it, unless it only compares with the time before', async () => {
  const looked: VerifyStep = {
    ...moved,
    id: 'v-look',
    use: 'bus.look',
    with: { name: 'broker' },
    expect: { column: 'state', value: 'closed' },
  };
  const { that: _, ...reading } = looked;
  await using stage = await openStage({ verify: [reading] });
  stage.server.states.set('ledger', 'closed');
  expect(await carriedOut(stage, when)).toMatchObject({ ending: 'recovered' });
  await using changed = await openStage({
    verify: [{ ...reading, expect: { column: 'state', change: 'any' } }],
  });
  changed.server.states.set('ledger', 'closed');
  expect(await carriedOut(changed, when)).toMatchObject({ reason: 'symptom-not-proved' });
});

longTest(
  'without `when`, a procedure is verified by its goal; in an incident its state checks must show something',
  async () => {
    await using alone = await openStage({ verify: [moved] });
    expect(await carriedOut(alone)).toMatchObject({ ending: 'recovered' });
    await using beside = await openStage({ verify: [moved, ledgerClosed] });
    beside.server.states.set('ledger', 'closed');
    expect(await carriedOut(beside)).toMatchObject({ reason: 'symptom-not-proved' });
  },
);
