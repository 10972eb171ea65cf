import { expect, test } from 'vitest';
import type { VerifyStep } from '../../src/domain/runbooks/runbook.ts';
import { checkEveryMs } from '../../src/runs/evidence/check-feeds.ts';
import { minSettleMs } from '../../src/runs/evidence/verification-check.ts';
import { longTest } from '../support/layer.ts';
import { type Going, openStage, staysClosed } from './stage.ts';

const verificationChecksOf = (going: Going) =>
  going.events.flatMap((event) => (event.event === 'verifying' ? [event.proofs[0]] : []));

longTest(
  'a reading from before the action completed proves nothing, even if it meets the check',
  async () => {
    await using stage = await openStage({ verify: [{ ...staysClosed, forMs: 0 }] });
    const proposal = await stage.propose();
    // A reading from before the action that meets the check …
    stage.server.states.set('broker', 'closed');
    await stage.engine.readNow(['bus/breakers'], new AbortController().signal);
    expect(stage.engine.snapshot().kinds.breakers.rows[0]?.fact.state).toBe('closed');
    stage.server.states.set('broker', 'open');
    // … and from then on no more readings.
    stage.server.onRead = () => {
      if (stage.server.changes.length > 0) stage.server.readStatus = 503;
    };
    const going = stage.go(proposal);
    const ended = await going.end();
    expect(ended.ending).toBe('executed-not-recovered');
    expect(ended.why).toMatch(/^It stays closed: unknown, /);
    expect(verificationChecksOf(going).every((proof) => proof?.value === 'unknown')).toBe(true);
  },
);

longTest('a reading that began in the same ms as the response does not count: it may be older', async () => {
  // `any` is true as soon as one row is, even if its feed fails meanwhile: only the age of the reading excludes it.
  const that = 'any(breakers[name = "broker"] | state = closed)';
  await using stage = await openStage({ verify: [{ ...staysClosed, that, forMs: 0 }] });
  const going = stage.go(await stage.propose());
  await going.until('acted');
  const acted = going.events.find(({ event }) => event === 'acted');
  // The clock does not advance. This reading meets the check; later readings fail.
  await stage.engine.readNow(['bus/breakers'], new AbortController().signal);
  const { known } = stage.engine.facts.getState().feeds['bus/breakers'] ?? {};
  expect(known?.began).toBe(acted?.at);
  expect(known?.items).toContainEqual(expect.objectContaining({ name: 'broker', state: 'closed' }));
  stage.server.readStatus = 503;
  expect(await going.end()).toMatchObject({ ending: 'executed-not-recovered' });
});

const held15s = { ...staysClosed, withinMs: 60_000, forMs: 15_000 };

test('must hold for its duration without interruption, and ends as soon as it has', async () => {
  await using stage = await openStage({ verify: [held15s] });
  const going = stage.go(await stage.propose());
  await going.until('acted');
  const actedAt = going.events.find(({ event }) => event === 'acted')?.at ?? 0;
  const readsBefore = stage.server.reads;
  // Opens again on the third reading after the act, closes on the next.
  stage.server.onRead = () => {
    const nth = stage.server.reads - readsBefore;
    stage.server.states.set('broker', nth === 3 ? 'open' : 'closed');
  };
  const ended = await going.end();
  expect(ended.ending).toBe('recovered');
  expect(verificationChecksOf(going).map((proof) => proof?.value)).toEqual(['true', 'false', 'true']);
  const held = verificationChecksOf(going).at(-1)?.holdsSince ?? 0;
  expect(held - actedAt).toBeGreaterThanOrEqual(1500);
  expect(ended.at - held).toBe(15_000);
});

const looked: VerifyStep = {
  id: 'v1',
  title: 'The breaker is closed',
  use: 'bus.look',
  with: { name: '${param.name}' },
  expect: { column: 'state', value: 'closed' },
  withinMs: 60_000,
  forMs: 0,
};

longTest.each([
  ['facts', { ...staysClosed, forMs: 0 }],
  ['a reading', looked],
])('an effect that is reverted ten seconds after the action is not recovered, by %s', async (_, step) => {
  await using stage = await openStage({ verify: [step] });
  const going = stage.go(await stage.propose());
  await going.until('acted');
  const actedAt = stage.clock.now();
  stage.server.onRead = () => {
    if (stage.clock.now() - actedAt >= 10_000) stage.server.states.set('broker', 'open');
  };
  expect(await going.end()).toMatchObject({ ending: 'executed-not-recovered' });
});

longTest('without `for` it still has to hold until the action has settled', async () => {
  await using stage = await openStage({ verify: [{ ...staysClosed, forMs: 0 }] });
  const going = stage.go(await stage.propose());
  await going.until('acted');
  const actedAt = stage.clock.now();
  const ended = await going.end();
  expect(ended).toMatchObject({ ending: 'recovered' });
  expect(ended.at - actedAt).toBe(minSettleMs);
});

longTest(
  'not met at the deadline: executed, not recovered, at the deadline and with the reason',
  async () => {
    await using stage = await openStage();
    stage.server.onRead = () => stage.server.states.set('broker', 'open');
    const going = stage.go(await stage.propose());
    const ended = await going.end();
    expect(ended.ending).toBe('executed-not-recovered');
    expect(ended.at - (going.events.find(({ event }) => event === 'acted')?.at ?? 0)).toBe(10_000);
  },
);

longTest('true in time and still true at the deadline: waits for its full duration', async () => {
  await using stage = await openStage();
  const going = stage.go(await stage.propose());
  await going.until('acted');
  const actedAt = going.events.find(({ event }) => event === 'acted')?.at ?? 0;
  stage.server.onRead = () =>
    stage.server.states.set('broker', stage.clock.now() - actedAt >= 9000 ? 'closed' : 'open');
  const ended = await going.end();
  expect(ended.ending).toBe('recovered');
  expect(ended.at - actedAt).toBeGreaterThan(10_000);
  expect(ended.at - actedAt).toBeLessThan(12_001);
});

longTest('all checks must hold at the same time', async () => {
  const early = {
    ...staysClosed,
    id: 'v2',
    title: 'The other opens',
    that: 'any(breakers[name = "ledger"] | state = open)',
  };
  await using stage = await openStage({ verify: [staysClosed, early] });
  const going = stage.go(await stage.propose());
  await going.until('acted');
  const actedAt = going.events.find(({ event }) => event === 'acted')?.at ?? 0;
  // The second holds at first, and no longer when the first begins to.
  stage.server.onRead = () => {
    const late = stage.clock.now() - actedAt >= 5000;
    stage.server.states.set('broker', late ? 'closed' : 'open');
    stage.server.states.set('ledger', late ? 'closed' : 'open');
  };
  const ended = await going.end();
  expect(ended.ending).toBe('executed-not-recovered');
  expect(ended.why).toMatch(/^The other opens: not met/);
});

test.each([
  ['about a kind that no source provides', 'all(lag | lag < 10)'],
  ['with an invalid expression', 'all(breakers | '],
])('does not wait for a check %s', async (_, that) => {
  await using stage = await openStage({ verify: [{ ...staysClosed, that, withinMs: 3_600_000 }] });
  const going = stage.go(await stage.propose());
  const ended = await going.end();
  expect(ended).toMatchObject({ ending: 'executed-not-recovered' });
  expect(ended.why).toMatch(/^It stays closed: unknown, /);
  const acted = going.events.find(({ event }) => event === 'acted');
  expect(ended.at - (acted?.at ?? 0)).toBeLessThan(2000);
});

test.each([
  [[5000, 30_000], 60_000, 0, 5000],
  [[5000], 60_000, 8000, 2000],
  [[5000], 20_000, 0, 2000],
  [[5000], 1000, 400, 250],
  [[], 60_000, 0, 6000],
])('feeds every %j ms, within %d, for %d: read every %d ms', (every, withinMs, forMs, expected) => {
  const feeds = every.map((everyMs) => ({ everyMs }));
  expect(checkEveryMs(feeds, { withinMs, forMs })).toBe(expected);
});
