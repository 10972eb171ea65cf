import { expect, test } from 'vitest';
import type { ActStep, ParamSpec } from '../../src/domain/runbooks/runbook.ts';
import { longTest } from '../support/layer.ts';
import { closeStep, events, openStage, type StageOptions } from './stage.ts';

const eachStep: ActStep = {
  id: 'a1',
  title: 'Close ${each}',
  use: 'bus.move',
  with: { name: '${each}', to: 'closed' },
  each: 'names',
};
const all = ['broker', 'ledger', 'mail', 'psp', 'stock'];
const params: readonly ParamSpec[] = [{ name: 'names', type: 'choices', of: all }];

/** A stage with five open breakers, and a run over some of them. */
const openLoop = async (act: readonly ActStep[], options: StageOptions = {}) => {
  const stage = await openStage({ act, verify: 'none', ...options });
  for (const name of all) stage.server.states.set(name, 'open');
  const propose = (names: readonly string[] = all) =>
    stage.executor.propose(
      { runbook: { ...stage.runbook, params }, params: { names } },
      new AbortController().signal,
    );
  return { stage, propose, [Symbol.asyncDispose]: () => stage[Symbol.asyncDispose]() };
};

const posts = (names: readonly string[]): readonly string[] =>
  names.map((name) => `POST /breakers/${name} closed`);

longTest('runs one iteration per value, in the order of the choice, with a pause between', async () => {
  await using loop = await openLoop([{ ...eachStep, pauseMs: 2000 }]);
  const { stage } = loop;
  const proposal = await loop.propose(['psp', 'broker', 'mail']);
  expect(proposal.steps.map(({ id, title, pauseMs }) => [id, title, pauseMs])).toEqual([
    ['a1/1', 'Close psp', undefined],
    ['a1/2', 'Close broker', 2000],
    ['a1/3', 'Close mail', 2000],
  ]);
  expect(proposal.names).toEqual(['psp', 'broker', 'mail']);
  const going = stage.go(proposal);
  const ended = await going.end();
  expect(ended.ending).toBe('recovered');
  expect(stage.server.changes).toEqual(posts(['psp', 'broker', 'mail']));
  expect(events(going.events).filter((event) => ['paused', 'acting', 'acted'].includes(event))).toEqual([
    'acting',
    'acted',
    'paused',
    'acting',
    'acted',
    'paused',
    'acting',
    'acted',
  ]);
  const paused = going.events.find(({ event }) => event === 'paused');
  const acting = going.events.filter(({ event }) => event === 'acting')[1];
  expect(paused).toMatchObject({ step: 'a1/2', endsAt: (paused?.at ?? 0) + 2000 });
  expect((acting?.at ?? 0) - (paused?.at ?? 0)).toBeGreaterThanOrEqual(2000);
  expect(ended.undo?.map(({ title }) => title)).toEqual([
    'Put mail back to open',
    'Put broker back to open',
    'Put psp back to open',
  ]);
});

longTest('stops at the first failure and names the remaining values', async () => {
  await using loop = await openLoop([
    { ...eachStep, gate: 'typed' },
    { ...closeStep, id: 'a2', title: 'Close stock', with: { name: 'stock', to: 'closed' } },
  ]);
  const { stage } = loop;
  stage.server.onRead = () => {
    if (stage.server.changes.length === 2) stage.server.status = 500;
  };
  const going = stage.go(await loop.propose());
  const ended = await going.end();
  expect(ended).toMatchObject({
    ending: 'failed',
    why: `Close mail: POST ${stage.server.url}/breakers/mail → 500. 2 of 5 targets are done. Not done: mail, psp, stock`,
  });
  expect(stage.server.changes).toEqual(posts(['broker', 'ledger', 'mail']));

  // Completed iterations are undone, last first; the failed one may have taken effect anyway.
  stage.server.status = 200;
  stage.server.onRead = () => {};
  const undo = await stage.executor.undoProposal(going.events[0]?.run ?? '', new AbortController().signal);
  expect(undo?.steps.map(({ id, title, gate }) => [id, title, gate.typed])).toEqual([
    ['u1', 'Put mail back to open', true],
    ['u2', 'Put ledger back to open', true],
    ['u3', 'Put broker back to open', true],
  ]);
  if (undo === undefined) return;
  stage.server.changes.splice(0);
  await stage.go(undo).end();
  expect(stage.server.changes).toEqual(
    ['mail', 'ledger', 'broker'].map((name) => `POST /breakers/${name} open`),
  );
});

longTest('a failure after a loop does not report on the loop', async () => {
  await using loop = await openLoop([
    { ...eachStep, gate: 'typed' },
    { id: 'a2', title: 'Tell them', manual: true },
  ]);
  const ended = await loop.stage.go(await loop.propose(['psp', 'mail']), { tick: async () => false }).end();
  expect(ended.why).toBe(
    'stopped after sending: the change is live; the operator marked "Tell them" as not done',
  );
});

test('canceled in a pause: nothing more is sent, and the sent requests are listed', async () => {
  await using loop = await openLoop([{ ...eachStep, pauseMs: 60_000 }]);
  const { stage } = loop;
  const going = stage.go(await loop.propose(['psp', 'mail', 'stock']));
  await going.until('paused');
  going.cancel();
  const ended = await going.end();
  expect(ended).toMatchObject({
    ending: 'cancelled',
    why: 'stopped after sending: the change is live; canceled during the pause before "Close mail". 1 of 3 targets are done. Not done: mail, stock',
    sent: [`POST ${stage.server.url}/breakers/psp → 200`],
  });
  expect(stage.server.changes).toEqual(posts(['psp']));
});

test('arming that expires in a pause: the next iteration is not sent', async () => {
  await using loop = await openLoop([{ ...eachStep, pauseMs: 60_000 }], {
    tier: 'production',
    guard: { armMs: 30_000 },
  });
  const { stage } = loop;
  stage.arming.arm('INC-7');
  const ended = await stage.go(await loop.propose(['psp', 'mail'])).end();
  expect(ended).toMatchObject({
    ending: 'failed',
    why: expect.stringMatching(/read-only until.*Not done: mail$/),
  });
  expect(stage.server.changes).toEqual(posts(['psp']));
});

longTest('a ledger that cannot record the pause: the iteration is not sent', async () => {
  await using loop = await openLoop([{ ...eachStep, pauseMs: 1000 }], {
    onAppend: ({ entry }) => {
      if (entry.event === 'paused') throw new Error('no space left on device');
    },
  });
  const ended = await loop.stage.go(await loop.propose(['psp', 'mail'])).end();
  expect(ended).toMatchObject({ ending: 'failed', why: expect.stringContaining('no space left') });
  expect(loop.stage.server.changes).toEqual(posts(['psp']));
});

longTest('a timeout of the step stops it, and the run fails', async () => {
  await using loop = await openLoop([{ ...eachStep, timeoutMs: 2000 }]);
  const { stage } = loop;
  stage.server.hangs = true;
  const ended = await stage.go(await loop.propose(['psp', 'mail'])).end();
  expect(ended.ending).toBe('failed');
  expect(ended.why).toMatch(
    /^Close psp: the step timed out after 2s: POST .*\/psp → no answer, so the outcome is unknown.*\. 0 of 2 targets are done. Not done: psp, mail$/,
  );
  expect(stage.server.changes).toEqual(posts(['psp']));
});
