import { expect, test } from 'vitest';
import type { VerifyStep } from '../../src/domain/runbooks/runbook.ts';
import { pollIntervalMs } from '../../src/runs/verification/polled-check.ts';
import { longTest } from '../support/layer.ts';
import { type Going, openStage, staysClosed } from './stage.ts';

const looked: VerifyStep = {
  id: 'v2',
  title: 'It says so itself',
  use: 'bus.look',
  with: { name: '${param.name}' },
  expect: { column: 'state', value: 'closed' },
  withinMs: 20_000,
  forMs: 4000,
};

const proofs = (going: Going) =>
  going.events.flatMap((event) => (event.event === 'verifying' ? event.proofs : []));
const actedAt = (going: Going) => going.events.findLast(({ event }) => event === 'acted')?.at ?? 0;

longTest('a reading operation verifies the run: polled for as long as it must hold', async () => {
  await using stage = await openStage({ verify: [looked] });
  const going = stage.go(await stage.propose());
  const ended = await going.end();
  expect(ended).toMatchObject({ ending: 'recovered', why: 'It says so itself' });
  expect(proofs(going)[0]).toMatchObject({ id: 'v2', value: 'true', why: 'state closed' });
  // Measured from the start of the first reading to the start of the last.
  expect(ended.at - actedAt(going)).toBeGreaterThan(4000);
  expect(stage.server.changes).toEqual(['POST /breakers/broker closed']);
});

test('the expectation takes the parameter values of the run, as values', async () => {
  const expected = { column: 'name', value: '= ${param.name}', json: { broker: '${param.to}' } };
  await using stage = await openStage({ verify: [{ ...looked, expect: expected, forMs: 0 }] });
  const request = { runbook: stage.runbook, params: { name: 'broker', to: 'closed' } };
  const proposal = await stage.executor.propose(request, new AbortController().signal);
  const going = stage.go(proposal);
  expect(await going.end()).toMatchObject({ ending: 'recovered' });
  expect(proofs(going).at(-1)?.why).toBe('name broker and broker closed');
});

longTest.each([[{ column: 'state', value: '${param.to}' }], [{ json: { broker: '${param.to}' } }]])(
  'a value that looks like a comparison does not invert a check: %j',
  async (expected) => {
    await using stage = await openStage({ verify: [{ ...looked, expect: expected, forMs: 0 }] });
    for (const to of ['!= nothing', '>= 0', '= closed']) {
      const request = { runbook: stage.runbook, params: { name: 'broker', to } };
      const proposal = await stage.executor.propose(request, new AbortController().signal);
      expect(await stage.go(proposal).end()).toMatchObject({ ending: 'executed-not-recovered' });
    }
  },
);

longTest('not met at the deadline: executed, not recovered, with the value found', async () => {
  await using stage = await openStage({ verify: [looked] });
  stage.server.onRead = () => stage.server.states.set('broker', 'open');
  const going = stage.go(await stage.propose());
  const ended = await going.end();
  expect(ended).toMatchObject({
    ending: 'executed-not-recovered',
    why: 'It says so itself: not met, state open, expected closed',
  });
  expect(ended.at - actedAt(going)).toBe(20_000);
});

test('a failed reading is unknown, with the error message', async () => {
  await using stage = await openStage({ verify: [looked] });
  stage.server.onRead = () => {
    if (stage.server.changes.length > 0) stage.server.readStatus = 503;
  };
  const ended = await stage.go(await stage.propose()).end();
  expect(ended.ending).toBe('executed-not-recovered');
  expect(ended.why).toMatch(/^It says so itself: unknown, .*503/);
});

longTest('an interruption restarts the hold time', async () => {
  await using stage = await openStage({ verify: [looked] });
  const going = stage.go(await stage.propose());
  await going.until('acted');
  const began = actedAt(going);
  stage.server.onRead = () => {
    const after = stage.clock.now() - began;
    stage.server.states.set('broker', after > 2500 && after < 3500 ? 'open' : 'closed');
  };
  const ended = await going.end();
  expect(ended.ending).toBe('recovered');
  expect(proofs(going).map(({ value }) => value)).toEqual(['true', 'false', 'true']);
  expect(ended.at - (proofs(going).at(-1)?.holdsSince ?? 0)).toBeGreaterThanOrEqual(4000);
  expect(ended.at - began).toBeGreaterThan(7500);
});

test('both kinds of checks must hold at the same time', async () => {
  const other = {
    ...looked,
    with: { name: 'ledger' },
    expect: { column: 'state', value: 'open' },
    withinMs: 6000,
    forMs: 0,
  };
  await using stage = await openStage({ verify: [staysClosed, other] });
  const going = stage.go(await stage.propose());
  await going.until('acted');
  const began = actedAt(going);
  // The reading holds at first, and no longer when the facts begin to.
  stage.server.onRead = () => {
    const late = stage.clock.now() - began >= 4000;
    stage.server.states.set('broker', late ? 'closed' : 'open');
    stage.server.states.set('ledger', late ? 'closed' : 'open');
  };
  const ended = await going.end();
  expect(ended).toMatchObject({ ending: 'executed-not-recovered' });
  expect(ended.why).toMatch(/It says so itself: not met/);
});

longTest('both kinds of checks hold: recovered', async () => {
  await using stage = await openStage({ verify: [staysClosed, looked] });
  const ended = await stage.go(await stage.propose()).end();
  expect(ended).toMatchObject({ ending: 'recovered', why: 'It stays closed; It says so itself' });
});

longTest('a response from a different system proves nothing', async () => {
  await using stage = await openStage({ verify: [looked] });
  const going = stage.go(await stage.propose());
  await going.until('acted');
  stage.server.name = 'another';
  const ended = await going.end();
  expect(ended).toMatchObject({
    ending: 'executed-not-recovered',
    why: expect.stringContaining('another answers, not demo'),
  });
});

test.each<[string, Partial<VerifyStep>, RegExp]>([
  [
    'that would change something',
    { use: 'bus.move', with: { name: 'ledger', to: 'closed' } },
    /move changes something/,
  ],
  ['that does not exist', { use: 'bus.lok' }, /bus has no operation lok any more/],
  ['of no source', { use: 'bos.look' }, /unknown, this profile has no source called bos/],
])('a check with an operation %s is unknown, and sends nothing', async (_, more, why) => {
  await using stage = await openStage({ verify: [{ ...looked, withinMs: 3000, ...more }] });
  const ended = await stage.go(await stage.propose()).end();
  expect(ended.ending).toBe('executed-not-recovered');
  expect(ended.why).toMatch(why);
  expect(stage.server.changes).toEqual(['POST /breakers/broker closed']);
});

test('canceled during the reading: it ends at once', async () => {
  await using stage = await openStage({ verify: [{ ...looked, forMs: 19_000 }] });
  const going = stage.go(await stage.propose());
  await going.until('acted');
  await stage.clock.advance(3000);
  going.cancel();
  const ended = await going.end();
  expect(ended).toMatchObject({
    ending: 'cancelled',
    why: 'stopped after sending: the change is live; canceled during verification',
  });
});

test.each([
  [60_000, 0, 5000],
  [20_000, 0, 2000],
  [60_000, 8000, 2000],
  [60_000, 1000, 1000],
  [2000, 400, 1000],
])('within %d, for %d: polls every %d ms', (withinMs, forMs, expected) => {
  expect(pollIntervalMs({ withinMs, forMs })).toBe(expected);
});

longTest('polls a reading operation again while the run is watched: it relapses', async () => {
  await using stage = await openStage({ verify: [{ ...looked, forMs: 0 }] });
  const going = stage.go(await stage.propose());
  expect(await going.end()).toMatchObject({ ending: 'recovered' });
  stage.server.states.set('broker', 'open');
  const seen: string[] = [];
  let over = false;
  const watching = (async () => {
    for await (const event of stage.executor.watch('run-1', new AbortController().signal))
      seen.push(event.event === 'relapsed' ? `${event.event}: ${event.why}` : event.event);
    over = true;
  })();
  await stage.quiet();
  for (let step = 0; step < 400 && !over; step++) {
    await stage.clock.advance(1000);
    await stage.quiet();
  }
  await watching;
  expect(seen).toEqual(['watching', 'relapsed: It says so itself: state open, expected closed', 'watched']);
});
