import { expect, test } from 'vitest';
import type { ActStep } from '../../src/domain/runbooks/runbook.ts';
import { closeStep, events, openStage, type StageOptions } from './stage.ts';

const second: ActStep = {
  id: 'a2',
  title: 'Close the ledger',
  use: 'bus.move',
  with: { name: 'ledger', to: 'closed' },
};
const manual: ActStep = { id: 'm1', title: 'Tell them', manual: true };
const production: StageOptions = { tier: 'production' };

const shown = ['window', 'ticking', 'ticked', 'acting'];

const armed = async (options: StageOptions) => {
  const stage = await openStage({ ...production, ...options });
  stage.arming.arm('INC-7');
  return stage;
};

const order = (all: Parameters<typeof events>[0]) => events(all).filter((event) => shown.includes(event));

test('a run that begins with manual steps: the window comes after them, directly before the call', async () => {
  await using stage = await armed({ act: [manual, { ...manual, id: 'm2' }, closeStep] });
  const going = stage.go(await stage.propose());
  await going.end();
  expect(order(going.events)).toEqual(['ticking', 'ticked', 'ticking', 'ticked', 'window', 'acting']);
  const window = going.events.find((event) => event.event === 'window');
  expect(window).toMatchObject({ steps: ['a1'] });
  const acting = going.events.find(({ event }) => event === 'acting');
  expect((acting?.at ?? 0) - (window?.at ?? 0)).toBeGreaterThanOrEqual(5000);
});

test('a question between two calls: the answer does not send, another window does', async () => {
  await using stage = await armed({ act: [closeStep, { ...second, ask: true }] });
  const going = stage.go(await stage.propose());
  await going.end();
  expect(order(going.events)).toEqual(['window', 'acting', 'ticking', 'ticked', 'window', 'acting']);
  expect(going.events.filter((event) => event.event === 'window')).toMatchObject([
    { steps: ['a1'] },
    { steps: ['a2'] },
  ]);
});

test('calls that no person interrupts share one window, which lists them', async () => {
  await using stage = await armed({ act: [closeStep, second] });
  const going = stage.go(await stage.propose());
  await going.end();
  expect(order(going.events)).toEqual(['window', 'acting', 'acting']);
  expect(going.events.find((event) => event.event === 'window')).toMatchObject({ steps: ['a1', 'a2'] });
});

test('canceling the second window: what was sent is live, nothing more is sent', async () => {
  await using stage = await armed({ act: [closeStep, manual, second] });
  const going = stage.go(await stage.propose());
  // Two windows: the second one follows the manual step.
  for (let step = 0; step < 200; step++) {
    if (going.events.filter(({ event }) => event === 'window').length === 2) break;
    await stage.clock.advance(250);
    await stage.quiet();
  }
  going.cancel();
  const ended = await going.end();
  expect(ended).toMatchObject({
    ending: 'cancelled',
    why: expect.stringMatching(/^stopped after sending: the change is live; canceled in the cancel window/),
  });
  expect(ended.undo).toHaveLength(1);
  expect(stage.server.changes).toEqual(['POST /breakers/broker closed']);
});

test('disarming, or a changed target, in the window after an answer sends nothing', async () => {
  await using stage = await armed({ act: [manual, closeStep] });
  const going = stage.go(await stage.propose());
  await going.until('window');
  stage.arming.disarm();
  expect(await going.end()).toMatchObject({ ending: 'forbidden' });
  expect(stage.server.changes).toEqual([]);

  stage.arming.arm('INC-7');
  const again = stage.go(await stage.propose());
  await again.until('window');
  stage.server.states.set('broker', 'half-open');
  expect(await again.end()).toMatchObject({
    ending: 'forbidden',
    why: expect.stringContaining('has changed since planning'),
  });
  expect(stage.server.changes).toEqual([]);
});

test('where the tier has no window, there is none after an answer either', async () => {
  await using stage = await openStage({ tier: 'dev', act: [closeStep, { ...second, ask: true }] });
  const going = stage.go(await stage.propose());
  await going.end();
  expect(order(going.events)).toEqual(['acting', 'ticking', 'ticked', 'acting']);
});
