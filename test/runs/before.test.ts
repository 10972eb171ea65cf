import { expect, test } from 'vitest';
import type { VerifyStep } from '../../src/domain/runbook.ts';
import { type Going, openStage, staysClosed } from './stage.ts';

const before = (going: Going) =>
  going.events.flatMap((event) => (event.event === 'before' ? event.proofs : []));

const looked: VerifyStep = {
  id: 'v2',
  title: 'It is another state',
  use: 'bus.look',
  with: { name: '${param.name}' },
  expect: { column: 'state', change: 'any' },
  withinMs: 5000,
  forMs: 0,
};

const alwaysSo: VerifyStep = {
  id: 'v3',
  title: 'The ledger is closed',
  use: 'bus.look',
  with: { name: 'ledger' },
  expect: { column: 'state', value: 'closed' },
  withinMs: 5000,
  forMs: 0,
};

test('how the proofs stand is read and written down before anything is sent', async () => {
  await using stage = await openStage();
  const going = stage.go(await stage.propose());
  await going.end();
  const order = going.events.map(({ event }) => event);
  expect(order.indexOf('before')).toBeLessThan(order.indexOf('acting'));
  expect(before(going)).toMatchObject([{ id: staysClosed.id, value: 'false' }]);
});

test('what held before the act proves nothing: executed, not recovered', async () => {
  await using stage = await openStage({ verify: [alwaysSo] });
  stage.server.states.set('ledger', 'closed');
  const ended = await stage.go(await stage.propose()).end();
  expect(ended).toMatchObject({
    ending: 'executed-not-recovered',
    why: 'already true before the action, so it proves nothing: The ledger is closed',
  });
});

test('beside a proof that came true, what held all the time must go on to hold', async () => {
  await using stage = await openStage({ verify: [staysClosed, alwaysSo] });
  stage.server.states.set('ledger', 'closed');
  expect(await stage.go(await stage.propose()).end()).toMatchObject({ ending: 'recovered' });
});

test('a guard proves nothing, even when it could not be read before', async () => {
  await using stage = await openStage({ verify: [{ ...alwaysSo, guard: true }] });
  stage.server.states.set('ledger', 'closed');
  stage.server.onRead = () => {
    stage.server.readStatus = stage.server.changes.length > 0 ? 200 : 503;
  };
  const ended = await stage.go(await stage.propose()).end();
  expect(ended.ending).not.toBe('recovered');
});

test('a change is told by comparing with what the same reading gave before the act', async () => {
  await using stage = await openStage({ verify: [looked] });
  const going = stage.go(await stage.propose());
  expect(await going.end()).toMatchObject({ ending: 'recovered' });
  expect(before(going)).toMatchObject([{ value: 'false', why: 'state open, before the action open' }]);
});

test('an act that answers success and does nothing has changed nothing', async () => {
  await using stage = await openStage({ verify: [looked] });
  stage.server.onRead = () => stage.server.states.set('broker', 'open');
  const ended = await stage.go(await stage.propose()).end();
  expect(ended).toMatchObject({
    ending: 'executed-not-recovered',
    why: 'It is another state: not met, state open, before the action open',
  });
});

test.each([
  ['all(breakers[name = broker] | state != ${before})', 'recovered'],
  ['all(breakers[name = broker] | failedCalls < ${before})', 'executed-not-recovered'],
  ['any(breakers | new)', 'executed-not-recovered'],
])('%s compares with the facts before the act: %s', async (that, ending) => {
  await using stage = await openStage({ verify: [{ ...staysClosed, that }] });
  expect(await stage.go(await stage.propose()).end()).toMatchObject({ ending });
});

const factual: VerifyStep = { ...staysClosed, that: 'all(breakers[name = ledger] | state = closed)' };

test.each([
  ['facts', factual],
  ['a reading', alwaysSo],
])('a source that answers again by itself recovers nothing: %s', async (_, step) => {
  await using stage = await openStage({ verify: [step] });
  stage.server.states.set('ledger', 'closed');
  const proposal = await stage.propose();
  const going = stage.go(proposal);
  stage.server.onRead = () => {
    stage.server.readStatus = before(going).length === 0 ? 503 : 200;
  };
  const ended = await going.end();
  expect(before(going)).toMatchObject([{ id: step.id, value: 'unknown' }]);
  expect(ended).toMatchObject({
    ending: 'executed-not-recovered',
    why: `not readable before the action, so it proves nothing: ${step.title}`,
  });
});

test.each([
  ['facts', factual],
  ['a reading', alwaysSo],
])('what is answered to be missing was not so before the act: %s', async (_, step) => {
  await using stage = await openStage({ verify: [step] });
  stage.server.states.delete('ledger');
  stage.server.onRead = () => {
    if (stage.server.changes.length > 0) stage.server.states.set('ledger', 'closed');
  };
  const going = stage.go(await stage.propose());
  expect(await going.end()).toMatchObject({ ending: 'recovered' });
  expect(before(going)).toMatchObject([{ id: step.id, value: 'false' }]);
});

test('a program that had no place to run in before the act proves nothing: that is no answer to what it asks', async () => {
  const step: VerifyStep = { ...alwaysSo, use: 'bus.run', danger: 'read' };
  await using stage = await openStage({ verify: [step] });
  stage.server.states.delete('ledger');
  stage.server.onRead = () => {
    if (stage.server.changes.length > 0) stage.server.states.set('ledger', 'closed');
  };
  const going = stage.go(await stage.propose());
  expect(await going.end()).toMatchObject({
    ending: 'executed-not-recovered',
    why: `not readable before the action, so it proves nothing: ${step.title}`,
  });
  expect(before(going)).toMatchObject([{ id: step.id, value: 'unknown' }]);
});
