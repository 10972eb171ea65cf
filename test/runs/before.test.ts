import { expect, test } from 'vitest';
import type { VerifyStep } from '../../src/domain/runbooks/runbook.ts';
import { everyNth, longTest, sampled } from '../support/layer.ts';
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

longTest('evaluates and records the checks before anything is sent', async () => {
  await using stage = await openStage();
  const going = stage.go(await stage.propose());
  await going.end();
  const order = going.events.map(({ event }) => event);
  expect(order.indexOf('before')).toBeLessThan(order.indexOf('acting'));
  expect(before(going)).toMatchObject([{ id: staysClosed.id, value: 'false' }]);
});

longTest(
  'a check that was already true before the action proves nothing: executed, not recovered',
  async () => {
    await using stage = await openStage({ verify: [alwaysSo] });
    stage.server.states.set('ledger', 'closed');
    const ended = await stage.go(await stage.propose()).end();
    expect(ended).toMatchObject({
      ending: 'executed-not-recovered',
      why: 'the check was already true before the action, so this check proves nothing: The ledger is closed',
    });
  },
);

longTest('next to a check that became true, a check that was always true must stay true', async () => {
  await using stage = await openStage({ verify: [staysClosed, alwaysSo] });
  stage.server.states.set('ledger', 'closed');
  expect(await stage.go(await stage.propose()).end()).toMatchObject({ ending: 'recovered' });
});

test('a guard proves nothing, even if it was unreadable before the action', async () => {
  await using stage = await openStage({ verify: [{ ...alwaysSo, guard: true }] });
  stage.server.states.set('ledger', 'closed');
  stage.server.onRead = () => {
    stage.server.readStatus = stage.server.changes.length > 0 ? 200 : 503;
  };
  const ended = await stage.go(await stage.propose()).end();
  expect(ended.ending).not.toBe('recovered');
});

longTest('detects a change by comparing with the same reading from before the action', async () => {
  await using stage = await openStage({ verify: [looked] });
  const going = stage.go(await stage.propose());
  expect(await going.end()).toMatchObject({ ending: 'recovered' });
  expect(before(going)).toMatchObject([{ value: 'false', why: 'state open, before the action open' }]);
});

longTest('an action that reports success and does nothing fails a check for a change', async () => {
  await using stage = await openStage({ verify: [looked] });
  stage.server.onRead = () => stage.server.states.set('broker', 'open');
  const ended = await stage.go(await stage.propose()).end();
  expect(ended).toMatchObject({
    ending: 'executed-not-recovered',
    why: 'It is another state: not met, state open, before the action open',
  });
});

longTest.each([
  ['all(breakers[name = broker] | state != ${before})', 'recovered'],
  ['all(breakers[name = broker] | failedCalls < ${before})', 'executed-not-recovered'],
  ['any(breakers | new)', 'executed-not-recovered'],
])('%s compares with the facts before the action: %s', async (that, ending) => {
  await using stage = await openStage({ verify: [{ ...staysClosed, that }] });
  expect(await stage.go(await stage.propose()).end()).toMatchObject({ ending });
});

longTest.each([
  ['all(breakers[name = ledger] | state = closed) for 2s', 'true for 0s of 2s'],
  ['not (all(breakers[name = ledger] | state = open) for 2s)', 'ledger state is closed'],
])('a condition with "for" that always held recovers nothing: %s', async (that, why) => {
  await using stage = await openStage({ verify: [{ ...staysClosed, that }] });
  stage.server.states.set('ledger', 'closed');
  const going = stage.go(await stage.propose());
  expect((await going.end()).ending).toBe('executed-not-recovered');
  expect(before(going)).toMatchObject([{ why: expect.stringContaining(why) }]);
});

longTest(
  'what has held for hours is not refuted by having been watched for less than its "for"',
  async () => {
    await using stage = await openStage({
      verify: [{ ...staysClosed, that: 'not (all(breakers[name = ledger] | state = closed) for 30s)' }],
    });
    stage.server.states.set('ledger', 'closed');
    const going = stage.go(await stage.propose());
    expect((await going.end()).ending).toBe('executed-not-recovered');
    expect(before(going)).toMatchObject([{ value: 'unknown' }]);
  },
);

longTest('a condition with "for" that became true recovers', async () => {
  await using stage = await openStage({ verify: [{ ...staysClosed, that: `${staysClosed.that} for 1s` }] });
  expect(await stage.go(await stage.propose()).end()).toMatchObject({ ending: 'recovered' });
});

const factual: VerifyStep = { ...staysClosed, that: 'all(breakers[name = ledger] | state = closed)' };

test.each(
  sampled(
    [
      ['facts', factual],
      ['a reading', alwaysSo],
      ['a change', { ...alwaysSo, expect: { column: 'state', change: 'any' } }],
    ],
    everyNth(3),
  ),
)(
  'a source that becomes reachable on its own recovers nothing, and the run says why it was not: %s',
  async (_, step) => {
    await using stage = await openStage({ verify: [step] });
    stage.server.states.set('ledger', 'closed');
    const proposal = await stage.propose();
    const going = stage.go(proposal);
    stage.server.onRead = () => {
      stage.server.readStatus = before(going).length === 0 ? 503 : 200;
    };
    const ended = await going.end();
    expect(before(going)).toMatchObject([{ id: step.id, value: 'unknown' }]);
    expect(ended.ending).toBe('executed-not-recovered');
    expect(ended.why).toMatch(/it is unknown whether the check was true before the action\b.*\(.*503.*\)/);
  },
);

test.each(
  sampled(
    [
      [403, 'executed-not-recovered', 'unknown'],
      [429, 'executed-not-recovered', 'unknown'],
      [503, 'recovered', 'false'],
    ],
    everyNth(3),
  ),
)('an expected status, with %i before the action: %s', async (status, ending, value) => {
  await using stage = await openStage({ verify: [{ ...alwaysSo, expect: { status: 200 } }] });
  const going = stage.go(await stage.propose());
  stage.server.onRead = () => {
    stage.server.readStatus = going.events.length > 0 && before(going).length === 0 ? status : 200;
  };
  expect(await going.end()).toMatchObject({ ending });
  expect(before(going)).toMatchObject([{ value }]);
});

longTest.each([
  ['facts', factual],
  ['a reading', alwaysSo],
])('an object reported as missing counts as not met before the action: %s', async (_, step) => {
  await using stage = await openStage({ verify: [step] });
  stage.server.states.delete('ledger');
  stage.server.onRead = () => {
    if (stage.server.changes.length > 0) stage.server.states.set('ledger', 'closed');
  };
  const going = stage.go(await stage.propose());
  expect(await going.end()).toMatchObject({ ending: 'recovered' });
  expect(before(going)).toMatchObject([{ id: step.id, value: 'false' }]);
});

longTest(
  'a program that had nowhere to run before the action proves nothing: its check was not readable',
  async () => {
    const step: VerifyStep = { ...alwaysSo, use: 'bus.run', danger: 'read' };
    await using stage = await openStage({ verify: [step] });
    stage.server.states.delete('ledger');
    stage.server.onRead = () => {
      if (stage.server.changes.length > 0) stage.server.states.set('ledger', 'closed');
    };
    const going = stage.go(await stage.propose());
    expect(await going.end()).toMatchObject({
      ending: 'executed-not-recovered',
      why: expect.stringMatching(
        /^it is unknown whether the check was true before the action, so this check proves nothing: .* \(.+\)$/,
      ),
    });
    expect(before(going)).toMatchObject([{ id: step.id, value: 'unknown' }]);
  },
);
