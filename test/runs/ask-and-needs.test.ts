import { expect, test } from 'vitest';
import type { ActStep } from '../../src/domain/runbooks/runbook.ts';
import { longTest } from '../support/layer.ts';
import { closeStep, events, openStage } from './stage.ts';

const second: ActStep = {
  id: 'a2',
  title: 'Close the ledger',
  use: 'bus.move',
  with: { name: 'ledger', to: 'closed' },
};
const manual: ActStep = { id: 'a0', title: 'Tell them', manual: true };
const brokerClosed = 'all(breakers[name = "${param.name}"] | state = closed)';

longTest('an abort point asks once something has been sent; declining ends the run', async () => {
  await using stage = await openStage({
    act: [
      { ...closeStep, ask: true },
      { ...second, ask: true },
    ],
  });
  const questions: unknown[] = [];
  const going = stage.go(await stage.propose(), {
    tick: async (step) => {
      questions.push(step);
      return false;
    },
  });
  const ended = await going.end();
  expect(questions).toEqual([{ id: 'a2', title: 'Close the ledger', ask: true }]);
  expect(going.events.filter(({ event }) => event === 'ticking' || event === 'ticked')).toMatchObject([
    { event: 'ticking', step: 'a2', ask: true },
    { event: 'ticked', step: 'a2', done: false, ask: true },
  ]);
  expect(ended).toMatchObject({
    ending: 'cancelled',
    why: 'stopped after sending: the change is live; the operator stopped the run before "Close the ledger"',
    sent: [`POST ${stage.server.url}/breakers/broker → 200`],
  });
  expect(ended.undo).toHaveLength(1);
  expect(stage.server.changes).toEqual(['POST /breakers/broker closed']);
});

longTest('approval at an abort point continues the run, unless arming has expired meanwhile', async () => {
  await using stage = await openStage({
    tier: 'production',
    guard: { armMs: 30_000 },
    act: [closeStep, { ...second, ask: true }],
  });
  stage.arming.arm('INC-7');
  const ended = await stage
    .go(await stage.propose(), {
      tick: async (_, signal) => {
        await stage.clock.sleep(60_000, signal);
        return true;
      },
    })
    .end();
  expect(ended).toMatchObject({ ending: 'failed', why: expect.stringContaining('read-only until') });
  expect(stage.server.changes).toEqual(['POST /breakers/broker closed']);
});

test.each<[string, readonly ActStep[], readonly string[], string]>([
  [
    'an abort point',
    [closeStep, { ...second, ask: true }],
    [],
    'the run asks before it continues with "a2" (--done STEP)',
  ],
  [
    'a manual step and an abort point',
    [manual, closeStep, { ...second, ask: true }],
    [],
    'do the manual steps "a0" first, and mark them as done (--done STEP); the run asks before it continues with "a2" (--done STEP)',
  ],
  [
    'a stranger',
    [closeStep, second],
    ['a2'],
    '"a2" is not a manual step of this run. This run has no manual steps: remove --done',
  ],
])('without an operator, %s must be answered in advance', async (_, act, ticks, why) => {
  await using stage = await openStage({ act, verify: 'none' });
  const ended = await stage.go(await stage.propose(), { ticks }).end();
  expect(ended).toMatchObject({ ending: 'forbidden', why });
  expect(stage.server.changes).toEqual([]);
});

test.each<[string, readonly ActStep[], readonly string[]]>([
  ['an abort point', [closeStep, { ...second, ask: true }], ['a2']],
  // Nothing has been sent before it.
  ['an abort point at the beginning', [{ ...closeStep, ask: true }, second], []],
])('answered in advance, %s lets the run continue', async (_, act, ticks) => {
  await using stage = await openStage({ act, verify: 'none' });
  const ended = await stage.go(await stage.propose(), { ticks }).end();
  expect(ended.ending).toBe('recovered');
  expect(stage.server.changes).toHaveLength(2);
});

longTest('names a manual step in a loop once, by the step', async () => {
  await using stage = await openStage({
    act: [closeStep, { id: 'a2', title: 'Look at ${each}', manual: true, each: 'who' }],
    verify: 'none',
  });
  const request = { runbook: stage.runbook, params: { name: 'broker', who: ['ana', 'bo'] } };
  const proposal = await stage.executor.propose(request, new AbortController().signal);
  const going = stage.go(proposal, { ticks: ['a2'] });
  expect(await going.end()).toMatchObject({ ending: 'recovered' });
  expect(events(going.events).filter((event) => event === 'ticked')).toHaveLength(2);
});

longTest('reads the condition of a step after the previous step has completed', async () => {
  await using stage = await openStage({
    act: [closeStep, { ...second, needs: brokerClosed }],
    verify: 'none',
  });
  // A reading from before the action shows it open.
  await stage.engine.readNow(['bus/breakers'], new AbortController().signal);
  expect(await stage.go(await stage.propose()).end()).toMatchObject({ ending: 'recovered' });
  expect(stage.server.changes).toHaveLength(2);
});

longTest('an unmet condition ends the run: failed, once something has been sent', async () => {
  await using stage = await openStage({
    act: [closeStep, { ...second, needs: brokerClosed }],
    verify: 'none',
  });
  const proposal = await stage.propose();
  // An earlier reading would meet the condition; the breaker opens again as soon as it has closed.
  stage.server.states.set('broker', 'closed');
  await stage.engine.readNow(['bus/breakers'], new AbortController().signal);
  stage.server.states.set('broker', 'open');
  stage.server.onRead = () => stage.server.states.set('broker', 'open');
  const ended = await stage.go(proposal).end();
  expect(ended).toMatchObject({
    ending: 'failed',
    why: `"Close the ledger" requires ${brokerClosed.replace('${param.name}', 'broker')}: not met, breakers bus · broker state is open`,
    sent: [`POST ${stage.server.url}/breakers/broker → 200`],
  });
  expect(stage.server.changes).toEqual(['POST /breakers/broker closed']);
});

test.each([
  ['not so', brokerClosed, 200, /: not met, /],
  ['cannot be read', brokerClosed, 503, /: unknown, .*503/],
  [
    'is about a kind that no source provides',
    'all(lag | lag < 10)',
    200,
    /: unknown, no source provides lag/,
  ],
])('a condition of the first step that %s: not applicable, nothing sent', async (_, needs, status, why) => {
  await using stage = await openStage({ act: [{ ...closeStep, needs }], verify: 'none' });
  const proposal = await stage.propose();
  let reads = 0;
  stage.server.onRead = () => {
    // The target is checked directly; the condition is read by the feed.
    reads += 1;
    stage.server.readStatus = status;
  };
  const ended = await stage.go(proposal).end();
  expect(reads === 0).toBe(needs.includes('lag'));
  expect(ended).toMatchObject({ ending: 'not-applicable', why: expect.stringMatching(why), sent: [] });
  expect(stage.server.changes).toEqual([]);
});

longTest('in a loop the condition is evaluated with the value of each iteration', async () => {
  const step: ActStep = {
    id: 'a1',
    title: 'Close ${each}',
    use: 'bus.move',
    with: { name: '${each}', to: 'closed' },
    each: 'names',
    needs: 'all(breakers[name = ${each}] | state = open)',
  };
  await using stage = await openStage({ act: [step], verify: 'none' });
  stage.server.states.set('mail', 'closed');
  const request = { runbook: stage.runbook, params: { names: ['broker', 'mail', 'ledger'] } };
  const proposal = await stage.executor.propose(request, new AbortController().signal);
  const ended = await stage.go(proposal).end();
  expect(ended).toMatchObject({
    ending: 'failed',
    why: expect.stringMatching(/mail state is closed\. 1 of 3 targets are done. Not done: mail, ledger$/),
  });
  expect(stage.server.changes).toEqual(['POST /breakers/broker closed']);
});
