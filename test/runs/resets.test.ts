import { expect, test } from 'vitest';
import type { ChangeFreeze } from '../../src/domain/runbooks/guard.ts';
import type { ActStep } from '../../src/domain/runbooks/runbook.ts';
import type { RunEvent } from '../../src/domain/runs/run.ts';
import { resetFile } from '../../src/persistence/files/reset-file.ts';
import { readLedger } from '../../src/persistence/ledger/read-ledger.ts';
import { longTest } from '../support/layer.ts';
import { closeStep, openStage, type Stage } from './stage.ts';

const { signal } = new AbortController();

/** A reference to a parameter in runbook syntax. */
const param = (name: string): string => `\${param.${name}}`;

const temporarily: ActStep = {
  ...closeStep,
  with: { name: param('name'), to: 'closed', forMs: 600_000 },
};

/** Closes an open breaker for ten minutes; returns the ID of the run. */
const closeForTenMinutes = async (stage: Stage): Promise<string> => {
  const proposal = await stage.propose({ name: 'broker' }, { act: [temporarily], verify: 'none' });
  expect(proposal.refusal).toBeUndefined();
  expect(proposal.steps[0]?.plan?.objects).toContain('opsdeck resets the change automatically after 10m');
  await stage.go(proposal).end();
  return proposal.run;
};

/** Carries out the first pending reset; time advances until it has ended. */
const resetFirst = async (stage: Stage) => {
  const [reset] = await stage.executor.resets(signal);
  if (reset === undefined) throw new Error('no reset is pending');
  const events: RunEvent[] = [];
  let outcome: Awaited<ReturnType<typeof stage.executor.reset>> | 'none' | undefined;
  void stage.executor
    .reset(reset, signal, (event) => events.push(event))
    .then((is) => {
      outcome = is ?? 'none';
    });
  for (let step = 0; step < 200 && outcome === undefined; step++) {
    await stage.quiet();
    await stage.toNextDue();
  }
  return { outcome, events };
};

test('a temporary change is restored without a person, as a run of its own in the ledger', async () => {
  await using stage = await openStage({ tier: 'production' });
  stage.arming.arm('INC-7');
  const run = await closeForTenMinutes(stage);
  stage.arming.disarm();
  expect(await stage.executor.resets(signal)).toMatchObject([
    { run, step: 'a1', title: 'Put broker back to open', attempts: 0 },
  ]);
  const { outcome } = await resetFirst(stage);
  expect(outcome).toMatchObject({ is: 'over', ended: { ending: 'recovered' } });
  expect(stage.server.states.get('broker')).toBe('open');
  expect(await stage.executor.resets(signal)).toEqual([]);
  const entries = (await readLedger(stage.stateDir)).map(({ entry }) => entry);
  expect(entries).toContainEqual(
    expect.objectContaining({ event: 'reset-scheduled', run, afterMs: 600_000 }),
  );
  const resetRun = outcome === 'none' ? undefined : outcome?.ended?.run;
  expect(entries.filter(({ run: of, event }) => of === resetRun && event !== 'output')).toMatchObject([
    { event: 'planned', proposal: { undoes: run, reset: true, gate: { arm: false, confirm: false } } },
    { event: 'gated', passed: true, why: `automatic reset, confirmed with run ${run}` },
    { event: 'confirmed' },
    { event: 'acting' },
    { event: 'acted', ok: true },
    { event: 'verifying' },
    { event: 'ended', ending: 'recovered' },
  ]);
});

longTest('the reset is stored before the change is sent, so that a crash does not lose it', async () => {
  let stored: readonly unknown[] = [];
  await using stage = await openStage();
  const going = stage.go(await stage.propose({ name: 'broker' }, { act: [temporarily], verify: 'none' }));
  await going.until('reset-scheduled');
  stored = await resetFile(stage.stateDir).read();
  expect(stored).toMatchObject([{ run: 'run-1', step: 'a1', dueAt: expect.any(Number) }]);
  await going.end();
});

test('an object that was changed meanwhile is not overwritten, and the refusal is recorded', async () => {
  await using stage = await openStage();
  await closeForTenMinutes(stage);
  stage.server.states.set('broker', 'half_open');
  const { outcome } = await resetFirst(stage);
  expect(outcome).toMatchObject({
    is: 'over',
    ended: {
      ending: 'not-applicable',
      why: 'broker has changed since the run: expected closed, found half_open. Nothing was overwritten',
    },
  });
  expect(stage.server.states.get('broker')).toBe('half_open');
  expect(stage.server.changes).toHaveLength(1);
  expect(await stage.executor.resets(signal)).toEqual([]);
});

test('an object that already has its previous state needs no reset', async () => {
  await using stage = await openStage();
  await closeForTenMinutes(stage);
  stage.server.states.set('broker', 'open');
  expect(await resetFirst(stage)).toMatchObject({
    outcome: {
      is: 'over',
      why: 'the targets already have their previous state, so there is nothing to reset',
    },
  });
  expect(stage.server.changes).toHaveLength(1);
});

longTest('the undo of the run removes its reset', async () => {
  await using stage = await openStage();
  const run = await closeForTenMinutes(stage);
  const undo = await stage.executor.undoProposal(run, signal);
  if (undo === undefined) throw new Error('no undo is offered');
  expect(await stage.go(undo).end()).toMatchObject({ ending: 'recovered' });
  expect(await stage.executor.resets(signal)).toEqual([]);
});

test('a freeze keeps the reset pending, is recorded once, and the reset follows after it', async () => {
  const freezes: ChangeFreeze[] = [];
  await using stage = await openStage({ guard: { freezes } });
  await closeForTenMinutes(stage);
  freezes.push({ from: 0, to: Date.UTC(2030, 2, 5), why: 'sale', except: [], mayBreak: false });
  expect(await resetFirst(stage)).toMatchObject({
    outcome: { is: 'kept', why: expect.stringContaining('sale') },
  });
  const [pending] = await stage.executor.resets(signal);
  expect(pending).toMatchObject({ attempts: 0, problem: expect.stringContaining('sale') });
  const recorded = (await readLedger(stage.stateDir)).length;
  expect((await resetFirst(stage)).outcome).toMatchObject({ is: 'kept' });
  expect(await readLedger(stage.stateDir)).toHaveLength(recorded);
  expect(stage.server.states.get('broker')).toBe('closed');
  freezes.pop();
  expect(await resetFirst(stage)).toMatchObject({ outcome: { is: 'over', ended: { ending: 'recovered' } } });
  expect(stage.server.states.get('broker')).toBe('open');
});

longTest('a refused change has no reset', async () => {
  await using stage = await openStage();
  stage.server.status = 403;
  const going = stage.go(await stage.propose({ name: 'broker' }, { act: [temporarily], verify: 'none' }));
  expect(await going.end()).toMatchObject({ ending: 'failed' });
  expect(going.events.map(({ event }) => event)).toContain('reset-scheduled');
  expect(await stage.executor.resets(signal)).toEqual([]);
});

test('a reset that is answered but not executed is noticed, tried again, and given up after three runs', async () => {
  await using stage = await openStage();
  const run = await closeForTenMinutes(stage);
  stage.server.ignores = true;
  for (const attempts of [1, 2, 3]) {
    expect(await resetFirst(stage)).toMatchObject({
      outcome: { is: 'kept', ended: { ending: 'executed-not-recovered' } },
    });
    expect(await stage.executor.resets(signal)).toMatchObject([
      { run, attempts, problem: expect.stringContaining('broker is closed, expected open') },
    ]);
  }
});

longTest('a second temporary change of the same object is refused until the first is over', async () => {
  await using stage = await openStage();
  const run = await closeForTenMinutes(stage);
  const again = await stage.propose(
    { name: 'broker' },
    { act: [{ ...temporarily, with: { name: param('name'), to: 'half_open', forMs: 600_000 } }] },
  );
  expect(again.refusal).toMatchObject({
    ending: 'forbidden',
    why: expect.stringMatching(
      new RegExp(`^a temporary change is in effect until .* undo run ${run} first$`),
    ),
  });
});

test('an invalid list of resets stops a temporary change before anything is sent', async () => {
  await using stage = await openStage();
  await resetFile(stage.stateDir).update(() => [
    { run: 'r', step: 's', system: 'demo', env: 'dev', title: '', targets: [], dueAt: 0, attempts: 0 },
  ]);
  const { writeFile } = await import('node:fs/promises');
  await writeFile(resetFile(stage.stateDir).path, '{"opsdeck": 1, "resets": "none"}');
  const refused = await stage.propose({ name: 'broker' }, { act: [temporarily], verify: 'none' });
  expect(refused.refusal).toMatchObject({
    ending: 'failed',
    why: expect.stringContaining('resets.json is damaged'),
  });
});
