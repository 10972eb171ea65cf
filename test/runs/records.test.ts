import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ActStep } from '../../src/domain/runbooks/runbook.ts';
import type { ApprovalRecord } from '../../src/domain/runs/approval.ts';
import type { RunEvent } from '../../src/domain/runs/run.ts';
import { resetFile } from '../../src/persistence/files/reset-file.ts';
import { openLedger } from '../../src/persistence/ledger/ledger.ts';
import { readLedger } from '../../src/persistence/ledger/read-ledger.ts';
import { verifyLedger } from '../../src/persistence/ledger/verify-ledger.ts';
import { TunnelError } from '../../src/platform/network/dial.ts';
import type { Executor } from '../../src/runs/context/executor-api.ts';
import { everyNth, longTest, sampled } from '../support/layer.ts';
import { closeStep, openStage, type Stage } from './stage.ts';

const { signal } = new AbortController();

/** A reference to a parameter in runbook syntax. */
const param = (name: string): string => `\${param.${name}}`;

const temporarily: ActStep = {
  ...closeStep,
  with: { name: param('name'), to: 'closed', forMs: 600_000 },
};

const openTemporary = (options: Parameters<typeof openStage>[0] = {}) =>
  openStage({ act: [temporarily], verify: 'none', ...options });

/** Closes an open breaker for ten minutes; returns the events. */
const closeForTenMinutes = async (stage: Stage): Promise<readonly RunEvent[]> => {
  const going = stage.go(await stage.propose());
  expect(await going.end()).toMatchObject({ ending: 'recovered' });
  return going.events;
};

/** Carries out every pending reset without a person, for ten minutes; returns the outcomes. */
const resetAll = async (stage: Stage, executor: Executor): Promise<readonly string[]> => {
  const whys: string[] = [];
  let isOver = false;
  const done = (async () => {
    for (const reset of await executor.resets(signal))
      whys.push((await executor.reset(reset, signal))?.why ?? 'none');
    isOver = true;
  })();
  for (let step = 0; step < 2400 && !isOver; step++) {
    await stage.quiet();
    await stage.toNextDue();
  }
  await done;
  return whys;
};

/** Records a temporary change that never was, as anyone can who may write the ledger. */
const forge = async (
  stage: Stage,
  events: readonly RunEvent[],
  more: { readonly who?: string; readonly proof?: string } = {},
) => {
  const ledger = await openLedger(stage.stateDir);
  const { who: user = 'ana', ...proof } = more;
  for (const entry of events)
    await ledger.append({
      at: stage.clock.wallNow(),
      who: { user, host: 'vm-1', pid: 1 },
      system: 'demo',
      env: stage.engine.profile.env,
      entry: { ...entry, run: 'forged' },
      ...proof,
    });
  await resetFile(stage.stateDir).update((known) => [
    ...known,
    {
      run: 'forged',
      step: 'a1',
      system: 'demo',
      env: stage.engine.profile.env,
      title: 'Put broker back to open',
      targets: ['bus broker'],
      dueAt: 1,
      attempts: 0,
    },
  ]);
};

/** Replaces the proposal of a run in its events. */
const withStep = (events: readonly RunEvent[], change: (step: Record<string, unknown>) => object) =>
  events.map((event) =>
    event.event === 'planned'
      ? ({
          ...event,
          proposal: {
            ...event.proposal,
            steps: event.proposal.steps.map((step) => ({ ...step, ...change({ ...step }) })),
          },
        } as RunEvent)
      : event,
  );

describe('a record is never authority', () => {
  longTest('a forged temporary change is not taken back without a person, unarmed and armed', async () => {
    await using stage = await openTemporary({ tier: 'production' });
    stage.arming.arm('INC-7');
    const events = await closeForTenMinutes(stage);
    await resetAll(stage, stage.executor);
    const sent = stage.server.changes.length;
    stage.server.states.set('broker', 'closed');
    await forge(stage, events, { proof: 'made-up' });
    for (const executor of [stage.executor, stage.restarted()]) {
      expect(await resetAll(stage, executor)).toEqual([
        'another process made the change, and only that process may reset automatically',
      ]);
      stage.arming.disarm();
      expect(await resetAll(stage, executor)).toEqual([
        'another process made the change, and only that process may reset automatically',
      ]);
      stage.arming.arm('INC-8');
    }
    expect(stage.server.changes).toHaveLength(sent);
  });

  longTest('a foreign record is not a broken chain; a head in another form is', async () => {
    await using stage = await openTemporary({ tier: 'production' });
    stage.arming.arm('INC-7');
    const events = await closeForTenMinutes(stage);
    await forge(stage, events, { proof: 'made-up' });
    expect(await stage.executor.ledgerProblem()).toBeUndefined();
    const path = join(stage.stateDir, 'audit.head');
    const head = await readFile(path, 'utf8');
    await writeFile(path, head.trimEnd());
    expect(await stage.executor.ledgerProblem()).toBe(
      'the ledger is broken: audit.head cannot be read: not a whole line as written by opsdeck',
    );
    await writeFile(path, head);
    expect(await stage.executor.ledgerProblem()).toBeUndefined();
  });

  longTest('after a restart a reset waits for a person, with the gates of its step', async () => {
    await using stage = await openTemporary({ tier: 'production' });
    stage.arming.arm('INC-7');
    await closeForTenMinutes(stage);
    stage.arming.disarm();
    const later = stage.restarted();
    const [reset] = await later.resets(signal);
    expect(reset?.standing).toEqual({
      is: 'asks',
      why: 'the process that made the change has ended: undo the run by hand',
    });
    if (reset === undefined) return;
    expect(await resetAll(stage, later)).toEqual([
      'another process made the change, and only that process may reset automatically',
    ]);
    const unarmed = await later.resetProposal(reset, signal);
    if (unarmed === undefined) throw new Error('no proposal');
    expect(unarmed).toMatchObject({
      title: 'Reset: Close a circuit breaker',
      gate: { arm: true, confirm: true },
      names: ['broker'],
    });
    expect(unarmed.reset).toBeUndefined();
    expect(await stage.go(unarmed, {}, later).end()).toMatchObject({ ending: 'forbidden' });
    stage.arming.arm('INC-8');
    const armed = await later.resetProposal(reset, signal);
    if (armed === undefined) throw new Error('no proposal');
    expect(await stage.go(armed, {}, later).end()).toMatchObject({ ending: 'recovered' });
    expect(stage.server.states.get('broker')).toBe('open');
    expect(await later.resets(signal)).toEqual([]);
  });

  longTest('a reset that another time is recorded for is not carried out without a person', async () => {
    await using stage = await openTemporary();
    await closeForTenMinutes(stage);
    await resetFile(stage.stateDir).update((known) =>
      known.map((pendingReset) => ({ ...pendingReset, dueAt: 1 })),
    );
    expect(await resetAll(stage, stage.executor)).toEqual([
      'the recorded time of the reset differs from the time that this process set',
    ]);
    expect(stage.server.changes).toHaveLength(1);
  });

  longTest('a broken chain stops every unattended call, and is named', async () => {
    await using stage = await openTemporary();
    await closeForTenMinutes(stage);
    const path = join(stage.stateDir, 'audit.jsonl');
    const text = await readFile(path, 'utf8');
    await writeFile(path, text.replace('"title":"Close broker"', '"title":"Close brokers"'));
    expect(await resetAll(stage, stage.executor)).toEqual([
      expect.stringMatching(/^the ledger is broken: record \d+ has been changed/),
    ]);
    expect(await stage.executor.ledgerProblem()).toMatch(
      /^the ledger is broken: record \d+ has been changed/,
    );
    expect(stage.server.changes).toHaveLength(1);
    await writeFile(path, text);
    expect(await stage.executor.ledgerProblem()).toBeUndefined();
    expect(await resetAll(stage, stage.executor)).toEqual(['restored: Put broker back to open']);
  });

  test('a record that another process adds to the run stops its reset', async () => {
    await using stage = await openTemporary();
    const events = await closeForTenMinutes(stage);
    const run = events[0]?.run ?? '';
    const ledger = await openLedger(stage.stateDir);
    await ledger.append({
      ...{ at: stage.clock.wallNow(), who: { user: 'ana', host: 'vm-1', pid: 1 } },
      ...{ system: 'demo', env: 'dev', entry: { event: 'acting', step: 'a1', title: '', run, at: 0 } },
    });
    expect(await resetAll(stage, stage.executor)).toEqual([
      expect.stringMatching(/^record \d+ of the run was not written by this process$/),
    ]);
    expect(stage.server.changes).toHaveLength(1);
  });

  longTest('removed records of a run stop its reset', async () => {
    await using stage = await openTemporary();
    await closeForTenMinutes(stage);
    for (const name of ['audit.jsonl', 'audit.head']) await writeFile(join(stage.stateDir, name), '');
    expect((await resetAll(stage, stage.executor))[0]).toMatch(/ledger/);
    expect(stage.server.changes).toHaveLength(1);
  });
});

describe('the undo of a record', () => {
  longTest('follows from the profile: the recorded undo is derived again, and equals', async () => {
    await using stage = await openStage({ verify: 'none' });
    const going = stage.go(await stage.propose());
    await going.end();
    const later = stage.restarted();
    const undo = await later.undoProposal('run-1', signal);
    if (undo === undefined) throw new Error('no undo is offered');
    expect(undo).toMatchObject({ danger: 'disruptive', gate: { typed: false } });
    expect(await stage.go(undo, {}, later).end()).toMatchObject({ ending: 'recovered' });
    expect(stage.server.states.get('broker')).toBe('open');
  });

  test('waits for a source that is opened through another, and is not foreign where it is not reached', async () => {
    let isReached = false;
    await using stage = await openTemporary({
      ready: async () => {
        if (!isReached) throw new TunnelError('no pod of deployment/bus is ready', 'Scale it up');
      },
    });
    await closeForTenMinutes(stage);
    const later = stage.restarted();
    const [reset] = await later.resets(signal);
    expect(reset?.standing).toEqual({
      is: 'asks',
      why: 'tunnel cut: no pod of deployment/bus is ready. Scale it up',
    });
    const unreached = await later.undoProposal('run-1', signal);
    expect(unreached?.refusal?.why).toBe(
      'run run-1 cannot be undone now: tunnel cut: no pod of deployment/bus is ready. Scale it up',
    );
    const closed = AbortSignal.abort(new Error('closed'));
    expect((await later.resets(closed))[0]?.standing.is).toBe('asks');
    isReached = true;
    expect((await later.undoProposal('run-1', signal))?.steps).toHaveLength(1);
  });

  const foreign = async (
    stage: Stage,
    events: readonly RunEvent[],
    more: { readonly who?: string; readonly proof?: string } = { proof: 'made-up' },
  ): Promise<string> => {
    await forge(stage, events, more);
    const later = stage.restarted();
    const undo = await later.undoProposal('forged', signal);
    expect(undo?.steps).toEqual([]);
    const [reset] = (await later.resets(signal)).filter(({ run }) => run === 'forged');
    expect(reset?.standing.is).toBe('foreign');
    if (undo !== undefined)
      expect(await stage.go(undo, {}, later).end()).toMatchObject({ ending: 'forbidden' });
    expect(stage.server.changes).toHaveLength(1);
    return undo?.refusal?.why ?? '';
  };

  longTest('is refused for a record without a proof, such as one of an older version', async () => {
    await using stage = await openTemporary();
    const why = await foreign(stage, await closeForTenMinutes(stage), {});
    expect(why).toMatch(
      /^the record of run forged is foreign, .* does not say which process wrote the record$/,
    );
    expect((await verifyLedger(stage.stateDir)).ok).toBe(true);
  });

  longTest('is refused for a record that names another account', async () => {
    await using stage = await openTemporary();
    const why = await foreign(stage, await closeForTenMinutes(stage), { who: 'mallory', proof: 'x' });
    expect(why).toMatch(/record \d+ is from mallory, and this account is ana$/);
  });

  test('is refused while others may write the ledger', async () => {
    await using stage = await openTemporary();
    const events = await closeForTenMinutes(stage);
    await chmod(join(stage.stateDir, 'audit.jsonl'), 0o660);
    expect(await foreign(stage, events)).toMatch(/other users may write .*audit\.jsonl/);
  });

  test.each(
    sampled(
      [
        ['another call', { undo: [{ title: 'x', use: 'bus.move', with: { name: 'ledger', to: 'open' } }] }],
        [
          'another source',
          { undo: [{ title: 'x', use: 'api.request', with: { method: 'POST', path: '/' } }] },
        ],
        ['no plan', { plan: undefined }],
      ],
      everyNth(3),
    ),
  )('is refused when it is not that of the operation: %s', async (_, change) => {
    await using stage = await openTemporary();
    const events = (await closeForTenMinutes(stage)).filter(({ event }) => event !== 'ended');
    const why = await foreign(
      stage,
      withStep(events, () => change),
    );
    expect(why).toMatch(
      /the undo would act on a source other|the recorded undo does not belong to|has no plan/,
    );
  });

  test('needs the typed name where the profile has no such step', async () => {
    await using stage = await openTemporary({ tier: 'staging' });
    const events = await closeForTenMinutes(stage);
    stage.server.states.set('broker', 'closed');
    const renamed = events.map((event) =>
      event.event === 'planned'
        ? { ...event, proposal: { ...event.proposal, runbook: 'never-written' } }
        : event,
    );
    await forge(stage, renamed, { proof: 'x' });
    const undo = await stage.restarted().undoProposal('forged', signal);
    expect(undo).toMatchObject({ danger: 'destructive', gate: { typed: true } });
  });

  test('names in a shared ledger the person whose database user wrote it', async () => {
    const records: ApprovalRecord[] = [];
    await using stage = await openTemporary({
      approvals: async () => records,
      guard: { approval: { danger: 'destructive', forMs: 1, mayBreak: false, users: { ana: 'ana_db' } } },
    });
    await closeForTenMinutes(stage);
    const written = async (role: string): Promise<void> => {
      records.splice(0);
      for (const { seq, who, host, system, env, entry } of await readLedger(stage.stateDir, { run: 'run-1' }))
        records.push({ seq, user: who, host, role, system, env, merged: false, isSealed: true, entry });
    };
    const later = stage.restarted();
    await written('mallory');
    expect((await later.undoProposal('run-1', signal))?.refusal?.why).toMatch(
      /record 1 claims to be from ana, but the database user mallory wrote it, so opsdeck does not trust the run$/,
    );
    await written('ana_db');
    expect((await later.undoProposal('run-1', signal))?.refusal).toBeUndefined();
  });
});

test('a request cannot claim to follow from a run: its gates are those of an ordinary run', async () => {
  await using stage = await openTemporary({ tier: 'production' });
  const smuggled = {
    ...{ runbook: stage.runbook, params: { name: 'broker' }, undoes: 'run-0' },
    resets: { step: 'a1', leaves: 'open', before: [], isUnattended: true as const },
  };
  const proposal = await stage.executor.propose(smuggled, signal);
  expect(proposal).toMatchObject({ gate: { arm: true, confirm: true } });
  expect(proposal.reset ?? proposal.undoes).toBeUndefined();
});

longTest('records carry a proof, which only their process can check, and the chain covers it', async () => {
  await using stage = await openTemporary();
  await closeForTenMinutes(stage);
  const records = await readLedger(stage.stateDir);
  const own = stage.ownRuns.find('run-1');
  expect(records.every((record) => own?.seal.isOwn(record))).toBe(true);
  const [first] = records;
  if (first === undefined) throw new Error('no records');
  expect(own?.seal.isOwn({ ...first, env: 'other' })).toBe(false);
  expect(own?.seal.isOwn({ ...first, proof: `${first.proof}x` })).toBe(false);
  expect((await verifyLedger(stage.stateDir)).ok).toBe(true);
});
