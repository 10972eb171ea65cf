import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Tier } from '../../../src/domain/profile/profile.ts';
import type { ActStep, Runbook } from '../../../src/domain/runbooks/runbook.ts';
import type { Proposal } from '../../../src/domain/runs/proposal.ts';
import type { OperatorAnswers, RunEvent } from '../../../src/domain/runs/run.ts';
import { openChangeIo } from '../../../src/doors/change-io.ts';
import { openEngine } from '../../../src/engine/engine.ts';
import { openLedger } from '../../../src/persistence/ledger/ledger.ts';
import { readLedger } from '../../../src/persistence/ledger/read-ledger.ts';
import { createArming } from '../../../src/runs/context/arming.ts';
import { createExecutor } from '../../../src/runs/executor.ts';
import { alertmanager } from '../../../src/sources/alertmanager/index.ts';
import { alertmanagerRig } from '../../contract/rigs/alertmanager.ts';
import { tempDir } from '../../persistence/ledger/entries.ts';
import { longTest } from '../../support/layer.ts';
import { manualClock } from '../../support/manual-clock.ts';

const never = new AbortController().signal;
const position = { file: 'demo.yaml', line: 1, col: 1 };
const silence: ActStep = {
  id: 'a1',
  title: 'Silence Down',
  use: 'am.silence',
  with: { alert: 'Down', for: '1h', reason: 'a change' },
};
const runbook = (act: ActStep): Runbook => ({
  id: 'quiet',
  title: 'Be quiet',
  covers: [],
  params: [],
  diagnose: [],
  act: [act],
  verify: 'none',
  position,
});

/** An executor with the simulated Alertmanager, where Down fires, Slow is inhibited and Muted is silenced. */
const openRuns = async (tier: Tier, deletes = true) => {
  const clock = manualClock();
  const server = await alertmanagerRig.start(clock);
  const dir = await tempDir();
  const config = alertmanager.config.parse({ url: server.url });
  const guard = { readOnly: false, armMs: 900_000, cancelWindowMs: 5000, typed: 'destructive' } as const;
  const engine = await openEngine(
    {
      system: 'demo',
      env: tier,
      title: 'Demo',
      tier,
      file: 'demo.yaml',
      across: [],
      sources: [{ id: 'am', type: 'alertmanager', config, position }],
      signals: [],
      limits: {},
      logViews: [],
      runbooks: [],
      contacts: [],
      links: [],
      guard,
    },
    { modules: [alertmanager], clock, random: () => 0, memory: false, paused: true },
  );
  const real = openChangeIo(clock);
  // An Alertmanager that acknowledges a DELETE without effect.
  const change: typeof real = {
    ...real,
    send: (request, signal) =>
      deletes || request.method !== 'DELETE'
        ? real.send(request, signal)
        : real.send({ ...request, method: 'GET' }, signal),
  };
  const arming = createArming(guard, tier, clock);
  let runs = 0;
  const executor = createExecutor({
    engine,
    change,
    ledger: await openLedger(dir.path),
    arming,
    clock,
    who: { user: 'ana', host: 'vm-1', pid: 1 },
    newId: () => `run-${++runs}`,
    mask: (text) => text,
    modules: [alertmanager],
  });
  const states = async () => {
    const read = await engine.sources.get('am')?.feeds[0]?.read(never);
    return Object.fromEntries(
      (read?.items ?? []).map((item) => ('name' in item && 'state' in item ? [item.name, item.state] : [])),
    );
  };
  const carryOut = async (proposal: Proposal, answers: Partial<OperatorAnswers> = {}) => {
    const events: RunEvent[] = [];
    const all = { names: proposal.names, pasted: false, by: 'typed', tick: async () => true } as const;
    for await (const event of executor.execute(proposal, { ...all, ...answers }, never)) events.push(event);
    return events;
  };
  /** Advances the clock until a run has ended; the server answers in real time between two steps. */
  const whileTimePasses = async <T>(work: Promise<T>): Promise<T> => {
    let hasEnded = false;
    void work.finally(() => {
      hasEnded = true;
    });
    while (!hasEnded) {
      await setImmediate();
      await clock.advance(100);
    }
    return await work;
  };
  return {
    clock,
    whileTimePasses,
    arming,
    executor,
    states,
    carryOut,
    propose: (act: ActStep) => executor.propose({ runbook: runbook(act), params: {} }, never),
    ledger: () => readLedger(dir.path),
    [Symbol.asyncDispose]: async () => {
      await engine.close();
      await change.close();
      await server.close();
      await dir[Symbol.asyncDispose]();
    },
  };
};

const endOf = (events: readonly RunEvent[]) => events.find((event) => event.event === 'ended');

test('the undo of a silence expires exactly that silence, and its id is in the ledger', async () => {
  await using runs = await openRuns('staging');
  expect(await runs.states()).toEqual({ Down: 'firing', Muted: 'silenced', Slow: 'inhibited' });
  const proposal = await runs.propose(silence);
  expect(proposal).toMatchObject({
    danger: 'safe',
    names: ['Down'],
    gate: { arm: false, confirm: true, typed: false },
    steps: [{ undo: [{ use: 'am.expire', title: 'Expire the silence of Down' }] }],
  });
  const events = await runs.carryOut(proposal);
  const acted = events.find((event) => event.event === 'acted');
  const id = acted?.event === 'acted' ? acted.made?.silence : undefined;
  expect(id).toMatch(/^[0-9a-f-]{36}$/);
  const undo = [{ use: 'am.expire', with: { id }, title: 'Expire the silence of Down' }];
  expect(endOf(events)).toMatchObject({ ending: 'recovered', undo });
  expect(await runs.states()).toMatchObject({ Down: 'silenced' });
  expect(JSON.stringify(await runs.ledger())).toContain(`"made":{"silence":"${id}"}`);

  const back = await runs.executor.undoProposal(events[0]?.run ?? '', never);
  expect(back).toMatchObject({ names: ['Down'], gate: { confirm: true }, undoes: 'run-1' });
  if (back === undefined) throw new Error('no undo');
  const undone = await runs.whileTimePasses(runs.carryOut(back));
  expect(endOf(undone)).toMatchObject({
    ending: 'recovered',
    why: 'removed: Expire the silence of Down',
    undo: [{ use: 'am.silence', title: expect.stringMatching(/^Restore the silence of Down until /) }],
  });
  expect(await runs.states()).toMatchObject({ Down: 'firing' });

  const again = await runs.executor.undoProposal(undone[0]?.run ?? '', never);
  if (again === undefined) throw new Error('no undo of the undo');
  await runs.whileTimePasses(runs.carryOut(again));
  expect(await runs.states()).toMatchObject({ Down: 'silenced' });
});

longTest('an undo that leaves the silence active is not recovered', async () => {
  await using runs = await openRuns('staging', false);
  const events = await runs.carryOut(await runs.propose(silence));
  const back = await runs.executor.undoProposal(events[0]?.run ?? '', never);
  if (back === undefined) throw new Error('no undo');
  const carried = runs.carryOut(back);
  expect(endOf(await runs.whileTimePasses(carried))).toMatchObject({
    ending: 'executed-not-recovered',
    why: expect.stringMatching(/^removed: .*: Down is active until /),
  });
  expect(await runs.states()).toMatchObject({ Down: 'silenced' });
});

test('production is read-only until armed, and then requires the target name', async () => {
  await using runs = await openRuns('production');
  expect(endOf(await runs.carryOut(await runs.propose(silence)))).toMatchObject({
    ending: 'forbidden',
    why: expect.stringContaining('read-only until armed'),
    sent: [],
  });
  runs.arming.arm('a change');
  expect(endOf(await runs.carryOut(await runs.propose(silence), { names: [] }))).toMatchObject({
    ending: 'forbidden',
    why: expect.stringContaining('type the exact name of the target: "Down"'),
  });
  expect(await runs.states()).toMatchObject({ Down: 'firing' });
  expect(endOf(await runs.carryOut(await runs.propose(silence)))).toMatchObject({ ending: 'recovered' });
  expect(await runs.states()).toMatchObject({ Down: 'silenced' });
});

test.each([
  ['no alert of that name is firing', { alert: 'Absent', for: '1h', reason: 'x' }, 'no alert matches'],
  [
    'it would silence everything',
    { matchers: { job: '~.+' }, for: '1h', reason: 'x' },
    'may silence every alert',
  ],
  ['it has no reason', { alert: 'Down', for: '1h' }, 'reason'],
])('no plan is made when %s', async (_, values, why) => {
  await using runs = await openRuns('dev');
  const { refusal } = await runs.propose({ ...silence, with: values });
  expect(refusal?.why).toContain(why);
});

test('a silence that expired in the meantime is not expired again', async () => {
  await using runs = await openRuns('dev');
  const proposal = await runs.propose({
    id: 'a1',
    title: 'Expire',
    use: 'am.expire',
    with: { alert: 'Muted' },
  });
  expect(proposal.steps[0]?.plan?.targets).toMatchObject([{ name: 'Muted' }]);
  const other = await runs.propose({ id: 'a1', title: 'Expire', use: 'am.expire', with: { alert: 'Muted' } });
  expect(endOf(await runs.carryOut(other))).toMatchObject({ ending: 'recovered' });
  expect(endOf(await runs.carryOut(proposal))).toMatchObject({
    ending: 'forbidden',
    why: expect.stringMatching(/Muted has changed since planning: planned for active until .*, now expired/),
    sent: [],
  });
  expect(await runs.states()).toMatchObject({ Muted: 'firing' });
});
